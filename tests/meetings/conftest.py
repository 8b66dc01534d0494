"""`make_round([("001", "32000.00", {}), …], charity="0.00")`: a round on the eve of its meeting."""

from __future__ import annotations

import pytest

from tests.meetings.council import make_council


@pytest.fixture
def make_round(database, clock, tmp_path):
    def make(people, **fund):
        rows = [(row[0], row[1], row[2] if len(row) > 2 else {}) for row in people]
        return make_council(database, clock, tmp_path, rows, **fund)

    return make
