"""Its line in My day."""

from templates.blocks.day import bold_name, button, day_row


def rows(item, _reader, _alone):
    """The parrot that is hungry, by name."""
    fed = button("Fed", "parrot.fed", item.row.account_id, "primary")
    return [day_row(bold_name(item.facts or "A parrot"), buttons=[fed])]
