"""Records of Salesforce by a SOQL query, through simple-salesforce: changed ones only, page by page.

It signs in with client credentials, or with a JWT. The package is an extra; all secrets stand in the environment, and
no error repeats them.
"""

from __future__ import annotations

import csv
import re
from email.utils import format_datetime
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from handlers.source.brought import (
    NO_SENSE,
    NOTHING,
    Brought,
    Changes,
    NotTaken,
    instant_of,
    making_sense,
    patiently,
    told,
)
from handlers.source.limited import limit
from handlers.source.querying import in_a_cell
from storage.base.errors import UserError
from storage.source.fields import said_here

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from storage.base.outside import Source

    Secret = Callable[[str], str | None]

STAMP = "SystemModstamp"
_WAIT = 60
_MOST_ROWS = 2_000_000
_END = ".salesforce.com"
_TOKEN = re.compile(r"'(?:\\.|[^'\\])*'|[(),]|[^\s'(),]+|\s+", re.DOTALL)
_REFUSED = ("GROUP", "HAVING", "LIMIT", "OFFSET", "ALL")
_TAIL = ("WITH", "ORDER", "FOR", "UPDATE", *_REFUSED)
_LATER = (429, 500, 502, 503, 504)
_TELLING = ("No such", "sObject", "unexpected")
_GONE, _CHANGED, _MALFORMED = 404, 412, 400
_DELETED = ("ENTITY_IS_DELETED", "INVALID_CROSS_REFERENCE_KEY")
_FORBIDDEN = ("INSUFFICIENT_ACCESS_OR_READONLY", "INSUFFICIENT_ACCESS", "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY")
_NOT_KNOWN = ("INVALID_FIELD", "INVALID_TYPE")


class Soql(NamedTuple):
    """A query taken apart: what is selected, under which names it comes, of what, where, and the rest."""

    selected: str
    columns: tuple[str, ...]
    of: str
    where: str
    tail: str

    def since(self, at: datetime | None) -> str:
        """The query for what changed since, with the instant of each change; all of it for None."""
        stamp = "" if STAMP.casefold() in {name.casefold() for name in self.columns} else f", {STAMP}"
        conditions = [f"({self.where})"] if self.where else []
        conditions += [f"{STAMP} >= {at:%Y-%m-%dT%H:%M:%SZ}"] if at else []
        where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
        return f"SELECT {self.selected}{stamp} FROM {self.of}{where}{f' {self.tail}' if self.tail else ''}"


def taken_apart(query: str, name: str) -> Soql:
    """A query's parts. Raises UserError for one that has no row for each record, or that can't be narrowed."""
    parts: dict[str, list[str]] = {"": [], "SELECT": [], "FROM": [], "WHERE": [], "TAIL": []}
    fields: list[list[str]] = [[]]
    depth, part = 0, ""
    for found in _TOKEN.finditer(query):
        said, word = found[0], found[0].upper()
        depth += {"(": 1, ")": -1}.get(said, 0)
        if depth == 0 and word in _REFUSED:
            raise UserError(f"{name}: the query has {word}, but each record needs a row.", f"Leave it out. {NOTHING}")
        if depth == 0 and word in ("SELECT", "FROM", "WHERE"):
            part = word
            continue
        if depth == 1 and word == "SELECT" and part == "SELECT":
            raise UserError(f"{name}: the query has a list within each record.", f"Leave it out. {NOTHING}")
        if depth == 0 and word in _TAIL and part in ("FROM", "WHERE"):
            part = "TAIL"
        parts[part].append(said)
        if part == "SELECT":
            if said == "," and depth == 0:
                fields.append([])
            else:
                fields[-1].append(said)
    selected, of, where, tail = (
        " ".join("".join(parts[key]).split()) if key == "FROM" else "".join(parts[key]).strip()
        for key in ("SELECT", "FROM", "WHERE", "TAIL")
    )
    columns = tuple(_column("".join(field).strip()) for field in fields)
    if not selected or not of or depth or not all(columns) or "".join(parts[""]).strip():
        raise UserError(f"{name}: the query file must hold one SELECT … FROM … of SOQL.", NOTHING)
    return Soql(selected, columns, of, where, tail)


def _column(field: str) -> str:
    """The name under which a field comes: its alias, or its own."""
    call, _, alias = field.rpartition(")")
    if not call:
        return field
    return alias.strip() or call.partition("(")[2].strip()


