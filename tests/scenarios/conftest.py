"""`make_round(people, charity="0.00")`: a round on the eve of its meeting, and what-ifs over it."""

from __future__ import annotations

import pytest

from app.rounds.models import Round
from app.scenarios.candidates import read_candidates
from app.scenarios.trying import compare_candidates
from tests.meetings.council import make_council


@pytest.fixture
def make_round(database, clock, tmp_path):
    def make(people, **fund):
        rows = [(row[0], row[1], row[2] if len(row) > 2 else {}) for row in people]
        return make_council(database, clock, tmp_path, rows, **fund)

    return make


@pytest.fixture
def try_out():
    """`try_out(council, {...}, unanswered_rule=…)` -> Comparison."""

    def compare(council, *forms, round_id=None, **said):
        with council.database.reading() as session:
            round_ = session.get_one(Round, round_id or council.round_id)
            return compare_candidates(session, round_, read_candidates(forms), **said)

    return compare
