"""A list version is printed once: hashed, numbered, and the database itself refuses to change it."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.rounds.cases import cases_of
from app.rounds.drafts import Verdict, draft_rows
from app.rounds.lists import freeze_list, latest_list, rows_of
from app.rounds.rounds import get_round
from app.rounds.schemes import scheme_named
from tests.rounds.place import make_round, yuan

COSTS = {
    0: {"total_cost": "80000.00", "basic_insurance": "40000.00"},
    1: {"total_cost": "20000.00", "basic_insurance": "1000.00"},
}


def freeze(session, place, clock, verdicts=None):
    round_ = get_round(session, place.round_id)
    rows = draft_rows(session, scheme_named(session, "shengzhou"), cases_of(session, round_.id), verdicts)
    version = freeze_list(session, place.actor("ybj_officer"), clock, round_, "verification", rows)
    session.commit()
    return version


def test_versions_of_a_stage_are_counted_and_the_newest_is_found(database, place, clock):
    with database.writing() as session:
        make_round(session, place, COSTS)
        first = freeze(session, place, clock)
        second = freeze(session, place, clock, {place.cases[0]: Verdict(amount=yuan("13200.00"))})
        assert (first.n, second.n, first.total, second.total) == (1, 2, yuan("59000.00"), yuan("13200.00"))
        assert latest_list(session, place.round_id, "verification").id == second.id
        assert first.hash != second.hash
        row = rows_of(session, first)[0]
        assert (row.no, row.payments, row.category) == (1, {"basic_insurance": "40000.00"}, "db")
        assert row.township.endswith("街道")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE list_row SET self_paid = 0",
        "DELETE FROM list_row",
        "UPDATE list_version SET total = 0",
        "DELETE FROM list_version",
    ],
)
def test_the_database_refuses_to_change_a_printed_list(database, place, clock, statement):
    with database.writing() as session:
        make_round(session, place, COSTS)
        freeze(session, place, clock)
        with pytest.raises(DBAPIError, match="append-only"):
            session.execute(text(statement))


def test_the_hash_depends_on_every_printed_amount(database, place, clock):
    with database.writing() as session:
        make_round(session, place, COSTS)
        same, again = freeze(session, place, clock), freeze(session, place, clock)
        other = freeze(session, place, clock, {place.cases[0]: Verdict(reason="手工备注")})
        assert same.hash == again.hash != other.hash
