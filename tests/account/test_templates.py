"""Every template of accounts, renewals, EBRs and notes, held to Slack's schema with hostile records."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handlers.account import words as account_words
from handlers.ebr import words as ebr_words
from handlers.importing.reading.headers import PLAIN
from handlers.renewal import words as renewal_words
from sandbox.blockkit import check_message, check_view
from storage.account.notes import Noted
from storage.importing.record import MARKS, ORDERS, CellReading, Conflict, FieldConflict, Question, Rejection
from storage.renewal.brief import steps_of
from storage.renewal.record import Signing
from templates.account import lists_show
from templates.account import show as account
from templates.account.show import whose_words
from templates.blocks import words
from templates.blocks.listed import Listed
from templates.blocks.render import Renderer
from templates.ebr import notices as ebr_notices
from templates.ebr import show as ebr
from templates.handover import notices as handover_notices
from templates.importing import show as importing
from templates.renewal import notices as renewal_notices
from templates.renewal import outcome_show
from templates.renewal import show as renewal
from tests.account import records as some

RENDERER = Renderer()
QUICK = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
BOOLS = st.booleans()
ZONE = "Europe/Berlin"
NOTED = st.builds(Noted, on=st.just(some.TODAY), who=st.none() | some.TEXTS, about=some.TEXTS, text=some.TEXTS)
LINE = st.builds(lambda text: words.joined([text]), some.TEXTS)


def assert_harmless(part):
    """What people typed never becomes a mention of everybody: plain text stays as it is."""
    if isinstance(part, list):
        for one in part:
            assert_harmless(one)
    elif isinstance(part, dict):
        assert part.get("type") != "mrkdwn" or "<!channel>" not in part["text"]
        assert_harmless(list(part.values()))


def message(template, **context):
    made = RENDERER.render(template, **context)
    assert [str(p) for p in check_message({"channel": "C1", **made})] == []
    assert_harmless(made["blocks"])
    assert [str(p) for p in check_view(RENDERER.render("blocks/pane", title="Pane", blocks=made["blocks"]))] == []
    return made


def view(template, **context):
    made = RENDERER.render(template, **context)
    assert [str(p) for p in check_view(made)] == []
    assert_harmless(made["blocks"])
    return made


@QUICK
@given(some.briefs(), st.lists(some.CHANGES, max_size=5), BOOLS, BOOLS)
def test_the_card(brief, changes, may_change, show_arr):
    context = account.card(brief, changes, some.TODAY, ZONE, some.POLICY, may_change=may_change, show_arr=show_arr)
    made = message("account/card", **context)
    if not show_arr and brief.account.arr_cents:
        assert "a year" not in str(made)


@QUICK
@given(some.briefs(), BOOLS)
def test_the_brief(brief, show_arr):
    view("account/brief", **account.long_form(brief, some.TODAY, ZONE, some.POLICY, show_arr=show_arr))


@QUICK
@given(some.ACCOUNTS, st.lists(some.CHANGES, max_size=30), BOOLS)
def test_the_history(one, changes, show_arr):
    context = account.changes(one, changes, some.TODAY, ZONE, show_arr=show_arr)
    message("account/history", **context)


@QUICK
@given(
    st.lists(some.ACCOUNTS, max_size=10),
    some.PEOPLE,
    st.sampled_from(sorted(lists_show.LISTS)),
    BOOLS,
    st.integers(0, 30),
)
def test_the_lists(found, people, which, may_change, offset):
    message("account/list", **lists_show.listing(
        found, people, some.TODAY, ZONE, scope="mine", which=which, offset=offset, total=50, size=10,
        changeable=[a.id for a in found] if may_change else [],
    ))  # fmt: skip


@QUICK
@given(st.none() | some.ACCOUNTS, some.PEOPLE, BOOLS)
def test_the_form(one, people, show_arr):
    view("account/form", **account.form(one, people, some.POLICY, show_arr=show_arr))


@QUICK
@given(some.NAMES, LINE, LINE, st.integers(0, 3))
def test_small_forms(name, line, other, number):
    view("account/archive", name=name, open_ctas=number)
    view("account/find")
    for asks_why in (False, True):
        view("account/health", about=line, healths=account.HEALTH_OPTIONS, health=None, asks_why=asks_why)
    options = [["All of them", "all"], ["Some of them", "some"]]
    for about in (None, line):
        view("account/handover", about=about, giver=None, taker="U1", options=options, which=options[0])
        view("account/away", now=about, until="2026-12-01", backup=None)
    view("account/import", kinds=importing.KIND_OPTIONS, kind=importing.KIND_OPTIONS[0])
    for hint in ("", "Once more"):
        view("account/reading", external_id="import:V1", words="Reading", hint=hint)
    message("blocks/done", said=line, told=other, buttons=[["Show", "account.show", 1]])


@pytest.mark.parametrize("words", [account_words, renewal_words, ebr_words])
def test_help(words):
    message("blocks/help", command="/account", lines=words.COMMAND_HELP)


@QUICK
@given(
    st.lists(some.TEXTS, max_size=12),
    st.lists(
        st.tuples(
            some.TEXTS, st.builds(FieldConflict, st.just("arr_cents"), st.integers(0, 9), st.none() | some.TEXTS)
        ),
        max_size=9,
    ),
    st.lists(st.builds(Rejection, st.integers(2, 9), some.TEXTS, some.TEXTS), max_size=12),
    st.lists(
        st.one_of(
            *(
                st.builds(
                    Question,
                    st.integers(0, 99),
                    some.TEXTS,
                    st.integers(1, 9),
                    st.lists(
                        st.builds(CellReading, st.sampled_from(said), st.integers(1, 9), some.TEXTS, st.just(read)),
                        min_size=1,
                        max_size=3,
                        unique_by=lambda reading: reading.said,
                    ),
                    st.just(of),
                )
                for of, said, read in (("days", list(ORDERS), "2027-04-30"), ("amounts", list(MARKS), "504000.00"))
            )
        ),
        max_size=4,
    ),
    BOOLS,
    BOOLS,
)
def test_an_imports_result(texts, conflicts, rejected, questions, skip, done):
    counts = {
        "new": len(texts),
        "changed": 1,
        "conflicts": len(conflicts),
        "unchanged": 0,
        "missing": 2,
        "rejected": len(rejected),
    }
    context = importing.result(
        kind="accounts", file="a<!channel>.csv", counts=counts, new=texts, changed=[("A", {"name": "a"}, {"name": "b"})],
        conflicts=conflicts, rejected=rejected, warnings=texts, skip=skip, done=done,
        questions=questions, asked=skip,
    )  # fmt: skip
    message("account/import_result", **context, value="accounts:F1:0")


@QUICK
@given(
    some.TEXTS,
    st.lists(
        st.builds(
            importing.AskedColumn,
            st.integers(0, 999),
            some.TEXTS.filter(str.strip),
            st.lists(some.TEXTS, max_size=3).map(tuple),
            st.sampled_from([None, "", "csm", "name"]),
            BOOLS,
        ),
        min_size=1,
        max_size=120,
        unique_by=lambda column: column.place,
    ),
    st.lists(st.sampled_from(list(PLAIN["accounts"])), unique=True),
)
def test_the_mapping_step_of_an_import(file, asked, taken):
    context = importing.columns_form(file, "accounts", PLAIN["accounts"], taken=taken, missing=["name"], asked=asked)
    view("account/import_columns", **context, metadata="{}")


@QUICK
@given(
    st.lists(
        st.builds(
            Conflict, id=some.IDS, kind=st.just("accounts"), record_id=some.IDS, title=some.TEXTS, field=st.just("name"),
            ours=some.TEXTS, theirs=some.TEXTS, file=some.TEXTS, imported_at=some.INSTANTS,
        ),
        max_size=20,
    ),
    st.integers(0, 30),
)  # fmt: skip
def test_conflicts(found, offset):
    message("account/conflicts", **importing.conflicts(found, some.TODAY, ZONE, offset=offset, size=8))


@QUICK
@given(st.lists(some.renewing(), max_size=10), some.PEOPLE, BOOLS, BOOLS, st.sampled_from(["renewing", "no-review"]))
def test_the_renewals(rows, people, may_change, show_arr, which):
    ids = [row.account.id for row in rows]
    message("renewal/overview", **renewal.overview(
        rows,
        Listed(people=people, today=some.TODAY, zone_name=ZONE, scope="team", which=which, offset=10, size=10,
               totals={"renewing": 50, "no-review": 3}, changeable=ids if may_change else []),
        some.POLICY, total=50, whose=whose_words("team", next(iter(people.values()), None) if show_arr else None),
        arr_ids=ids if show_arr else [],
    ))  # fmt: skip


@QUICK
@given(some.briefs(), BOOLS, BOOLS)
def test_one_renewal_and_its_forms(brief, may_change, show_arr):
    step = next((s for s in steps_of(brief) if not s.done), None)
    context = renewal.renewal(
        brief, step, some.TODAY, ZONE, date(2026, 11, 25), some.POLICY, may_change=may_change, show_arr=show_arr
    )
    message("renewal/account", **context)
    about = renewal.about(brief.account, some.TODAY, step)
    view("renewal/skip", **about)
    for asks in ("", "less", "contract"):
        view("renewal/renewed", **outcome_show.renewed_form(
            brief.account, some.TODAY, some.POLICY, date(2028, 1, 1), shows_arr=show_arr, arr="1", asks=asks
        ))  # fmt: skip
    view("renewal/churned", **outcome_show.churned_form(brief.account, some.TODAY, some.POLICY))
    signed = Signing(brief.account.id, some.TODAY, some.TODAY, "*<!channel>*")
    view("renewal/signing", **outcome_show.signing_form(brief.account, some.TODAY, signed, some.TODAY))
    message("renewal/lapsed", **outcome_show.undecided(
        [brief.account], {brief.account.id: signed}, brief.people, some.TODAY, some.POLICY, scope="all",
        whose=None, which="lapsed", offset=10, total=50, totals={"lapsed": 50, "signing": 2, "old": 3}, size=10, reader_id=1,
        changeable=[brief.account.id] if may_change else [], arr_ids=[brief.account.id] if show_arr else [],
    ))  # fmt: skip
    if step:
        people = list(brief.people.values())
        view("renewal/pick_time", **renewal.pick_time_form(brief.account, step, people, some.AT, ZONE, some.TODAY))
        view("renewal/held", **renewal.held_form(brief.account, step, some.TODAY, some.TODAY))


@QUICK
@given(st.lists(some.EBRS_DUE, max_size=10), some.PEOPLE, BOOLS, st.integers(0, 30), st.sampled_from(list(ebr.PARTS)))
def test_ebrs(rows, people, may_change, offset, which):
    message("ebr/due", **ebr.due_list(
        rows,
        Listed(people=people, today=some.TODAY, zone_name=ZONE, scope="all", which=which, offset=offset, size=10,
               totals={"": 50, "overdue": 3, "dateless": 1, "unrecorded": 2},
               changeable=[row.account.id for row in rows] if may_change else []),
        some.POLICY, whose=whose_words("all", None), arr_ids=[row.account.id for row in rows],
    ))  # fmt: skip
    for due in rows[:2]:
        view("ebr/schedule", **ebr.schedule_form(due, some.AT, "UTC", some.TODAY))
        view("ebr/log", **ebr.log_form(due, some.TODAY, some.TODAY, ZONE))


@QUICK
@given(some.briefs(), some.EBRS_DUE, BOOLS, st.none() | st.integers(1, 60), some.NAMES)
def test_one_accounts_ebrs(brief, due, may_change, months, agreed_by):
    message("ebr/account", **ebr.ebr(brief, due, some.TODAY, ZONE, some.POLICY, may_change=may_change))
    view("ebr/cadence", **ebr.cadence_form(brief.account, some.POLICY, months, agreed_by, leaders_decide=3))


@pytest.mark.parametrize(("held", "accounts", "share", "short"), [
    (0, 0, "n/a", 0), (0, 1, "0%", 1), (3, 4, "75%", 0), (2, 4, "50%", 1), (74, 100, "74%", 1),
])  # fmt: skip
def test_coverage(held, accounts, share, short):
    context = ebr.coverage(held, accounts, 0.75, "all")
    assert f"EBR coverage {share}" in context["line"]
    assert context["short"] == short
    message("ebr/coverage", **context)


@QUICK
@given(some.briefs(), some.PEOPLE, BOOLS)
def test_notes_about_a_review(brief, people, show_arr):
    message("notice/ebr_cadence", **ebr_notices.cadence(brief.account, 3, "x" * 3000, people[1]))
    for step in steps_of(brief):
        by = people[1] if show_arr else None
        message("notice/review_scheduled", **renewal_notices.invitation(
            brief, step, some.AT, by, some.TODAY, some.POLICY, show_arr=show_arr))  # fmt: skip
        message(
            "notice/review_asked",
            **renewal_notices.asked(brief, step, by, some.TODAY, ZONE, some.POLICY, show_arr=show_arr),
        )
        message("notice/review_held", **renewal_notices.held(brief, step, by, some.TODAY))
        message("notice/review_taken_back", **renewal_notices.taken_back(brief, step, "held", by, some.TODAY, ZONE))
        message("notice/review_skipped", **renewal_notices.skipped(brief, step, by, some.TODAY))


@QUICK
@given(
    some.PEOPLE,
    st.lists(some.ACCOUNTS, max_size=45),
    st.lists(some.TEXTS, max_size=45),
    st.lists(some.renewing(), max_size=30),
    st.lists(some.EBRS_DUE, max_size=30),
    BOOLS,
    some.briefs(),
    st.lists(NOTED, max_size=3),
)
def test_notes_about_people(people, moved, titles, rows, due, is_taker, brief, noted):
    message(
        "notice/handover",
        **handover_notices.handover(
            people[1], people[2], None, moved, titles, some.TODAY, is_taker=is_taker, known=[(brief, noted)]
        ),
    )
    ctas = [(title, some.TODAY, number) for number, title in enumerate(titles, start=1)]
    message("notice/away", **handover_notices.packet(people[1], some.TODAY, rows, due, ctas, some.TODAY, ZONE))
    message("notice/away_over", **handover_notices.away_over(people[1]))
    message("notice/needs_home", **handover_notices.needs_home(people[1], len(moved), len(titles)))
