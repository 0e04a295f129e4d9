"""HubSpot as a source, through its own client library, against a server that refuses what HubSpot refuses."""

from datetime import timedelta

import pytest

from handlers.source import brought, hubspot
from storage.base.errors import UserError
from storage.base.policy import policy_from
from tests.source.standin_hubspot import TOKEN, HubSpot

SEARCH = "/crm/v3/objects/companies/search"


def at(minutes):
    return f"2026-11-21T{minutes // 60:02d}:{minutes % 60:02d}:00.123Z"


@pytest.fixture
def theirs(filled, tmp_path, monkeypatch):
    made = HubSpot(tmp_path)

    def client(token):
        from hubspot import HubSpot as Client

        return Client(access_token=token, host=made.url, ssl_ca_cert=str(made.trusted))

    monkeypatch.setattr(hubspot, "client_of", client)
    monkeypatch.setattr(brought, "WAITS", (0.0, 0.0, 0.0))
    filled.secrets["HUBSPOT_TOKEN"] = TOKEN
    set_source(filled)
    for number in range(1, 6):
        made.put(number, at(530 + number), **company(number))
    yield made
    made.stop()


def set_source(filled, **keys):
    filled.set(sources=[{"name": "crm", "kind": "hubspot", "what": "accounts", "mapping": {"arr": "arr"}} | keys])


def company(number, **more):
    return {"name": f"Company {number}", "arr": "1234.5", "hubspot_owner_id": str(11 + number % 2)} | more


def test_all_pages_come_with_their_owners_then_only_what_changed(theirs, filled):
    theirs.put(6, at(536), **company(6, hubspot_owner_id="13"))
    theirs.put(7, at(537), **company(7, hubspot_owner_id=None))
    assert filled.counts() == {"new": 7}
    rows = filled.db.execute(
        "SELECT accounts.name, crm_id, arr_cents, email FROM accounts LEFT JOIN people ON people.id = csm_id ORDER BY 1"
    ).fetchall()
    assert tuple(rows[0]) == ("Company 1", "1", 123450, "csm0@example.com")
    assert [row[3] for row in rows[5:]] == ["gone@example.com", None]
    theirs.put(2, at(600), **company(2, arr="7"))
    theirs.put(8, at(601), **company(8))
    assert filled.counts() == {"new": 1, "changed": 1, "unchanged": 6}
    since = theirs.searches[-1]["filterGroups"][0]["filters"][1]
    assert since["propertyName"] == "hs_lastmodifieddate"
    assert filled.counts() == {"unchanged": 2}


def test_a_number_that_is_none_is_refused_in_words_and_what_is_known_stays(theirs, filled):
    """Seen failing: `NaN` and `Infinity` emptied the ARR, and a huge exponent was written out, a zero each."""
    filled.counts()
    for number, none in enumerate(("NaN", "-Infinity", "1e400", "1e999999999", "1e-999999999"), start=1):
        theirs.put(number, at(600 + number), **company(number, arr=none))
    for number in range(6, 11):
        theirs.put(number, at(600 + number), **company(number))
    outcome = filled.pull().outcome
    assert [one.column for one in outcome.rejected] == ["arr"] * 5
    kept = filled.db.execute("SELECT DISTINCT arr_cents FROM accounts").fetchall()
    assert [row[0] for row in kept] == [123450]


def test_each_page_goes_on_behind_the_last_number(theirs, filled):
    theirs.most = 4  # a search ends here at 4 companies, there at 10,000
    for number in range(6, 12):
        theirs.put(number, at(540), **company(number))
    assert filled.counts() == {"new": 11}
    behind = [one["filterGroups"][0]["filters"][0]["value"] for one in theirs.searches]
    assert behind == ["0", "2", "4", "6", "8", "10"]


def test_a_company_deleted_between_two_pages_hides_no_other_one(theirs, filled):
    """Seen failing: pages counted from the beginning, and a company that is there was archived."""
    set_source(filled, missing="archive")
    filled.pull()
    filled.desk.now += timedelta(days=2)
    search, asked = theirs.search, []

    def deletes(*question):
        asked.append(question)
        if len(asked) == 2:
            del theirs.companies[1]
        return search(*question)

    theirs.search = deletes
    assert not filled.pull().archived  # the first one was still there when it was read


def test_an_answer_that_makes_no_sense_is_said_in_words_and_ends(theirs, filled):
    """Seen failing: tracebacks in the terminal, and a server that gives one page for ever was read for ever."""
    one = {"id": "1", "properties": {"hs_lastmodifieddate": at(1), "name": "A"}}
    old = {**one, "properties": {"hs_lastmodifieddate": "0001-01-01T00:00:00+14:00"}}
    for page in (
        *([], None, "<html>", {"results": None}, {"results": [None]}, {"results": [{}]}, {"results": [{**one, "id": "x"}]}),
        *({"results": [{**one, "properties": None}]}, {"results": [{**one, "properties": {}}]}, {"results": [old]}),
        {"results": [one], "paging": {"next": {"after": "1"}}},
    ):  # fmt: skip
        theirs.search = lambda handler, _, said=page: handler.answer(
            200, {"total": 1, **said} if isinstance(said, dict) else said
        )
        with pytest.raises(UserError, match="what HubSpot answered makes no sense"):
            filled.pull()
    assert filled.names() == []


