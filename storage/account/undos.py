"""What can be taken back of an account itself (storage/account/taking_back.py)."""

from __future__ import annotations

from storage.account.taking_back import Undo

UNDO = {"account.health": Undo("its health", says_health=True)}
