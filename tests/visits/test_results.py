"""What the door may say, and what becomes of the case."""

from __future__ import annotations

import pytest

from app.kernel.errors import Invalid

EVIDENCED = {0: {"charity": "3000.00"}}


def codes(refused) -> set[tuple[str, str]]:
    return {(fault.where, fault.code) for fault in refused.value.faults}


def test_a_confirmed_case_is_verified_with_the_figures_it_had(doorstep):
    door = doorstep(tallied=EVIDENCED)
    door.visit(0)
    assert door.open_elements(0) == {"township_check"}
    door.check(0)
    case = door.case(0)
    assert (case.stage, case.visit_result, str(case.self_paid)) == ("verified", "confirmed", "57000.00")
    assert door.in_force(0)["charity"] == ("3000.00", "tally")
    assert [visit.state for visit in door.visits(0)] == ["checked"]


def test_an_evidenced_change_prevails_and_the_self_paid_cost_follows(doorstep):
    door = doorstep(tallied=EVIDENCED)
    door.visit(0, "changed", figures=door.found(0, charity="5000.00"))
    assert door.in_force(0)["charity"] == ("3000.00", "tally"), "nothing changes before the township has looked"
    door.check(0)
    assert door.in_force(0)["charity"] == ("5000.00", "visit")
    assert str(door.case(0).self_paid) == "55000.00"
    assert door.differences(0) == [("charity", "5000.00", "visit", "settled")]


def test_not_at_home_takes_two_taps_and_the_visit_stays_on_the_list(doorstep):
    door = doorstep()
    door.complete(door.worker(0), 0, "visit", {"result": "not_home", "visited_at": "2026-03-02T01:00:00Z"})
    assert door.open_elements(0) == {"visit"}
    door.visit(0)
    door.check(0)
    assert [(v.attempt, v.result, v.state) for v in door.visits(0)] == [
        (1, "not_home", "recorded"),
        (2, "confirmed", "checked"),
    ]


def test_unreachable_needs_two_attempts_and_the_statement_of_the_village(doorstep):
    door = doorstep()
    door.visit(0, "not_home")
    with pytest.raises(Invalid) as refused:
        door.visit(0, "unreachable", statement_file=None)
    assert codes(refused) == {("/result", "attempts_missing"), ("/statement_file", "statement_missing")}
    door.visit(0, "not_home")
    door.visit(0, "unreachable")
    door.check(0)
    assert (door.case(0).stage, door.case(0).visit_result) == ("verified", "unreachable")


@pytest.mark.parametrize(
    ("result", "stage"), [("moved", "verified"), ("deceased", "verified"), ("not_eligible", "excluded")]
)
def test_other_results_settle_the_case(doorstep, result, stage):
    door = doorstep()
    door.visit(0, result)
    door.check(0)
    case = door.case(0)
    assert (case.stage, case.visit_result) == (stage, result)
    assert (case.reason is not None) == (stage == "excluded")


def test_a_doubtful_identity_that_is_cleared_is_visited_again(doorstep):
    door = doorstep()
    door.visit(0, "identity_doubtful")
    assert door.open_elements(0) == {"resolve_identity"}
    door.complete("ybj_officer", 0, "resolve_identity", {"outcome": "same_person", "note": "证件换发"})
    assert door.open_elements(0) == {"visit"}
    door.visit(0)
    door.check(0)
    assert door.case(0).stage == "verified"


def test_somebody_else_at_the_door_is_taken_off_the_list_with_the_reason(doorstep):
    door = doorstep()
    door.visit(0, "identity_doubtful")
    door.complete("ybj_officer", 0, "resolve_identity", {"outcome": "not_this_person", "note": "同名他人"})
    case = door.case(0)
    assert (case.stage, case.reason) == ("excluded", "身份不符，移出名单")
    assert door.visits(0)[0].check_note == "同名他人"


def test_crowd_funding_may_bring_a_case_below_the_verification_line(doorstep):
    door = doorstep({0: {"total_cost": "75000.00"}})
    door.visit(0, "changed", figures=door.found(0, crowd_funding="68000.00"))
    door.check(0)
    case = door.case(0)
    assert (case.stage, str(case.self_paid)) == ("below_line", "7000.00")
    assert "10,000.00" in case.reason


def test_exactly_at_the_verification_line_is_not_above_it(doorstep):
    door = doorstep({0: {"total_cost": "78000.00"}})
    door.visit(0, "changed", figures=door.found(0, crowd_funding="68000.00"))
    door.check(0)
    assert door.case(0).stage == "below_line"


def test_costs_on_paper_count_as_far_as_the_bureau_accepts_them(doorstep):
    door = doorstep()
    paper = {"amount": "8000.00", "files": [door.upload(door.worker(0))]}
    door.visit(0, "changed", paper_cost=paper)
    assert door.view("ybj_officer", 0, "accept_paper_cost").prefill == {"accepted_amount": "8000.00"}
    with pytest.raises(Invalid) as refused:
        door.complete("ybj_officer", 0, "accept_paper_cost", {"accepted_amount": "8000.01", "note": "多认"})
    assert codes(refused) == {("/accepted_amount", "more_than_claimed")}
    door.complete("ybj_officer", 0, "accept_paper_cost", {"accepted_amount": "5000.00", "note": "三张无公章"})
    door.check(0)
    assert door.in_force(0)["total_cost"] == ("105000.00", "correction")
    assert str(door.case(0).self_paid) == "65000.00"


def test_costs_on_paper_count_once_however_often_the_visit_is_sent_back(doorstep):
    door = doorstep()
    for n in range(2):
        paper = {"amount": "8000.00", "files": [door.upload(door.worker(0))]}
        door.visit(0, "changed", paper_cost=paper)
        door.complete("ybj_officer", 0, "accept_paper_cost", {"accepted_amount": "5000.00", "note": "三张无公章"})
        if n == 0:
            door.send_back(door.clerk(0), 0, "票据照片看不清")
    door.check(0)
    assert str(door.case(0).total_cost) == "105000.00"


def test_no_cost_on_paper_is_accepted_and_the_year_cost_stays(doorstep):
    door = doorstep()
    paper = {"amount": "8000.00", "files": [door.upload(door.worker(0))]}
    door.visit(0, "changed", paper_cost=paper)
    door.complete("ybj_officer", 0, "accept_paper_cost", {"accepted_amount": "0", "note": "非医疗费用"})
    door.check(0)
    assert door.in_force(0)["total_cost"] == ("100000.00", "settlement")