def test_an_instant_far_ahead_hides_nothing_that_changes_before_it(theirs, filled):
    """Seen failing: nothing that changed before the year 9999 was asked for."""
    theirs.put(1, "9999-12-31T23:00:00.000Z", **company(1))
    assert filled.counts() == {"new": 5}
    theirs.put(2, at(600), **company(2, arr="7"))
    assert filled.counts()["changed"] == 1


def test_what_was_deleted_shows_when_all_is_read(theirs, filled):
    set_source(filled, missing="archive")
    filled.pull()
    del theirs.companies[3]
    theirs.put(2, at(700), **company(2, arr="7"))
    assert not filled.pull().archived
    filled.desk.now += timedelta(days=2)
    assert filled.pull().archived == ["Company 3"]


@pytest.mark.filterwarnings("ignore::DeprecationWarning:hubspot")
def test_a_busy_hubspot_is_asked_again(theirs, filled):
    left = [
        (429, "RATE_LIMITS", "You have reached your secondly limit.", {"policyName": "SECONDLY"}),
        (502, "", "bad"),
        "hang up",
    ]
    theirs.fault = lambda path: left.pop() if path == SEARCH and left else None
    assert filled.counts() == {"new": 5}
    assert left == []


@pytest.mark.filterwarnings("ignore::DeprecationWarning:hubspot")
@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ((429, "RATE_LIMITS", "You have reached your daily limit.", {"policyName": "DAILY"}), r"used up \(DAILY\)"),
        (
            (401, "EXPIRED_AUTHENTICATION", "The OAuth token used to make this call expired"),
            "HUBSPOT_TOKEN has expired",
        ),
        (
            (403, "MISSING_SCOPES", "This app hasn't been granted all required scopes"),
            "needs crm.objects.companies.read",
        ),
        ((400, "VALIDATION_ERROR", "There was a problem with the request."), "HubSpot says 400: There was a problem"),
        ((500, "", "internal error"), "HubSpot says 500"),
        ("hang up", "can't be reached"),
    ],
)
def test_what_fails_half_way_changes_nothing_and_the_next_pull_has_all(theirs, filled, answer, words):
    def second(path):
        return answer if path == SEARCH and theirs.searches else None

    theirs.fault = second
    with pytest.raises(UserError, match=words):
        filled.pull()
    assert filled.names() == []
    theirs.fault = lambda _: None
    assert filled.counts() == {"new": 5}


@pytest.mark.filterwarnings("ignore::DeprecationWarning:hubspot")
def test_a_token_that_is_none_is_said_and_never_shown(theirs, filled):
    filled.secrets["HUBSPOT_TOKEN"] = "wrong-hunter2"
    with pytest.raises(UserError, match="HUBSPOT_TOKEN is not valid") as refused:
        filled.pull()
    assert "hunter2" not in str(refused.value)
    filled.secrets["HUBSPOT_TOKEN"] = ""
    with pytest.raises(UserError, match="HUBSPOT_TOKEN is not set"):
        filled.pull()


def test_a_property_that_is_gone_is_named(theirs, filled):
    filled.pull()
    del theirs.types["arr"]
    with pytest.raises(UserError, match="companies of HubSpot have no property arr"):
        filled.pull()
    assert len(filled.names()) == 5


def test_a_stop_gives_it_up(theirs, filled):
    with pytest.raises(UserError, match="given up"):
        filled.pull(halted=lambda: True)
    assert filled.names() == []


@pytest.mark.parametrize("keys", [{"what": "ctas"}, {"query": "x"}, {"url_env": "X"}])
def test_the_policy_says_what_is_no_source_of_hubspot(keys):
    with pytest.raises(UserError):
        policy_from({"sources": [{"name": "crm", "kind": "hubspot", "what": "accounts"} | keys]})


def test_without_its_package_it_says_what_to_install(theirs, filled, monkeypatch):
    monkeypatch.setattr(hubspot, "find_spec", lambda _: None)
    with pytest.raises(UserError, match=r"pip install '\.\[hubspot\]'"):
        filled.pull()


@pytest.mark.parametrize(
    "point", ["pull.begun", "pull.brought", "pull.batch", "pull.imported", "pull.archived", "pull.remembered"]
)
def test_a_pull_of_changes_that_is_killed_anywhere_is_made_up_for_by_the_next(theirs, filled, point):
    """Ended by what nothing catches, as a kill is."""

    class Killed(BaseException):
        pass

    def points(name):
        if name == point:
            raise Killed

    filled.pull()
    theirs.put(2, at(600), **company(2, arr="7"))
    theirs.put(8, at(601), **company(8))
    filled.points = points
    with pytest.raises(Killed):
        filled.pull()
    filled.points = lambda _: None
    filled.pull()
    rows = filled.db.execute("SELECT crm_id, arr_cents FROM accounts ORDER BY CAST(crm_id AS INTEGER)").fetchall()
    assert [tuple(row) for row in rows] == [(str(n), 700 if n == 2 else 123450) for n in (1, 2, 3, 4, 5, 8)]
    (pairs,) = filled.db.execute("SELECT count(*) - count(DISTINCT record_id) FROM source_rows").fetchone()
    assert pairs == 0
    assert filled.counts() == {"unchanged": 2}
