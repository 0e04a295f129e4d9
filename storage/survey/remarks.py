"""What customers said beside their answers (storage/base/remarks.py)."""

from storage.base.remarks import Remark

REMARKS = (Remark("survey_answers", ("comment",), by="by_id", on="at"),)
