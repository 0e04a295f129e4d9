"""Cells about CTAs as what is kept: the status, by our key or Gainsight's label."""

from __future__ import annotations

import re

from handlers.door.values import Wrong, short
from storage.base.folding import folded
from storage.cta.record import CLOSED_NO_SUCCESS, CLOSED_SUCCESS, IN_PROGRESS, NEW, WITHDRAWN

_STATUSES = {
    "new": NEW,
    "open": NEW,
    "notstarted": NEW,
    "workinprogress": IN_PROGRESS,
    "inprogress": IN_PROGRESS,
    "wip": IN_PROGRESS,
    "closedsuccess": CLOSED_SUCCESS,
    "closedsuccessful": CLOSED_SUCCESS,
    "success": CLOSED_SUCCESS,
    "closednosuccess": CLOSED_NO_SUCCESS,
    "closedunsuccessful": CLOSED_NO_SUCCESS,
    "nosuccess": CLOSED_NO_SUCCESS,
    "withdrawn": WITHDRAWN,
    "closedinvalid": WITHDRAWN,
}


def status(text: str) -> str:
    """A CTA's status: our key, or Gainsight's label (`Closed - No Success`)."""
    found = _STATUSES.get(re.sub(r"[\W_]+", "", folded(text)))
    if found is None:
        raise Wrong(f"'{short(text)}' is not a status; use New, Work in progress, Closed success, Closed no success")
    return found
