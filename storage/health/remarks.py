"""What people wrote when they set a health (storage/base/remarks.py)."""

from storage.base.remarks import Remark

REMARKS = (Remark("health_settings", ("note",), by="by_id", on="at"),)
