"""What managers asked about accounts, and what was answered (storage/base/remarks.py)."""

from storage.base.remarks import Remark

REMARKS = (
    Remark("manager_reviews", ("note",), by="manager_id", on="on_day"),
    Remark("manager_reviews", ("answer",), by="answered_by", on="answered_at", needed=("answer",)),
)
