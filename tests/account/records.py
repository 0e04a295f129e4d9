"""Random records with hostile text, for holding templates to Slack's schema."""

from datetime import UTC, date, datetime

from hypothesis import strategies as st

from storage.account.brief import Brief
from storage.account.record import HEALTHS, OUTLOOKS, Account
from storage.base.change import Change
from storage.base.person import Person
from storage.base.policy import Policy
from storage.cta.brief import CtaPart
from storage.cta.record import CLOSED_NO_SUCCESS, CLOSED_SUCCESS, IN_PROGRESS, Cta
from storage.ebr.brief import EbrPart
from storage.ebr.due import EbrDue
from storage.ebr.record import Ebr
from storage.onboarding.brief import OnboardingPart
from storage.renewal.brief import RenewalPart
from storage.renewal.record import HELD, SCHEDULED, SKIPPED, Renewal, Review
from storage.renewal.review_steps import Renewing, review_steps, step_meant

POLICY = Policy()
TODAY = date(2026, 11, 23)
AT = datetime(2026, 12, 3, 14, tzinfo=UTC)

TEXTS = st.one_of(
    st.text(min_size=1, max_size=40),
    st.sampled_from([
        "<!channel>", "<@U1>", "*b*_i_`c`", "x" * 3000, "\u202eright to left", "a\nb\tc", '"quoted" & <tagged>', ":tada:", " ",
        "العربية", "👩‍👩‍👧" * 80, "&amp;" * 700,
    ]),
)  # fmt: skip
NAMES = TEXTS.map(lambda text: text[:255])
DAYS = st.dates(date(2020, 1, 1), date(2032, 1, 1))
INSTANTS = st.integers(1_577_836_800, 1_956_528_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
IDS = st.integers(1, 4)
SLACK_IDS = st.sampled_from([None, "U123", "W0"])


def maybe(strategy):
    return st.none() | strategy


PEOPLE = st.fixed_dictionaries(
    {
        i: st.builds(Person, id=st.just(i), email=maybe(st.just(f"p{i}@example.com")), slack_id=SLACK_IDS, name=NAMES)
        for i in range(1, 5)
    }
)
ACCOUNTS = st.builds(
    Account,
    id=st.integers(1, 2**40),
    name=NAMES,
    crm_id=maybe(NAMES),
    segment=maybe(NAMES),
    arr_cents=maybe(st.integers(0, 10**15)),
    currency=st.sampled_from(["USD", "EUR"]),
    renewal_on=maybe(DAYS),
    csm_id=maybe(IDS),
    ae_id=maybe(IDS),
    sa_id=maybe(IDS),
    pse_id=maybe(IDS),
    channel_id=maybe(st.just("C1")),
    customer_since=maybe(DAYS),
    last_ebr_on=maybe(DAYS),
    ebr_cadence_months=maybe(st.integers(1, 60)),
    region=maybe(NAMES),
    health=maybe(st.sampled_from(HEALTHS)),
    health_on=maybe(DAYS),
    crm_url=maybe(st.sampled_from(["https://crm.example.com/1", "javascript:alert(1)", "<>|"])),
    outlook=maybe(st.sampled_from(OUTLOOKS)),
    archived_at=maybe(INSTANTS),
    churned_on=maybe(DAYS),
    known_at=INSTANTS,
    renewal_known_at=INSTANTS,
    ebr_known_at=INSTANTS,
)
_CTA = {
    "id": IDS, "account_id": IDS, "playbook": NAMES, "category": st.none(), "use_case": NAMES, "reported": st.just(True),
    "motion": st.sampled_from(["expand", "enable"]), "owner_id": maybe(IDS), "priority": st.just("medium"),
    "success_plan": st.just("roi"), "note": maybe(TEXTS), "opened_on": DAYS, "due_on": maybe(DAYS),
}  # fmt: skip
OPEN_CTAS = st.builds(Cta, **_CTA, status=st.just(IN_PROGRESS))
CLOSED_CTAS = st.builds(
    Cta,
    **_CTA,
    status=st.sampled_from([CLOSED_SUCCESS, CLOSED_NO_SUCCESS]),
    closed_on=DAYS,
    reason=st.sampled_from(["other", "deferred", "gone_from_policy"]),
    closing_note=maybe(TEXTS),
    detail=maybe(TEXTS),
    learned=maybe(TEXTS),
)
EBRS = st.builds(
    Ebr,
    id=IDS,
    account_id=IDS,
    state=st.just(HELD),
    scheduled_at=st.none(),
    scheduled_on=st.none(),
    scheduled_known_at=st.none(),
    held_on=DAYS,
    note=maybe(TEXTS),
) | st.builds(
    Ebr,
    id=IDS,
    account_id=IDS,
    state=st.just(SCHEDULED),
    scheduled_at=INSTANTS,
    scheduled_on=DAYS,
    scheduled_known_at=INSTANTS,
    held_on=st.none(),
    note=st.none(),
)
RENEWALS = st.builds(
    Renewal,
    id=IDS,
    account_id=IDS,
    renewal_on=DAYS,
    outcome=st.just("renewed"),
    next_renewal_on=maybe(DAYS),
    decided_at=INSTANTS,
    decided_by=maybe(IDS),
)
CHANGES = st.builds(
    Change,
    at=INSTANTS,
    who=NAMES,
    action=st.sampled_from(["account.edit", "review.hold", "cta.close", "something.new"]),
    before=st.dictionaries(st.sampled_from(["name", "health", "arr_cents", "csm_id"]), maybe(st.integers(0, 9))),
    after=st.dictionaries(st.sampled_from(["name", "health", "arr_cents", "csm_id", "note"]), maybe(st.integers(0, 9))),
    source=st.just("click"),
    subject=st.sampled_from(["account:1", "cta:7"]),
)


@st.composite
def reviews_of(draw, account):
    if account.renewal_on is None:
        return ()
    found = []
    for months in POLICY.renewal_review_months:
        state = draw(st.sampled_from(["", SCHEDULED, HELD, SKIPPED]))
        if not state:
            continue
        found.append(Review(
            id=months, account_id=account.id, renewal_on=account.renewal_on, offset_months=months, state=state,
            scheduled_at=AT if state == SCHEDULED else None, scheduled_on=AT.date() if state == SCHEDULED else None,
            scheduled_known_at=None, held_on=draw(DAYS) if state == HELD else None, health=draw(maybe(st.sampled_from(HEALTHS))),
            outlook=draw(maybe(st.sampled_from(OUTLOOKS))), next_step=draw(maybe(TEXTS)), skip_reason=draw(maybe(TEXTS)),
        ))  # fmt: skip
    return tuple(found)


@st.composite
def briefs(draw):
    account = draw(ACCOUNTS)
    reviews = draw(reviews_of(account))
    parts = (
        CtaPart(open=tuple(draw(st.lists(OPEN_CTAS, max_size=12))), closed=tuple(draw(st.lists(CLOSED_CTAS, max_size=24)))),
        RenewalPart(reviews, tuple(review_steps(account, reviews, POLICY)), tuple(draw(st.lists(RENEWALS, max_size=5)))),
        EbrPart(
            ebrs=tuple(draw(st.lists(EBRS, max_size=6))), last_on=draw(maybe(DAYS)), due_on=draw(maybe(DAYS)),
            agreed_by=draw(maybe(NAMES)),
        ),
        OnboardingPart(None, {}, 0),
    )  # fmt: skip
    return Brief(account, draw(PEOPLE), {type(part): part for part in parts})


@st.composite
def renewing(draw):
    account = draw(ACCOUNTS.filter(lambda a: a.renewal_on is not None))
    steps = review_steps(account, draw(reviews_of(account)), POLICY)
    return Renewing(account, tuple(steps), step_meant(steps, TODAY))


EBRS_DUE = st.builds(
    EbrDue, account=ACCOUNTS, due_on=maybe(DAYS), last_on=maybe(DAYS),
    scheduled=maybe(EBRS.filter(lambda ebr: ebr.state == SCHEDULED)),
)  # fmt: skip
