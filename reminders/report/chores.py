"""What is done for reports now and then: figures of a quarter that has ended are frozen."""

from __future__ import annotations

from storage.report.frozen import freeze_ended_quarters

NIGHTLY = (freeze_ended_quarters,)
