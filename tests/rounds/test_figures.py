"""Figures keep every version with its source, and one a payer is in force."""

from __future__ import annotations

from sqlalchemy import select

from app.rounds.cases import get_case
from app.rounds.figures import figures_in_force, recompute_self_paid, record_figures
from app.rounds.models import Figure
from app.rounds.schemes import scheme_named
from tests.rounds.place import make_round, yuan

COSTS = {0: {"total_cost": "80000.00", "basic_insurance": "40000.00", "commercial_insurance": "500.00"}}


def record(session, place, clock, amounts, source, ref="visit:9"):
    case = get_case(session, place.cases[0])
    record_figures(session, place.actor("ybj_officer"), clock, case, amounts, source, ref)
    recompute_self_paid(session, case, scheme_named(session, "shengzhou"))
    return case


def in_force(session, place, payer):
    return figures_in_force(session, place.cases)[place.cases[0]][payer]


def test_an_evidenced_visit_replaces_the_tally_and_both_stay_on_record(database, place, clock):
    with database.writing() as session:
        make_round(session, place, COSTS)
        record(session, place, clock, {"charity": yuan("1000.00")}, "tally", "tally_request:3")
        case = record(session, place, clock, {"charity": yuan("3000.00")}, "visit")
        assert case.self_paid == yuan("36500.00")
        found = in_force(session, place, "charity")
        assert (found.source, found.origin_ref, found.amount) == ("visit", "visit:9", yuan("3000.00"))
        kept = session.scalars(select(Figure.amount).where(Figure.payer == "charity").order_by(Figure.id)).all()
        assert kept == [yuan("1000.00"), yuan("3000.00")]


def test_a_visit_does_not_override_what_settlement_data_say_of_an_electronic_payer(database, place, clock):
    with database.writing() as session:
        make_round(session, place, COSTS)
        case = record(session, place, clock, {"basic_insurance": yuan("45000.00")}, "visit")
        assert in_force(session, place, "basic_insurance").source == "settlement"
        assert case.self_paid == yuan("39500.00")


def test_a_bureau_correction_of_the_year_cost_changes_what_is_left(database, place, clock):
    with database.writing() as session:
        make_round(session, place, COSTS)
        case = record(session, place, clock, {"total_cost": yuan("81000.00")}, "correction", "visit:4")
        assert (case.total_cost, case.self_paid) == (yuan("81000.00"), yuan("40500.00"))


def test_payments_above_the_cost_flag_the_case(database, place, clock):
    with database.writing() as session:
        make_round(session, place, COSTS)
        case = record(session, place, clock, {"charity": yuan("60000.00")}, "tally")
        assert (case.self_paid, case.cost_over_paid) == (yuan("0.00"), True)


def test_a_second_version_of_a_source_takes_the_place_of_the_first(database, place, clock):
    with database.writing() as session:
        make_round(session, place, COSTS)
        record(session, place, clock, {"red_cross": yuan("100.00")}, "tally")
        record(session, place, clock, {"red_cross": yuan("0.00")}, "tally")
        found = in_force(session, place, "red_cross")
        assert (found.version, found.amount) == (2, yuan("0.00"))
