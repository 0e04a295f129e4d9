"""Salesforce as a source, through its own client library, against a server that refuses what Salesforce refuses."""

from contextlib import suppress
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import given
from hypothesis import strategies as st

from handlers.source import brought, salesforce
from handlers.source.salesforce import taken_apart
from storage.base.errors import UserError
from storage.base.policy import policy_from
from tests.source.standin_salesforce import DOMAIN, KEY, SECRET, Salesforce

SOQL = "SELECT Id, Name, AnnualRevenue, Owner.Email\nFROM Account\nWHERE Type = 'Customer'\n"
MAPPING = {"crm_id": "Id", "name": "Name", "arr": "AnnualRevenue", "csm": "Owner.Email"}


def at(minutes):
    return f"2026-11-21T{minutes // 60:02d}:{minutes % 60:02d}:00.000+0000"


@pytest.fixture
def theirs(filled, tmp_path, monkeypatch):
    made = Salesforce()
    usual = salesforce.session
    monkeypatch.setattr(salesforce, "session", lambda: made.session(usual(), tmp_path))
    monkeypatch.setattr(brought, "WAITS", (0.0, 0.0, 0.0))
    query = tmp_path / "accounts.soql"
    query.write_text(SOQL)
    filled.secrets |= {"SALESFORCE_URL": DOMAIN, "SALESFORCE_CLIENT_ID": KEY, "SALESFORCE_CLIENT_SECRET": SECRET}
    filled.query = query
    set_source(filled)
    for number in range(1, 6):
        made.put(number, at(530 + number), **customer(number))
    yield made
    made.stop()


def set_source(filled, **keys):
    rule = {"name": "crm", "kind": "salesforce", "what": "accounts", "query": str(filled.query), "mapping": MAPPING}
    filled.set(sources=[rule | keys])


def customer(number, **more):
    email = f"csm{number % 2}@example.com"
    return {
        "Name": f"Customer {number}",
        "AnnualRevenue": 1000.5 * number,
        "Owner.Email": email,
        "Type": "Customer",
    } | more


def revenue(filled):
    rows = filled.db.execute("SELECT name, arr_cents / 100 FROM accounts ORDER BY name").fetchall()
    return {row[0]: row[1] for row in rows}


def test_all_pages_come_then_only_what_changed(theirs, filled):
    theirs.put(9, at(539), **customer(9, Type="Partner"))
    assert filled.counts() == {"new": 5}
    assert len([path for _, path, _ in theirs.calls if "/query/" in path]) == 3
    assert "Customer 9" not in filled.names()
    theirs.put(2, at(600), **customer(2, AnnualRevenue=7))
    theirs.put(7, at(601), **customer(7))
    theirs.calls.clear()
    assert filled.counts() == {"new": 1, "changed": 1, "unchanged": 4}
    assert theirs.queries[-1].endswith(
        "FROM Account WHERE (Type = 'Customer') AND SystemModstamp >= 2026-11-21T08:45:00Z"
    )
    assert len([path for _, path, _ in theirs.calls if "/query/" in path]) > 1
    assert revenue(filled)["Customer 2"] == 7
    assert filled.counts() == {"unchanged": 2}
    assert "SystemModstamp >= 2026-11-21T09:51:00Z" in theirs.queries[-1]


def test_a_number_that_is_none_is_refused_in_words_and_what_is_known_stays(theirs, filled):
    """Seen failing: `Infinity`, `NaN` and 1e400 emptied the ARR."""
    filled.counts()
    for number, none in enumerate((float("inf"), float("-inf"), float("nan"), 1e15), start=1):
        theirs.put(number, at(600 + number), **customer(number, AnnualRevenue=none))
    for number in range(5, 10):
        theirs.put(number, at(600 + number), **customer(number))
    outcome = filled.pull().outcome
    assert [one.column for one in outcome.rejected] == ["AnnualRevenue"] * 4
    assert [one.reason for one in outcome.rejected[:3]] == ["is infinite, or not a number at all"] * 3
    assert outcome.counts["changed"] == 0
    assert [revenue(filled)[f"Customer {number}"] for number in range(1, 5)] == [1000, 2001, 3001, 4002]


