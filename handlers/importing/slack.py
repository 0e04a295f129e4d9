"""`/account import` (a file in a form, a dry run, then the import) and `/account conflicts`. For managers."""

from __future__ import annotations

import json
import logging
import secrets
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from handlers.account.which import number
from handlers.door.actions import carry_out_in_view
from handlers.door.refusals import TROUBLE, is_gone, is_passing
from handlers.door.request import Answer, Errors, Open, Redraw, Request, as_number, carried
from handlers.door.showing import tell
from handlers.door.surfaces import Shown, present
from handlers.door.today import reader_today, zone_name
from handlers.importing.actions import decide, file_columns, import_file, sample_cells
from handlers.importing.download import download
from handlers.importing.reading.forms import kinds, offered, plain_of
from handlers.importing.reading.headers import OWNERS, compared
from storage import importing as imports
from storage.base.errors import Refused, Repeated, UserError
from storage.base.permissions import MANAGERS_HINT, may
from storage.importing import conflicts
from storage.importing.record import MARKS, ORDERS, Reading
from templates.importing import show as views

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Literal

    from handlers.door.services import Services
    from handlers.door.words import Word
    from storage.importing.record import Kind

log = logging.getLogger("cta_bot")

READING_SECONDS = 120
PAGE = 8
TRIES, PAUSE_SECONDS = 20, 0.1
IMPORTING = "Importing …"
CUT_OFF = "If this still stands here in ten minutes, import the file again: nothing is taken in twice."


def refuse_others(request: Request, services: Services) -> None:
    """Raise Refused unless the person may import: a manager."""
    if not may(request.rights, "import", services.policy):
        raise Refused("Only managers can import files and decide conflicts.", MANAGERS_HINT)


# -- the file ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Order:
    """Which file is read, and how. The form holds it; `said` is of this file alone: how a column is read, by place."""

    kind: Kind
    file_id: str
    skip: bool = False
    said: Mapping[str, str] = field(default_factory=dict)

    @property
    def value(self) -> str:
        """As a button carries it."""
        return f"{self.kind}:{self.file_id}:{int(self.skip)}"

    @property
    def meta(self) -> dict[str, Any]:
        """As the form holds it."""
        return {"order": self.value, "days": dict(self.said)}


def _order(request: Request, value: str = "") -> _Order:
    """The order that a button or the form around it holds; raises UserError for one of an older bot."""
    kind, file_id, skip = (*(value or str(request.meta.get("order", ""))).split(":"), "", "")[:3]
    days = request.meta.get("days")
    if kind not in kinds() or not file_id:
        raise UserError("That import is too old.", "Start again: /account import")
    said = {str(place): str(order) for place, order in days.items()} if isinstance(days, dict) else {}
    return _Order(kind, file_id, skip == "1", said)


def import_form(request: Request, services: Services) -> Open:
    """The form that takes the file."""
    refuse_others(request, services)
    options = [*views.KIND_OPTIONS, *offered(services.policy)]
    return Open(services.render("account/import", kinds=options, kind=options[0]))


def handle_open(request: Request, services: Services) -> Answer:
    """[Import a file]."""
    return import_form(request, services)


def submit_file(request: Request, services: Services) -> Answer:
    """The file: read it after the ack, ask about columns that nobody knows, or show what it would change."""
    refuse_others(request, services)
    files = request.values.get("file") or []
    kind = request.field("kind")
    if not files:
        raise UserError("Which file?", "Pick a CSV or Excel file.", field="file")
    if kind not in kinds():
        raise UserError("What is in it?", "Pick accounts, CTAs or people.", field="kind")
    order = _Order(kind, str(files[0]["id"]), bool(request.values.get("skip")))

    def step(name: str, data: bytes) -> _Shown:
        return _columns_form(services, order, name, data) or _read(request, services, order, name, data)

    return _work(request, services, order, step)


def handle_columns(request: Request, services: Services) -> Answer:
    """[Columns]: what was decided about the file's columns, to be decided otherwise."""
    refuse_others(request, services)
    order = _order(request)

    def step(name: str, data: bytes) -> _Shown:
        asked = _columns_form(services, order, name, data, anew=True)
        return asked or _read(request, services, order, name, data)

    return _work(request, services, order, step)


