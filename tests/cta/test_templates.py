"""Every template of CTAs, held to Slack's schema with hostile records."""

from dataclasses import replace
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handlers.cta.words import COMMAND_HELP
from sandbox.blockkit import check_message, check_view
from storage.base.change import Change
from storage.base.policy import Policy
from storage.base.reasons import Reason
from storage.cta.record import (
    CLOSED_NO_SUCCESS,
    CLOSED_SUCCESS,
    IN_PROGRESS,
    NEW,
    PRIORITIES,
    SUCCESS_PLANS,
    WITHDRAWN,
    Cta,
    CtaFacts,
    ListedCta,
    Task,
)
from storage.playbook.record import Playbook, PlaybookTask
from templates.blocks.mrkdwn import Mrkdwn
from templates.blocks.render import OURS, Renderer
from templates.cta import forms_show as cta_forms
from templates.cta import history_show as cta_history
from templates.cta import show as views
from tests.account.records import ACCOUNTS, DAYS, IDS, INSTANTS, NAMES, PEOPLE, POLICY, TEXTS, TODAY, maybe

RENDERER = Renderer()
QUICK = settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
BOOLS = st.booleans()
REASONS = st.lists(
    st.builds(
        Reason,
        key=st.from_regex(r"[a-z][a-z0-9_]{0,30}", fullmatch=True),
        label=TEXTS.map(lambda text: text.strip()[:70] or "x"),
        asks=st.sampled_from(["", "revisit", "gap", "vendor", "note"]),
        hint=TEXTS.map(lambda text: text.strip()[:75]),
        counter_play=TEXTS,
        counter_play_url=st.sampled_from(["", "https://example.com/a b", "https://example.com/|", "javascript:1"]),
        counter_playbook=NAMES,
    ),
    min_size=1,
    max_size=20,
    unique_by=lambda reason: reason.key,
)
POLICIES = st.just(POLICY) | REASONS.map(lambda reasons: Policy(reasons=tuple(reasons)))
DETAILS = maybe(TEXTS.map(lambda text: text[:150]))
WORDS = TEXTS.map(lambda text: text[:3000])
NOTES = maybe(WORDS)


def ctas(*statuses):
    return st.builds(
        Cta,
        id=st.integers(1, 2**40),
        account_id=IDS,
        playbook=NAMES,
        category=maybe(NAMES),
        use_case=NAMES,
        motion=st.sampled_from([None, "expand", "enable"]),
        reported=BOOLS,
        owner_id=maybe(IDS),
        status=st.sampled_from(statuses or (NEW, IN_PROGRESS, CLOSED_SUCCESS, CLOSED_NO_SUCCESS, WITHDRAWN)),
        priority=st.sampled_from(PRIORITIES),
        success_plan=st.sampled_from(SUCCESS_PLANS),
        note=NOTES,
        opened_on=DAYS,
        due_on=maybe(DAYS),
        closed_on=maybe(DAYS),
        closed_by=maybe(IDS),
        reason=maybe(st.sampled_from(["lack_of_budget", "deferred", "gone_from_the_policy"]) | NAMES),
        closing_note=NOTES,
        detail=DETAILS,
        learned=NOTES,
        revisit_on=maybe(DAYS),
        snoozed_until=maybe(DAYS),
        linked_to=maybe(IDS),
        version=st.integers(1, 9999),
    )


@st.composite
def tasks(draw, most=25):
    count = draw(st.integers(0, most))
    return tuple(
        Task(
            id=place,
            cta_id=1,
            position=place,
            title=draw(TEXTS)[:200],
            hint=draw(TEXTS)[:300],
            due_on=draw(maybe(DAYS)),
            state=draw(st.sampled_from(["open", "done", "skipped"])),
            skip_reason=draw(NOTES),
            assignee_id=draw(maybe(IDS)),
            done_on=draw(maybe(DAYS)),
        )
        for place in range(1, count + 1)
    )


def facts(*statuses, most_tasks=25):
    return st.builds(CtaFacts, cta=ctas(*statuses), account=ACCOUNTS, tasks=tasks(most_tasks), people=PEOPLE)


