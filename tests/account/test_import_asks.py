"""What `/account import` asks: how a column's days are read, and what a column means that nobody knows."""

import io
import json
from pathlib import Path

import pytest
from openpyxl import Workbook

from tests.account.books import account

CASES = Path(__file__).parents[1] / "importing/cases"
SIXTY = "Name,Renewal Date\n" + "".join(f"Customer {n},4/{13 + n % 17}/2027\n" for n in range(60))
BOTH = "Name,Renewal Date\nNewco,4/5/2027\nOther,6/7/2027\n"
OWNED = "Account Name,Owner,Health Score\nNewco,ann@example.com,87\nOther,bob@example.com,12\n"


@pytest.fixture(autouse=True)
def tried_again(book):
    """The result may be there before the form that it takes the place of; then it is put there a moment later."""
    book.allow("not_found")


def upload(book, text, name="crm.csv", kind="Accounts", who="priya", **fields):
    form = book.as_(who).command("/account import").modal
    form.fill("What is in it?", kind).attach("File", name, text if isinstance(text, bytes) else text.encode())
    for label, value in fields.items():
        form.fill(label, value)
    form.submit()
    return book.as_(who)


def renewal(book, name):
    return str(account(book, name).renewal_on)


def test_a_column_of_days_with_one_reading_is_one_question_and_one_click(book):
    asked = upload(book, SIXTY).expect_modal("Import", "read it so?")
    assert "Renewal Date is month/day/year in 60 lines: read it so?" in asked.text
    assert "4/13/2027 is 13 April 2027" in asked.text
    assert "60 not read yet" in asked.text
    assert "write it as" not in asked.text
    asked.click("Yes, for this file")
    book.as_("priya").expect_modal("Import", "60 new").click("Import 60")
    book.as_("priya").expect_modal("Import", "Imported crm.csv")
    assert renewal(book, "Customer 0") == "2027-04-13"
    assert book.rows("SELECT * FROM import_readings") == []
    upload(book, SIXTY).expect_modal("Import", "read it so?")


def test_always_is_kept_for_the_next_file_and_audited(book):
    upload(book, SIXTY).expect_modal("Import", "read it so?").click("Always")
    book.as_("priya").expect_modal("Import", "60 new").close(everything=True)
    upload(book, SIXTY, "next.csv").expect_modal("Import", "60 new")
    (row,) = book.rows("SELECT who, source, after FROM audit WHERE action = 'import.days'")
    assert (row["after"], row["source"]) == ('{"renewaldate":"mdy"}', "click")
    assert "priya" in row["who"]


@pytest.mark.parametrize(
    ("choice", "day"),
    [("Month/day/year, for this file", "2027-04-05"), ("Day/month/year, for this file", "2027-05-04")],
)
def test_both_readings_are_shown_where_both_are_possible(book, choice, day):
    asked = upload(book, BOTH).expect_modal("Import", "can be read in 2 ways in 2 lines")
    assert "As month/day/year: 4/5/2027 is 5 April 2027" in asked.text
    assert "As day/month/year: 4/5/2027 is 4 May 2027" in asked.text
    asked.click(choice)
    book.as_("priya").expect_modal("Import", "2 new").click("Import 2")
    book.as_("priya").expect_modal("Import", "Imported crm.csv")
    assert renewal(book, "Newco") == day


@pytest.mark.parametrize(
    ("cells", "choice", "arr"),
    [
        (("$504,000", "$18,000"), "1,234.50, for this file", 50_400_000),
        (("$504,000", "$18,000"), "1.234,50, for this file", 50_400),
        (("504.000 €", "18.000 €"), "1.234,50, for this file", 50_400_000),
    ],
)
def test_a_column_of_amounts_with_two_readings_is_one_question(book, cells, choice, arr):
    text = "Name,ARR\n" + "".join(f'Customer {n},"{cell}"\n' for n, cell in enumerate(cells))
    asked = upload(book, text).expect_modal("Import", "ARR can be read in 2 ways in 2 lines: which is it?")
    assert "2 not read yet" in asked.text
    assert f"As 1,234.50: {cells[0]} is {504 if '.' in cells[0] else 504000}" in asked.text
    assert "can be read as" not in asked.text
    asked.click(choice)
    book.as_("priya").expect_modal("Import", "2 new").click("Import 2")
    book.as_("priya").expect_modal("Import", "Imported crm.csv")
    assert account(book, "Customer 0").arr_cents == arr
    upload(book, text, "next.csv").expect_modal("Import", "ARR can be read in 2 ways")


