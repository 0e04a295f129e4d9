"""Its kind of reminder."""

from storage.parrot import store
from templates.parrot.day import rows

from reminders.account.kinds import ACCOUNTS
from reminders.engine.items import Item, posting
from reminders.engine.kinds import Kind, RecordRule
from storage.base.keys import Key


def _items(account, feed_on, _told, as_of):
    if account.active and feed_on:
        key = Key("parrot_feed", (account.id, feed_on))
        when = posting(as_of, account.csm, feed_on)
        yield Item(str(key), "parrot_feed", account.csm, when, feed_on, None, lambda: "it is hungry", None, account.id)


KINDS = (
    Kind(
        name="parrot_feed",
        words="feeding of a parrot",
        label="Parrots",
        place=35,
        rule=RecordRule(
            source=ACCOUNTS,
            items=_items,
            why_not=lambda *_: "it was fed",
            own=lambda reading, ids: store.of_accounts(reading.db, ids),
        ),
        is_to_do=True,
        read=lambda behind, row: store.of_account(behind.db, row.account_id),
        show=rows,
    ),
)
