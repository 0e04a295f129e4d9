"""A server that answers as Salesforce does, and refuses what it refuses; on this machine, over HTTPS.

Written from Salesforce's documents:
- REST API Developer Guide, "Query" and "Query More Results" (resources_query.htm, resources_query_more_results.htm):
  `totalSize`, `done`, `nextRecordsUrl`, `records` with `attributes`; locators are good for two days, an unknown one is
  INVALID_QUERY_LOCATOR (help article 000384958).
- "Status Codes and Error Responses" (errorcodes.htm): a list of `message` and `errorCode`; 400 for a malformed query or an
  unknown field, 401 INVALID_SESSION_ID for an expired session, 403 REQUEST_LIMIT_EXCEEDED, 404 for an unknown record.
- "Query Options Header" (headers_queryoptions.htm): the size of a page is Salesforce's to choose.
- Help, "OAuth 2.0 Client Credentials Flow", "OAuth 2.0 JWT Bearer Flow" and "OAuth 2.0 Authorization Errors"
  (remoteaccess_oauth_flow_errors.htm): `error` and `error_description`, 400; client credentials at My Domain alone.
- REST API Developer Guide, "sObject Rows" (resources_sobject_retrieve.htm): GET and PATCH of a record, 204 with nothing
  in it; "Conditional Request Headers" (intro_rest_conditional_requests.htm): `If-Unmodified-Since`, 412, and 400 for one
  that is no date. A field may be refused by INVALID_FIELD, INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST, STRING_TOO_LONG, with
  `fields`: nothing of the call is written then.
- SOQL and SOSL Reference, "Date Formats and Date Literals": an instant of a condition bears no quotation marks.
"""

import base64
import http.server
import json
import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import parse_qs, unquote, urlsplit

import jwt
from requests.adapters import HTTPAdapter

from tests.source.standin import Standin

KEY, SECRET = "3MVG9key", "hunter2-secret"
DOMAIN = "https://acme.my.salesforce.com"
_SELECT = re.compile(r"SELECT (?P<fields>.+?) FROM (?P<of>\w+)(?: WHERE (?P<where>.+?))?(?: ORDER BY (?P<order>\w+))?$")
_SINCE = re.compile(r"^SystemModstamp >= (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)$")
_EQUAL = re.compile(r"^\((\w+) = '?(\w+)'?\)$")