def test_amounts_that_allow_one_reading_are_one_click_and_always_is_kept(book):
    text = 'Name,ARR,Renewal Date\nA,"$504,512",4/30/2027\n'
    asked = upload(book, text).expect_modal("Import", "ARR is 1,234.50 in 1 line: read it so?")
    asked.click("Always", row="ARR is")
    book.as_("priya").expect_modal("Import", "Renewal Date is month/day/year", "1 not read yet").click("Always")
    book.as_("priya").expect_modal("Import", "1 new").close(everything=True)
    upload(book, text, "next.csv").expect_modal("Import", "1 new")
    (row,) = book.rows("SELECT source, after FROM audit WHERE action = 'import.amounts'")
    assert (row["after"], row["source"]) == ('{"arr":"."}', "click")


def test_what_is_wrong_beside_what_is_asked_about_is_named(book):
    asked = upload(book, 'Name,ARR\nA,"504,000"\nB,-5\n').expect_modal("Import", "ARR can be read in 2 ways in 1 line")
    assert "line 3, column ARR: '-5' is negative" in asked.text


def test_each_column_is_asked_about_and_an_answer_stays_while_the_next_is_given(book):
    text = "Name,Renewal Date,Customer Since\nNewco,4/30/2027 0:00,30.4.2020\n"
    asked = upload(book, text).expect_modal("Import", "Customer Since is day/month/year in 1 line")
    asked.click("Yes, for this file", row="Renewal Date")
    book.log.wait_for(lambda: "Renewal Date is" not in book.as_("priya").modal.text or None, 30)
    asked = book.as_("priya").expect_modal("Import", "Customer Since is day/month/year in 1 line", "1 not read yet")
    asked.click("Yes, for this file")
    book.as_("priya").expect_modal("Import", "1 new").click("Import 1")
    book.as_("priya").expect_modal("Import", "Imported crm.csv")
    found = account(book, "Newco")
    assert (str(found.renewal_on), str(found.customer_since)) == ("2027-04-30", "2020-04-30")


def test_what_fits_no_order_throughout_says_how_many_lines_do_and_the_rest_is_rejected(book):
    text = "Name,Renewal Date\nA,4/30/2027\nB,5/31/2027\nC,30/4/2027\n"
    asked = upload(book, text).expect_modal("Import", "can be read in 2 ways in 3 lines", "(fits 2 of 3 lines)")
    asked.click("Month/day/year, for this file")
    shown = book.as_("priya").expect_modal("Import", "2 new · 3 not in the file · 1 rejected")
    assert "line 4, column Renewal Date: '30/4/2027' is not a day when it is read as month/day/year" in shown.text
    shown.click("Import the other 2")
    book.as_("priya").expect_modal("Import", "Imported crm.csv")
    assert renewal(book, "B") == "2027-05-31"


def test_other_faults_are_named_beside_the_question(book):
    asked = upload(book, "Name,ARR,Renewal Date\nA,-5,4/30/2027\n").expect_modal("Import", "read it so?")
    assert "line 2, column ARR" in asked.text


def test_ctas_are_asked_about_too(book):
    text = "account,playbook,status,opened_on\nAcme,Expand: CI,New,3/15/2026\n"
    asked = upload(book, text, kind="CTAs").expect_modal("Import", "opened_on is month/day/year in 1 line: read it so?")
    asked.click("Always")
    book.as_("priya").expect_modal("Import", "1 new").click("Import 1")
    book.as_("priya").expect_modal("Import", "Imported crm.csv")


def test_a_workbooks_columns_and_days_are_asked_about_as_a_texts_are(book):
    made = Workbook()
    for row in (["Account Name", "Renewal Date", "Owner"], ["Newco", "4/30/2027 0:00", "ann@example.com"]):
        made.active.append(row)
    data = io.BytesIO()
    made.save(data)
    upload(book, data.getvalue(), "crm.xlsx").expect_modal("Import", "what does 1 column mean?").submit(
        column_2="CSM (customer success)"
    )
    book.as_("priya").expect_modal("Import", "read it so?").click("Yes, for this file")
    book.as_("priya").expect_modal("Import", "1 new").click("Import 1")
    book.as_("priya").expect_modal("Import", "Imported crm.xlsx")
    assert renewal(book, "Newco") == "2027-04-30"
    assert csm(book, "Newco") == "ann@example.com"


