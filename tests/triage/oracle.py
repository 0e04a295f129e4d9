"""Triage, written a second time from the rules' text alone: when its update is due, and in which state an account is.

No code of the bot is used. A history is a list of (day, what, more) in order.
"""

from datetime import timedelta

TUESDAY = 1


def due(last, colour, chosen=None):
    """The first Tuesday 4 days (red) or 25 days (yellow) or more after the last, or earlier by choice."""
    day = last + timedelta(days=4 if colour == "red" else 25)
    while day.weekday() != TUESDAY:
        day += timedelta(days=1)
    return day if chosen is None or chosen > day else chosen


def lived(history):  # noqa: C901 - the rules as they stand in the text
    """State, colour and due day after a history, and how each earlier time in triage ended."""
    state, colour, last, ends = "normal", None, None, []
    for day, what, more in history:
        if what == "health":
            if state == "normal":
                if more == "red":
                    state, colour, last = "triage", "red", day
            elif state == "triage" and more in ("green", "yellow"):
                state, colour, last = "normal", None, None
                ends.append("won_back")
            elif more in ("red", "yellow", "green"):
                colour = more
        elif what == "needs_triage" and state == "normal":
            state, colour, last = "triage", "yellow", day
        elif what == "update" and state == "triage":
            if more == "green":
                state, colour, last = "normal", None, None
                ends.append("won_back")
            else:
                colour, last = more, day
        elif what == "will_churn" and state == "triage":
            state = "will_churn"
        elif what == "renewed" and state != "normal":
            state, colour, last = "normal", None, None
            ends.append("contracted" if more == "less" else "won_back")
    return state, colour, due(last, colour) if state == "triage" else None, ends
