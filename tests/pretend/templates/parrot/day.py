"""Its line in My day."""

from templates.blocks.day import button, day_row, done_row
from templates.blocks.mrkdwn import as_mrkdwn


def rows(item, reader, _alone):
    """The parrot that is hungry, by name; or that it was fed."""
    name, feed_on = item.facts
    if feed_on > reader.today:
        return [done_row(name, "was fed")]
    return [
        day_row(name, as_mrkdwn("is hungry"), buttons=[button("Fed", "parrot.fed", item.row.account_id, "primary")])
    ]
