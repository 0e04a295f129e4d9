"""What people wrote of calls (storage/base/remarks.py)."""

from storage.base.remarks import Remark

REMARKS = (Remark("calls", ("note", "next_step"), by="by_id", on="at"),)
