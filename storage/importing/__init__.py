"""Imports as remembered: written in one unit of work, merged with what was done here, and taken back again.

`handlers/importing/actions.py` drives the writing; commands use the functions named here.
"""

from storage.importing.conflicts import count_conflicts, decide, get_conflict, list_conflicts
from storage.importing.loaders import loader_of, loading
from storage.importing.log import get, latest, listed
from storage.importing.readings import remember_amounts, remember_columns, remember_days, remembered
from storage.importing.run import Run, end_cut_off
from storage.importing.said import Said
from storage.importing.undo import undo

__all__ = [
    "Run",
    "Said",
    "count_conflicts",
    "decide",
    "end_cut_off",
    "get",
    "get_conflict",
    "latest",
    "list_conflicts",
    "listed",
    "loader_of",
    "loading",
    "remember_amounts",
    "remember_columns",
    "remember_days",
    "remembered",
    "undo",
]
