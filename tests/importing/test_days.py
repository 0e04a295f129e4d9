"""Days as exports write them: one reading is taken, two are asked about, once a column, and remembered."""

import io
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from openpyxl import Workbook

from handlers.door.values import Wrong
from handlers.importing.reading import days
from storage import importing as imports
from storage.base import people
from storage.base.errors import UserError

SIXTY = "Name,Renewal Date\n" + "".join(f"A{n},{n % 9 + 4}/30/2027\n" for n in range(60))
BOTH = "Name,Renewal Date\nAcme,4/5/2027\nGlobex,6/7/2027\n"


def renewals(desk):
    return [account["renewal_date"] for account in desk.export("accounts")]


@pytest.mark.parametrize(
    "text",
    [
        "30-Apr-2027", "30-Apr-27", "30 Apr 2027", "30. April 2027", "30Apr2027", "30/Apr/2027", "30-APR-2027 00:00:00",
        "Apr 30, 2027", "April 30th, 2027", "Apr. 30 2027", "Apr-30-2027", "Fri, 30 Apr 2027", "Friday, April 30, 2027",
        "2027-Apr-30", "2027/04/30", "2027/4/30", "2027.04.30", "2027-4-30", "2027-4-30 0:00",
        "2027-04-30T00:00:00Z", "2027-04-30T00:00:00.000+0000", "2027-04-30T00:00:00-08:00", "2027-04-30 00:00:00 UTC",
    ],
)  # fmt: skip
@pytest.mark.parametrize("zone", ["America/Los_Angeles", "Asia/Tokyo"])
def test_a_day_with_one_reading_is_taken(text, zone):
    assert days.day_reader(("%Y-%m-%d",), zone)(text) == "2027-04-30"


@pytest.mark.parametrize("text", ["0000-00-00", "00/00/0000", "0000-00-00 00:00:00", "1/0/1900", "0.0.0000"])
def test_a_day_that_is_none_is_empty(text):
    assert days.day_reader(("%Y-%m-%d",), "UTC")(text) is None


@pytest.mark.parametrize("text", ["46142", "46142.5", "2027", "20270430", "Q2 2027", "30 Foo 2027", "4/30", "4/30/027"])
def test_what_is_no_day_is_none_in_any_order(text):
    for order in days.ORDERS:
        with pytest.raises(Wrong):
            days.day_reader(("%Y-%m-%d",), "UTC", lambda order=order: order)(text)


@pytest.mark.parametrize(
    ("order", "text"),
    [
        ("mdy", "4/30/2027"), ("mdy", "04-30-2027"), ("mdy", "4/30/27"), ("mdy", "4/30/2027 0:00"),
        ("mdy", "4/30/2027 12:00 AM"), ("mdy", "4/30/2027, 12:00:00\u202fAM"), ("mdy", "4/30/2027 3:04 PM"),
        ("dmy", "30/4/2027"), ("dmy", "30.04.2027"), ("dmy", "30. 4. 2027"), ("dmy", "30.04.27 00:00"),
        ("ymd", "27/4/30"), ("ymd", "2027/4/30"), ("mdy", "2027/4/30"), ("mdy", "2027-04-30"),
    ],
)  # fmt: skip
def test_days_in_numbers_are_read_in_the_order_that_is_said(order, text):
    assert days.day_reader(("%Y-%m-%d",), "UTC", lambda: order)(text) == "2027-04-30"


def test_one_question_a_column_where_the_values_allow_one_reading(desk):
    outcome = desk.take("accounts", SIXTY)
    assert outcome.import_id is None
    (asked,) = outcome.questions
    assert (asked.title, asked.lines, [r.said for r in asked.readings]) == ("Renewal Date", 60, ["mdy"])
    assert asked.readings[0][1:] == (60, "4/30/2027", "2027-04-30")


def test_both_readings_are_shown_where_the_values_allow_both(desk):
    (asked,) = desk.take("accounts", BOTH).questions
    assert [(r.said, r.fits, r.read) for r in asked.readings] == [("mdy", 2, "2027-04-05"), ("dmy", 2, "2027-05-04")]


def test_a_column_that_is_in_no_order_throughout_says_how_many_lines_fit(desk):
    (asked,) = desk.take("accounts", "Name,Renewal Date\nA,4/30/2027\nB,5/31/2027\nC,30/4/2027\n").questions
    assert [(r.said, r.fits) for r in asked.readings] == [("mdy", 2), ("dmy", 1)]


def test_each_column_has_its_own_question(desk):
    text = "Name,Renewal Date,Customer Since\nAcme,4/30/2027,30.4.2020\nGlobex,2027-05-31,31.5.2021\n"
    asked = desk.take("accounts", text).questions
    assert [(q.title, q.lines, q.readings[0].said) for q in asked] == [
        ("Renewal Date", 1, "mdy"),
        ("Customer Since", 2, "dmy"),
    ]


