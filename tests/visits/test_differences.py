"""What was on paper and what was found: who decides, who sees it, and what a second visit leaves of the first."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.engine.models import TaskComment
from app.kernel.errors import Invalid, NotFound
from app.visits.reports import differences_of_round

COSTS = {0: {"total_cost": "100000.00", "basic_insurance": "40000.00", "critical_illness": "10000.00"}}
TALLIED = {0: {"charity": "3000.00"}}


def seen_by(door, login):
    with door.database.reading() as session:
        rows = differences_of_round(session, door.actor(login), door.round_id, 0, 50)
        return {(row.payer, str(row.before), str(row.found), row.state) for row in rows}


def test_settlement_data_stand_until_the_bureau_has_looked(doorstep):
    door = doorstep(COSTS, TALLIED)
    figures = door.found(0, basic_insurance="45000.00", critical_illness="0")
    door.visit(0, "changed", figures=figures)
    door.check(0)
    assert door.open_elements(0) == {"bureau_check"}
    assert str(door.case(0).self_paid) == "47000.00"
    view = door.view("ybj_officer", 0, "bureau_check")
    assert view.prefill == {
        "settle": [{"payer": "basic_insurance", "use": "data"}, {"payer": "critical_illness", "use": "data"}]
    }
    settle = [
        {"payer": "basic_insurance", "use": "visit", "note": "结算单已更正"},
        {"payer": "critical_illness", "use": "data"},
    ]
    door.complete("ybj_officer", 0, "bureau_check", {"settle": settle})
    figures = door.in_force(0)
    assert figures["basic_insurance"] == ("45000.00", "correction")
    assert figures["critical_illness"] == ("10000.00", "correction")
    assert str(door.case(0).self_paid) == "42000.00"
    assert door.case(0).stage == "verified"


def test_the_bureau_is_told_all_that_is_wrong_with_its_answer(doorstep):
    door = doorstep(COSTS, TALLIED)
    door.visit(0, "changed", figures=door.found(0, basic_insurance="1", critical_illness="2", charity="5"))
    door.check(0)
    rows = [
        {"payer": "charity", "use": "visit", "note": "有凭证"},
        {"payer": "basic_insurance", "use": "visit"},
        {"payer": "basic_insurance", "use": "data"},
    ]
    with pytest.raises(Invalid) as refused:
        door.complete("ybj_officer", 0, "bureau_check", {"settle": rows})
    assert [(fault.where, fault.code) for fault in refused.value.faults] == [
        ("/settle/0/payer", "no_such_difference"),
        ("/settle/2/payer", "no_such_difference"),
        ("/settle/1/note", "note_missing"),
        ("/settle", "difference_left_open"),
    ]
    assert door.open_elements(0) == {"bureau_check"}


def test_a_member_unit_sees_the_difference_of_its_own_figure_and_nobody_elses(doorstep):
    door = doorstep(COSTS, TALLIED)
    door.visit(0, "changed", figures=door.found(0, charity="5000.00", basic_insurance="41000.00", crowd_funding="9.00"))
    charity = ("charity", "3000.00", "5000.00", "open")
    assert seen_by(door, "liaison_cszh") == {charity}
    assert seen_by(door, "liaison_hszh") == set()
    assert seen_by(door, door.worker(0)) == set()
    assert seen_by(door, "clerk_1") == set()
    assert {row[0] for row in seen_by(door, "ybj_officer")} == {"charity", "basic_insurance", "crowd_funding"}
    door.check(0)
    door.complete("ybj_officer", 0, "bureau_check", {"settle": [{"payer": "basic_insurance", "use": "data"}]})
    assert seen_by(door, "liaison_cszh") == {(*charity[:3], "settled")}


def test_a_unit_that_had_filed_nothing_sees_what_the_door_found(doorstep):
    door = doorstep(COSTS)
    door.visit(0, "changed", figures=door.found(0, red_cross="1500.00"))
    assert seen_by(door, "liaison_hszh") == {("red_cross", "0.00", "1500.00", "open")}
    assert seen_by(door, "liaison_cszh") == set()


def test_differences_of_an_unknown_round_are_not_found(doorstep):
    door = doorstep(COSTS)
    with door.database.reading() as session, pytest.raises(NotFound):
        differences_of_round(session, door.actor("ybj_officer"), 999, 0, 50)


def test_a_township_sends_back_with_a_reason_and_the_second_visit_replaces_the_first(doorstep):
    door = doorstep(COSTS, TALLIED)
    door.visit(0, "changed", figures=door.found(0, charity="5000.00", basic_insurance="41000.00"))
    with pytest.raises(Invalid):
        door.send_back(door.clerk(0), 0, "  ")
    door.send_back(door.clerk(0), 0, "凭证看不清，请重拍")
    task = door.task(0, "visit")
    with door.database.reading() as session:
        comments = session.scalars(select(TaskComment.text).where(TaskComment.task_id == task.id)).all()
    assert comments == ["凭证看不清，请重拍"]
    door.visit(0, "changed", figures=door.found(0, charity="4000.00"))
    assert door.differences(0) == [
        ("charity", "5000.00", "visit", "void"),
        ("basic_insurance", "41000.00", "data", "void"),
        ("charity", "4000.00", "visit", "open"),
    ]
    assert [visit.state for visit in door.visits(0)] == ["sent_back", "recorded"]
    assert seen_by(door, "liaison_cszh") == {("charity", "3000.00", "4000.00", "open")}
    door.check(0)
    assert door.open_elements(0) == set(), "the data differed at the first visit only"
    assert door.in_force(0)["charity"] == ("4000.00", "visit")
    assert str(door.case(0).self_paid) == "46000.00"


def test_a_second_visit_to_the_door_of_somebody_out_leaves_the_differences_alone(doorstep):
    door = doorstep(COSTS, TALLIED)
    door.visit(0, "not_home")
    door.visit(0, "changed", figures=door.found(0, charity="4000.00"))
    assert [visit.state for visit in door.visits(0)] == ["recorded", "recorded"]
    assert door.differences(0) == [("charity", "4000.00", "visit", "open")]
