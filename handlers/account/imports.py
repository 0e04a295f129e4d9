"""`/account import` (a file in a form, a dry run, then the import) and `/account conflicts`. For managers."""

from __future__ import annotations

import logging
import secrets
import time
import urllib.request
from http.client import HTTPException
from pathlib import Path
from typing import TYPE_CHECKING, Any

from slack_sdk.errors import SlackApiError

from handlers.finding import number
from handlers.importing import import_file
from handlers.request import Answer, Open, Redraw, Request, done_in_view
from handlers.surfaces import Shown, present
from handlers.today import reader_today, zone_name
from storage.imports import conflicts
from storage.model.errors import Refused, UserError
from storage.model.importing import KINDS
from storage.model.permissions import MANAGERS_HINT, may
from templates.views import importing as views

if TYPE_CHECKING:
    from typing import Literal

    from handlers.importing import Outcome
    from handlers.services import Services

log = logging.getLogger("cta_bot")

LARGEST_BYTES = 10_000_000
PATIENCE_SECONDS = 20
PAGE = 8
TRIES, PAUSE_SECONDS = 20, 0.1


def refuse_others(request: Request, services: Services) -> None:
    """Raise Refused unless the person may import: a manager."""
    if not may(request.rights, "import", services.policy):
        raise Refused("Only managers can import files and decide conflicts.", MANAGERS_HINT)


# -- the file ---------------------------------------------------------------------------------------------------


def import_form(request: Request, services: Services) -> Open:
    """The form that takes the file."""
    refuse_others(request, services)
    return Open(services.render("account/import", kinds=views.KIND_OPTIONS, kind=views.KIND_OPTIONS[0]))


def handle_open(request: Request, services: Services) -> Answer:
    """[Import a file]."""
    return import_form(request, services)


def submit_file(request: Request, services: Services) -> Answer:
    """The file: read it after the ack, and show what it would change. Nothing is written yet."""
    refuse_others(request, services)
    files = request.values.get("file") or []
    kind = request.field("kind")
    if not files:
        raise UserError("Which file?", "Pick a CSV or Excel file.", field="file")
    if kind not in KINDS:
        raise UserError("What is in it?", "Pick accounts, CTAs or people.", field="kind")
    order = f"{kind}:{files[0]['id']}:{int(bool(request.values.get('skip')))}"
    return _work(request, services, order, dry_run=True)


def handle_confirm(request: Request, services: Services) -> Answer:
    """[Import]: the same file again, written this time."""
    refuse_others(request, services)
    return _work(request, services, request.value, dry_run=False)


def _work(request: Request, services: Services, order: str, *, dry_run: bool) -> Redraw:
    """Say that the file is being read; the result takes that view's place."""
    kind, file_id, skip = (*order.split(":"), "", "")[:3]
    if kind not in KINDS or not file_id:
        raise UserError("That import is too old.", "Start again: /account import")
    external_id = f"import:{request.view_id}:{'dry' if dry_run else 'run'}:{file_id}"

    def work() -> None:
        done = False
        try:
            name, data = _download(services, file_id)
            outcome = import_file(
                services.store,
                kind,
                data,
                name,
                now=request.now,
                actor=request.person,
                dry_run=dry_run,
                skip_rejected=skip == "1",
            )
            done = outcome.import_id is not None
            context = _shown(outcome, skip=skip == "1", done=not dry_run)
            leaving_out = f"{kind}:{file_id}:1" if context["refused"] else order
            message = services.render("account/import_result", **context, value=leaving_out)
        except UserError as error:
            message = _refusal(services, error)
        except Exception:  # after the ack nobody else is left to say it
            reference = f"E-{secrets.token_hex(3)}"
            log.exception("an import failed (%s)", reference)
            hint = "It was imported all the same." if done else "Nothing was imported; try again: /account import"
            message = _refusal(services, UserError(f"Something went wrong ({reference}).", hint))
        services.wake()
        _replace(services, external_id, services.render("account/pane", title="Import", blocks=message["blocks"]))

    services.later(work)
    words = "Reading the file …" if dry_run else "Importing …"
    return Redraw(services.render("account/reading", external_id=external_id, words=words))


def _refusal(services: Services, error: UserError) -> dict[str, Any]:
    """Why it came to nothing, as the result that takes the place of "Reading the file"."""
    rendered: dict[str, Any] = services.render(
        "errors/refusal", message=error.message, hint=error.hint, typed="", choices=[]
    )
    return rendered


def _replace(services: Services, external_id: str, view: dict[str, Any]) -> None:
    """Put the result where "Reading the file" stands, once that is there: its own answer may still be on its way."""
    for _ in range(TRIES):
        try:
            services.slack.views_update(external_id=external_id, view=view)
        except SlackApiError as error:
            if error.response["error"] != "not_found":
                raise
            time.sleep(PAUSE_SECONDS)
        else:
            return
    log.warning("the form of an import was closed before its result came")


def _shown(outcome: Outcome, *, skip: bool, done: bool) -> dict[str, Any]:
    return views.result(
        kind=outcome.kind,
        file=outcome.file,
        counts=outcome.counts,
        new=outcome.new,
        changed=[(change.title, change.before, change.after) for change in outcome.changed],
        conflicts=outcome.conflicts,
        rejected=outcome.rejected,
        warnings=outcome.warnings,
        skip=skip,
        done=done,
    )


def _download(services: Services, file_id: str) -> tuple[str, bytes]:
    """The file's name and content, read with the bot's own token; raises UserError for one that can't be read."""
    try:
        file = services.slack.files_info(file=file_id)["file"]
    except (SlackApiError, OSError) as error:
        raise UserError("Slack does not show me the file.", "Upload it again: /account import") from error
    name = Path(str(file.get("name") or "file.csv")).name
    if int(file.get("size") or 0) > LARGEST_BYTES:
        raise UserError(f"{name} is larger than 10 MB.", "Import it from the terminal: python bot.py import")
    url = str(file.get("url_private_download") or file.get("url_private") or "")
    if not url.startswith(("https://", "http://")):
        raise UserError(f"Slack does not let me read {name}.", "Upload it again.")
    # Slack names the address of its own file store; the token goes there and nowhere else.
    wanted = urllib.request.Request(url, headers={"Authorization": f"Bearer {services.slack.token}"})  # noqa: S310
    try:
        with urllib.request.urlopen(wanted, timeout=PATIENCE_SECONDS) as answer:  # noqa: S310 - the scheme is checked
            data: bytes = answer.read(LARGEST_BYTES + 1)
    except (OSError, HTTPException) as error:
        code = getattr(error, "code", None)
        why = f"Slack answered {code}" if code else "Slack could not be reached"
        raise UserError(f"{name} could not be downloaded: {why}.", "Try again: /account import") from error
    return name, data


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
    with services.unit(request) as unit:
        conflicts.decide(unit, number(conflict_id), decision)
        unit.keep_answer(done_in_view("Decided: the file's value." if decision == "theirs" else "Decided: ours stays."))
    services.wake()
    return show_conflicts(request, services, replace=True)
