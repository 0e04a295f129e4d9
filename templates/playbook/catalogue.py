"""The catalogue: reads templates/playbooks/*.toml into playbooks. Called by bot.py at start-up.

One file is one playbook. A file that is wrong is named with its line and what would be right, and the others
work. A new version of a playbook changes what is opened from then on; storage leaves running CTAs alone.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from storage.playbook.record import Checklist, ChecklistTask, Playbook, PlaybookTask, motion_of, use_case_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

CATALOGUE: Final = Path(__file__).parents[1] / "playbooks"
CHECKLISTS: Final = Path(__file__).parents[1] / "checklists"

# Slack shows names and task titles as options of a list: 75 characters at most.
_Title = Annotated[str, Field(min_length=1, max_length=75)]
_Sentence = Annotated[str, Field(min_length=1, max_length=300)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, str_strip_whitespace=True)


class _Task(_Strict):
    title: _Title
    due_days: Annotated[int, Field(ge=0, le=730)]
    hint: Annotated[str, Field(max_length=300)] = ""


class _File(_Strict):
    name: _Title
    version: Annotated[int, Field(ge=1)]
    category: str = ""
    summary: _Sentence
    discovery: Annotated[list[_Sentence], Field(max_length=5)] = []
    tasks: Annotated[list[_Task], Field(min_length=1, max_length=20)]


class _ChecklistTask(_Strict):
    title: _Title
    for_: Literal["csm", "ae", "sa", "pse"] = Field("csm", alias="for")
    anchor: Literal["opened", "started", "renewal"] | None = None
    due_days: Annotated[int, Field(ge=-730, le=730)]
    asks: Literal["", "link", "text"] = ""
    optional: bool = False
    sets: Literal["", "engaged", "infrastructure_ready"] = ""
    hint: Annotated[str, Field(max_length=300)] = ""


class _Checklist(_Strict):
    kind: Literal["lifecycle"]
    name: _Title
    version: Annotated[int, Field(ge=1)]
    segments: list[str] = []
    anchor: Literal["opened", "started", "renewal"]
    summary: _Sentence
    tasks: Annotated[list[_ChecklistTask], Field(min_length=1, max_length=20)]


M = TypeVar("M", bound=_Strict)
P = TypeVar("P", Playbook, Checklist)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a file of the catalogue; `line` counts from 1."""

    file: str
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}: {self.reason}"


def load_catalogue(folder: Path, use_cases: Sequence[str]) -> tuple[list[Playbook], list[Fault]]:
    """The playbooks of a folder by file name, and the faults of the files that were left out.

    `use_cases` are the policy's. Of two files with one name, the first counts.
    """
    return _load(folder, lambda source: _playbook(source, use_cases))


def load_shipped(use_cases: Sequence[str]) -> tuple[list[Playbook], list[Checklist], list[Fault]]:
    """All that ships with the bot: playbooks, checklists, and the faults of either."""
    playbooks, faults = load_catalogue(CATALOGUE, use_cases)
    checklists, more = load_checklists(CHECKLISTS)
    return playbooks, checklists, [*faults, *more]


def load_checklists(folder: Path) -> tuple[list[Checklist], list[Fault]]:
    """The life-cycle playbooks of a folder, likewise."""
    return _load(folder, _checklist)


def _load(folder: Path, read: Callable[[bytes], P]) -> tuple[list[P], list[Fault]]:
    playbooks: dict[str, tuple[str, P]] = {}
    faults = []
    for path in sorted(folder.glob("*.toml")):
        try:
            source = path.read_bytes()
            playbook = read(source)
        except _FaultyError as error:
            faults.append(Fault(path.name, error.line, error.reason))
            continue
        except OSError as error:
            faults.append(Fault(path.name, 1, f"the file can't be read: {error.strerror}"))
            continue
        first, _ = playbooks.setdefault(playbook.name.casefold(), (path.name, playbook))
        if first != path.name:
            line = _line_of(_lines(source), ("name",))
            faults.append(Fault(path.name, line, f"{first} has the name {playbook.name} already"))
    return [playbook for _, playbook in playbooks.values()], faults


