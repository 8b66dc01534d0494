"""One told story for each database; tests that tamper do so in a transaction that is never committed."""

from __future__ import annotations

import pytest

from tests.proof.story import pay, resolve, tell


@pytest.fixture
def story(database, clock, tmp_path):
    """A round resolved, paid and closed."""
    told = pay(resolve(tell(database, clock, tmp_path)))
    told.close()
    return told
