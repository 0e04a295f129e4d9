"""A server that answers as HubSpot does, and refuses what it refuses; on this machine, over HTTPS.

Written from HubSpot's documents:
- "Search the CRM" (developers.hubspot.com/docs/api-reference/…/crm/search-the-crm): POST …/companies/search with
  `filterGroups`, `sorts`, `properties`, `limit` (200 at most) and `after`; 10,000 results for a query, beyond that 400.
- "Error handling" (docs/api-reference/error-handling) and "Improvements to authentication errors" (changelog): `status`,
  `message`, `category`, `correlationId`; 401 for a token that is none, 403 with the scopes that lack, 429 with `policyName`.
- "API usage guidelines" (docs/api/usage-details): SECONDLY and DAILY limits, the form of a 429.
- "Companies" (crm/v3/objects/companies/{id}): GET with `properties`, PATCH with `properties`, an empty text clears; unknown
  properties are left out of a GET, and make a PATCH a 400 (PROPERTY_DOESNT_EXIST), of which nothing is written; 404.
- "Owners" (crm/v3/owners) and "Properties" (crm/v3/properties/companies): pages by `after`; archived owners apart.
"""

import http.server
import json
import re
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

from tests.source.standin import Standin

TOKEN = "pat-na1-hunter2"
MOST = 10_000


class HubSpot(Standin):
    """Companies by number; `fault` is asked before each call and may answer instead."""

    def __init__(self, folder):
        self.companies = {}
        self.types = {"name": "string", "hs_object_id": "number", "hubspot_owner_id": "enumeration", "arr": "number",
                      "hs_lastmodifieddate": "datetime"}  # fmt: skip
        self.people = {False: {"11": "csm1@example.com", "12": "csm0@example.com"}, True: {"13": "gone@example.com"}}
        self.page, self.most = 2, MOST
        self.calls, self.searches, self.written, self.listed = [], [], [], {}
        self.clock = datetime(2026, 11, 21, 20, tzinfo=UTC)
        self.fault = lambda _path: None
        self.serve()
        self.url = f"https://{self.host}"
        self.trusted = folder / "hubspot.pem"
        self.authority.cert_pem.write_to_path(str(self.trusted))

    def put(self, number, at, **values):
        """A company as it is since an instant."""
        self.companies.setdefault(number, {"hs_object_id": str(number)}).update(values, hs_lastmodifieddate=at)

    def _handler(self):  # noqa: C901 - a path after the other
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self, status, body):
                data = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def refuse(self, status, category, message, **more):
                self.answer(
                    status, {"status": "error", "message": message, "category": category, "correlationId": "c0", **more}
                )

            def take(self):
                body = self.rfile.read(int(self.headers.get("content-length") or 0)).decode()
                parts = urlsplit(self.path)
                outer.calls.append(parts.path)
                said = outer.fault(parts.path)
                if said == "hang up":
                    self.close_connection = True
                elif said:
                    self.refuse(*said[:3], **(said[3] if len(said) > 3 else {}))
                elif self.headers.get("authorization") != f"Bearer {TOKEN}":
                    words = "Authentication credentials not found. This API supports OAuth 2.0 authentication"
                    self.refuse(401, "INVALID_AUTHENTICATION", words)
                elif parts.path == "/crm/v3/properties/companies":
                    self.answer(200, {"results": [outer.property(*one) for one in outer.types.items()]})
                elif parts.path.rstrip("/") == "/crm/v3/owners":
                    outer.owners(self, {name: values[0] for name, values in parse_qs(parts.query).items()})
                elif parts.path == "/crm/v3/objects/companies/search":
                    outer.search(self, json.loads(body))
                elif found := re.fullmatch(r"/crm/v3/objects/companies/(\d+)", parts.path):
                    outer.company(self, int(found[1]), parse_qs(parts.query).get("properties", []), body)
                else:
                    self.refuse(404, "OBJECT_NOT_FOUND", "resource not found")

            do_GET = do_POST = do_PATCH = take  # noqa: N815 - the server's names

            def log_message(self, *_):
                pass

        return Handler

    def property(self, name, kind):
        return {
            "name": name,
            "label": name,
            "type": kind,
            "fieldType": "text",
            "description": "",
            "groupName": "g",
            "options": [],
        }

    def owners(self, handler, asked):
        people = sorted(self.people[asked.get("archived") == "true"].items())
        start = int(asked.get("after", 0))
        now = "2026-01-01T00:00:00Z"
        said = {
            "results": [
                {
                    "id": key,
                    "email": mail,
                    "createdAt": now,
                    "updatedAt": now,
                    "archived": asked.get("archived") == "true",
                    "type": "PERSON",
                }
                for key, mail in people[start : start + 1]
            ]
        }
        if len(people) > start + 1:
            said["paging"] = {"next": {"after": str(start + 1)}}
        handler.answer(200, said)

    def company(self, handler, number, asked, body):
        if number not in self.companies:
            handler.refuse(404, "OBJECT_NOT_FOUND", "Object not found. objectId are usually numeric.")
            return
        company = self.companies[number]
        if handler.command == "PATCH":
            values = json.loads(body)["properties"]
            if lacking := [name for name in values if name not in self.types]:
                words = f'Property values were not valid: [{{"message":"Property \\"{lacking[0]}\\" does not exist"}}]'
                handler.refuse(400, "VALIDATION_ERROR", words)
                return
            self.written.append((number, values))
            self.clock += timedelta(seconds=1)
            self.listed.setdefault(number, dict(company))  # a search is behind for a while
            company.update({name: value or None for name, value in values.items()})
            company["hs_lastmodifieddate"] = self.clock.strftime("%Y-%m-%dT%H:%M:%S.000Z")
        shown = {name: company.get(name) for name in asked if name in self.types}
        at = company["hs_lastmodifieddate"]
        said = {"id": str(number), "properties": shown, "createdAt": at, "updatedAt": at, "archived": False}
        handler.answer(200, said)

    def catch_up(self):
        """A search shows what was written."""
        self.listed = {}

    def search(self, handler, asked):
        self.searches.append(asked)
        start = int(asked.get("after", 0))
        if not 0 < asked["limit"] <= 200 or start + asked["limit"] > MOST:
            handler.refuse(400, "VALIDATION_ERROR", "Request is limited to 10,000 results")
            return
        found = [self.listed.get(number, self.companies[number]) for number in sorted(self.companies)]
        for one in asked["filterGroups"][0]["filters"]:
            name, limit = one["propertyName"], int(one["value"])
            if (name, one["operator"]) == ("hs_object_id", "GT"):
                found = [company for company in found if int(company[name]) > limit]
            elif (name, one["operator"]) == ("hs_lastmodifieddate", "GTE"):
                at = datetime.fromtimestamp(limit / 1000, UTC)
                found = [company for company in found if datetime.fromisoformat(company[name]) >= at]
            else:
                handler.refuse(400, "VALIDATION_ERROR", f"There was a problem with the request: {one}")
                return
        page = found[start : start + self.page]
        said = {
            "total": len(found),
            "results": [
                {
                    "id": one["hs_object_id"],
                    "properties": {name: one.get(name) for name in asked["properties"] if name in self.types},
                    "createdAt": "2026-01-01T00:00:00Z",
                    "updatedAt": one["hs_lastmodifieddate"],
                    "archived": False,
                }
                for one in page
            ],
        }
        if start + self.page < min(len(found), self.most):
            said["paging"] = {"next": {"after": str(start + self.page)}}
        handler.answer(200, said)
