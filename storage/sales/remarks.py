"""What people wrote of meetings of account teams (storage/base/remarks.py)."""

from storage.base.remarks import Remark

REMARKS = (Remark("team_meetings", ("next_steps",), by="by_id", on="held_on", over="held_on IS NOT NULL"),)
