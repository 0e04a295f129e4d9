"""What people wrote of CTAs (storage/base/remarks.py), and which changes closing and reopening are built on."""

from storage.base.remarks import Remark

_ENDED = "status NOT IN ('new', 'work_in_progress')"
_ON = "coalesce(closed_on, touched_on, opened_on)"
_OPENER = (
    "(SELECT person_id FROM audit WHERE subject = 'cta:' || ctas.id AND action = 'cta.open' ORDER BY audit.id LIMIT 1)"
)
_WHOSE = "coalesce(assignee_id, (SELECT owner_id FROM ctas WHERE ctas.id = tasks.cta_id))"
"""Of what was written before the bot kept who."""
_ITS_END = "(SELECT closed_on FROM ctas WHERE ctas.id = tasks.cta_id)"
REMARKS = (
    Remark("notes", ("text",), by="person_id", on="at", whole=True),
    Remark("ctas", ("note",), by=_OPENER, on=_ON, over=_ENDED),
    Remark("ctas", ("closing_note", "learned"), by="closed_by", on=_ON, over=_ENDED),
    Remark(
        "tasks", ("skip_reason",), by=f"coalesce(skipped_by, {_WHOSE})", on=_ITS_END, over=f"{_ITS_END} IS NOT NULL"
    ),
    Remark("tasks", ("answer",), by=f"coalesce(answered_by, {_WHOSE})", on=_ITS_END, over=f"{_ITS_END} IS NOT NULL"),
)
NEEDED = ("cta.open", "cta.close", "cta.withdraw")