def submit_columns(request: Request, services: Services) -> Answer:
    """What the columns mean: kept for the next file too, and the file is read so."""
    refuse_others(request, services)
    order = _order(request)
    said = {name.removeprefix("column_"): str(v) for name, v in request.values.items() if name.startswith("column_")}
    meant = {place: v.removeprefix(views.LEFT_OUT) for place, v in said.items()}
    wrong: dict[str, str] = {}
    for place, plain in meant.items():
        if plain and plain in list(meant.values())[: list(meant).index(place)]:
            wrong[f"column_{place}"] = "Another column is said to be that already. Pick one of the two."
    needed = [plain for plain in request.meta.get("missing") or [] if plain not in meant.values()]
    if needed and meant and not wrong:
        names = " and ".join(views.column_words(plain) for plain in needed)
        wrong[f"column_{next(iter(meant))}"] = f"No column is said to be: {names}. Nothing can be read without."
    if wrong:
        return Errors(wrong)

    def step(name: str, data: bytes) -> _Shown:
        titles = file_columns(services.store, order.kind, data, name, anew=True).titles
        decided = {compared(titles[as_number(at)]): v for at, v in meant.items() if as_number(at) < len(titles)}
        with services.store.write(request.now, actor=request.person, source=request.source) as unit:
            imports.remember_columns(unit, order.kind, decided)
        return _read(request, services, order, name, data)

    return _work(request, services, order, step)


def handle_days(request: Request, services: Services) -> Answer:
    """[Yes, for this file] or [Always]: a column is read so (`4:mdy`, `4:.`)."""
    refuse_others(request, services)
    place, _, said = request.value.partition(":")
    if said not in ORDERS and said not in MARKS:
        raise UserError("That import is too old.", "Start again: /account import")
    before = _order(request)
    order = replace(before, said={**before.said, place: said})

    def step(name: str, data: bytes) -> _Shown:
        if request.id == "account.import_always":
            columns = file_columns(services.store, order.kind, data, name)
            title = next((c.title for c in columns.known if c.place == number(place)), "")
            remember = imports.remember_days if said in ORDERS else imports.remember_amounts
            with services.store.write(request.now, actor=request.person, source=request.source) as unit:
                remember(unit, order.kind, compared(title), said)
        return _read(request, services, order, name, data)

    return _work(request, services, order, step)


def handle_confirm(request: Request, services: Services) -> Answer:
    """[Import]: the same file again, written this time, once for this drawing of the form."""
    refuse_others(request, services)
    order, key = _order(request, request.value), f"import:{request.view_id}:{request.view_hash}"

    def step(name: str, data: bytes) -> _Shown:
        return _read(request, services, order, name, data, dry_run=False, key=key)

    return _work(request, services, order, step, words=IMPORTING)


@dataclass(frozen=True, slots=True)
class _Shown:
    """What takes the place of "Reading the file"; `written` if the file is imported by then."""

    view: Callable[[], dict[str, Any]]
    written: bool = False


def _work(
    request: Request,
    services: Services,
    order: _Order,
    step: Callable[[str, bytes], _Shown],
    words: str = "Reading the file …",
) -> Redraw:
    """Say that it is being read; do it after the ack, and put what `step` makes of it in that place.

    Each drawing has an external id of its own, made from the one that was clicked in.
    """
    external_id = f"import:{request.view_id}:{request.view_hash}"[:255]

    def work() -> None:
        written = False
        try:
            shown = step(*download(services, order.file_id))
            written = shown.written
            view = shown.view()
        except Repeated:
            return  # what the first of two clicks did stands there
        except UserError as error:
            view = _refusal(services, error)
        except Exception:  # after the ack nobody else is left to say it
            reference = f"E-{secrets.token_hex(3)}"
            log.exception("an import failed (%s)", reference)
            hint = "It was imported all the same." if written else "Nothing was imported; try again: /account import"
            view = _refusal(services, UserError(f"Something went wrong ({reference}).", hint))
        services.wake()
        view["private_metadata"] = carried(request, {**order.meta, **_meta(view)})
        if not _replace(services, external_id, view) and words == IMPORTING:
            message = {"text": "Import", "blocks": view["blocks"]}
            tell(message, request.response_url, str(request.person.slack_id), services)

    services.apart(work)
    hint = CUT_OFF if words == IMPORTING else ""
    return Redraw(services.render("account/reading", external_id=external_id, words=words, hint=hint), order.meta)


