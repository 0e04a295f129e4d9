"""`report --area … --format json`: fields fixed by name, figures of the terminal whether the area is on or off."""

import json

import pytest

from handlers.report.areas import areas

FIELDS = {
    "growth": "month, currency, accounts, arr_before, arr_now, net_retention, gross_retention, left_out, incomplete",
    "surveys": "round, kind, answers, score, invited, response_rate",
    "onboarding": "segment, milestone, n, median_days, mean_days, target_days, on_time",
    "adoption": "use_case, n, median_days, mean_days, open, open_median_days, already",
}


def asked(desk, area, quarter="2026Q4"):
    status, out, err = desk.run(
        "report", "--area", area, "--quarter", quarter, "--format", "json", "--now", "2026-12-20"
    )
    assert (status, err) == (0, ""), err
    return json.loads(out)


@pytest.fixture
def filled(desk):
    """An account with something to say in each area, all of which are off."""
    desk.take("accounts", "name,customer_since,engaged_on,renewal_date\nAcme,2026-10-05,2026-10-12,2027-10-05\n"
                          "Globex,2020-01-01,,2027-01-01\nHooli,2020-01-01,,2027-01-01\n")  # fmt: skip
    amounts = (
        "Acme,2026-10-31,60",
        "Globex,2025-10-31,100",
        "Globex,2026-10-31,130",
        "Hooli,2025-10-31,50",
        "Hooli,2025-11-30,25",
    )
    desk.take("arr", "account,as_of,arr,currency\n" + "".join(f"{line},EUR\n" for line in amounts))
    desk.take("surveys", "account,answered_on,kind,score\nGlobex,2026-11-05,nps,9\n")
    desk.take("ctas", "account,playbook,status,opened_on\nGlobex,Enable: CI,new,2026-10-01\n")
    return desk


@pytest.mark.parametrize("area", FIELDS)
def test_the_fields_are_those_that_scripts_read(filled, area):
    records = asked(filled, area)
    assert records
    assert {", ".join(record) for record in records} == {FIELDS[area]}
    assert area in areas()


def test_growth_stands_at_each_months_end_that_has_been_in_currency_units(filled):
    october, november = asked(filled, "growth")
    assert october == {
        "month": "2026-10", "currency": "EUR", "accounts": 2, "arr_before": 150, "arr_now": 155, "net_retention": 155 / 150,
        "gross_retention": 125 / 150, "left_out": 0, "incomplete": False,
    }  # fmt: skip
    assert (november["month"], november["arr_before"], november["arr_now"]) == ("2026-11", 125, 155)
    assert asked(filled, "growth", "2027Q1") == []
    assert asked(filled, "adoption")[0] | {"open_median_days": 0} == {
        "use_case": "CI", "n": 0, "median_days": None, "mean_days": None, "open": 1, "open_median_days": 0, "already": 0,
    }  # fmt: skip


@pytest.mark.parametrize("area", sorted(areas()))
def test_as_a_table_and_csv_too(filled, area):
    for how in ("table", "csv"):
        status, out, _ = filled.run(
            "report", "--area", area, "--quarter", "2026Q4", "--format", how, "--now", "2026-12-20"
        )
        assert (status, bool(out)) == (0, True)
