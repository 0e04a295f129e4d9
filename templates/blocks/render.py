"""Templates: JSON with values encoded by default. Called by handlers and reminders.

    render("cta/card", **card)          the dict or list of templates/cta/card.json.j2

How to write one, in full (templates/blocks.json.j2 has a macro for each block and element):

    {% import "blocks.json.j2" as b %}
    {% macro row(cta) %}
      {{ b.section(mrkdwn("*{}* · due {}", cta.account, cta.due),
                   accessory=b.button("Update", "cta.update", cta.id)) }}
    {% endmacro %}
    {
      "text": {{ mrkdwn("{} today", counted(number, "open CTA")) }},
      "blocks": {{ array(
        b.header("Open CTAs"),
        each(row, ctas),
        more and b.context("More behind Show all"),
        b.actions(b.button("Show all", "cta.list"), b.button("Open a CTA", "cta.open", style="primary"))
      ) }}
    }

- `{{ value }}` is a complete JSON value, quotes included, whatever is in it: never put it between quotes.
  Text, numbers, true and false, none, lists and dicts can be shown; days and records are made words by a
  view first.
- `array(…)` is a JSON array of its arguments; what is none, false, 0 or empty is left out, so that
  `condition and b.section(…)` is an optional block. `each(macro, items)` puts one element for each item
  into the array around it. No comma is ever written by hand.
- `once(macro, …)` is the macro's JSON, kept: for a select that looks the same on every card.
- Text goes through `mrkdwn("… {} …", value)` or a macro; macros escape text that did not, and cut it to
  Slack's limits (mrkdwn.py). Slack's other limits are held by the Block Kit schema in tests and sandbox.
- An unknown name is an error, never an empty text.

A team's own folder (`Renderer(override)`) can replace any template by one of the same name. Those run in
Jinja's sandbox; one that fails is logged, and ours is shown instead, so that a slip in it loses no
message.
"""

from __future__ import annotations

import json
import logging
import re
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from jinja2 import (
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    StrictUndefined,
    Template,
    TemplateSyntaxError,
    Undefined,
    pass_context,
)
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from storage.base.errors import UserError
from storage.base.plurals import counted
from templates.blocks import mrkdwn as text
from templates.blocks.room import ROOM, make_room

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable

    from jinja2.runtime import Context

SUFFIX: Final = ".json.j2"
OURS: Final = Path(__file__).parents[1]

FILTERS: Final = ("batch", "default", "first", "last", "length", "list", "round", "slice", "string", "upper")
"""Jinja's filters that a template may use, beside `plain` and `formatted`: none of them makes Markup."""

BLOCK_ID_LIMIT: Final = 255
_NUMBER: Final = re.compile(r"(?:§\d+)?(?:§@[^§]*)?$")
_MARK: Final = "§@"

_log = logging.getLogger(__name__)


class _Kept(Environment):
    """Templates do not change while the bot runs: each is looked up once, for itself and for every import."""

    def get_template(self, name: str | Template, *more: Any, **named: Any) -> Template:
        """The template of a name, as Jinja's own."""
        kept: dict[str | Template, Template] = self.__dict__.setdefault("kept", {})
        found = kept.get(name)
        if found is None:
            found = kept[name] = super().get_template(name, *more, **named)
            found.globals = dict(found.globals)  # Jinja's own is a chain, and copied at every rendering
        return found


class _KeptAndBoxedIn(_Kept, ImmutableSandboxedEnvironment):
    """The same for a team's own templates."""


def _is_template(file: str) -> bool:
    """Whether a file of a team's folder is meant to be one: an editor, or a Mac, leaves others beside them."""
    return file.endswith(".j2") and not file.rpartition("/")[2].startswith(".")