LISTED = st.builds(
    ListedCta,
    cta=ctas(),
    account_name=NAMES,
    owner=maybe(PEOPLE.map(lambda people: people[1])),
    open_tasks=st.integers(0, 99),
    next_task=maybe(NAMES),
    next_due_on=maybe(DAYS),
)
PLAYBOOKS = st.lists(
    st.builds(
        Playbook,
        name=TEXTS.map(lambda text: text.strip()[:75] or "x"),
        version=st.just(1),
        use_case=NAMES,
        motion=st.just("expand"),
        category=st.just(""),
        summary=TEXTS,
        discovery=st.lists(TEXTS.map(lambda text: text[:300]), max_size=5).map(tuple),
        tasks=st.lists(
            st.builds(PlaybookTask, title=TEXTS.map(lambda t: t[:75]), due_days=st.integers(0, 730)), max_size=15
        ).map(tuple),
    ),
    max_size=120,
    unique_by=lambda playbook: playbook.name,
)


def harmless(part):
    """What people typed never becomes a mention of everybody: plain text stays as it is."""
    if isinstance(part, list):
        return all(map(harmless, part))
    if isinstance(part, dict):
        return (part.get("type") != "mrkdwn" or "<!channel>" not in part["text"]) and all(map(harmless, part.values()))
    return True


def message(template, **context):
    made = RENDERER.render(template, **context)
    assert [str(problem) for problem in check_message({"channel": "C1", **made})] == []
    assert harmless(made["blocks"])
    assert "<!channel>" not in made["text"]
    return made


def view(template, **context):
    made = RENDERER.render(template, **context)
    assert [str(problem) for problem in check_view(made)] == []
    assert harmless(made["blocks"])
    return made


def test_every_template_is_held_to_the_schema_here():
    made = {path.name.removesuffix(".json.j2") for path in (OURS / "cta").glob("*.j2")} - {"parts"}
    source = Path(__file__).read_text()
    assert [name for name in sorted(made) if f'"cta/{name}"' not in source] == []


@QUICK
@given(facts(), POLICIES)
def test_the_card(known, policy):
    made = message("cta/card", card=views.card(known, policy, TODAY))
    assert ("Undo" in str(made)) is (not known.cta.is_open)


@QUICK
@given(facts(), POLICIES, TEXTS)
def test_what_is_told_where_the_card_can_not_stand(known, policy, because):
    card, why_not = views.card(known, policy, TODAY), views.not_there(known.account, because)
    message("cta/card_elsewhere", card=card, why_not=why_not)


@QUICK
@given(facts(), POLICIES, BOOLS, BOOLS, BOOLS, TEXTS)
def test_the_answer(known, policy, detailed, show_arr, short, lead):
    details = views.details(known, policy, TODAY, show_arr=show_arr) if detailed else None
    made = message(
        "cta/answer", lead=lead, card=views.card(known, policy, TODAY), short=short, details=details, context=lead,
        back="Open again", choices=[("Undo", "cta.undo", "1")], rest=[{"type": "divider"}],
    )  # fmt: skip
    if not show_arr:
        assert "a year" not in str(made)


@QUICK
@given(facts(CLOSED_SUCCESS, CLOSED_NO_SUCCESS), POLICIES, BOOLS)
def test_the_answer_to_a_close(known, policy, offer):
    message("cta/closed", **views.closed(known, policy, TODAY, offer_enable=offer), rest=[])


@QUICK
@given(facts(NEW), BOOLS)
def test_the_answer_to_an_opening(known, here):
    message("cta/opened", **views.opened(known.cta, known.account, known.person(known.cta.owner_id), TODAY, here=here))


