"""Calls are tried in order per record, with one id and for three days, whatever is killed."""

import json
import os

import pytest

from storage.base.trying import TRIED_FOR, WAITS
from tests.webhook.conftest import edit


def test_it_is_tried_again_with_the_same_id_and_a_wait_that_grows(post, listener):
    listener.answers = lambda _body: (500, {})
    edit(post, 1, region="EMEA")
    for wait in WAITS[:7]:
        post.work()
        before = len(listener.got)
        post.later(seconds=wait.total_seconds() - 1)
        post.work()
        assert len(listener.got) == before
        post.later(seconds=1)
    assert len({message_id for message_id, _, _ in listener.got}) == 1
    listener.answers = lambda _body: (200, {})
    post.work()
    assert post.states() == [("account.changed", "sent", 8)]
    assert post.told() == [
        "Webhook dwh: 127.0.0.1 answers 500. It is tried for three days.",
        "Webhook dwh works again.",
    ]


def test_calls_of_one_record_stay_in_order_and_others_go_on(post, listener):
    listener.answers = lambda body: (422, {}) if body["data"]["after"] == {"region": "one"} else (200, {})
    edit(post, 1, region="one")
    edit(post, 1, region="two")
    edit(post, 2, region="other")
    post.work()
    assert [body["data"]["after"]["region"] for _, body, _ in listener.got] == ["one", "other"]
    listener.answers = lambda _body: (200, {})
    post.later(seconds=5)
    post.work()
    assert [body["data"]["after"]["region"] for _, body, status in listener.got if status == 200] == [
        "other",
        "one",
        "two",
    ]


def test_an_address_that_is_ill_is_left_alone_and_a_busy_one_as_long_as_it_asks(post, listener):
    listener.answers = lambda _body: (429, {"Retry-After": "90"})
    edit(post, 1, region="one")
    edit(post, 2, region="two")
    post.work()
    assert len(listener.got) == 1  # the other one waits as well
    post.later(seconds=89)
    post.work()
    assert len(listener.got) == 1
    listener.answers = lambda _body: (200, {})
    post.later(seconds=1)
    post.work()
    assert listener.types()[1:] == ["account.changed"] * 2


@pytest.mark.parametrize("status", [500, 503])
def test_one_call_that_is_answered_badly_holds_none_of_the_others(post, listener, status):
    """Seen failing: a receiver that stumbles over one event was told of nothing else for three days."""
    listener.answers = lambda body: (status if body["data"]["after"].get("region") == "odd" else 200, {})
    edit(post, 1, region="odd")
    edit(post, 2, region="one")
    post.work()
    assert [status for _, _, status in listener.got] == [status, 200]
    for hours in range(1, 20):
        post.later(hours=hours)
        post.work()
        post.later(minutes=2)
        edit(post, 2, region=f"one{hours}")
        post.work()
        assert listener.got[-1][1]["data"]["after"] == {"region": f"one{hours}"}
        if hours < 10:
            assert post.states()[0][1] == "pending"
    told = post.told()
    assert told == [f"Webhook dwh: 127.0.0.1 answers {status}. It is tried for three days.", *told[1:]]
    assert len(told) <= 3  # nobody hears of each try


def test_two_records_that_fail_for_hours_hold_the_others_for_minutes(post, listener):
    """Seen failing: what happened right after both had been tried was told after four hours."""
    listener.answers = lambda body: (500 if body["data"]["after"].get("region") == "odd" else 200, {})
    post.desk.take("accounts", "name,crm_id,arr\nGamma,3,1000\n")
    post.work()
    for number in (1, 2):
        edit(post, number, region="odd")
    for _ in range(10):
        post.work()
        post.later(hours=5)
    post.work()
    edit(post, 3, region="one")
    post.later(minutes=3)
    post.work()
    assert listener.got[-1][1]["data"]["after"] == {"region": "one"}


