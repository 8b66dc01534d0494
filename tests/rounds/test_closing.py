"""The closing equation: everybody on a final list has exactly one outcome, and the sums agree."""

from __future__ import annotations

import pytest

from app.kernel.errors import Conflict
from app.rounds.cases import cases_of, get_case
from app.rounds.closing import OUTCOMES, close, count_outcomes
from app.rounds.drafts import draft_rows
from app.rounds.lists import freeze_list
from app.rounds.rounds import get_round
from app.rounds.schemes import scheme_named
from tests.rounds.place import make_round, yuan

COSTS = {n: {"total_cost": "80000.00", "basic_insurance": "40000.00"} for n in range(3)}


def freeze_final(session, place, clock):
    round_ = get_round(session, place.round_id)
    rows = draft_rows(session, scheme_named(session, "shengzhou"), cases_of(session, round_.id))
    freeze_list(session, place.actor("ybj_officer"), clock, round_, "final", rows)


def test_a_round_without_final_list_or_with_somebody_waiting_does_not_close(database, place, clock):
    with database.writing() as session:
        round_ = make_round(session, place, COSTS, stage="paying")
        with pytest.raises(Conflict) as refused:
            close(session, place.actor("ybj_officer"), clock, round_)
        assert refused.value.code == "no_final_list"
        freeze_final(session, place, clock)
        get_case(session, place.cases[0]).outcome = "paid"
        session.flush()
        with pytest.raises(Conflict) as refused:
            close(session, place.actor("ybj_officer"), clock, round_)
        assert (refused.value.code, refused.value.detail["people"]) == ("outcomes_missing", 2)


def test_paid_zero_held_and_the_others_add_up_to_the_list_and_count_each_person_once(database, place, clock):
    with database.writing() as session:
        round_ = make_round(session, place, COSTS, stage="paying")
        freeze_final(session, place, clock)
        freeze_final(session, place, clock)  # a second resolution
        for case_id, outcome in zip(place.cases, ("paid", "unclaimed", "zero"), strict=True):
            get_case(session, case_id).outcome = outcome
        session.flush()
        shares = close(session, place.actor("ybj_officer"), clock, round_)
        assert {outcome: share.people for outcome, share in shares.items()} == {
            "paid": 1,
            "unclaimed": 1,
            "zero": 1,
        }
        assert sum(share.people for share in count_outcomes(session, round_.id).values()) == 3
        assert set(shares) <= set(OUTCOMES)
        assert (round_.stage, round_.closed_at) == ("closed", clock())
        assert shares["paid"].amount == yuan("0.00")