class Renderer:
    """Renders our templates, or a team's own ones of the same name from the folder `override`."""

    def __init__(self, override: Path | None = None) -> None:
        self._ours = _environment_of(OURS)
        self._theirs: Environment | None = None
        self._overridden: frozenset[str] = frozenset()
        self._replaced: frozenset[str] = frozenset()
        if override is not None:
            if not override.is_dir():
                raise UserError(f"There is no folder {override}.", "CTA_BOT_TEMPLATES says where it is.")
            loader = ChoiceLoader([FileSystemLoader(override), FileSystemLoader(OURS)])
            self._theirs = _environment(_KeptAndBoxedIn, loader)
            self._overridden = frozenset(filter(_is_template, FileSystemLoader(override).list_templates()))
            self._replaced = self._overridden & frozenset(self._ours.list_templates())

    def render(self, name: str, /, **context: object) -> Any:
        """The dict or list of a template, named without `.json.j2`. Any error is a bug in the template."""
        file = name + SUFFIX
        if self._theirs is not None and file in self._overridden:
            try:
                found = _decode(self._theirs, file, context)
                return _of_that_shape(found, _decode(self._ours, file, context)) if file in self._replaced else found
            except Exception:  # noqa: BLE001 - a template can fail in any way, and a message must go out
                _log.exception("the team's own template %s failed; ours is shown instead", file)
        return _decode(self._ours, file, context)

    def faults(self) -> list[str]:
        """The team's own templates that can't be read, each with its line and why."""
        found = []
        for file in sorted(self._overridden) if self._theirs else ():
            try:
                assert self._theirs is not None  # noqa: S101 - there are none without it
                self._theirs.get_template(file)
            except TemplateSyntaxError as error:
                found.append(f"the template {file}, line {error.lineno}: {error.message}; ours is shown instead")
            except UnicodeDecodeError:
                found.append(f"the template {file} is not in UTF-8; ours is shown instead")
            except Exception as error:  # noqa: BLE001 - a folder, a link to nowhere, brackets within brackets
                found.append(f"the template {file} can't be read: {type(error).__name__}; ours is shown instead")
        return found

    def compile(self) -> list[str]:
        """Compile all templates now, so that nobody waits for it later; our templates' names."""
        names = self._ours.list_templates(filter_func=lambda file: file.endswith(SUFFIX))
        for file in names:
            self._ours.get_template(file)
        return [file.removesuffix(SUFFIX) for file in names]


def render(name: str, /, **context: object) -> Any:
    """`Renderer.render` of our own templates."""
    return _our_renderer().render(name, **context)


@cache
def _our_renderer() -> Renderer:
    return Renderer()


@cache
def _environment_of(folder: Path) -> Environment:
    # One in a process: compiling the templates takes longer than all else at a start.
    return _environment(_Kept, FileSystemLoader(folder))