@QUICK
@given(st.lists(LISTED, max_size=10), st.lists(facts(CLOSED_SUCCESS), max_size=5), NAMES)
def test_a_list(listed, closed, head):
    listed = [replace(row, cta=replace(row.cta, id=place)) for place, row in enumerate(listed, start=1)]
    cards = [
        views.card(replace(one, cta=replace(one.cta, id=100 + place)), POLICY, TODAY)
        for place, one in enumerate(closed)
    ]
    message(
        "cta/list",
        head=head if listed else "",
        empty="" if listed else "Nothing open.",
        rows=[views.row(row, TODAY, viewer_id=1, query="0|team overdue account:17") for row in listed],
        closed_today=cards,
        closed_words="Closed today",
        context="1 to 10 of 12",
        buttons=[("Next", "cta.list.next", "1|mine")],
    )


@QUICK
@given(
    st.lists(
        st.builds(
            Change,
            at=INSTANTS,
            who=NAMES,
            action=st.sampled_from([*cta_history.DONE, "cta.unheard_of"]),
            before=st.dictionaries(st.sampled_from(["status", "note", "learned", "why", "new"]), TEXTS),
            after=st.fixed_dictionaries(
                {},
                optional={
                    "owner_id": IDS,
                    "due_on": DAYS.map(str),
                    "reason": NAMES,
                    "tasks": st.dictionaries(NAMES, NAMES, max_size=9),
                    "task": st.just({"3": {"title": "x" * 200, "due_on": None}}),
                    "note": TEXTS,
                },
            ),
            source=st.just("click"),
        ),
        max_size=10,
    ),
    PEOPLE,
    POLICIES,
    NAMES,
)
def test_the_history(changes, people, policy, head):
    lines = [cta_history.line(change, people, policy, TODAY) for change in changes]
    message("cta/history", head=head, changes=lines, buttons=[("Next", "cta.history.older", "1|1")])


def test_help():
    message("cta/help", lines=Mrkdwn("\n".join(f"`{usage}`  {what}" for usage, what in COMMAND_HELP)))


@QUICK
@given(maybe(ACCOUNTS), st.sampled_from(["expand", "enable"]), PLAYBOOKS, BOOLS, PEOPLE, maybe(DAYS), NOTES)
def test_the_open_form(account, motion, playbooks, chosen, people, due_on, note):
    playbook = playbooks[0] if playbooks and chosen else None
    context = cta_forms.open_form(
        account=account, motion=motion, playbooks=playbooks, playbook=playbook, owner=people[1], due_on=due_on,
        priority="medium", success_plan="roi", note=note or "",
    )  # fmt: skip
    made = view("cta/open_form", **context)
    assert views.WHEN_TO_OPEN[motion] in str(made).replace("\\u2060", "")


@QUICK
@given(facts(most_tasks=90), POLICIES, st.sampled_from(["", "success", "no_success"]), BOOLS, BOOLS, st.data())
def test_the_close_form(known, policy, outcome, small, correcting, data):
    reason = data.draw(maybe(st.sampled_from(policy.reasons)))
    context = cta_forms.close_form(
        known, policy, TODAY, outcome=outcome, reason=reason, small=small, note=known.cta.note or "",
        detail=known.cta.detail or "", learned=known.cta.learned or "", revisit_on=known.cta.revisit_on,
        correcting=correcting,
    )  # fmt: skip
    view("cta/close_form", **context)


@QUICK
@given(facts(most_tasks=120))
def test_the_tasks(known):
    view("cta/tasks", **cta_forms.tasks_form(known, TODAY))


@QUICK
@given(facts(most_tasks=3), st.sampled_from([None, 1]))
def test_the_task_form(known, position):
    view("cta/task_form", **cta_forms.task_form(known, position))


@QUICK
@given(facts())
def test_the_edit_form(known):
    view("cta/edit_form", **cta_forms.edit_form(known))


@QUICK
@given(facts(), WORDS, maybe(DAYS), BOOLS)
def test_a_form_for_a_few_words(known, text, day, optional):
    view(
        "cta/words_form", callback="cta.note", title="Add a note", cta=cta_forms.head(known), about=text,
        day=("until", "Until", day.isoformat()) if day else None, words=("note", "Note", text), optional=optional,
        submit="Add",
    )  # fmt: skip
