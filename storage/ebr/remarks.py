"""What people wrote of EBRs (storage/base/remarks.py)."""

from storage.base.remarks import Remark

REMARKS = (Remark("ebrs", ("note",), by="by_id", on="updated_at", over="state = 'held'"),)
