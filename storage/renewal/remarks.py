"""What people wrote of renewals and their reviews (storage/base/remarks.py), and what taking back is built on.

Whose the line of an outlook is, only the audit knows.
"""

from storage.base.remarks import Remark

REMARKS = (
    Remark("renewals", ("line",), by="decided_by", on="decided_at"),
    Remark("reviews", ("next_step", "skip_reason"), by="by_id", on="updated_at", over="state <> 'scheduled'"),
    Remark("signings", ("line",), by="by_id", on="updated_at", key="account_id"),
)
NEEDED = ("renewal.renewed", "renewal.churned", "renewal.outlook", "review.hold")
