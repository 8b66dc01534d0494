"""The application with a county in it."""

from __future__ import annotations

import pytest

from tests.web.client import Town, make_town


@pytest.fixture
def town(database, clock, tmp_path) -> Town:
    return make_town(database, clock, tmp_path)