class _FaultyError(Exception):
    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line
        self.reason = reason


def _read(source: bytes, model: type[M]) -> M:
    try:
        document = tomllib.loads(source.decode())
    except UnicodeDecodeError as error:
        raise _FaultyError(source.count(b"\n", 0, error.start) + 1, "the file is not UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise _toml_fault(str(error), source) from error
    try:
        return model.model_validate(document)
    except ValidationError as error:
        raise _schema_fault(error, source) from error


def _checklist(source: bytes) -> Checklist:
    file = _read(source, _Checklist)
    if motion_of(file.name) is not None:
        raise _FaultyError(
            _line_of(_lines(source), ("name",)), "the name of a checklist holds neither Expand nor Enable"
        )
    return Checklist(
        name=file.name,
        version=file.version,
        segments=tuple(segment.casefold() for segment in file.segments),
        anchor=file.anchor,
        summary=file.summary,
        tasks=tuple(
            ChecklistTask(
                title=task.title,
                due_days=task.due_days,
                anchor=task.anchor or file.anchor,
                role=task.for_,
                asks=task.asks,
                optional=task.optional,
                sets=task.sets,
                hint=task.hint,
            )
            for task in file.tasks
        ),
    )


def _playbook(source: bytes, use_cases: Sequence[str]) -> Playbook:
    file = _read(source, _File)
    motion = motion_of(file.name, file.category)
    if motion is None:
        raise _FaultyError(_line_of(_lines(source), ("name",)), "the name must contain Expand or Enable")
    return Playbook(
        name=file.name,
        version=file.version,
        use_case=use_case_of(file.name, use_cases),
        motion=motion,
        category=file.category,
        summary=file.summary,
        discovery=tuple(file.discovery),
        tasks=tuple(PlaybookTask(task.title, task.due_days, task.hint) for task in file.tasks),
    )


def _toml_fault(message: str, source: bytes) -> _FaultyError:
    """The fault of a TOML error, which tells its place only in words: `… (at line 3, column 5)`."""
    place = re.search(r" \(at (?:line (\d+), column \d+|end of document)\)$", message)
    line = int(place[1]) if place and place[1] else len(_lines(source))
    return _FaultyError(line, message[: place.start()] if place else message)


def _schema_fault(error: ValidationError, source: bytes) -> _FaultyError:
    """The first thing that the schema refuses, in words, at the line of its key."""
    first = error.errors(include_url=False)[0]
    key, message = first["loc"], first["msg"].removeprefix("Input should be ")
    words = {"missing": "is missing", "extra_forbidden": "is not a key of a playbook"}
    parts = [
        f"{part} {number + 1}" if isinstance(number, int) else str(part)
        for part, number in zip(key, [*key[1:], None], strict=True)
        if not isinstance(part, int)
    ]
    reason = f"{', '.join(parts)}: {words.get(first['type'], message)}"
    return _FaultyError(_line_of(_lines(source), key), reason)


def _lines(source: bytes) -> list[str]:
    return source.decode().splitlines() or [""]


def _line_of(lines: Sequence[str], key: Sequence[str | int]) -> int:
    """The line of a key such as `("tasks", 1, "due_days")`; where the key is missing, that of its table."""
    tables = [number for number, line in enumerate(lines) if re.match(r"\s*\[", line)]
    match tuple(key):
        case ("tasks", int(index), *rest) if index < len(tables):
            start, end, name = tables[index], [*tables, len(lines)][index + 1], str(*rest[:1])
        case _:
            start, end, name = 0, [*tables, len(lines)][0], str(key[0])
    written = re.compile(rf"\s*[\"']?{re.escape(name)}[\"']?\s*=")
    return next((number for number in range(start, end) if written.match(lines[number])), start) + 1