@pytest.mark.parametrize("order", ["m/d/y", "MM/DD/YYYY", "m-d-y", "mdy"])
def test_the_terminal_takes_the_order(desk, order):
    status, _, said = desk.run("import", "accounts", desk.file(SIXTY), "--dates", order)
    assert status == 0, said
    assert renewals(desk)[0] == "2027-04-30"


def test_the_terminal_says_how_to_go_on(desk):
    status, _, said = desk.run("import", "accounts", desk.file(SIXTY))
    assert status == 1
    assert "Renewal Date is month/day/year in 60 lines: --dates m/d/y reads 4/30/2027 as 2027-04-30." in said
    _, _, said = desk.run("import", "accounts", desk.file(BOTH))
    assert (
        "Renewal Date can be read in 2 ways in 2 lines: --dates m/d/y reads 4/5/2027 as 2027-04-05; --dates d/m/y"
        in said
    )


@pytest.mark.parametrize("order", ["x", "m/d", "y/d/m", "m/d/y/y/m"])
def test_an_order_that_is_none_is_refused(desk, order):
    status, _, said = desk.run("import", "accounts", desk.file(SIXTY), "--dates", order)
    assert status == 2
    assert "is no order of a day. Write m/d/y, d/m/y or y-m-d." in said.replace("\n", " ")


def test_what_does_not_fit_the_order_is_rejected_and_kept_as_the_file_said_it(desk):
    path = desk.file("Name,Renewal Date\nAcme,4/30/2027\nGlobex,30/4/2027\n")
    status, _, said = desk.run("import", "accounts", path, "--dates", "m/d/y", "--skip-rejected")
    assert status == 1
    assert "line 3, column Renewal Date: '30/4/2027' is not a day when it is read as month/day/year" in said
    assert renewals(desk) == ["2027-04-30"]
    assert path.with_name("file.rejects.csv").read_text() == "Name,Renewal Date\nGlobex,30/4/2027\n"


def test_what_is_always_so_is_remembered_and_asked_again_where_it_does_not_fit(desk):
    with desk.unit() as unit:
        imports.remember_days(unit, "accounts", "renewaldate", "mdy")
    desk.take("accounts", SIXTY)
    assert renewals(desk)[0] == "2027-04-30"
    assert desk.row("SELECT action, subject, after FROM audit WHERE action = 'import.days'") == {
        "action": "import.days", "subject": "imports:accounts", "after": '{"renewaldate":"mdy"}',
    }  # fmt: skip
    outcome = desk.take("accounts", "Name,Renewal Date\nA,30/4/2027\n")
    assert [r.said for r in outcome.questions[0].readings] == ["dmy"]


def test_real_date_cells_are_days_and_numbers_are_not(desk):
    made = Workbook()
    for row in (["Name", "Renewal Date"], ["A", datetime(2027, 4, 30)], ["B", 46142]):  # noqa: DTZ001 - as Excel has it
        made.active.append(row)
    data = io.BytesIO()
    made.save(data)
    outcome = desk.take("accounts", data.getvalue(), skip_rejected=True)
    assert renewals(desk) == ["2027-04-30"]
    assert "'46142' is not a day" in str(outcome.rejected[0])
    assert outcome.questions == []


def test_ctas_are_asked_about_too(desk):
    desk.take("accounts", "name\nAcme\n")
    text = "account,playbook,status,opened_on,due_on\nAcme,Expand: CI,New,3/15/2026,12/31/2026\n"
    assert [q.title for q in desk.take("ctas", text).questions] == ["opened_on", "due_on"]
    with pytest.raises(UserError):
        days.order_of("")


def test_today_is_so_for_who_imports_it_and_for_the_team(desk):
    desk.now = datetime(2026, 11, 21, 22, 30, tzinfo=UTC)
    with desk.store.write(desk.now) as unit:
        made = people.ensure_email(unit, "kenji@example.com")
    says = "name,last_ebr,health\nAcme,2026-11-22,red\n"
    assert len(desk.take("accounts", says).rejected) == 1, "in UTC it is ahead"
    desk.take("accounts", says, actor=replace(made, zone="Australia/Sydney"))
    desk.take("accounts", "name,last_ebr\nGlobex,2026-11-21\n", actor=replace(made, zone="Pacific/Pago_Pago"))
    rows = desk.db.execute("SELECT name, last_ebr_on, health_on FROM accounts ORDER BY id").fetchall()
    assert [tuple(row) for row in rows] == [("Acme", "2026-11-22", "2026-11-21"), ("Globex", "2026-11-21", None)]
