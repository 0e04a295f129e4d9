"""Finding an account by what somebody typed: the likeliest first, and quick over a large book."""

import pytest

from storage.account import store as accounts
from storage.base.db import Store
from storage.base.folding import name_key
from storage.base.policy import Policy
from tests import engines

LONG_AGO = "2026-01-01T00:00:00Z"
SYLLABLES = ("ac", "me", "lo", "ri", "ta", "vex", "glo", "bal", "tech", "sta", "rk", "way", "el", "son", "cy", "ber")
KINDS = ("Labs", "Industries", "GmbH", "Inc", "Bank", "Retail")


def insert(db, names, **fields):
    columns = {
        "currency": "USD",
        "known_at": LONG_AGO,
        "renewal_known_at": LONG_AGO,
        "ebr_known_at": LONG_AGO,
        "updated_at": LONG_AGO,
        **fields,
    }
    marks = ",".join("?" * (2 + len(columns)))
    db.execute("BEGIN")
    db.executemany(
        f"INSERT INTO accounts(name, name_key, {','.join(columns)}) VALUES ({marks})",
        [(name, name_key(name), *columns.values()) for name in names],
    )
    db.execute("COMMIT")


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    store = Store(tmp_path_factory.mktemp("book") / "bot.db", policy=Policy())
    db = store.connection()
    insert(
        db,
        [
            "Acme",
            "Acme Labs",
            "Globex",
            "Initech",
            "Kaffee & Söhne",
            "\uff21\uff22\uff23 Retail",
            "北京电子",
            "Big Acme",
        ],
    )
    insert(db, ["Hooli"], crm_id="001xHOOLI")
    insert(db, ["Acme Gone"], archived_at=LONG_AGO)
    engines.keep(store.path)
    yield db
    store.close()


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("acme", ["Acme", "Acme Labs", "Big Acme"]),
        ("ac", ["Acme", "Acme Labs", "Big Acme"]),
        ("lab", ["Acme Labs"]),
        ("labs acme", ["Acme Labs"]),
        ("  GLOBEX ", ["Globex"]),
        ("Gloebx", ["Globex"]),
        ("Intech", ["Initech"]),
        ("sohne", ["Kaffee & Söhne"]),
        ("abc", ["\uff21\uff22\uff23 Retail"]),
        ("北京", ["北京电子"]),
        ("001xHOOLI", ["Hooli"]),
        ("001xhooli", ["Hooli"]),
        (" 001XHOOLI\u200b", ["Hooli"]),
        ("001x", ["Hooli"]),
        ("xHoo", ["Hooli"]),
        ("HOOLI", ["Hooli"]),
        ("li", []),
        ("", []),
        ("***", []),
        ('"; drop table accounts', []),
        ("zz", []),
    ],
)
def test_what_is_typed_finds_what_is_meant(stored, typed, found):
    assert [account.name for account in accounts.search(stored, typed)] == found


def test_archived_accounts_are_found_only_on_request(stored):
    assert accounts.search(stored, "acme gone") == []
    assert [a.name for a in accounts.search(stored, "acme gone", archived=True)] == ["Acme Gone"]