def csm(book, name):
    from storage.base import people

    found = account(book, name)
    return people.get(book.db, found.csm_id).email if found.csm_id else None


def test_columns_that_nobody_knows_are_asked_about_once_and_kept_for_the_next_file(book):
    form = upload(book, OWNED).expect_modal("Import", "what do 2 columns mean?")
    assert "Such as ann@example.com, bob@example.com" in form.text
    assert (form.value("Owner"), form.value("Health Score")) == (None, "Leave it out")
    assert "Account name" not in form.text
    form.fill("Owner", "CSM (customer success)").submit()
    shown = book.as_("priya").expect_modal("Import", "2 new", "Left out, as decided before: Health Score.")
    shown.click("Import 2")
    book.as_("priya").expect_modal("Import", "Imported crm.csv")
    assert csm(book, "Newco") == "ann@example.com"
    (row,) = book.rows("SELECT who, source, after FROM audit WHERE action = 'import.columns'")
    assert json.loads(row["after"]) == {"owner": "csm", "healthscore": ""}
    upload(book, OWNED, "next.csv").expect_modal("Import", "2 unchanged")


def test_somebody_must_say_who_an_owner_is(book):
    form = upload(book, OWNED).expect_modal("Import", "what do 2 columns mean?")
    assert list(form.submit().errors) == ["Owner"]
    form.fill("Owner", "Leave it out").submit()
    book.as_("priya").expect_modal("Import", "2 new", "Left out, as decided before: Owner, Health Score.")


@pytest.mark.parametrize(
    ("header", "role"),
    [("CSM,Owner", "ae"), ("CSM,Account Owner", "ae"), ("Account Owner", "ae"), ("CSM,Company Owner", "ae")],
)
def test_an_owner_whose_role_is_clear_is_not_asked_about(book, header, role):
    cells = ",".join(f"{n}@example.com" for n in range(header.count(",") + 1))
    upload(book, f"Account Name,{header}\nNewco,{cells}\n").expect_modal("Import", "1 new").click("Import 1")
    book.as_("priya").expect_modal("Import", "Imported crm.csv")
    assert getattr(account(book, "Newco"), f"{role}_id")


def test_a_required_column_by_another_name_can_be_named(book):
    form = upload(book, "Kunde,Umsatz\nNewco,5\n").expect_modal(
        "Import", "None of the file's columns is known to be the name"
    )
    refused = form.submit()
    assert "No column is said to be: Name." in refused.errors["Kunde"]
    form.fill("Kunde", "Name").fill("Umsatz", "ARR (a year's revenue)").submit()
    book.as_("priya").expect_modal("Import", "1 new").click("Import 1")
    book.as_("priya").expect_modal("Import", "Imported crm.csv")
    assert account(book, "Newco").arr_cents == 500


def test_two_columns_are_not_the_same(book):
    form = upload(book, "Name,Mood,Feeling\nNewco,red,green\n").expect_modal("Import", "what do 2 columns mean?")
    refused = form.fill("Mood", "Health").fill("Feeling", "Health").submit()
    assert refused.errors == {"Feeling": "Another column is said to be that already. Pick one of the two."}


def test_what_was_decided_can_be_decided_otherwise(book):
    upload(book, OWNED).expect_modal("Import", "what do 2").fill("Owner", "CSM (customer success)").submit()
    book.as_("priya").expect_modal("Import", "2 new").click("Read columns otherwise")
    form = book.as_("priya").expect_modal("Import", "what do 2 columns mean?")
    assert form.value("Owner") == "CSM (customer success)"
    form.fill("Owner", "AE (account executive)").submit()
    book.as_("priya").expect_modal("Import", "2 new").click("Import 2")
    book.as_("priya").expect_modal("Import", "Imported crm.csv")
    assert account(book, "Newco").ae_id
    assert not account(book, "Newco").csm_id


