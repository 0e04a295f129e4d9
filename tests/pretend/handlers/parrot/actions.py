"""What can be done with parrots, each once."""

from datetime import timedelta

from storage.parrot import store

from handlers.door.actions import Outcome
from templates.blocks.mrkdwn import mrkdwn


def feed(unit, account_id):
    """Fed, and hungry again in a week."""
    name, _ = store.of_account(unit.db, account_id)
    store.keep(unit, account_id, name, unit.today + timedelta(days=7))
    return Outcome(mrkdwn("*{}* thanks you.", name), f"{name} was fed.")
