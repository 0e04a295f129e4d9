"""What people wrote of escalations (storage/base/remarks.py)."""

from storage.base.remarks import Remark

_ENDED = "(SELECT closed_at FROM escalations WHERE escalations.id = escalation_id)"
REMARKS = (
    Remark(
        "escalations",
        ("reason", "criteria", "next_step"),
        by="opened_by",
        on="closed_at",
        over="state = 'closed'",
        needed=("criteria",),
    ),
    Remark("escalations", ("agreed_by", "helped"), by="closed_by", on="closed_at", over="state = 'closed'"),
    Remark("escalation_updates", ("progress", "next_step"), by="by_id", on="at", over=f"{_ENDED} IS NOT NULL"),
)
