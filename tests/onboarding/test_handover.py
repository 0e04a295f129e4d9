"""A handover offers its checklist while onboarding is on."""

import pytest


@pytest.mark.parametrize("on", [True, False])
def test_a_handover_offers_its_checklist_while_onboarding_is_on(make_book, on):
    world = make_book(onboarding={"enabled": on, "segments": ["none"]}, quiet_hours="03:00-04:00")
    form = world.as_("priya").command("/account handover @maya @tom all").modal
    done = form.submit().message
    for handle in ("maya", "tom"):
        world.as_(handle).expect_dm("@priya handed them over", seconds=30)
    assert ("Open the handover checklist" in done.text) is on
    if on:
        said = done.click("Open the handover checklist").text
        assert "Handover: CSM to CSM: 2 checklists opened" in said
        assert "no checklist opened" in done.click("Open the handover checklist").text
        assert world.rows("SELECT DISTINCT area, anchor FROM ctas WHERE playbook = 'Handover: CSM to CSM'") == [
            {"area": "onboarding", "anchor": "opened"}
        ]