def _environment(kind: type[Environment], loader: FileSystemLoader | ChoiceLoader) -> Environment:
    environment = kind(
        loader=loader,
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalize,
        auto_reload=False,
        cache_size=-1,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters = {name: environment.filters[name] for name in FILTERS}
    environment.filters |= {"plain": plain_text, "formatted": mrkdwn_text}
    environment.globals = {
        "array": array,
        "clipped": clipped,
        "counted": counted,
        "each": each,
        "once": once,
        "range": environment.globals["range"],
        "namespace": environment.globals["namespace"],
        "channel_mention": text.channel_mention,
        "day_words": text.day_words,
        "grammar": text.grammar,
        "link": text.link,
        "mention": text.mention,
        "moment": text.moment,
        "money_words": text.money_words,
        "mrkdwn": text.mrkdwn,
        "paragraph": text.paragraph,
    }
    return environment


def _of_that_shape(found: Any, ours: Any) -> Any:
    """A team's own rendering, if it is what ours is: of its kind, with words where it has some, blocks as a list.

    An empty list or null would be taken for a message that has nothing to say.
    """
    wrong = not isinstance(found, type(ours))
    if isinstance(ours, dict) and not wrong:
        text, blocks = found.get("text"), found.get("blocks")
        wrong = (
            found.get("type") != ours.get("type")
            or ("text" in ours and not (isinstance(text, str) and text.strip()))
            or not (blocks is None or (isinstance(blocks, list) and all(isinstance(block, dict) for block in blocks)))
        )
    if wrong:
        raise ValueError("it did not render to what ours is: a text, and a list of blocks")
    return found


def _decode(environment: Environment, file: str, context: dict[str, object]) -> Any:
    rendered = environment.get_template(file).render(context)
    try:
        found = json.loads(rendered)
    except ValueError as error:
        raise ValueError(f"{file} did not render to JSON: {error}") from error
    blocks = found["blocks"] if isinstance(found, dict) and "blocks" in found else found
    _tell_blocks_apart(blocks)
    if len(rendered) > ROOM and isinstance(found, dict) and "text" in found and blocks is not found:
        make_room(blocks)
    return found


def _tell_blocks_apart(blocks: Any) -> None:
    """Give a block whose id stands above already another one (`card:12:3`, `card:12:3§2`): Slack refuses doubles.

    `own_block_id` is the way back.
    """
    seen: set[str] = set()
    for block in blocks if isinstance(blocks, list) else ():
        if own := isinstance(block, dict) and block.get("block_id"):
            number = 2
            while block["block_id"] in seen:
                block["block_id"] = f"{own_block_id(own)[: BLOCK_ID_LIMIT - 4]}§{number}"
                number += 1
            seen.add(block["block_id"])


def own_block_id(block_id: str) -> str:
    """A block's id as its template wrote it."""
    return _NUMBER.sub("", block_id, count=1)


def marked(blocks: list[dict[str, Any]], epoch: str) -> list[dict[str, Any]]:
    """The blocks of a message that stays, with the database's epoch in the ids of those that can be clicked.

    A click tells by it (`epoch_of`) whether a backup was brought back since; nothing is changed where none ever was.
    """
    if not epoch:
        return blocks
    found = []
    for number, block in enumerate(blocks, 1):
        if block["type"] == "actions" or "accessory" in block:
            block_id = f"{block.get('block_id') or f'§{number}'}{_MARK}{epoch}"
            found.append(block if len(block_id) > BLOCK_ID_LIMIT else {**block, "block_id": block_id})
        else:
            found.append(block)
    return found


def epoch_of(blocks: Iterable[dict[str, Any]]) -> str:
    """The epoch in which a message was written, empty for none."""
    marks = (str(block.get("block_id") or "").partition(_MARK)[2] for block in blocks)
    return next((mark for mark in marks if mark), "")


def _refuse(value: object) -> Any:
    if isinstance(value, Undefined):
        str(value)  # raises UndefinedError, which names what is missing
    raise TypeError(f"a template can't show a {type(value).__name__}: make it words or a number in a view")


_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, default=_refuse).encode


@pass_context  # with the context asked for, Jinja finalizes constants too: they need no care of their own
def _finalize(_context: Context, value: object) -> Markup:
    """The value as JSON. Markup is JSON already: only macros, `array` and `each` make it."""
    return value if isinstance(value, Markup) else Markup(_encode(value))  # noqa: S704 - it is JSON, not HTML


def plain_text(value: str, limit: int = text.HEADER_LIMIT) -> Markup:
    """The filter `plain`: a plain_text object, in which emoji codes stay the text that they are."""
    return Markup(f'{{"type":"plain_text","text":{_encode(text.plain(value, limit))},"emoji":false}}')  # noqa: S704


def mrkdwn_text(value: object, limit: int = text.SECTION_LIMIT) -> Markup:
    """The filter `formatted`: a mrkdwn object, in which Slack makes no links or mentions of its own."""
    words = text.clip(text.as_mrkdwn(value), limit) or text.NOTHING
    return Markup(f'{{"type":"mrkdwn","text":{_encode(words)},"verbatim":true}}')  # noqa: S704


def clipped(value: object, limit: int) -> str:
    """What somebody may edit on, where it is longer than fits visibly cut."""
    return text.clip(str(value), limit)


def array(*elements: object) -> Markup:
    """A JSON array of the elements; those that are none, false, 0 or empty are left out."""
    return Markup(f"[{_joined(elements)}]")  # noqa: S704 - the same


def each(macro: Callable[..., Markup], items: Iterable[object]) -> Markup:
    """The macro's JSON for each item, to stand among the elements of an `array`."""
    return Markup(_joined(macro(item) for item in items))  # noqa: S704 - the same


@lru_cache(maxsize=512, typed=True)
def once(macro: Callable[..., Markup], *arguments: Hashable) -> Markup:
    """The macro's JSON for plain arguments that are always the same (tuples, not lists), made only once."""
    return macro(*arguments)


def _joined(elements: Iterable[object]) -> str:
    present = (element.strip() if isinstance(element, Markup) else _encode(element) for element in elements if element)
    return ",".join(element for element in present if element)
