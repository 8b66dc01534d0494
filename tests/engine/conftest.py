"""The engine's fixtures: a trial scheme on a database of each kind."""

from __future__ import annotations

import pytest

from tests.engine.trial import make_trial


@pytest.fixture
def trial(database):
    return make_trial(database)
