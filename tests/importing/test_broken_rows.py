"""Differently broken rows: each is named by line and column, with what would be right, and nothing is changed."""

import pytest

GOOD = "name,crm_id,arr\nAcme,001,5\nGlobex,002,6\n"

ACCOUNTS = [
    # text, line, column, words
    ("name,renewal_date\nAcme,2027-02-31\n", 2, "renewal_date", "not a day of the calendar"),
    ("name,renewal_date\nAcme,30.04.2027\n", 2, "renewal_date", "write it as 2027-04-30"),
    ("name,last_ebr\nAcme,2026-11-22\n", 2, "last_ebr", "after today (2026-11-21)"),
    ("name,arr\nAcme,-5\n", 2, "arr", "negative"),
    ('name,arr\nHooli,7\nAcme,"1,234"\n', 3, "arr", "1234 or as 1.234"),
    ("name,arr\nAcme,=1+1\n", 2, "arr", "formula"),
    ("name,ARR (USD)\nAcme,5\n=HYPERLINK(1),5\n", 3, "name", "formula"),
    ("name,arr\nAcme,#REF!\n", 2, "arr", "error of the spreadsheet"),
    ("name,arr\nAcme,5,6\n", 2, "", "has 3 cells, the header has 2"),
    ("name,crm_id\nAcme,1\nHooli,1\n", 3, "crm_id", "1 stands on line 2 already"),
    ("name,arr\nAcme,5\nACME,6\n", 3, "name", "stands on line 2 already"),
    ("name,crm_id\nHooli,\nhooli,7\n", 3, "name", "need a crm_id each"),
    ("name,arr\n,5\n", 2, "name", "every account needs a name"),
    (f"name\n{'x' * 256}\n", 2, "name", "has 256 characters; at most 255 fit"),
    (f"name\n{'x' * 1_000_000}\n", 2, "name", "has 1,000,000 characters"),
    ("name\nAc\x00me\n", 2, "name", "control character (code 0)"),
    ("name\nAc\x07me\n", 2, "name", "control character (code 7)"),
    ("name,csm\nAcme,maya@\n", 2, "csm", "not an e-mail address"),
    ("name,csm\nAcme,Maya Lin\n", 2, "csm", "nobody known here is called 'Maya Lin'"),
    ("name,ebr_cadence_months\nAcme,0\n", 2, "ebr_cadence_months", "months from 1 to 60"),
    ("name,ebr_cadence_months\nAcme,yearly\n", 2, "ebr_cadence_months", "months from 1 to 60"),
    ("name,health\nAcme,purple\n", 2, "health", "green, yellow, red"),
    ("name,channel\nAcme,a b\n", 2, "channel", "id (C…) or #name"),
    ("name,crm_url\nAcme,javascript:alert(1)\n", 2, "crm_url", "not a web address"),
    ("name,currency\nAcme,euro\n", 2, "currency", "no currency of ISO 4217"),
    ("name,arr,currency\nAcme,€5,USD\n", 2, "arr", "is in EUR, the row's currency is USD"),
    ("name,crm_id\nAcme,1.2E+15\n", 2, "crm_id", "shortened by a spreadsheet"),
    ('name,arr\n"Acme,5\nGlobex,6\n', 2, "", "opened and never closed"),
    ('name,arr\n"Acme "Inc"",5\n', 2, "", "must be doubled"),
]


@pytest.mark.parametrize(("text", "line", "column", "words"), ACCOUNTS)
def test_a_broken_account_is_named_and_nothing_changes(desk, text, line, column, words):
    desk.take("accounts", GOOD)
    before = desk.dump()
    outcome = desk.take("accounts", f"{text}")
    assert [(r.line, r.column) for r in outcome.rejected] == [(line, column)]
    assert words in outcome.rejected[0].reason
    assert outcome.import_id is None
    assert desk.dump() == before


HEAD = "account,playbook,status,reason,opened_on,closed_on,note\n"
CTAS = [
    ("Nobody,Expand: CI,new,,2026-11-01,,\n", 2, "account", "no account is called Nobody"),
    ("Twin,Expand: CI,new,,2026-11-01,,\n", 2, "account", "2 accounts fit 'Twin'; give the CRM id"),
    ("Acme,,new,,2026-11-01,,\n", 2, "playbook", "every CTA needs one"),
    ("Acme,Expand: CI,,,2026-11-01,,\n", 2, "status", "every CTA needs one"),
    ("Acme,Expand: CI,closed maybe,,2026-11-01,,\n", 2, "status", "not a status"),
    ("Acme,Expand: CI,new,,,,\n", 2, "opened_on", "every CTA needs one"),
    ("Acme,Expand: CI,Closed - No Success,,2026-01-01,2026-02-01,\n", 2, "reason", "not_a_priority"),
    ("Acme,Expand: CI,closed_no_success,tired,2026-01-01,2026-02-01,\n", 2, "reason", "'tired' is not a reason"),
    ("Acme,Expand: CI,closed_success,,2026-01-01,,\n", 2, "closed_on", "needs its closing day"),
    ("Acme,Expand: CI,closed_success,,2026-02-01,2026-01-01,\n", 2, "closed_on", "before the opening"),
    ("Acme,Expand: CI,new,,2026-02-01,2026-03-01,\n", 2, "closed_on", "yet the status says"),
    (f"Acme,Expand: CI,new,,2026-11-01,,{'x' * 3001}\n", 2, "note", "3,001 characters; a note holds at most 3,000"),
    ("Acme,Expand: SCM,new,,2026-11-01,,\n", 2, "status", "CTA 1 (Expand: SCM, opened 2026-10-01) is open already"),
    ("Acme,Expand: CI,new,,2026-11-01,,\nAcme,Expand CI too,new,,2026-11-02,,\n", 3, "status", "line 2 opens"),
    ("Acme,Expand: CI,new,,2026-11-01,,\nacme,expand: ci,new,,2026-11-01,,\n", 3, "", "on line 2 already"),
    ("Acme,Expand: CI,new,,2026-11-01,,\n001,Expand: CI,new,,2026-11-01,,\n", 3, "", "on line 2 already"),
]


