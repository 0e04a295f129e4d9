"""What people wrote of accounts in trouble (storage/base/remarks.py)."""

from storage.base.remarks import Remark

_ENDED = "(SELECT ended_at FROM triages WHERE triages.id = triage_id)"
REMARKS = (
    Remark("triages", ("ends", "next_step"), by="opened_by", on="ended_at", over="ended_at IS NOT NULL"),
    Remark("triages", ("retrospective", "helped"), by="ended_by", on="ended_at", over="ended_at IS NOT NULL"),
    Remark("triage_updates", ("progress", "next_step"), by="by_id", on="at", over=f"{_ENDED} IS NOT NULL"),
)
