"""The running bot pulls by itself, and says on Home and in the summary how old its data is."""

import time


def test_the_bot_pulls_by_its_schedule_and_home_says_how_old_it_is(make_world, tmp_path):
    path = tmp_path / "crm.csv"
    path.write_text("name,crm_id,arr,csm\nAcme,1,1000,maya@example.com\n")
    rule = {"name": "crm", "kind": "file", "what": "accounts", "path": str(path), "schedule": "daily 06:00"}
    world = make_world(sources=[rule])
    end = time.monotonic() + 20
    while not world.rows("SELECT 1 FROM sources WHERE state = 'well'"):
        assert time.monotonic() < end, "nothing was pulled"
        time.sleep(0.02)
    home = world.as_("maya").open_home().text
    assert "data: crm today" in home
    assert "(1 new)" in home
    path.unlink()
    with world.unit() as unit:
        unit.db.execute("UPDATE sources SET state = 'failed', error = 'gone'")
    assert "crm has failed, its data is of today" in world.as_("maya").open_home().text
    assert "Data: crm has failed" in world.as_("maya").command("/playbooks summary").text
