"""What people wrote in success plans (storage/base/remarks.py)."""

from storage.base.remarks import Remark

_WORDS = ("why", "criteria", "baseline", "customer_owner", "came_of")
REMARKS = (
    Remark("plans", ("strategy", "highlights", "link"), by="written_by", on="written_at", over="state = 'closed'"),
    Remark(
        "objectives",
        ("title", *_WORDS),
        by="written_by",
        on="written_at",
        over="status IN ('achieved', 'dropped')",
        needed=("title",),
    ),
)
