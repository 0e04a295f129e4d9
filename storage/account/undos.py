"""What can be taken back of an account itself (storage/account/taking_back.py)."""

from storage.account.taking_back import Undo

UNDO = {"account.health": Undo("its health")}
