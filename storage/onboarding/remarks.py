"""What people wrote of delays (storage/base/remarks.py)."""

from storage.base.remarks import Remark

REMARKS = (Remark("onboarding_delays", ("line",), by="person_id", on="at"),)
