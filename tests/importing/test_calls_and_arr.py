"""Files of calls and of ARR: what is new, changed, rejected, the same again, shown by a dry run, and taken back."""

import pytest

ACCOUNTS = "name,crm_id,currency,arr,customer_since\nAcme,A1,EUR,100,2026-11-10\nGlobex,G1,USD,50,\n"
CALLS = (
    "account,held_on,kind,note\n"
    'Acme,2026-11-12,,"met <!channel> the new lead"\n'
    "A1,2026-11-12,call,a second one\n"
    "Globex,2026-11-13,onsite,\n"
)


@pytest.fixture
def filled(desk):
    desk.take("accounts", ACCOUNTS)
    return desk


def calls(desk):
    rows = desk.db.execute(
        "SELECT name, held_on, kind, note, source FROM calls JOIN accounts ON accounts.id = account_id ORDER BY calls.id"
    )
    return [tuple(row) for row in rows]


def arr(desk):
    rows = desk.db.execute(
        "SELECT name, as_of, arr_snapshots.arr_cents, arr_snapshots.currency, source FROM arr_snapshots"
        " JOIN accounts ON accounts.id = account_id ORDER BY as_of, account_id"
    )
    return [tuple(row) for row in rows]


def test_calls_are_added_once_however_often_the_file_comes(filled):
    assert filled.take("calls", CALLS).counts["new"] == 3
    assert calls(filled) == [
        ("Acme", "2026-11-12", "call", "met <!channel> the new lead", "import"),
        ("Acme", "2026-11-12", "call", "a second one", "import"),
        ("Globex", "2026-11-13", "onsite", None, "import"),
    ]
    again = filled.take("calls", CALLS)
    assert (again.counts["unchanged"], again.counts["new"], again.import_id) == (3, 0, None)


def test_a_call_that_somebody_logged_is_that_and_an_imported_note_follows_the_file(filled):
    from storage.call import store

    with filled.unit() as unit:
        store.log(unit, 2, unit.today.replace(day=13), kind="onsite", note="mine")
    filled.take("calls", CALLS)
    assert [row for row in calls(filled) if row[0] == "Globex"] == [
        ("Globex", "2026-11-13", "onsite", "mine", "person")
    ]
    changed = filled.take("calls", CALLS.replace("a second one", "the second one"))
    assert (changed.counts["changed"], changed.counts["new"]) == (1, 0)
    assert "the second one" in [row[3] for row in calls(filled)]


def test_a_dry_run_writes_nothing_and_an_imported_call_is_the_first_one(filled):
    before = filled.dump()
    assert filled.take("calls", CALLS, dry_run=True).counts["new"] == 3
    assert filled.dump() == before
    filled.take("calls", CALLS)
    from storage.success.store import life

    found = life(filled.db, 1, filled.now.date())
    assert found.derived["engaged"][0].isoformat() == "2026-11-12"


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        ("Nobody,2026-11-12,call,", "account", "no account is called Nobody"),
        ("Acme,2026-11-22,call,", "held_on", "after today"),
        ("Acme,,call,", "held_on", "is empty"),
        ("Acme,2026-11-12,mail,", "kind", "is no kind of call"),
        ("Acme,2026-11-12,webinar,", "kind", "says its use case"),
    ],
)
def test_a_call_is_rejected_with_why(filled, row, column, words):
    rejected = []
    outcome = filled.take("calls", f"{CALLS}{row}\n", skip_rejected=True, rejects=rejected.append)
    (one,) = outcome.rejected
    assert (one.column, words in one.reason) == (column, True)
    assert rejected == ["account,held_on,kind,note\n", f"{row}\n"]
    assert len(calls(filled)) == 3


def test_calls_are_taken_back_by_the_terminal(filled):
    filled.take("calls", CALLS)
    filled.take("calls", CALLS.replace("a second one", "the second one"))
    status, out, err = filled.run("import", "undo")
    assert (status, "Import 3" in out + err) == (0, True), out + err
    assert "a second one" in [row[3] for row in calls(filled)]
    assert filled.run("import", "undo")[0] == 0
    assert calls(filled) == []
    audit = [row[0] for row in filled.db.execute("SELECT action FROM audit WHERE action LIKE 'calls.%' ORDER BY id")]
    assert audit == ["calls.import", "calls.import", "calls.import_undo", "calls.import_undo"]


def test_arr_fills_and_puts_right_and_is_taken_back(filled):
    from storage.growth.store import keep_month_end

    with filled.unit() as unit:
        unit.today = unit.today.replace(day=30)
        keep_month_end(unit)
    kept = [("Acme", "2026-11-30", 10000, "EUR", "bot"), ("Globex", "2026-11-30", 5000, "USD", "bot")]
    assert arr(filled) == kept
    filled.now = filled.now.replace(month=12, day=2)
    rows = "account,as_of,arr,currency\nAcme,2025-11-30,80,\nG1,2026-11-30,60.50,USD\nAcme,2026-11-30,100,EUR\n"
    outcome = filled.take("arr", rows)
    assert (outcome.counts["new"], outcome.counts["changed"], outcome.counts["unchanged"]) == (1, 1, 1)
    assert arr(filled) == [
        ("Acme", "2025-11-30", 8000, "EUR", "import"),
        kept[0],
        ("Globex", "2026-11-30", 6050, "USD", "import"),
    ]
    assert filled.take("arr", rows).import_id is None
    filled.run("import", "undo")
    assert arr(filled) == kept


def test_what_a_later_file_has_changed_is_left_by_the_undo_of_an_earlier_one(filled):
    first = filled.take("arr", "account,as_of,arr\nAcme,2025-11-30,80\nGlobex,2025-11-30,40\n")
    filled.take("arr", "account,as_of,arr\nAcme,2025-11-30,90\n")
    _, out, err = filled.run("import", "undo", first.import_id)
    assert "Acme, 2025-11-30" in out + err
    assert arr(filled) == [("Acme", "2025-11-30", 9000, "EUR", "import")]


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        ("Acme,2026-11-22,1", "as_of", "after today"),
        ("Acme,2026-11-20,", "arr", "is empty"),
        ("Acme,2026-11-20,-4", "arr", ""),
        ("Acme,2025-11-30,81", "", "stand on line 2 already"),
    ],
)
def test_a_row_of_arr_is_rejected_with_why(filled, row, column, words):
    outcome = filled.take("arr", f"account,as_of,arr\nAcme,2025-11-30,80\n{row}\n", skip_rejected=True)
    (one,) = outcome.rejected
    assert (one.column, words in one.reason) == (column, True)
    assert len(arr(filled)) == 1


@pytest.mark.parametrize(
    ("kind", "columns"), [("calls", "account,held_on,kind,note"), ("arr", "account,as_of,arr,currency")]
)
def test_the_template_has_the_columns_of_the_handbook(desk, kind, columns):
    assert desk.run("import", kind, "--template") == (0, f"{columns}\n", "")
