"""What people wrote of accounts (storage/base/remarks.py)."""

from storage.base.remarks import Remark

_OUTLOOK = (
    "(SELECT person_id FROM audit WHERE subject = 'account:' || accounts.id"
    """ AND after LIKE '%"outlook_line":%' ORDER BY audit.id DESC LIMIT 1)"""
)
REMARKS = (
    Remark("account_notes", ("text",), by="person_id", on="at", whole=True),
    Remark("accounts", ("outlook_line",), by=_OUTLOOK, on="updated_at", over="archived_at IS NOT NULL"),
)
