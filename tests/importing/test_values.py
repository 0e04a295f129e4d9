"""One cell, one value: what is understood, and what is refused in which words."""

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.account import values as account_values
from handlers.cta import values as cta_values
from handlers.door import money, values
from handlers.door.money import Unsettled
from handlers.door.values import Wrong
from handlers.importing.reading import days
from handlers.usage import sheet as usage_sheet
from storage.base.policy import policy_from

MEASURED = policy_from({})


@pytest.mark.parametrize(
    ("text", "mark", "cents", "currency"),
    [
        ("1234.50", "", 123450, None),
        ("1234", "", 123400, None),
        ("0", "", 0, None),
        ("0.5", "", 50, None),
        ("0,500", "", 50, None),
        (".5", "", 50, None),
        ("1,234.50", "", 123450, None),
        ("1.234,50", "", 123450, None),
        ("1,234,567", "", 123456700, None),
        ("1.234.567", "", 123456700, None),
        ("1 234,5", "", 123450, None),
        ("1\u00a0234\u202f567,50", "", 123456750, None),
        ("1'234.50", "", 123450, None),
        ("1,234", ".", 123400, None),
        ("1,234", ",", None, None),
        ("1.234", ",", 123400, None),
        ("$1,234.50", "", 123450, "USD"),
        ("$ 12", "", 1200, "USD"),
        ("12 €", "", 1200, "EUR"),
        ("€12", "", 1200, "EUR"),
        ("EUR 1.234,00", "", 123400, "EUR"),
        ("240000 GBP", "", 24000000, "GBP"),
        ("US$ 5", "", 500, "USD"),
        ("₹ 500", "", 50000, "INR"),
    ],
)
def test_amounts(text, mark, cents, currency):
    if cents is None:
        with pytest.raises(Wrong, match="two decimals"):
            money.money(text, "USD", mark)
    else:
        assert money.money(text, "USD", mark) == (cents, currency)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("-5", "negative"),
        ("(1,200.00)", "negative"),
        ("-$5", "negative"),
        ("\u22125", "negative"),
        ("5-", "negative"),
        ("12.345,678", "two decimals"),
        ("1234.567", "two decimals"),
        ("1,2345.00", "separators don't add up"),
        ("12k", "no currency"),
        ("a lot", "not an amount"),
        ("1e5", "not an amount"),
        ("nan", "not an amount"),
        ("1,2,3", "separators"),
        ("99999999999999999999", "too large"),
    ],
)
def test_amounts_that_are_refused(text, words):
    with pytest.raises(Wrong, match=words):
        money.money(text, "USD", "")


@pytest.mark.parametrize(("text", "one", "other"), [("1,234", "1234", "1.234"), ("€12.500", "12500", "12.500")])
def test_a_lone_separator_names_both_readings(text, one, other):
    with pytest.raises(Unsettled) as caught:
        money.money(text, "USD", "")
    assert one in str(caught.value)
    assert other in str(caught.value)


def test_a_dollar_is_the_policys_dollar():
    assert money.money("$5", "CAD", "") == (500, "CAD")
    assert money.money("$5", "EUR", "") == (500, "USD")


@given(
    st.integers(min_value=0, max_value=10**13),
    st.sampled_from([(",", "."), (".", ","), (" ", ","), ("'", "."), ("\u202f", ","), ("", "."), ("", ",")]),
    st.sampled_from(["", "$", "€ "]),
)
def test_every_amount_with_two_decimals_is_read_as_written(cents, marks, sign):
    thousands, decimal = marks
    whole = f"{cents // 100:,}".replace(",", thousands)
    text = f"{sign}{whole}{decimal}{cents % 100:02d}"
    assert money.money(text, "USD", "")[0] == cents
    assert Decimal(cents) / 100 == Decimal(money.money(f"{cents / 100:.2f}", "USD", "")[0]) / 100


@given(st.text(max_size=40))
def test_no_text_breaks_a_reader(text):
    read_day = days.day_reader(("%Y-%m-%d", "%d/%m/%Y"), "Europe/Berlin")
    for read in (values.channel, values.person, cta_values.status, account_values.health, values.cadence, values.link, read_day,
                 values.name, money.currency, values.role, lambda t: money.money(t, "USD", "")):  # fmt: skip
        with suppress(Wrong):
            read(values.clean(text) or "x")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2027-04-30", "2027-04-30"),
        ("2027-04-30 00:00:00", "2027-04-30"),
        ("2027-04-30T08:15", "2027-04-30"),
        ("2027-04-30T23:30:00Z", "2027-05-01"),
        ("2027-04-30T22:00:00.000+0000", "2027-05-01"),
        ("2027-04-30T23:30:00-05:00", "2027-05-01"),
        ("30/04/2027", "2027-04-30"),
        ("30.04.27", "2027-04-30"),
        ("2028-02-29", "2028-02-29"),
    ],
)
def test_days_and_instants_in_the_policys_zone(text, day):
    assert days.day_reader(("%d/%m/%Y", "%d.%m.%y"), "Europe/Berlin")(text) == day


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2026-02-31", "not a day of the calendar"),
        ("2026-02-29", "not a day of the calendar"),
        ("31/02/2026", "not a day"),
        ("04/30/2027", "not a day; write it as 2027-04-30 or 30/04/2027"),
        ("soon", "not a day"),
        ("46000", "not a day"),
        ("0206-12-01", "days run from 1970"),
        ("9999-12-31", "days run from 1970 to 2199"),
        ("2026-13-01T00:00", "not a day"),
    ],
)
def test_days_that_are_refused(text, words):
    with pytest.raises(Wrong, match=words):
        days.day_reader(("%Y-%m-%d", "%d/%m/%Y"), "UTC")(text)


