"""One thing in two spellings: names with characters nobody sees, ids of 15 and 18, numbers that became floats."""

import pytest

from storage.account.schema import NAMES_FOLDED
from storage.base.folding import folded, id_key, id_spellings, long_id, visible
from storage.base.migrations import migrations
from storage.base.sqlite import migrate

INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f\u202a\u202c\u2066\u2069\u061c\u180e\u2800"


@pytest.mark.parametrize("sign", INVISIBLE, ids=lambda c: f"{ord(c):04x}")
def test_invisible_characters_are_no_part_of_names_ids_and_addresses(desk, sign):
    desk.take("accounts", f"Name,CRM ID,CSM\nAc{sign}me,A{sign}1,{sign}ann@exam{sign}ple.com{sign}\n")
    desk.take("accounts", "Name,CRM ID,CSM\nAcme,A1,ann@example.com\n")
    (found,) = desk.export("accounts")
    assert (found["name"], found["crm_id"], found["csm"]) == ("Acme", "A1", "ann@example.com")
    assert desk.row("SELECT count(*) AS n FROM people")["n"] == 1


def test_a_header_with_invisible_characters_is_the_header(desk):
    desk.take("accounts", "\u200bNa\u00adme\u200e,Re\u200bgion\nAcme,EMEA\n")
    assert desk.export("accounts")[0]["region"] == "EMEA"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("001A000000AbCdE", "001A000000AbCdEIAV"),
        ("001A000000AbCdEIAV", "001A000000AbCdE"),
        ("123", "123.0"),
        ("123.0", "123"),
        ("123.00", "123"),
        ("123", '"123,0"'),
        ('"123,00"', "123"),
        ("00123", "'00123"),
        ("00123", '"=""00123"""'),
    ],
)
def test_one_id_in_two_spellings_is_one_account_and_another_name_renames_it(desk, first, second):
    desk.take("accounts", f"Account Name,Account ID\nAcme,{first}\n")
    kept = desk.export("accounts")[0]["crm_id"]
    outcome = desk.take("accounts", f"Account Name,Account ID,Region\nAcme Inc,{second},EMEA\n")
    assert outcome.counts["changed"] == 1
    (found,) = desk.export("accounts")
    assert (found["name"], found["region"], found["crm_id"]) == ("Acme Inc", "EMEA", kept)


def test_one_id_in_two_spellings_stands_twice_in_a_file(desk):
    outcome = desk.take("accounts", "Name,Id\nA,001A000000AbCdE\nB,001A000000AbCdEIAV\nC,7\nD,7.0\n")
    assert [(r.line, r.column) for r in outcome.rejected] == [(3, "Id"), (5, "Id")]


@pytest.mark.parametrize(
    "other", ["001A000000AbCdEAAA", "001a000000AbCdE", "0123", "123.5", "1230", '"123,000"', '"123,5"']
)
def test_ids_that_only_look_alike_are_two(desk, other):
    outcome = desk.take("accounts", f"Name,Id\nA,001A000000AbCdE\nB,123\nC,{other}\n")
    assert outcome.counts["new"] == 3


def test_a_cta_names_its_account_by_any_spelling_of_the_id(desk):
    desk.take("accounts", "Name,Id\nAcme,001A000000AbCdE\n")
    desk.take("ctas", "Account,Playbook,Status,Opened On\n001A000000AbCdEIAV,Expand: CI,New,2026-11-01\n")
    assert desk.export("ctas")[0]["account"] == "Acme"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("O’Brien & Sons", "o'brien  & sons"),
        ("Café Zürich", "CAFE\u0301 Zurich"),
        ("Smith – Jones", "smith - jones"),
        ("„Nord“", '"nord"'),
        ("Straße", "STRASSE"),
        ("Acme\u00a0Corp", "Acme Corp"),
        ("Acme\u202f\u2009Corp", "acme corp"),
        ("\uff21cme", "Acme"),
    ],
)
def test_case_accents_signs_and_spaces_are_folded(one, other):
    assert folded(one) == folded(other)


def test_the_long_spelling_of_a_salesforce_id():
    assert long_id("001A000000AbCdE") == "001A000000AbCdEIAV"
    assert id_key("001A000000AbCdEIAV") == "001A000000AbCdE"
    assert id_key("001A000000AbCdEIAX") == "001A000000AbCdEIAX"
    assert id_spellings("123.0") == ("123.0", "123", "123,0")
    assert visible("a\u200bb") == "ab"


LABELS = {
    "no_value_seen": [
        "Didn’t see value",
        "DIDN'T  SEE VALUE",
        "didn\u02bct see\u00a0value",
        "“Didn’t see value”",
        "Didn't see value.",
    ],
    "competitive_loss": ["competitive-loss", "Competitive – loss", "COMPETITIVE_LOSS"],
    "deferred": [
        "Timing: deferred to a later date",
        "Timing - Deferred to a later date",
        "Timing: Deferred",
        "timing",
        "deferred",
    ],
    "product_gaps": ["Product gaps", "product_gaps", "«Product gaps»"],
}


@pytest.mark.parametrize(("key", "written"), [(key, one) for key, many in LABELS.items() for one in many])
def test_labels_are_read_as_words_are(desk, key, written):
    desk.take("accounts", "name\nAcme\n")
    head = "account,playbook,status,opened_on,closed_on,reason"
    outcome = desk.take("ctas", f'{head}\nAcme,Expand: CI,Closed – No Success,2026-11-01,2026-11-02,"{written}"\n')
    assert not outcome.rejected
    assert desk.export("ctas")[0]["reason"] == key


@pytest.mark.parametrize("written", ["Not a", "Lack of", "Competition", "Gaps", "no"])
def test_what_may_be_two_reasons_or_none_is_no_reason(desk, written):
    desk.take("accounts", "name\nAcme\n")
    head = "account,playbook,status,opened_on,closed_on,reason"
    outcome = desk.take("ctas", f"{head}\nAcme,Expand: CI,Closed No Success,2026-11-01,2026-11-02,{written}\n")
    assert "is not a reason; use Not a priority" in str(outcome.rejected[0])


@pytest.mark.parametrize(
    ("written", "role"),
    [("Customer Success Manager", "csm"), ("TAM", "csm"), ("account-executive", "ae"), ("Solutions Architect", "sa")],
)
def test_a_role_is_known_by_its_name_too(desk, written, role):
    desk.take("people", f"email,role\nann@example.com,{written}\n")
    assert desk.row("SELECT role FROM people WHERE email = 'ann@example.com'")["role"] == role


@pytest.mark.of_a_file
@pytest.mark.parametrize(
    ("name", "older", "key"), [("O’Brien", "o’brien", "o'brien"), ('"Toys ""R"" Us"', 'toys "r" us', "toys r us")]
)
def test_names_of_an_older_database_are_folded_anew(desk, name, older, key):
    desk.take("accounts", f"Name\n{name}\n")
    before = len(migrations()) - 1 - migrations()[::-1].index(NAMES_FOLDED)
    desk.db.execute("UPDATE accounts SET name_key = ?", (older,))
    desk.db.execute(f"PRAGMA user_version = {before}")
    migrate(desk.db, before + 1)
    assert desk.row("SELECT name_key FROM accounts") == {"name_key": key}
    desk.db.execute(f"PRAGMA user_version = {len(migrations())}")