class Salesforce(Standin):
    """Accounts by id, with what they were asked for; `fault` is asked before each call and may answer instead."""

    def __init__(self):
        self.records = {}
        self.fields = {
            "Id",
            "Name",
            "AnnualRevenue",
            "Owner.Email",
            "Health__c",
            "Type",
            "SystemModstamp",
            "LastModifiedDate",
        }
        self.page = 2
        self.picklists, self.written = {}, []
        self.clock = datetime(2026, 11, 21, 20, tzinfo=UTC)
        self.tokens, self.expired = set(), set()
        self.locators = {}
        self.queries, self.calls = [], []
        self.fault = lambda _call: None
        self.public_key = None
        self.serve()

    def put(self, number, at, **values):
        """A record, as it is since an instant."""
        key = f"001{number:015d}"
        record = self.records.setdefault(key, dict.fromkeys(self.fields) | {"Id": key})
        record.update(values, SystemModstamp=at, LastModifiedDate=at)
        return key

    def session(self, made, folder):
        """The client's session, led here."""
        trusted = folder / "salesforce.pem"
        self.authority.cert_pem.write_to_path(str(trusted))
        outer = self

        class Here(HTTPAdapter):
            def send(self, request, **options):
                request.url = request.url.replace(urlsplit(request.url).netloc, outer.host)
                return super().send(request, **(options | {"verify": str(trusted)}))

        made.trust_env = False
        made.mount("https://", Here())
        return made

    def expire(self):
        """All sessions end."""
        self.expired |= self.tokens

    def _handler(self):
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self, status, body, **headers):
                data = b"" if body is None else json.dumps(body).encode()
                self.send_response(status)
                for name, value in {
                    "Content-Type": "application/json",
                    "Content-Length": str(len(data)),
                    **headers,
                }.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(data)

            def refuse(self, status, code, message, **headers):
                self.answer(status, [{"message": message, "errorCode": code}], **headers)

            def take(self):
                body = self.rfile.read(int(self.headers.get("content-length") or 0)).decode()
                path = urlsplit(self.path).path
                outer.calls.append((self.command, path, body))
                said = outer.fault((self.command, path))
                if said == "hang up":
                    self.close_connection = True
                    return
                if said:
                    self.refuse(*said[:3], **(said[3] if len(said) > 3 else {}))
                    return
                if path == "/services/oauth2/token":
                    self.answer(*outer.sign_in(self.headers, parse_qs(body)))
                    return
                token = self.headers.get("authorization", "").removeprefix("Bearer ")
                if token not in outer.tokens or token in outer.expired:
                    self.refuse(401, "INVALID_SESSION_ID", "Session expired or invalid")
                    return
                outer.route(self, path, body)

            do_GET = do_POST = do_PATCH = take  # noqa: N815 - the server's names

            def log_message(self, *_):
                pass

        return Handler

    def sign_in(self, headers, form):
        grant = form.get("grant_type", [""])[0]
        if grant == "client_credentials":
            pair = base64.b64decode(headers.get("authorization", "").removeprefix("Basic ")).decode()
            if pair != f"{KEY}:{SECRET}":
                return 400, {"error": "invalid_client", "error_description": "invalid client credentials"}
        elif grant == "urn:ietf:params:oauth:grant-type:jwt-bearer":
            try:
                said = jwt.decode(form["assertion"][0], self.public_key, algorithms=["RS256"], audience=DOMAIN)
            except jwt.InvalidTokenError:
                return 400, {"error": "invalid_grant", "error_description": "invalid assertion"}
            if (said["iss"], said["sub"]) != (KEY, "bot@example.com"):
                return 400, {"error": "invalid_grant", "error_description": "user hasn't approved this consumer"}
        else:
            return 400, {"error": "unsupported_grant_type", "error_description": "grant type not supported"}
        token = f"00D!{len(self.tokens)}"
        self.tokens.add(token)
        return 200, {"access_token": token, "instance_url": f"https://{self.host}", "token_type": "Bearer"}

    def route(self, handler, path, body):
        version = "/services/data/v59.0/"
        if not path.startswith(version):
            handler.refuse(404, "NOT_FOUND", "The requested resource does not exist")
            return
        what = path.removeprefix(version)
        if what == "query/":
            self.query(handler, parse_qs(urlsplit(handler.path).query)["q"][0])
        elif what.startswith("query/"):
            rest = self.locators.pop(unquote(what.removeprefix("query/")), None)
            if rest is None:
                handler.refuse(400, "INVALID_QUERY_LOCATOR", "invalid query locator")
            else:
                self.give(handler, *rest)
        elif found := re.fullmatch(r"sobjects/Account/(\w+)", what):
            self.record(handler, found[1], body)
        else:
            handler.refuse(404, "NOT_FOUND", "The requested resource does not exist")

    def query(self, handler, soql):  # noqa: C901 - a refusal after the other
        self.queries.append(soql)
        parts = _SELECT.match(soql)
        if parts is None:
            handler.refuse(
                400, "MALFORMED_QUERY", f"{soql}\n^\nERROR at Row:1:Column:1\nunexpected token: '{soql.split()[0]}'"
            )
            return
        if parts["of"] != "Account":
            words = (
                f"\nFROM {parts['of']}\n     ^\nERROR at Row:1:Column:8\nsObject type '{parts['of']}' is not supported."
            )
            handler.refuse(400, "INVALID_TYPE", words)
            return
        fields = [field.strip() for field in parts["fields"].split(",")]
        for field in fields:
            if field not in self.fields:
                words = (
                    f"\nSELECT {field}\n       ^\nERROR at Row:1:Column:8\nNo such column '{field}' on entity 'Account'. If you"
                    " are attempting to use a custom field, be sure to append the '__c' after the custom field name."
                )
                handler.refuse(400, "INVALID_FIELD", words)
                return
        found = list(self.records.values())
        for condition in (parts["where"] or "").split(" AND "):
            if since := _SINCE.match(condition):
                at = datetime.fromisoformat(since[1])
                found = [
                    one
                    for one in found
                    if datetime.fromisoformat(one["SystemModstamp"].replace("+0000", "+00:00")) >= at
                ]
            elif equal := _EQUAL.match(condition):
                found = [one for one in found if str(one[equal[1]]) == equal[2]]
            elif condition:
                handler.refuse(
                    400, "MALFORMED_QUERY", f"{condition}\n^\nERROR at Row:1:Column:1\nunexpected token: '{condition}'"
                )
                return
        rows = []
        for one in found:
            row = {"attributes": {"type": "Account", "url": f"/services/data/v59.0/sobjects/Account/{one['Id']}"}}
            for field in fields:
                part, _, inner = field.partition(".")
                row[part] = (
                    ({"attributes": {"type": "User"}, inner: one[field]} if one[field] else None)
                    if inner
                    else one[field]
                )
            rows.append(row)
        self.give(handler, rows, len(rows), 0)

    def give(self, handler, rows, total, start):
        page, rest = rows[: self.page], rows[self.page :]
        said = {"totalSize": total, "done": not rest, "records": page}
        if rest:
            locator = f"0r8RO{len(self.queries):010d}-{start + self.page}"
            self.locators[locator] = (rest, total, start + self.page)
            said["nextRecordsUrl"] = f"/services/data/v59.0/query/{locator}"
        handler.answer(200, said)

    def record(self, handler, key, body):
        if key not in self.records:
            handler.refuse(404, "NOT_FOUND", "Provided external ID field does not exist or is not accessible")
            return
        record = self.records[key]
        if handler.command == "GET":
            shown = {name: value for name, value in record.items() if name in self.fields and "." not in name}
            handler.answer(200, {"attributes": {"type": "Account"}, **shown})
            return
        if since := handler.headers.get("If-Unmodified-Since"):
            try:
                at = parsedate_to_datetime(since)
            except ValueError:
                handler.refuse(400, "INVALID_HEADER", "invalid date")
                return
            if datetime.fromisoformat(record["LastModifiedDate"].replace("+0000", "+00:00")) > at:
                handler.answer(412, [])
                return
        values = json.loads(body)
        for field, value in values.items():
            if field not in self.fields:
                words = f"No such column '{field}' on sobject of type Account"
                handler.answer(400, [{"message": words, "errorCode": "INVALID_FIELD"}])
                return
            if value is not None and value not in self.picklists.get(field, (value,)):
                words = f"bad value for restricted picklist field: {value}"
                code = "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"
                handler.answer(400, [{"message": words, "errorCode": code, "fields": [field]}])
                return
        self.written.append((key, values))
        self.clock += timedelta(seconds=1)
        at = self.clock.strftime("%Y-%m-%dT%H:%M:%S.000+0000")
        record.update(values, SystemModstamp=at, LastModifiedDate=at)
        handler.answer(204, None)
