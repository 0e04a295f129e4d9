"""Policy and templates read anew while the bot runs: all of it or nothing, and operations hear of a fault."""

import pytest

from handlers.terminal import Terminal
from handlers.terminal.settings import Settings
from storage.base.errors import UserError
from tests.account.books import fill


@pytest.fixture
def files(tmp_path, world):
    """What the files say, and a terminal whose settings name them."""
    fill(world)
    policy, templates = tmp_path / "policy.toml", tmp_path / "templates"
    (templates / "errors").mkdir(parents=True)
    policy.write_text('currency = "EUR"\n')
    settings = Settings(_env_file=None, cta_bot_policy=policy, cta_bot_templates=templates)
    return policy, templates, Terminal(settings=settings, clock=world.bot.services.clock)


def test_what_the_files_say_counts_from_then_on(files, world):
    _, templates, terminal = files
    (templates / "errors" / "refusal.json.j2").write_text('{"text": {{ mrkdwn("Ours: {}", message) }}, "blocks": []}')
    world.bot.read_anew(terminal)
    assert world.bot.services.policy.currency == world.bot.machine.policy.currency == "EUR"
    assert world.bot.services.store.policy.currency == "EUR"
    assert world.as_("maya").command("/cta nonsense").expect().text == "Ours: There is no /cta nonsense."


def test_a_policy_that_is_gone_since_is_a_fault_and_no_default(files, world):
    """Seen failing: areas, managers and channels were those of no policy at all, without a word."""
    policy, _, terminal = files
    world.bot.read_anew(terminal)
    policy.unlink()
    told = []
    world.bot.machine.alarm = told.append
    world.bot.read_anew(terminal)
    assert world.bot.services.policy.currency == "EUR"
    assert str(told[0]).startswith("Not read anew, all stays as it was: There is no policy at")


@pytest.mark.parametrize("fault", ["policy", "template"])
def test_a_fault_leaves_all_as_it_was_and_operations_are_told(files, world, fault):
    policy, templates, terminal = files
    if fault == "policy":
        policy.write_text('currency = "EUR"\nmorning = "late"\n')
    else:
        (templates / "errors" / "refusal.json.j2").write_text("{{ no end")
    told = []
    world.bot.machine.alarm = told.append
    before = world.bot.services.policy, world.bot.services.renderer
    world.bot.read_anew(terminal)
    assert (world.bot.services.policy, world.bot.services.renderer) == before
    [words] = told
    assert str(words).startswith("Not read anew, all stays as it was:")


def test_reload_refuses_a_fault_and_a_database_on_which_no_bot_runs(files, tmp_path):
    from handlers.terminal import reload
    from storage.base.db import Store
    from storage.base.policy import policy_from

    policy, _, terminal = files
    Store(tmp_path / "idle.db", policy=policy_from({})).close()
    idle = Terminal(
        settings=terminal.settings.model_copy(update={"cta_bot_db": tmp_path / "idle.db"}), clock=terminal.clock
    )
    with pytest.raises(UserError, match="No bot runs on this database"):
        reload.run(None, idle)
    policy.write_text('morning = "late"\n')
    with pytest.raises(UserError, match="morning"):
        reload.run(None, idle)
