"""Companies of HubSpot with their owners, through hubspot-api-client: changed ones only, page by page.

Each page is a search for what is behind the last company's number: HubSpot's own pages count from the beginning, where
a company deleted meanwhile hides another one, and they end at 10,000. The package is an extra; the token stands in the
environment, and no error repeats it.
"""

from __future__ import annotations

import csv
import json
from contextlib import suppress
from decimal import Decimal, InvalidOperation
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from handlers.source.brought import (
    NO_SENSE,
    NOTHING,
    Brought,
    Changes,
    NotTaken,
    instant_of,
    making_sense,
    no_sense,
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
    Written = Mapping[str, tuple[str, Mapping[str, str]]]

_ID, _CHANGED, _OWNER = "hs_object_id", "hs_lastmodifieddate", "_owner_id"
_PAGE, _OWNERS_AT_ONCE = 200, 100
_WAIT = 60
_BUSY, _BROKEN = 429, 500
_REFUSED, _FORBIDDEN = 401, 403
_GONE, _MALFORMED = 404, 400
_SCOPES = "crm.objects.companies.read, crm.objects.owners.read, crm.schemas.companies.read"


def ask(
    rule: Source,
    secret: Secret,
    into: Path,
    *,
    mark: str,
    now: datetime,
    written: Written | None = None,
    halted: Callable[[], bool] = bool,
) -> Brought:
    """Write what changed since `mark` into a file, all of it without one. Raises UserError without the token.

    `written`: by number what we wrote of late, and when. A search may be behind by a while: it would take that back.
    """
    one = _signed_in(rule, secret, halted)
    changes = Changes(rule, mark, now)
    columns = columns_of(rule)
    count = 0
    with (
        making_sense(rule.name, "HubSpot"),
        into.open("w", encoding="utf-8", errors="replace", newline="") as file,
    ):
        kinds = one.kinds(columns)
        owners = one.owners() if any(column.endswith(_OWNER) for column in columns) else {}
        writer = csv.writer(file)
        writer.writerow(columns)
        for values in one.companies([*columns, _CHANGED], changes.since):
            count += 1
            changes.saw(instant_of(str(values[_CHANGED])))
            stamp, ours = (written or {}).get(str(values[_ID]), ("", {}))
            is_behind = stamp and instant_of(str(values[_CHANGED])) < instant_of(stamp)
            latest = {**values, **ours} if is_behind else values
            cells = {column: _cell(latest.get(column), column, kinds, owners) for column in columns}
            writer.writerow([said_here(rule, column, cell) for column, cell in cells.items()])
    is_partial = changes.since is not None
    return Brought(changes.mark(), is_new=count > 0 or not is_partial, is_partial=is_partial)


def _signed_in(rule: Source, secret: Secret, halted: Callable[[], bool]) -> _Asking:
    if find_spec("hubspot") is None:
        raise UserError("A source of kind hubspot needs hubspot-api-client.", "pip install '.[hubspot]'")
    if not (token := (secret(f"{rule.env}_TOKEN") or "").strip()):
        raise UserError(f"{rule.name}: {rule.env}_TOKEN is not set.", "It holds the token of a private app of HubSpot.")
    client = client_of(token)
    _bound(client, rule.name, halted)
    return _Asking(rule, client, halted)


def _bound(client: Any, name: str, halted: Callable[[], bool]) -> None:
    """Limit what it is answered. It tries nothing again by itself, for as long as a server says, nor elsewhere."""
    from hubspot.discovery.discovery_base import DiscoveryBase  # noqa: PLC0415 - an extra
    from urllib3.util.retry import Retry  # noqa: PLC0415 - comes with it

    def made(*args: Any) -> Any:
        api = DiscoveryBase._default_api_factory(*args)  # noqa: SLF001 - what `api_factory` takes the place of
        limit(api.api_client.rest_client.pool_manager, name, halted)
        return api

    client.config |= {"retry": Retry(0, redirect=False), "api_factory": made}


class Companies:
    """Single companies."""

    def __init__(self, rule: Source, secret: Secret, halted: Callable[[], bool]) -> None:
        self._asking = _signed_in(rule, secret, halted)

    def read(self, key: str, columns: Sequence[str]) -> tuple[dict[str, object], str]:
        """What stands in those of the properties that are there, and when the company was changed last."""
        said = self._asking.company(key, [*columns, _CHANGED])
        there = {name.casefold(): value for name, value in said.items()}
        values = {column: there[column.casefold()] for column in columns if column.casefold() in there}
        return values, str(there.get(_CHANGED) or "")

    def write(self, key: str, cells: Mapping[str, str | None], stamp: str) -> str:  # noqa: ARG002 - it knows no such condition
        """Write properties; when the company was changed now."""
        changed = self._asking.change(key, {name: value or "" for name, value in cells.items()})
        return str(changed.updated_at.isoformat()) if changed.updated_at else ""


def columns_of(rule: Source) -> list[str]:
    """The properties that the source's mapping names, each once."""
    named = [name for names in rule.mapping.values() for name in ([names] if isinstance(names, str) else names)]
    return list(dict.fromkeys(named))


def _cell(value: Any, column: str, kinds: Mapping[str, str], owners: Mapping[str, str]) -> str:
    if value is not None and column.endswith(_OWNER):
        return owners.get(str(value), "")
    if kinds[column] == "number" and value:
        with suppress(InvalidOperation):
            return in_a_cell(Decimal(str(value)))
    return in_a_cell(value)


def _not_taken(error: Any, token: str) -> NotTaken | None:
    """What it says of the company or its properties; None where it says it of everything."""
    status = getattr(error, "status", None)
    if status == _GONE:
        return NotTaken("HubSpot has no such company any more", gone=True)
    if status == _MALFORMED:
        return NotTaken(f"HubSpot refuses it: {_message(error, token)}".rstrip(": "))
    return None


def client_of(token: str) -> Any:
    """The client. Tests lead it to a server of theirs."""
    from hubspot import HubSpot  # noqa: PLC0415 - an extra

    return HubSpot(access_token=token)


class _Asking:
    """What is asked of HubSpot for one pull."""

    def __init__(self, rule: Source, client: Any, halted: Callable[[], bool]) -> None:
        self._rule, self._client, self._halted = rule, client, halted

    def kinds(self, columns: list[str]) -> dict[str, str]:
        """The type of each property; raises UserError for one that HubSpot has no more: it would only be left out."""
        found = self._call(lambda: self._client.crm.properties.core_api.get_all("companies", _request_timeout=_WAIT))
        kinds = {one.name: str(one.type) for one in found.results}
        lacking = [column for column in columns if column not in kinds]
        if lacking:
            words = f"{self._rule.name}: companies of HubSpot have no property {', '.join(lacking)}."
            raise UserError(words, f"Was it renamed there? `mapping` of the source names it. {NOTHING}")
        return kinds

    def owners(self) -> dict[str, str]:
        """The address of each owner by number, also of those who have left."""
        found: dict[str, str] = {}
        for archived in ("false", "true"):  # as text: the client would write True
            after: str | None = None
            been: set[str] = set()
            while True:
                options = {"limit": _OWNERS_AT_ONCE, "archived": archived, "_request_timeout": _WAIT}
                options |= {"after": after} if after else {}
                page = self._call(lambda: self._client.crm.owners.owners_api.get_page(**options))  # noqa: B023
                found |= {str(owner.id): owner.email for owner in page.results if owner.email}
                after = page.paging.next.after if page.paging and page.paging.next else None
                if after is None:
                    break
                if after in been:
                    raise ValueError("a page that came before")
                been.add(after)
        return found

    def company(self, key: str, properties: list[str]) -> dict[str, Any]:
        """What stands in these properties of a company by its number. Raises NotTaken."""
        api = self._client.crm.companies.basic_api
        found: dict[str, Any] = self._one(
            lambda: _properties(api.get_by_id(key, properties=properties, _request_timeout=_WAIT))
        )
        return found

    def change(self, key: str, properties: dict[str, str]) -> Any:
        """Write properties of a company. Raises NotTaken; a page of a proxy's is no sign that they were written."""
        api, values = self._client.crm.companies.basic_api, {"properties": properties}

        def call() -> Any:
            changed = api.update(key, simple_public_object_input=values, _request_timeout=_WAIT)
            _properties(changed)
            return changed

        return self._one(call)

    def _one(self, call: Callable[[], Any]) -> Any:
        def carefully() -> Any:
            try:
                return call()
            except Exception as error:
                if (refused := _not_taken(error, self._client.access_token)) is None:
                    raise
                raise refused from error

        return self._call(carefully)

    def companies(self, properties: list[str], since: datetime | None) -> Iterator[dict[str, Any]]:
        """All companies that changed since, in the order of their numbers."""
        last, more = 0, True
        while more:
            page = self._search(properties, since, last)
            for company in page.results:
                if (number := int(company.id)) <= last:
                    raise ValueError("a number that came before")
                last = number
                yield {_ID: company.id, **company.properties}
            more = bool(page.results and page.paging and page.paging.next)
            if more and self._halted():
                raise UserError(f"{self._rule.name} was given up on the way.", NOTHING)

    def _search(self, properties: list[str], since: datetime | None, behind: int) -> Any:
        filters = [{"propertyName": _ID, "operator": "GT", "value": str(behind)}]
        if since:
            stamp = str(int(since.timestamp() * 1000))
            filters.append({"propertyName": _CHANGED, "operator": "GTE", "value": stamp})
        request: dict[str, Any] = {
            "filterGroups": [{"filters": filters}],
            "sorts": [{"propertyName": _ID, "direction": "ASCENDING"}],
            "properties": list(dict.fromkeys([*properties, _ID])),
            "limit": _PAGE,
        }
        return self._call(lambda: self._client.crm.companies.search_api.do_search(request, _request_timeout=_WAIT))

    def _call(self, call: Callable[[], Any]) -> Any:
        """Call HubSpot, again where it only is busy. Raises UserError in plain words for what makes no sense, too."""
        from urllib3.exceptions import HTTPError  # noqa: PLC0415 - comes with the extra

        try:
            return patiently(call, _again, self._rule.name, self._halted)
        except HTTPError as error:
            words = f"{self._rule.name}: HubSpot can't be reached: {type(error).__name__}."
            raise UserError(words, f"It is tried again. {NOTHING}") from error
        except (UserError, NotTaken):
            raise
        except Exception as error:
            if hasattr(error, "status"):  # each part of the client has an exception of its own
                raise _refused(self._rule, error, self._client.access_token) from error
            if not isinstance(error, NO_SENSE):
                raise
            raise UserError(no_sense(self._rule.name, "HubSpot", error), f"It is tried again. {NOTHING}") from error


def _properties(company: Any) -> dict[str, Any]:
    """Those of a company; raises TypeError for an answer that holds none, such as a page of a proxy's."""
    found = getattr(company, "properties", None)
    if not isinstance(found, dict):
        raise TypeError("no properties")
    return found


def _again(error: Exception) -> float | None:
    from urllib3.exceptions import HTTPError  # noqa: PLC0415 - comes with the extra

    status = getattr(error, "status", None)
    if status == _BUSY:
        return None if _said(error).get("policyName") == "DAILY" else 0
    is_broken = isinstance(status, int) and status >= _BROKEN
    return 0 if is_broken or isinstance(error, HTTPError) else None


def _said(error: Any) -> dict[str, Any]:
    with suppress(ValueError, TypeError):
        found = json.loads(error.body)
        return found if isinstance(found, dict) else {}
    return {}


def _message(error: Any, token: str) -> str:
    return told(_said(error).get("message") or error.reason or "", token)


def _refused(rule: Source, error: Any, token: str) -> UserError:
    said, message = _said(error), _message(error, token)
    if error.status == _REFUSED:
        what = "has expired" if "EXPIRED" in str(said.get("category")) else "is not valid"
        return UserError(f"{rule.name}: HubSpot says that {rule.env}_TOKEN {what}.", f"Put a new one there. {NOTHING}")
    if error.status == _FORBIDDEN:
        scopes = f"{_SCOPES}, crm.objects.companies.write" if rule.write else _SCOPES
        return UserError(f"{rule.name}: HubSpot refuses: {message}.", f"The private app needs {scopes}. {NOTHING}")
    if error.status == _BUSY:
        words = (
            f"{rule.name}: the calls that HubSpot allows are used up ({told(said.get('policyName', 'limit'), token)})."
        )
        return UserError(words, f"It is tried again by itself. {NOTHING}")
    return UserError(f"{rule.name}: HubSpot says {error.status}: {message}.", NOTHING)