def test_what_was_decided_and_leaves_no_name_is_asked_again(book):
    upload(book, "Kunde\nNewco\n").expect_modal("Import", "what does 1").submit(column_0="Name")
    book.as_("priya").expect_modal("Import", "1 new").click("Read columns otherwise")
    book.as_("priya").expect_modal("Import", "what does 1").close(everything=True)
    with book.bot.services.store.write(book.bot.services.clock(), source="command") as unit:
        from storage import importing as imports

        imports.remember_columns(unit, "accounts", {"kunde": ""})
    upload(book, "Kunde\nNewco\n").expect_modal("Import", "what does 1 column mean?").submit(column_0="Name")
    book.as_("priya").expect_modal("Import", "1 new")


def test_a_file_with_more_unknown_columns_than_a_form_holds_asks_about_the_first(book):
    titles = [f"Extra {n}" for n in range(120)]
    form = upload(book, f"Name,{','.join(titles)}\nNewco,{','.join('x' * 120)}\n").expect_modal(
        "Import", "what do 120 columns mean?"
    )
    assert "60 more are left out for now." in form.text
    form.submit()
    book.as_("priya").expect_modal("Import", "1 new")


@pytest.mark.parametrize("button", ["Yes, for this file", "Always"])
def test_who_manages_no_more_answers_no_question(book, button):
    asked = upload(book, SIXTY).expect_modal("Import", "read it so?")
    demote(book)
    asked.click(button)
    assert "Only managers can import files" in book.as_("priya").expect_modal("", "Only managers").text
    assert book.rows("SELECT * FROM import_readings") == []


def test_who_manages_no_more_says_nothing_of_columns(book):
    form = upload(book, OWNED).expect_modal("Import", "what do 2 columns mean?")
    demote(book)
    form.fill("Owner", "Leave it out").submit()
    assert book.rows("SELECT * FROM import_readings") == []


def demote(book):
    book.book("people", {"email": "priya@example.com", "role": "csm", "manager": "", "team": ""})
    book.book(
        "people",
        *[
            {"email": f"{n}@example.com", "role": "csm", "manager": "lena@example.com", "team": ""}
            for n in ("maya", "tom")
        ],
    )


def test_lines_that_are_no_records_are_counted_and_named_in_the_form(book):
    text = 'Name,Renewal Date\nNewco,2027-04-30\n\n"Copyright (c) 2026 Example"\nGrand Total,12\n'
    shown = upload(book, text).expect_modal("Import", "1 new")
    assert (
        "2 lines are no records and were skipped: line 4 (Copyright (c) 2026 Example), line 5 (Grand Total 12)"
        in shown.text
    )
    assert "rejected" not in shown.text
    shown.click("Import 1")
    done = book.as_("priya").expect_modal("Import", "Imported crm.csv")
    assert "2 lines are no records and were skipped" in done.text


def test_a_reports_footer_in_the_form(book):
    shown = upload(book, (CASES / "report_footer.csv").read_bytes()).expect_modal("Import", "1 new")
    assert "5 lines are no records and were skipped: line 5 (CS Accounts)" in shown.text
    shown.click("Import 1")
    book.as_("priya").expect_modal("Import", "Imported crm.csv")
    assert book.rows("SELECT name FROM accounts WHERE crm_id = '001xx000003DGb1'")
    assert book.rows("SELECT count(*) AS n FROM accounts")[0]["n"] == 4


@pytest.mark.parametrize(("name", "words"), [("web_page.xls", "is a web page"), ("xml_of_2003.xls", "Excel 2003")])
def test_what_is_no_workbook_is_named_in_the_form(book, name, words):
    refused = upload(book, (CASES / name).read_bytes(), "crm.xlsx").expect_modal("Import", words)
    assert "save it as .xlsx" in refused.text


@pytest.mark.parametrize(
    ("name", "counts", "words"),
    [
        ("stray_cell.xlsx", "1 changed", "region: nothing → EMEA"),
        ("merged_body.xlsx", "2 changed", "A merged value counts for each row"),
    ],
)
def test_workbooks_that_are_odd_in_the_form(book, name, counts, words):
    upload(book, (CASES / name).read_bytes(), name).expect_modal("Import", counts, words)
