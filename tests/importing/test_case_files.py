"""Files as exports, spreadsheets and people really make them (`cases/`): what each comes to, by terminal and by form."""

from pathlib import Path

import pytest

from storage.base.errors import UserError

CASES = Path(__file__).parent / "cases"


def case(desk, name, kind="accounts", **options):
    return desk.take(kind, (CASES / name).read_bytes(), **options)


def named(desk, *fields):
    """The accounts, by name, with these fields."""
    return {
        a["name"]: tuple(a[f] for f in fields) if len(fields) > 1 else a[fields[0]] for a in desk.export("accounts")
    }


def test_a_reports_footer_is_no_account_and_no_failure(desk):
    status, _, said = desk.run("import", "accounts", desk.file((CASES / "report_footer.csv").read_bytes()))
    assert status == 0
    assert named(desk, "renewal_date") == {"Acme": "2027-04-30"}
    assert "5 lines are no records and were skipped: line 5 (CS Accounts)" in said
    assert "line 9 (Example GmbH)" in said


def test_a_header_in_the_middle_is_no_account(desk):
    outcome = case(desk, "header_repeated.csv")
    assert named(desk, "region") == {"Acme": "EMEA", "Globex": "NA"}
    assert outcome.warnings[0].startswith("1 line is no record and was skipped: line 3")
    assert not outcome.refused


@pytest.mark.parametrize(("first", "then"), [("id_of_15.csv", "id_of_18.csv"), ("id_whole.csv", "id_as_float.csv")])
def test_one_id_in_two_spellings_is_one_account(desk, first, then):
    case(desk, first)
    outcome = case(desk, then)
    assert (outcome.counts["new"], outcome.counts["changed"]) == (0, 1)
    assert named(desk, "region") == {"Acme": "EMEA"}


def test_invisible_characters_are_no_part_of_a_name(desk):
    outcome = case(desk, "invisible_in_name.csv")
    assert [a["name"] for a in desk.export("accounts")] == ["Acme", "Acme"]  # two ids, and told of
    assert outcome.warnings == ["line 3: a second account called Acme; line 2 has one, with another CRM id."]


@pytest.mark.parametrize("name", ["invisible_in_address.csv", "address_wrapped.csv"])
def test_one_address_in_two_spellings_is_one_person(desk, name):
    case(desk, name)
    assert named(desk, "csm") == {"Acme": "ann@example.com", "Globex": "ann@example.com"}
    assert desk.row("SELECT count(*) AS n FROM people")["n"] == 1


def test_every_space_in_an_amount_is_one(desk):
    case(desk, "amount_with_spaces.csv")
    assert named(desk, "arr", "currency") == {"A": (1234.5, "EUR")}


@pytest.mark.parametrize(
    ("name", "words"), [("unit_as_currency.csv", ["MIO"]), ("words_as_currency.csv", ["TSD", "ARR"])]
)
def test_a_word_is_no_currency_and_no_amount(desk, name, words):
    outcome = case(desk, name)
    assert [word in str(r) for word, r in zip(words, outcome.rejected, strict=True)] == [True] * len(words)
    assert {r.column for r in outcome.rejected} == {"ARR"}
    assert desk.export("accounts") == []


def test_a_stray_cell_costs_nothing(desk):
    outcome = case(desk, "stray_cell.xlsx")
    assert outcome.counts["new"] == len(desk.export("accounts")) > 0
    assert not outcome.refused


def test_a_merged_value_counts_for_each_row_and_is_told(desk):
    outcome = case(desk, "merged_body.xlsx")
    assert named(desk, "region") == {"Acme": "EMEA", "Globex": "EMEA"}
    assert outcome.warnings == ["A merged value counts for each row that it covers: 1 more here."]


@pytest.mark.parametrize(("name", "lines"), [("error_value.csv", [2]), ("error_values_in_any_case.csv", [2, 3])])
def test_an_error_of_a_spreadsheet_is_no_value(desk, name, lines):
    outcome = case(desk, name)
    assert [(r.line, r.column) for r in outcome.rejected] == [(line, "Region") for line in lines]
    assert desk.export("accounts") == []


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("web_page.xls", "is a web page with a table in it, not a workbook"),
        ("xml_of_2003.xls", "is an XML spreadsheet of Excel 2003"),
    ],
)
def test_what_calls_itself_a_workbook_is_named(desk, name, what):
    with pytest.raises(UserError, match=what) as refused:
        case(desk, name)
    assert "save it as .xlsx" in refused.value.hint


def test_a_reason_is_read_as_peoples_words_are(desk):
    case(desk, "reason_accounts.csv")
    outcome = case(desk, "reason_with_curly_sign.csv", "ctas")
    assert outcome.rejected == []
    (cta,) = desk.export("ctas")
    assert (cta["status"], cta["reason"]) == ("closed_no_success", desk.store.policy.reason("Didn't see value").key)