def test_what_did_not_change_is_not_missing_and_what_was_deleted_shows_when_all_is_read(theirs, filled):
    set_source(filled, missing="archive")
    filled.pull()
    theirs.put(2, at(700), **customer(2, AnnualRevenue=7))
    del theirs.records[f"001{3:015d}"]
    assert not filled.pull().archived
    assert len(filled.names()) == 5
    filled.desk.now += timedelta(days=2)
    assert filled.pull().archived == ["Customer 3"]
    assert "SystemModstamp >=" not in theirs.queries[-1]
    assert not filled.pull().archived


def test_a_session_that_expired_half_way_is_signed_in_again_and_nothing_is_lost(theirs, filled):
    seen = []

    def once(call):
        if "/query/0r8" in call[1] and not seen:
            seen.append(call)
            theirs.expire()

    theirs.fault = once
    assert filled.counts() == {"new": 5}
    assert len(theirs.tokens) == 2


def test_an_answer_that_makes_no_sense_is_said_in_words_and_ends(theirs, filled):
    """Seen failing: tracebacks in the terminal."""
    one = {"Id": "001", "Name": "A", "AnnualRevenue": 1, "Owner": {"Email": "a@example.com"}, "SystemModstamp": at(1)}
    records = (
        [None],
        [[]],
        [{}],
        [one | {"SystemModstamp": None}],
        [one | {"Owner": "x"}],
        [one | {"Owner": [1]}],
        None,
    )
    again = {"records": [one], "done": False, "nextRecordsUrl": "/services/data/v59.0/query/0r8-1"}
    for page in ({}, [], "<html>", {"done": True}, *({"records": said, "done": True} for said in records), again):
        theirs.route = lambda handler, *_, said=page: handler.answer(200, said)
        with pytest.raises(UserError, match="what Salesforce answered makes no sense"):
            filled.pull()
    assert filled.names() == []


def test_a_busy_salesforce_is_asked_again(theirs, filled):
    left = [(429, "REQUEST_LIMIT", "slow down"), (503, "SERVER_UNAVAILABLE", "busy"), "hang up"]
    theirs.fault = lambda call: left.pop() if "/query/" in call[1] and left else None
    assert filled.counts() == {"new": 5}
    assert left == []


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ((403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded."), "used up"),
        ((400, "INVALID_QUERY_LOCATOR", "invalid query locator"), "gave the list up half-way"),
        ((500, "UNKNOWN_EXCEPTION", "An unexpected error occurred"), "Salesforce says 500 UNKNOWN_EXCEPTION"),
        ("hang up", "can't be reached"),
    ],
)
def test_what_fails_half_way_changes_nothing_and_the_next_pull_has_all(theirs, filled, answer, words):
    theirs.fault = lambda call: answer if "/query/0r8" in call[1] else None
    with pytest.raises(UserError, match=words):
        filled.pull()
    assert filled.names() == []
    assert words in filled.state().error
    theirs.fault = lambda _: None
    assert filled.counts() == {"new": 5}


def test_a_schema_that_changed_is_said_in_words(theirs, filled):
    filled.pull()
    theirs.fields -= {"AnnualRevenue"}
    with pytest.raises(UserError, match="No such column 'AnnualRevenue' on entity 'Account'") as refused:
        filled.pull()
    assert "Was a field renamed there" in str(refused.value)
    theirs.fields |= {"AnnualRevenue"}
    filled.query.write_text(SOQL.replace("FROM Account", "FROM Accounts"))
    with pytest.raises(UserError, match="sObject type 'Accounts' is not supported"):
        filled.pull()
    filled.query.write_text(SOQL.replace("WHERE", "WHERE Name ="))
    with pytest.raises(UserError, match=r"400 MALFORMED_QUERY: unexpected token"):
        filled.pull()
    assert len(filled.names()) == 5


