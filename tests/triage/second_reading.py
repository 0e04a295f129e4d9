"""Triage of section 4 of a customer's life read a second time, from its text alone: transitions and signals.

Plain values in, plain values out; imports nothing of the bot. Held against the bot by
tests/triage/test_second_reading.py and tests/health/test_second_signals.py.
"""

from datetime import timedelta

WORSE = {"green": 0, "yellow": 1, "red": 2}


class Case:
    """An account's triage: `state` is normal, triage, escalated or will_churn; `ended` says how each one ended."""

    def __init__(self):
        self.state = "normal"
        self.escalations = set()
        self.ended = []

    def health(self, colour, *, needs_triage=False):
        """A person sets a colour; on yellow they may say that it needs triage."""
        wanted = colour == "red" or (colour == "yellow" and needs_triage)
        if self.state == "normal" and wanted:
            self.state = "escalated" if self.escalations else "triage"
        elif self.state == "triage" and not wanted:
            self.end("won_back")

    def escalate(self, key):
        """An escalation opens (or opens again); several may be at once."""
        self.escalations.add(key)
        if self.state == "triage":
            self.state = "escalated"

    def close(self, key, colour):
        """An escalation closes; the last one asks for the health, and leads back into the triage that there was.

        Yellow is said of that triage, then; without one it is a yellow as any other.
        """
        self.escalations.discard(key)
        leads_back = self.state == "escalated" and not self.escalations
        if leads_back:
            self.state = "triage"
        if colour:
            self.health(colour, needs_triage=leads_back)

    def will_churn(self, *, by_manager, line):
        """From triage alone, by a manager alone, with a line of what is learnt from it."""
        if self.state == "triage" and by_manager and line:
            self.state = "will_churn"

    def renewed(self, old_arr, new_arr):
        fell = None not in (old_arr, new_arr) and new_arr < old_arr
        self.end("contracted" if fell else "won_back")

    def churned(self):
        self.end("churned")

    def end(self, how):
        if self.state != "normal":
            self.ended.append(how)
        self.state = "normal"


def colours_signal(history):
    """`history`: (day, colour or None) of each usage day up to today. Red now, or worse than on the usage day before."""
    colours = [colour for _, colour in sorted(history)]
    if not colours or colours[-1] is None:
        return False
    before = colours[-2] if len(colours) > 1 else None
    return colours[-1] == "red" or (before is not None and WORSE[colours[-1]] > WORSE[before])


def negative_answer(kind, score, answered_on, today):
    low = {"nps": 6, "csat": 3}[kind]
    return score <= low and today - timedelta(days=90) <= answered_on <= today


def milestone_late(target, reached, today):
    """14 days late, counted from the target day like every figure; whoever gave a delay has given a reason, not a new target."""
    return reached is None and target is not None and (today - target).days >= 14


def renewal_near(renewal, held, today):
    return renewal is not None and today <= renewal <= today + timedelta(days=90) and not held


def signals(facts, today):
    """The names of what speaks against a green that stands there; nothing where a customer will churn anyway.

    `facts`: escalations (states), colours (a usage history by name), call_late, answers (kind, score, day), outlook,
    milestones (target, reached), renewal (day, held), will_churn.
    """
    if facts["will_churn"]:
        return set()
    found = {
        "escalation": any(state in {"open", "monitoring"} for state in facts["escalations"]),
        "usage": any(colours_signal(history) for history in facts["colours"].values()),
        "call": facts["call_late"],
        "survey": any(negative_answer(*answer, today) for answer in facts["answers"]),
        "outlook": facts["outlook"] in {"at_risk", "churn"},
        "milestone": any(milestone_late(target, day, today) for target, day in facts["milestones"]),
        "renewal": renewal_near(*facts["renewal"], today),
    }
    return {name for name, holds in found.items() if holds}