def ask(
    rule: Source,
    secret: Secret,
    query: str,
    into: Path,
    *,
    mark: str,
    now: datetime,
    halted: Callable[[], bool] = bool,
) -> Brought:
    """Write what changed since `mark` into a file, all of it without one. Raises UserError without any secret."""
    if find_spec("simple_salesforce") is None:
        raise UserError("A source of kind salesforce needs simple-salesforce.", "pip install '.[salesforce]'")
    soql, changes = taken_apart(query, rule.name), Changes(rule, mark, now)
    client = signed_in(rule, secret, halted)
    count = 0
    with (
        making_sense(rule.name, "Salesforce"),
        into.open("w", encoding="utf-8", errors="replace", newline="") as file,
    ):
        writer = csv.writer(file)
        writer.writerow(soql.columns)
        for record in _records(client, soql.since(changes.since), rule, halted):
            count += 1
            if count > _MOST_ROWS:
                raise UserError(f"{rule.name} has more than {_MOST_ROWS:,} rows.", f"Ask for fewer. {NOTHING}")
            changes.saw(instant_of(str(_value(record, STAMP))))
            writer.writerow([said_here(rule, column, in_a_cell(_value(record, column))) for column in soql.columns])
    is_partial = changes.since is not None
    return Brought(changes.mark(), is_new=count > 0 or not is_partial, is_partial=is_partial)


def _value(record: Mapping[str, Any], column: str) -> Any:
    """The value of a column such as `Owner.Email`; None where what it hangs on is not there."""
    found: Any = record
    for part in column.split("."):
        if found is None:
            return None
        names = {key.casefold(): key for key in found}
        found = found.get(names.get(part.casefold(), ""))
    return found


def _records(client: Any, query: str, rule: Source, halted: Callable[[], bool]) -> Iterator[Mapping[str, Any]]:
    def hidden() -> list[str]:
        return [client.session_id]  # another one, where the first has expired

    page = carefully(lambda: client.query(query), rule, halted, hidden)
    been: set[str] = set()
    while True:
        yield from page["records"]
        if page["done"]:
            return
        if halted():
            raise UserError(f"{rule.name} was given up on the way.", NOTHING)
        following = page["nextRecordsUrl"]
        if following in been:
            raise ValueError("a page that came before")
        been.add(following)
        page = carefully(lambda: client.query_more(following, identifier_is_url=True), rule, halted, hidden)  # noqa: B023


class Accounts:
    """Single records of what the source's query asks for. Signs in at the first call."""

    def __init__(self, rule: Source, secret: Secret, query: str, halted: Callable[[], bool]) -> None:
        self._rule, self._secret, self._halted = rule, secret, halted
        self._of = taken_apart(query, rule.name).of.split()[0]
        self._signed_in: Any = None

    def read(self, key: str, columns: Sequence[str]) -> tuple[dict[str, object], str]:
        """What stands in those of the fields that are there, and when the record was changed last."""
        record = self._call(key, "GET")
        there = {name.casefold(): value for name, value in record.items()}
        found = {column: there[column.casefold()] for column in columns if column.casefold() in there}
        return found, str(there.get("lastmodifieddate") or "")

    def write(self, key: str, cells: Mapping[str, str | None], stamp: str) -> str:
        """Write fields, unless the record was changed since `stamp`; when it was changed now is not said."""
        headers = {}
        if stamp:
            headers["If-Unmodified-Since"] = format_datetime(instant_of(stamp), usegmt=True)
        self._call(key, "PATCH", json=dict(cells), headers=headers)
        return ""

    def _call(self, key: str, method: str, **options: Any) -> dict[str, Any]:
        from simple_salesforce.exceptions import SalesforceError  # noqa: PLC0415 - comes with the extra

        if self._signed_in is None:
            self._signed_in = signed_in(self._rule, self._secret, self._halted)

        def call() -> Any:
            try:
                said = self._signed_in.restful(f"sobjects/{self._of}/{key}", method=method, **options)
            except SalesforceError as error:
                if (refused := _not_taken(error, self._signed_in.session_id)) is None:
                    raise
                raise refused from error
            if not isinstance(said, dict) and (method == "GET" or said):
                raise TypeError("no record")  # a page of a proxy's, or a list
            return said

        found: dict[str, Any] = carefully(call, self._rule, self._halted, lambda: [self._signed_in.session_id]) or {}
        return found


def _not_taken(error: Any, token: str) -> NotTaken | None:
    """What it says of the record or its fields; None where it says it of everything."""
    code, said = said_by(error, token)
    if error.status == _GONE or code in _DELETED:
        return NotTaken("Salesforce has no such record any more", gone=True)
    if error.status == _CHANGED:
        return NotTaken("it was changed in Salesforce at that moment", stale=True)
    if error.status == _MALFORMED or code in _FORBIDDEN:
        return NotTaken(f"Salesforce refuses it: {code}: {said}")
    return None


