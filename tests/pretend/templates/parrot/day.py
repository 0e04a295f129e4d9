"""Its line in My day."""

from templates.blocks.day import bold_name, button, day_row, done_row


def rows(item, reader, _alone):
    """The parrot that is hungry, by name; or that it was fed."""
    name, feed_on = item.facts
    if feed_on > reader.today:
        return [done_row(bold_name(name), "was fed")]
    return [day_row(bold_name(name), buttons=[button("Fed", "parrot.fed", item.row.account_id, "primary")])]
