"""What people wrote of usage: who at the customer agrees (storage/base/remarks.py)."""

from storage.base.remarks import Remark

REMARKS = (Remark("usage_agreed", ("agreed_with",), by="by_id", on="at", needed=("agreed_with",)),)