def test_an_address_that_fails_as_a_whole_is_asked_twice_and_left_alone(post, listener):
    listener.answers = lambda _body: (500, {})
    post.desk.take("accounts", "name,crm_id,arr\nGamma,3,1000\nDelta,4,2000\n")
    for number in (1, 2, 3, 4):
        edit(post, number, region="one")
    post.work()
    post.work()
    assert len(listener.got) == 2


def test_what_was_put_off_while_the_clock_stood_ahead_goes_once_it_is_right(post, listener):
    listener.answers = lambda _body: (429, {"Retry-After": "90"})
    post.later(days=365)
    edit(post, 1, region="one")
    post.work()
    listener.answers = lambda _body: (200, {})
    post.later(days=-365)
    post.work()
    assert [status for _, _, status in listener.got] == [429, 200]


def test_after_three_days_it_is_given_up_shown_and_tried_again_by_hand(post, listener):
    listener.server.server_close()  # refused from now on
    edit(post, 1, region="one")
    for _ in range(40):
        post.work()
        post.later(hours=4)
    ((kind, state, attempts),) = post.states()
    assert (kind, state) == ("account.changed", "dead")
    assert attempts > TRIED_FOR / WAITS[-1]
    assert len(post.told()) == 1
    status, out, _ = post.run("webhooks", "list", "--state", "dead", "--format", "json")
    assert (status, json.loads(out)[0]["error"]) == (0, "127.0.0.1 can't be reached: ConnectionRefusedError")
    edit(post, 1, region="two")
    post.desk.policy(operations_channel="#ops")
    assert "no more" in post.run("webhooks", "retry")[2]
    assert "Call 1 was not tried again" in post.run("webhooks", "retry", "1")[2]
    assert post.states()[0][1] == "dead"
    post.set()
    assert post.run("webhooks", "retry")[2] == "1 call to be tried at the bot's next look.\n"
    assert post.states()[0][1] == "pending"


@pytest.mark.of_a_file  # doctor, which the desk asks, looks at the file
def test_doctor_says_what_is_given_up(post, listener):
    listener.server.server_close()
    edit(post, 1, region="one")
    for _ in range(40):
        post.work()
        post.later(hours=4)
    assert "1 given up" in post.run("doctor", "--offline")[1]


@pytest.mark.parametrize("answer", [301, 302, 307, 400, 410])
def test_what_is_no_success_is_none(post, listener, answer):
    listener.answers = lambda _body: (answer, {"Location": listener.url})
    edit(post, 1, region="one")
    post.work()
    assert len(listener.got) == 1
    assert post.states() == [("account.changed", "pending", 1)]


def test_what_arrived_is_dropped_after_a_week_and_what_was_given_up_after_a_month(post, listener):
    from reminders.webhook.chores import NIGHTLY

    edit(post, 1, region="one")
    post.work()
    for days, left in ((6, 1), (2, 0)):
        post.later(days=days)
        with post.unit() as unit:
            for chore in NIGHTLY:
                chore(unit)
        assert len(post.states()) == left


@pytest.mark.parametrize("point", ["webhook.take", "webhook.taken", "webhook.called", "webhook.kept"])
@pytest.mark.parametrize("nth", [1, 2, 3])
def test_killed_at_any_point_nothing_is_lost_and_one_change_keeps_one_id(post, listener, point, nth):
    for n in range(3):
        edit(post, 1, region=f"r{n}")
        edit(post, 2, region=f"r{n}")
    post.store.close()
    post.desk._store = None
    child = os.fork()
    if child == 0:
        left = [nth]

        def points(name):
            left[0] -= name == point
            if left[0] == 0:
                os._exit(9)

        post.points = points
        try:
            post.work()
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    post.work()
    changes = [
        (m, body["subject"]["id"], body["after"]["region"]) for m, whole, _ in listener.got for body in [whole["data"]]
    ]
    assert len(set(changes)) == 6  # each of them, whatever came twice
    assert len({m for m, _, _ in changes}) == 6
    for account in (1, 2):
        first_seen = dict.fromkeys(region for _, subject, region in changes if subject == account)
        assert list(first_seen) == ["r0", "r1", "r2"]
