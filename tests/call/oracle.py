"""When a call is late, written a second time from the rule's text alone. No code of the bot is used."""


def is_late(today, last, started, own, segment, *, in_onboarding):
    """Today - last (else started) > the days; in onboarding > 10; own before segment's; 0: none, never late."""
    days = segment if own is None else own
    if days == 0:
        return False
    counted_from = last if last is not None else started
    if counted_from is None:
        return False
    return today.toordinal() - counted_from.toordinal() > (10 if in_onboarding else days)
