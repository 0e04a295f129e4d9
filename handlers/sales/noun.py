"""The sales side's verbs and buttons, handed in.

Action ids. ACCOUNT is an account's id, CTA that of a checklist:

    sales.discovery, .strategy, .package   ACCOUNT   opens a checklist of its renewal
    sales.undo                             CTA       it was opened by mistake
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.sales import slack

if TYPE_CHECKING:
    from handlers.door.nouns import Handler, Verb

ACTIONS: dict[str, Handler] = {**slack.CLICKS, "sales.undo": slack.handle_undo}
MORE_VERBS: dict[str, dict[str, Verb]] = {"/renewals": slack.VERBS}