def signed_in(rule: Source, secret: Secret, halted: Callable[[], bool]) -> Any:
    """The client, signed in. The variables begin as the source's `env` says."""

    def of(part: str) -> str:
        return (secret(f"{rule.env}_{part}") or "").strip()

    address, key = of("URL"), of("CLIENT_ID")
    host = urlsplit(address).hostname or ""
    if not address or not key:
        raise UserError(f"{rule.name}: {rule.env}_{'CLIENT_ID' if address else 'URL'} is not set.", _HOW)
    if urlsplit(address).scheme != "https" or not host.endswith(_END):
        raise UserError(f"{rule.name}: {rule.env}_URL is no address of Salesforce.", "https://NAME.my.salesforce.com")
    given: dict[str, Any] = {"consumer_key": key, "domain": host.removesuffix(_END)}
    if private := of("PRIVATE_KEY"):
        if not (username := of("USERNAME")):
            raise UserError(f"{rule.name}: {rule.env}_USERNAME is not set.", _HOW)
        as_key = "privatekey" if private.startswith("-----") else "privatekey_file"
        given |= {"username": username, as_key: private.replace("\\n", "\n")}
    elif client_secret := of("CLIENT_SECRET"):
        given["consumer_secret"] = client_secret
    else:
        raise UserError(f"{rule.name}: {rule.env}_CLIENT_SECRET is not set.", _HOW)
    from simple_salesforce.api import Salesforce  # noqa: PLC0415 - an extra

    through = session()
    for adapter in through.adapters.values():
        limit(adapter.poolmanager, rule.name, halted)
    hidden = [given.get("consumer_secret", ""), given.get("privatekey", "")]
    return carefully(lambda: Salesforce(session=through, **given), rule, halted, lambda: hidden)


_HOW = "docs/sources.md says which variables sign in to Salesforce."


def session() -> Any:
    """What calls go through: none waits for ever. Tests lead it to a server of theirs."""
    import requests  # noqa: PLC0415 - comes with the extra

    class Limited(requests.Session):
        def request(self, *args: Any, **options: Any) -> Any:
            # A redirect is none of Salesforce's answers: what follows one no longer writes, and reads from elsewhere.
            return super().request(*args, **({"timeout": _WAIT} | options | {"allow_redirects": False}))

    return Limited()


def carefully(
    call: Callable[[], Any], rule: Source, halted: Callable[[], bool], hidden: Callable[[], Sequence[str]]
) -> Any:
    """Call Salesforce, again where it only is busy. Raises UserError in plain words for what it refuses.

    `hidden`: what signs in, and is in no words.
    """
    import requests  # noqa: PLC0415 - comes with the extra
    from jwt import PyJWTError  # noqa: PLC0415 - likewise
    from simple_salesforce.exceptions import SalesforceError  # noqa: PLC0415 - likewise

    def again(error: Exception) -> float | None:
        if isinstance(error, requests.ConnectionError | requests.Timeout):
            return 0
        return 0 if isinstance(error, SalesforceError) and error.status in _LATER else None

    try:
        return patiently(call, again, rule.name, halted)
    except SalesforceError as error:
        raise _refused(rule, error, hidden()) from error
    except requests.RequestException as error:
        words = f"{rule.name}: Salesforce can't be reached: {type(error).__name__}."
        raise UserError(words, f"It is tried again. {NOTHING}") from error
    except (OSError, *NO_SENSE, PyJWTError) as error:
        # A key that is none, or an answer that is none of Salesforce's.
        raise UserError(f"{rule.name}: Salesforce can't be asked: {type(error).__name__}.", _HOW) from error


def _refused(rule: Source, error: Any, hidden: Sequence[str]) -> UserError:
    code, said = said_by(error, *hidden)
    if type(error).__name__ == "SalesforceAuthenticationFailed":
        words = f"{rule.name}: Salesforce refuses the sign-in: {said or code}."
        return UserError(words, f"Are {rule.env}_CLIENT_ID and its secret still valid? {NOTHING}")
    if code in _NOT_KNOWN:
        words = f"{rule.name}: Salesforce does not know what the query asks for: {said}."
        return UserError(words, f"Was a field renamed there, or hidden from the bot's user? {NOTHING}")
    if code == "REQUEST_LIMIT_EXCEEDED":
        words = f"{rule.name}: the calls that Salesforce allows within 24 hours are used up."
        return UserError(words, f"It is tried again by itself. {NOTHING}")
    if code == "INVALID_QUERY_LOCATOR":
        return UserError(f"{rule.name}: Salesforce gave the list up half-way.", f"It is read anew. {NOTHING}")
    return UserError(f"{rule.name}: Salesforce says {error.status} {code}: {said}.".replace(" : ", ": "), NOTHING)


def said_by(error: Any, *hidden: str) -> tuple[str, str]:
    """The code and the last line of what Salesforce said: the lines before show the query."""
    content = error.content
    if isinstance(content, bytes):
        return "", told(content.decode("utf-8", "replace"), *hidden)
    first = content[0] if isinstance(content, list) and content else {}
    lines = [line.strip() for line in str(first.get("message", "")).splitlines() if line.strip()]
    line = next((line for line in lines if line.startswith(_TELLING)), lines[-1] if lines else "")
    return told(first.get("errorCode", ""), *hidden), told(line, *hidden)
