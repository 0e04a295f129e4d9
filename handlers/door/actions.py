"""How an action is carried out for somebody in Slack: one unit of work, its answer kept, whom it concerns woken.

A noun's `actions.py` says what can be done, each once: functions of a unit and of what is meant, which change it, keep
the audit, tell people, and return an `Outcome`. The terminal calls the same, and prints its plain words.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from handlers.door.request import Say, done_in_view
from templates.blocks.words import told_words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from handlers.door.request import Request
    from handlers.door.services import Services
    from storage.base.db import Unit
    from storage.base.person import Person

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an action, in the words of Slack and, `plain`, in those of the terminal.

    `told` are the people who hear of it, and `how` as of several (`are told`); `note` says it where that does not.
    `buttons` (label, action id, value) are what may come next.
    """

    said: str
    plain: str = ""
    told: Sequence[Person] = ()
    how: str = "are told"
    note: str | None = None
    buttons: Sequence[tuple[str, str, object]] = ()


def carry_out(
    request: Request,
    services: Services,
    action: Callable[Concatenate[Unit, P], Outcome],
    *args: P.args,
    **kwargs: P.kwargs,
) -> Say:
    """Do it; the answer is its outcome."""
    return carry_out_and_show(
        request, services, lambda unit: action(unit, *args, **kwargs), lambda outcome: shown(services, outcome)
    )


def carry_out_and_show(
    request: Request, services: Services, action: Callable[[Unit], T], show: Callable[[T], Say]
) -> Say:
    """Do it; the answer is what `show` makes of what came of it, from the records as they are now."""
    with services.unit(request) as unit:
        answer = show(action(unit))
        unit.keep_answer(answer.as_json())
    services.wake()
    return answer


def carry_out_in_view(
    request: Request, services: Services, action: Callable[[Unit], T], words: Callable[[T], str]
) -> T:
    """Do it; the answer is a form or Home drawn anew, for which `words` stand when that fails."""
    with services.unit(request) as unit:
        found = action(unit)
        unit.keep_answer(done_in_view(words(found)))
    services.wake()
    return found


def carry_out_unasked(request: Request, services: Services, action: Callable[[Unit], object]) -> None:
    """Do what follows from something that happened in Slack: nobody asked for it, nobody is answered."""
    with services.unit(request) as unit:
        action(unit)
    services.wake()


def shown(services: Services, outcome: Outcome) -> Say:
    """An outcome as a message."""
    told = outcome.note or told_words(outcome.told, outcome.how)
    return Say(services.render("blocks/done", said=outcome.said, told=told, buttons=outcome.buttons))
