"""Cells as exports, phones and spreadsheets write them: addresses, amounts, errors, words that mean empty."""

import pytest

from handlers.door import money, values
from handlers.door.values import Wrong


@pytest.mark.parametrize(
    "text",
    [
        "mailto:ann@example.com",
        "MAILTO:Ann@Example.com",
        "mailto:ann@example.com?subject=Hi",
        "Ann Lee <ann@example.com>",
        "Lee, Ann <ann@example.com>",
        '"Lee, Ann" <ann@example.com>',
        "Ann Lee (ann@example.com)",
        "<ann@example.com>",
        "<mailto:ann@example.com|ann@example.com>",
        "[ann@example.com](mailto:ann@example.com)",
        "ann@example.com.",
        " ann@example.com; ",
        "'ann@example.com'",
        "(ann@example.com),",
    ],
)
def test_an_address_is_unwrapped(text):
    assert values.person(values.clean(text)) == "ann@example.com"


@pytest.mark.parametrize(
    "text",
    ["a@example.com; b@example.com", "a@example.com, b@example.com", "mailto:", "ann@example", "ann@@example.com",
     "ann@example,com", "ann lee@example.com", "call ann@example.com soon", "@ann", "ann..lee@example.com",
     "https://example.com/@ann.lee"],
)  # fmt: skip
def test_what_is_no_address_is_none(desk, text):
    outcome = desk.take("accounts", f'Name,CSM\nAcme,"{text}"\n')
    assert [(r.line, r.column) for r in outcome.rejected] == [(2, "CSM")]
    assert desk.row("SELECT count(*) AS n FROM people") == {"n": 0}


def test_a_slack_mention_is_its_person():
    assert values.person("<@U012ABCDE|ann>") == values.person("<@U012ABCDE>") == "U012ABCDE"


@pytest.mark.parametrize(
    ("text", "cents", "currency"),
    [
        ("1.234,50\u00a0€", 123450, "EUR"),
        ("€\u202f1.234,50", 123450, "EUR"),
        ("\u20091\u2009234,50\u2009EUR", 123450, "EUR"),
        ("USD 1,234.50", 123450, "USD"),
        ("usd1,234.50", 123450, "USD"),
        ("1\u3000234,50 SEK", 123450, "SEK"),
        ("CHF 1’234.50", 123450, "CHF"),
        ("CHF 1'234.50", 123450, "CHF"),
        ("Fr. 1'234.50", 123450, "CHF"),
        ("1.234,- €", 123400, "EUR"),
        ("₹ 1,23,456", 12345600, "INR"),
        ("12,34,567.50 INR", 123456750, "INR"),
        ("1.234.567,–", 123456700, None),
        ("€1,234.50 EUR", 123450, "EUR"),
        ("$1,234.50 CAD", 123450, "CAD"),
        ("R$ 12,50", 1250, "BRL"),
        ("100 zł", 10000, "PLN"),
        ("1 234,50 Kč", 123450, "CZK"),
    ],
)
def test_every_kind_of_space_and_each_place_of_a_currency(text, cents, currency):
    assert money.money(values.clean(text), "EUR", ",") == (cents, currency)


@pytest.mark.parametrize(
    "text",
    [
        "1 MIO",
        "1,5 Mio",
        "1 TSD",
        "240 ARR",
        "1.2k",
        "12K",
        "2m",
        "3 Mrd. €",
        "5 bn",
        "1 XXY",
        "12 kr",
        "100 %",
        "$5 EUR",
    ],
)
def test_a_currency_is_a_code_of_iso_4217_or_its_sign(text):
    with pytest.raises(Wrong, match=r"no currency|may be|two currencies"):
        money.money(text, "USD", "")


def test_kr_is_the_policys_krona():
    assert money.money("1 234,50 kr", "SEK", "") == (123450, "SEK")


@pytest.mark.parametrize("code", ["MIO", "ARR", "€€", "EURO", "US"])
def test_a_currency_column_holds_codes_of_iso_4217(code):
    with pytest.raises(Wrong, match="ISO 4217"):
        money.currency(code)


@pytest.mark.parametrize(
    "cell",
    ["#CALC!", "#n/a", "#N/A", "#GETTING_DATA", "#SPILL!", "#ref!", "#REF!", "#Wert!", "#NV", "#nv", "#BEZUG!", "#ÜBERLAUF!",
     "#DIV/0!", "#name?", "#VALEUR!", "#¡VALOR!", "#ERROR!", "Err:502", "######", "#BLOCKED!", " #N/A\u00a0", "\u200b#n/a"],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["Region", "ARR", "Renewal Date", "CSM", "Channel"])
def test_every_error_of_a_spreadsheet_is_rejected_in_any_case(desk, cell, kind):
    outcome = desk.take("accounts", f"Name,{kind}\nAcme,{cell}\n")
    assert [(r.line, r.column) for r in outcome.rejected] == [(2, kind)]
    assert "error of the spreadsheet" in outcome.rejected[0].reason


@pytest.mark.parametrize("cell", ["#acme-ops", "#win", "C#", "# 1 in DACH", "#1"])
def test_a_number_sign_alone_is_no_error(cell):
    assert values.clean(cell) == cell


@pytest.mark.parametrize(
    "word",
    ["-", "–", "—", "--", "null", "NULL", "(blank)", "None", "none", "--None--", "N/A", "n/a", "n.a.", "NaN", "k.A.", "\\N",
     "(leer)", "not set", "TBD", "\u00a0-\u200b", "nil", "undefined"],
)  # fmt: skip
def test_words_that_mean_empty_are_empty(desk, word):
    head = "Name,Region,ARR,Renewal Date,CSM,Channel,Segment,CRM ID,Currency"
    outcome = desk.take("accounts", f"{head}\nAcme{(',' + word) * 8}\n")
    assert outcome.counts["new"] == 1
    (found,) = desk.export("accounts")
    assert {found[f] for f in ("region", "arr", "renewal_date", "csm", "channel", "segment", "crm_id")} == {None}


def test_na_is_a_region_and_an_empty_name_is_none(desk):
    outcome = desk.take("accounts", "Name,Region\nAcme,NA\n(blank),EMEA\n")
    assert [str(r) for r in outcome.rejected] == ["line 3, column Name: is empty; every account needs a name"]


def test_a_number_that_a_spreadsheet_shortened_is_refused_with_a_comma_too():
    with pytest.raises(Wrong, match="shortened"):
        values.crm_id("1,23E+15")