def _meta(view: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(view.get("private_metadata") or "{}")
    return found


def _columns_form(services: Services, order: _Order, name: str, data: bytes, *, anew: bool = False) -> _Shown | None:
    """The form that asks what columns mean; None where all is decided (`anew`: where nothing ever was)."""
    columns = file_columns(services.store, order.kind, data, name, anew=anew)
    if not columns.unknown:
        return None
    kept = imports.remembered(services.store.connection(), order.kind).columns
    places = {title: columns.titles.index(title) for title in columns.unknown}
    samples = sample_cells(services.store, order.kind, data, name, tuple(places.values()))
    context = views.columns_form(
        name,
        order.kind,
        plain_of(order.kind, services.policy),
        taken=[column.field for column in columns.known],
        missing=columns.missing,
        asked=[
            views.AskedColumn(places[t], t, samples[places[t]], kept.get(compared(t)), owner=compared(t) in OWNERS)
            for t in columns.unknown
        ],
    )
    metadata = json.dumps({"missing": columns.missing})
    return _Shown(lambda: services.render("account/import_columns", **context, metadata=metadata))


def _read(
    request: Request,
    services: Services,
    order: _Order,
    name: str,
    data: bytes,
    *,
    dry_run: bool = True,
    key: str | None = None,
) -> _Shown:
    """Import the file, or see what that would do; what there is to answer and to click."""
    columns = file_columns(services.store, order.kind, data, name)
    said = {compared(c.title): order.said[str(c.place)] for c in columns.known if str(c.place) in order.said}
    outcome = import_file(
        services.store,
        order.kind,
        data,
        name,
        now=request.now,
        actor=request.person,
        dry_run=dry_run,
        skip_rejected=order.skip,
        reading=Reading(
            days={title: word for title, word in said.items() if word in ORDERS},
            amounts={title: word for title, word in said.items() if word in MARKS},
        ),
        seconds=READING_SECONDS,
        halted=services.stopping,
        key=key,
    )

    def view() -> dict[str, Any]:
        context = views.result(
            kind=outcome.kind,
            file=outcome.file,
            counts=outcome.counts,
            new=outcome.new,
            changed=[(change.title, change.before, change.after) for change in outcome.changed],
            conflicts=outcome.conflicts,
            rejected=outcome.rejected,
            warnings=outcome.warnings,
            questions=outcome.questions,
            asked=bool(file_columns(services.store, order.kind, data, name, anew=True).unknown),
            skip=order.skip,
            done=not dry_run,
        )
        leaving_out = replace(order, skip=True) if context["refused"] else order
        message = services.render("account/import_result", **context, value=leaving_out.value)
        return _pane(services, message)

    return _Shown(view, written=outcome.import_id is not None)


def _pane(services: Services, message: Mapping[str, Any]) -> dict[str, Any]:
    pane: dict[str, Any] = services.render("blocks/pane", title="Import", blocks=message["blocks"])
    return pane


def _refusal(services: Services, error: UserError) -> dict[str, Any]:
    """Why it came to nothing, as the result that takes the place of "Reading the file"."""
    said = services.render("errors/refusal", message=error.message, hint=error.hint, typed="", choices=[])
    return _pane(services, said)


def _replace(services: Services, external_id: str, view: dict[str, Any]) -> bool:
    """Put the result where "Reading the file" stands, once that is there: its own answer may still be on its way.

    False where it was closed, or Slack has trouble for too long.
    """
    for _ in range(TRIES):
        try:
            services.when_let(lambda: services.slack.views_update(external_id=external_id, view=view))
        except TROUBLE as error:
            if is_passing(error):
                break
            if not is_gone(error):
                raise
            time.sleep(PAUSE_SECONDS)
        else:
            return True
    log.warning("the form of an import was closed before its result came, or Slack had trouble")
    return False


# -- conflicts --------------------------------------------------------------------------------------------------


def show_conflicts(request: Request, services: Services, offset: int = 0, *, replace: bool = False) -> Shown:
    """What a file and people said differently, each to be decided."""
    refuse_others(request, services)
    found = conflicts.list_conflicts(services.store.connection(), services.policy)
    context = views.conflicts(
        found, reader_today(request, services), zone_name(request, services), offset=offset, size=PAGE
    )
    return present(request, services, services.render("account/conflicts", **context), "Conflicts", replace=replace)


def handle_conflicts(request: Request, services: Services) -> Answer:
    """[Decide], or another page."""
    return show_conflicts(request, services, request.number(), replace=bool(request.value))


def handle_decide(request: Request, services: Services) -> Answer:
    """[Keep ours] or [Take the file's]: `ours:12`, `theirs:12`; then the list without it."""
    refuse_others(request, services)
    said, _, conflict_id = request.value.partition(":")
    decision: Literal["ours", "theirs"] = "theirs" if said == "theirs" else "ours"
    carry_out_in_view(request, services, lambda unit: decide(unit, number(conflict_id), decision), str)
    return show_conflicts(request, services, replace=True)


def conflicts_by_words(request: Request, services: Services, words: Sequence[Word]) -> Answer:  # noqa: ARG001 - as a verb is
    """`/account conflicts`."""
    return show_conflicts(request, services)


def import_by_words(request: Request, services: Services, words: Sequence[Word]) -> Answer:  # noqa: ARG001 - likewise
    """`/account import`."""
    return import_form(request, services)