@pytest.mark.parametrize(("text", "line", "column", "words"), CTAS)
def test_a_broken_cta_is_named_and_nothing_changes(desk, text, line, column, words):
    desk.take("accounts", f"{GOOD}Twin,003,1\nTwin,004,1\n")
    desk.take("ctas", f"{HEAD}Acme,Expand: SCM,new,,2026-10-01,,\n")
    before = desk.dump()
    outcome = desk.take("ctas", HEAD + text)
    assert [(r.line, r.column) for r in outcome.rejected] == [(line, column)]
    assert words in outcome.rejected[0].reason
    assert desk.dump() == before


@pytest.mark.parametrize(
    ("text", "column", "words"),
    [
        ("email,role\nmaya@x.com,wizard\n", "role", "csm, manager, admin"),
        ("email,role\n,csm\n", "email", "known by it"),
        ("email,role\nmaya,csm\n", "email", "not an e-mail address"),
        ("email,manager\nmaya@x.com,maya@x.com\n", "manager", "their own manager"),
        ("email,role\nboss@x.com,csm\nBOSS@x.com,csm\n", "email", "stands on line 2 already"),
    ],
)
def test_a_broken_person_is_named_and_nothing_changes(desk, text, column, words):
    before = desk.dump()
    outcome = desk.take("people", text)
    assert outcome.rejected[-1].column == column
    assert words in outcome.rejected[-1].reason
    assert desk.dump() == before


def test_every_fault_of_a_line_is_named(desk):
    outcome = desk.take("accounts", "Name;ARR;Next Renewal\nAcme;-5;2027-02-30\n;1;\n")
    assert [(r.line, r.column) for r in outcome.rejected] == [(2, "ARR"), (2, "Next Renewal"), (3, "Name")]
    assert outcome.counts["rejected"] == 2


def test_rejected_lines_can_be_left_out_and_the_rest_imported(desk):
    text = "name,arr\nAcme,5\nGlobex,no\nHooli,7\n"
    outcome = desk.take("accounts", text, skip_rejected=True)
    assert outcome.counts == {"new": 2, "changed": 0, "unchanged": 0, "conflicts": 0, "missing": 0, "rejected": 1}
    assert [a["name"] for a in desk.export("accounts")] == ["Acme", "Hooli"]


@pytest.mark.parametrize(
    ("cells", "arr"),
    [(['"1,234"', '"1,234.50"'], [1234, 1234.5]), (['"1,234"', "99.5"], [1234, 99.5]), (['"1,234"', '"9,5"'], None)],
)
def test_a_lone_separator_is_settled_by_another_row(desk, cells, arr):
    rows = "".join(f"A{i},{cell}\n" for i, cell in enumerate(cells))
    outcome = desk.take("accounts", f"name,arr\n{rows}")
    if arr is None:  # 9,5 says that the comma is the decimal mark: 1,234 would have three decimals
        assert "two decimals" in outcome.rejected[0].reason
    else:
        assert [a["arr"] for a in desk.export("accounts")] == arr


def test_rows_that_disagree_settle_nothing(desk):
    outcome = desk.take("accounts", 'name,arr\nA,"1,234"\nB,"1,234.50"\nC,"1.234,50"\n')
    assert [r.line for r in outcome.rejected] == [2]


def test_the_policy_settles_a_lone_separator(desk):
    desk.policy(decimal_mark=".")
    desk.take("accounts", 'name,arr\nA,"1,234"\n')
    assert desk.export("accounts")[0]["arr"] == 1234


def test_what_is_odd_and_no_fault_is_warned_of(desk):
    outcome = desk.take("accounts", "name,renewal_date,Mood\nAcme,2026-01-31,fine\n")
    assert outcome.warnings == [
        "Not known and left out: Mood.",
        "line 2: the renewal date 2026-01-31 has passed; no reviews come of it.",
    ]
    assert outcome.counts["new"] == 1


def test_hostile_names_are_kept_as_they_are(desk):
    names = ['<!channel> & "friends"', "'; DROP TABLE accounts; --", "\u202eסקרן", "🦄 Inc", "a" * 255, "@home"]
    text = "".join('"{}"\n'.format(name.replace('"', '""')) for name in names)
    desk.take("accounts", f"name\n{text}")
    assert [a["name"] for a in desk.export("accounts")] == [name.removeprefix("\u202e") for name in names]