@pytest.mark.parametrize(
    ("label", "status"),
    [
        ("New", "new"),
        ("Open", "new"),
        ("work_in_progress", "work_in_progress"),
        ("Work In Progress", "work_in_progress"),
        ("Closed Success", "closed_success"),
        ("Closed: success", "closed_success"),
        ("Closed - No Success", "closed_no_success"),
        ("CLOSED_NO_SUCCESS", "closed_no_success"),
        ("withdrawn", "withdrawn"),
    ],
)
def test_statuses_are_keys_or_gainsights_labels(label, status):
    assert cta_values.status(label) == status


@pytest.mark.parametrize(
    ("text", "channel"),
    [("#Acme-ops", "#acme-ops"), ("acme", "#acme"), ("C012ABCDE", "C012ABCDE"), ("G012ABCDE", "G012ABCDE")],
)
def test_channels(text, channel):
    assert values.channel(text) == channel


@pytest.mark.parametrize(
    ("text", "person"),
    [
        ("Maya@Example.COM", "maya@example.com"),
        ("Maya Lin <maya@example.com>", "maya@example.com"),
        ("U012ABCDE", "U012ABCDE"),
        ("Maya  Lin", "Maya Lin"),
    ],
)
def test_people(text, person):
    assert values.person(text) == person


@pytest.mark.parametrize("text", ["maya@", "@example.com", "a b@example.com", "a@b@c"])
def test_broken_addresses_are_refused(text):
    with pytest.raises(Wrong, match="not an e-mail address"):
        values.person(text)


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("a\x00b", "control character"),
        ("a\x1bb", "control character"),
        ("=SUM(A1:A3)", "formula"),
        ("#REF!", "error of the spreadsheet"),
    ],
)
def test_what_no_cell_may_hold(cell, words):
    with pytest.raises(Wrong, match=words):
        values.clean(cell)


def test_an_apostrophe_of_our_export_goes_again():
    assert values.clean("'=Equals Inc") == "=Equals Inc"
    assert values.clean("''=Equals Inc") == "'=Equals Inc"
    assert values.clean("'n Sync") == "'n Sync"


def test_a_crm_id_that_a_spreadsheet_shortened_is_refused():
    with pytest.raises(Wrong, match="shortened"):
        values.crm_id("1.23E+15")
    assert values.crm_id("0015e00000Abc") == "0015e00000Abc"


@pytest.mark.parametrize(
    ("text", "days"), [("90", 90), ("0", 0), ("30.0", 30), ("60 days", 60), ("1 day", 1), ("30d", 30), ("730", 730)]
)
def test_days_of_notice(text, days):
    assert account_values.notice_days(text) == days


@pytest.mark.parametrize("text", ["1.000", "12.000", "500.000", "10,0", "1,5", "12,50", "1,,000"])
def test_a_count_that_may_be_a_thousand_times_less_is_refused(text):
    """Seen failing: `1.000` was one, and `12,50` licences were 1,250."""
    for read in (values.whole, account_values.licences):
        with pytest.raises(Wrong, match=r"can be read as|is no whole number"):
            read(text)
    assert [values.whole(said) for said in ("1,000", "12.0", "12.00", "0.000", "1000.000")] == [1000, 12, 12, 0, 1000]


@pytest.mark.parametrize(
    ("text", "mark", "value"),
    [
        ("1,234", "", 1234.0),
        ("12.345", "", 12.345),
        ("1.234,5", ",", 1234.5),
        ("1,234", ",", 1.234),
        ("12.345", ",", None),
    ],
)
def test_a_measure_is_read_as_the_policy_says_that_decimals_are_written(text, mark, value):
    """Seen failing: a comma was for thousands whatever the policy said."""
    read = usage_sheet.SHEETS["usage"].readers(MEASURED.model_copy(update={"decimal_mark": mark}))["ci_builds"]
    if value is None:
        with pytest.raises(Wrong, match="can be read as 12345 "):
            read(text)
    else:
        assert read(text) == value


@pytest.mark.parametrize("text", ["1.000", "731", "-1", "3 months", "ninety", "30.5", "1,000", "٣٠"])
def test_what_is_no_number_of_days_of_notice(text):
    with pytest.raises(Wrong, match="is not a number of days from 0 to 730"):
        account_values.notice_days(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Yes", 1),
        ("TRUE", 1),
        ("1", 1),
        ("1.0", 1),
        ("x", 1),
        ("Ja", 1),
        ("no", 0),
        ("FALSE", 0),
        ("0", 0),
        ("Nein", 0),
    ],
)
def test_whether_it_renews_by_itself(text, said):
    assert account_values.renews_by_itself(text) == said


@pytest.mark.parametrize("text", ["perhaps", "2", "yes and no"])
def test_what_says_neither_yes_nor_no(text):
    with pytest.raises(Wrong, match="is neither yes nor no"):
        account_values.renews_by_itself(text)
