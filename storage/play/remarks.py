"""What people wrote of plays (storage/base/remarks.py): a kept one is of use for as long as it stands."""

from storage.base.remarks import Remark

_DROPPED = "state = 'dropped'"
REMARKS = (
    Remark("plays", ("hypothesis", "todo"), by="by_id", on="at", over=_DROPPED, needed=("hypothesis", "todo")),
    Remark("plays", ("line", "result"), by="said_by", on="said_at", over=_DROPPED),
)
