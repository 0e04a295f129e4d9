from datetime import UTC, datetime

import pytest

from storage.base.db import Store
from storage.base.policy import policy_from
from tests import engines

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture
def make_store(tmp_path):
    """A store on a real file, with a policy of the given keys; closed at the end."""
    made = []

    def make(**policy):
        store = Store(engines.ready(tmp_path / f"{len(made)}.db"), policy=policy_from(policy))
        made.append(store)
        return store

    yield make
    for store in made:
        store.close()
