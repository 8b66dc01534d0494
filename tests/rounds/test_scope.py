"""Who sees which cases and which figures."""

from __future__ import annotations

import pytest

from app.kernel.errors import NotFound
from app.rounds.cases import get_case
from app.rounds.figures import record_figures
from app.rounds.reading import get_case_sheet, page_of_cases
from tests.rounds.place import make_request, make_round, yuan

COSTS = {n: {"total_cost": "80000.00", "basic_insurance": "40000.00"} for n in range(3)}


@pytest.fixture
def cases(database, place, clock):
    """Three cases to be visited, one a township (grids 4, 7, 10); charity and the Red Cross were asked about them."""
    with database.writing() as session:
        make_round(session, place, COSTS)
        make_request(session, place, "cszh", ["charity"])
        make_request(session, place, "hszh", ["red_cross"])
        case = get_case(session, place.cases[0])
        amounts = {"charity": yuan("100.00"), "red_cross": yuan("7.00")}
        record_figures(session, place.actor("ybj_officer"), clock, case, amounts, "tally", "tally_request:1")
        for case_id in place.cases:
            get_case(session, case_id).stage = "to_verify"
        session.commit()
    return place.cases


def seen(database, place, login):
    with database.reading() as session:
        return [line.id for line in page_of_cases(session, place.actor(login), place.round_id)]


def test_officers_see_all_a_township_its_own_and_a_grid_its_own(database, place, cases):
    assert seen(database, place, "ybj_officer") == cases
    assert seen(database, place, "auditor") == cases
    assert seen(database, place, "clerk_1") == cases[:1]
    assert seen(database, place, "clerk_3") == cases[2:]
    assert seen(database, place, "grid_worker_4") == cases[:1]
    assert seen(database, place, "grid_worker_9") == []


def test_a_unit_that_was_not_asked_sees_nobody(database, place, cases):
    assert seen(database, place, "liaison_cszh") == cases
    assert seen(database, place, "liaison_mzj") == []


def test_a_liaison_sees_the_own_column_only_and_no_totals(database, place, cases):
    with database.reading() as session:
        sheet = get_case_sheet(session, place.actor("liaison_cszh"), cases[0])
    assert [(figure.payer, figure.amount) for figure in sheet.figures] == [("charity", yuan("100.00"))]
    assert [answer.unit for answer in sheet.answers] == ["慈善总会"]
    assert (sheet.line.total_cost, sheet.line.self_paid) == (None, None)


def test_an_officer_sees_every_figure_with_its_source(database, place, cases):
    with database.reading() as session:
        sheet = get_case_sheet(session, place.actor("ybj_officer"), cases[0])
    told = {figure.payer: (figure.source, figure.payer_name) for figure in sheet.figures}
    assert told == {
        "total_cost": ("settlement", "年度医疗费用"),
        "basic_insurance": ("settlement", "基本医保"),
        "charity": ("tally", "慈善总会"),
        "red_cross": ("tally", "红十字会"),
    }


def test_a_grid_worker_does_not_find_a_neighbour_nor_a_case_before_its_visit(database, place, cases):
    with database.writing() as session:
        with pytest.raises(NotFound):
            get_case_sheet(session, place.actor("grid_worker_9"), cases[0])
        get_case(session, cases[0]).stage = "preliminary"
        session.flush()
        with pytest.raises(NotFound):
            get_case_sheet(session, place.actor("grid_worker_4"), cases[0])


def test_cases_come_in_pages_and_by_stage(database, place, cases):
    with database.reading() as session:
        officer = place.actor("ybj_officer")
        first = page_of_cases(session, officer, place.round_id, limit=2)
        rest = page_of_cases(session, officer, place.round_id, after=first[-1].case_no)
        assert [line.id for line in first + rest] == cases
        assert page_of_cases(session, officer, place.round_id, ["verified"]) == []


def test_a_grid_worker_is_not_shown_the_four_digits_to_be_asked_at_the_door(database, place, cases):
    with database.reading() as session:
        worker = page_of_cases(session, place.actor("grid_worker_4"), place.round_id)[0]
        clerk = page_of_cases(session, place.actor("clerk_1"), place.round_id)[0]
    assert worker.id_masked == clerk.id_masked[:-4] + "****"
    assert clerk.id_masked[-4:] != "****"