def test_what_signs_in_is_said_where_it_lacks_and_never_shown(theirs, filled):
    filled.secrets["SALESFORCE_CLIENT_SECRET"] = "wrong-hunter2"
    with pytest.raises(UserError, match="refuses the sign-in: invalid client credentials") as refused:
        filled.pull()
    assert "hunter2" not in str(refused.value)
    for name in ("SALESFORCE_CLIENT_SECRET", "SALESFORCE_CLIENT_ID", "SALESFORCE_URL"):
        filled.secrets[name] = ""
        with pytest.raises(UserError, match=f"{name} is not set"):
            filled.pull()
    filled.secrets |= {"SALESFORCE_URL": "https://evil.example.com", "SALESFORCE_CLIENT_ID": KEY}
    with pytest.raises(UserError, match="no address of Salesforce"):
        filled.pull()


def test_a_jwt_signs_in_too(theirs, filled):
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    theirs.public_key = key.public_key()
    text = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    filled.secrets |= {"SALESFORCE_PRIVATE_KEY": text.replace("\n", "\\n"), "SALESFORCE_USERNAME": "bot@example.com"}
    assert filled.counts() == {"new": 5}
    filled.secrets["SALESFORCE_PRIVATE_KEY"] = "-----BEGIN nothing"
    with pytest.raises(UserError, match="can't be asked"):
        filled.pull()


def test_a_query_that_changes_is_read_anew(theirs, filled):
    filled.pull()
    filled.query.write_text(SOQL.replace("WHERE Type = 'Customer'", "ORDER BY Name"))
    filled.pull()
    assert "SystemModstamp >=" not in theirs.queries[-1]


def test_a_stop_gives_it_up(theirs, filled):
    calls = iter([False])
    with pytest.raises(UserError, match="given up"):
        filled.pull(halted=lambda: next(calls, True))
    assert filled.names() == []


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("SELECT count() FROM Account GROUP BY Name", "GROUP"),
        ("SELECT Name FROM Account LIMIT 5", "LIMIT"),
        ("SELECT Name, (SELECT Id FROM Contacts) FROM Account", "a list within"),
        ("DELETE FROM Account", "one SELECT"),
        ("SELECT Name", "one SELECT"),
        ("SELECT Name FROM Account WHERE (Name = 'x'", "one SELECT"),
    ],
)
def test_a_query_that_has_no_row_for_each_record_is_refused(query, words):
    with pytest.raises(UserError, match=words):
        taken_apart(query, "crm")


def test_a_query_keeps_what_stands_in_quotation_marks_and_brackets():
    soql = taken_apart(
        "select Id, toLabel(Type) Kind, FORMAT(AnnualRevenue) from Account where Name != 'WHERE \\' LIMIT' and"
        " Id IN (SELECT AccountId FROM Contact WHERE Name = 'x') order by Name",
        "crm",
    )
    assert soql.columns == ("Id", "Kind", "AnnualRevenue")
    assert soql.since(None) == (
        "SELECT Id, toLabel(Type) Kind, FORMAT(AnnualRevenue), SystemModstamp FROM Account WHERE (Name != 'WHERE \\' LIMIT'"
        " and Id IN (SELECT AccountId FROM Contact WHERE Name = 'x')) order by Name"
    )


@given(st.text(alphabet="SELECT FROM WHERE,()' \\abc", max_size=60))
def test_any_query_is_read_or_refused_in_words(text):
    with suppress(UserError):
        assert taken_apart(text, "crm").columns


def test_the_policy_says_what_lacks():
    for keys in ({}, {"query": "x", "path": "y"}, {"query": "x", "url_env": "Y"}):
        with pytest.raises(UserError):
            policy_from({"sources": [{"name": "crm", "kind": "salesforce", "what": "accounts"} | keys]})
    rule = policy_from(
        {"sources": [{"name": "c", "kind": "salesforce", "what": "accounts", "query": "q", "env": "SF2"}]}
    )
    assert rule.sources[0].env == "SF2"


def test_without_its_package_it_says_what_to_install(theirs, filled, monkeypatch):
    monkeypatch.setattr(salesforce, "find_spec", lambda _: None)
    with pytest.raises(UserError, match=r"pip install '\.\[salesforce\]'"):
        filled.pull()
