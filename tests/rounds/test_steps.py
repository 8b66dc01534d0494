"""Steps 0 to 2 run through their process: opened, counted, reviewed, asked, answered, consolidated."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from app.engine.models import ProcessInstance, Task
from app.kernel.errors import Conflict, Denied, Invalid
from app.rounds.cases import cases_of, get_case
from app.rounds.door import add_door_case
from app.rounds.figures import figures_in_force
from app.rounds.lists import latest_list, rows_of
from app.rounds.models import Exclusion, TallyRequest
from app.rounds.preliminary import exclude_cases
from app.rounds.progress import stop_visits
from app.rounds.rounds import get_round
from app.rounds.tallies.conflicts import open_conflicts
from app.rounds.tallies.requests import reopen_request, waive_request
from tests.rounds.place import yuan


def test_the_preliminary_list_has_everybody_above_the_line_highest_first(story, database):
    story.open()
    with database.reading() as session:
        cases = cases_of(session, story.round_id)
        told = [(c.case_no, story.place.people.index(c.person_id), c.eligible, c.stage) for c in cases]
        assert told == [
            ("2025-1-0001", 4, False, "preliminary"),
            ("2025-1-0002", 0, True, "preliminary"),
            ("2025-1-0003", 1, True, "preliminary"),
            ("2025-1-0004", 2, True, "preliminary"),
        ]
        figures = figures_in_force(session, [cases[1].id])[cases[1].id]
        assert {payer: (f.amount, f.source) for payer, f in figures.items()} == {
            "total_cost": (yuan("180000.00"), "settlement"),
            "basic_insurance": (yuan("90000.00"), "settlement"),
            "critical_illness": (yuan("25000.00"), "settlement"),
        }
        assert figures["basic_insurance"].origin_ref == f"snapshot:{story.snapshot_id}"
        assert cases[1].self_paid is None
    assert story.is_open("t1_review")


def test_who_is_excluded_with_a_reason_is_not_sent_to_the_units(story, database):
    story.open()
    out = story.case_id(4)
    story.issue(exclusions=[{"case_id": out, "reason": "重复登记"}])
    with database.reading() as session:
        version = latest_list(session, story.round_id, "preliminary")
        assert [row.case_id for row in rows_of(session, version)] == [story.case_id(n) for n in (0, 1, 2)]
        assert session.scalars(select(Exclusion.reason)).all() == ["重复登记"]
        assert get_case(session, out).stage == "excluded"
        requests = session.scalars(select(TallyRequest)).all()
        assert len(requests) == 9
        assert {request.state for request in requests} == {"open"}
        assert all(request.due_at is not None for request in requests)
        tasks = session.scalars(select(Task).where(Task.element_id == "file_tally", Task.state == "open")).all()
        assert {task.holder_unit_id for task in tasks} == {request.unit_id for request in requests}


def test_exclusions_are_refused_without_reason_twice_and_after_the_list_is_out(story, database, clock):
    story.open()
    officer = story.place.actor("ybj_officer")
    wrong = [{"case_id": story.case_id(0), "reason": " "}, {"case_id": 999, "reason": "不在名单"}]
    with database.writing() as session, pytest.raises(Invalid) as refused:
        exclude_cases(session, officer, clock, story.round_id, wrong)
    assert {fault.where for fault in refused.value.faults} == {"/exclusions/0/reason", "/exclusions/1/case_id"}
    story.issue()
    right = [{"case_id": story.case_id(0), "reason": "理由充分"}]
    with database.writing() as session, pytest.raises(Conflict) as late:
        exclude_cases(session, officer, clock, story.round_id, right)
    assert late.value.code == "list_already_issued"


def test_one_late_one_corrected_one_in_both_sources_and_one_at_the_door_each_figure_names_its_source(
    story, database, clock
):
    place = story.place
    story.open()
    story.issue()
    story.file("cszh", {0: {"charity": "3000.00"}})
    story.file("ybj", {1: {"commercial_insurance": "800.00"}})
    story.nothing("mzj", "hszh", "cl", "tyjrj", "zgh", "fl")
    assert not story.is_open("t2_consolidate")
    story.fill("cszh", {0: {"charity": "4000.00"}})
    with database.writing() as session:
        waive_request(session, place.actor("ybj_officer"), clock, story.request("nyncj").id, "逾期五天未报")
    story.run_jobs()
    assert story.is_open("t2_consolidate")

    with pytest.raises(Invalid) as refused:
        story.complete("ybj_officer", "t2_consolidate", {"confirm": True})
    assert [fault.code for fault in refused.value.faults] == ["conflict_open"]
    with database.reading() as session:
        conflict = open_conflicts(session, story.round_id)[0]
    resolution = {"conflict_id": conflict.id, "chosen": "tally", "reason": "越惠保线下理赔单据"}
    story.complete("ybj_officer", "t2_consolidate", {"confirm": True, "resolutions": [resolution]})

    with database.reading() as session:
        first, second = get_case(session, story.case_id(0)), get_case(session, story.case_id(1))
        figures = figures_in_force(session, [first.id, second.id])
        assert first.self_paid == yuan("61000.00")
        assert second.self_paid == yuan("19200.00")
        told = {payer: (f.source, f.version, f.origin_ref) for payer, f in figures[first.id].items()}
        assert told["charity"] == ("tally", 2, f"tally_request:{story.request('cszh').id}")
        assert figures[second.id]["commercial_insurance"].source == "correction"
        assert figures[second.id]["commercial_insurance"].origin_ref == f"tally_conflict:{conflict.id}"
        below = get_case(session, story.case_id(2))
        assert (below.stage, below.self_paid) == ("below_line", yuan("8000.00"))
        version = latest_list(session, story.round_id, "verification")
        assert version.meta["not_returned"] == ["nyncj"]
        assert {r.state for r in session.scalars(select(TallyRequest))} == {"consolidated", "waived"}
        instances = select(ProcessInstance.state).where(ProcessInstance.process_key == "member_tally")
        assert set(session.scalars(instances)) == {"ended"}

    story.complete("civil_affairs_officer", "t3_dispatch", {"confirm": True})
    with database.writing() as session:
        found = add_door_case(session, place.actor("clerk_1"), clock, story.round_id, place.people[5])
        session.commit()
        assert (found.origin, found.eligible, found.self_paid) == ("door", False, yuan("50000.00"))
    story.file("hszh", {5: {"red_cross": "1500.00"}}, kind="door")
    story.run_jobs()
    with database.reading() as session:
        figure = figures_in_force(session, [found.id])[found.id]["red_cross"]
        assert (figure.source, figure.amount) == ("tally", yuan("1500.00"))
        assert get_case(session, found.id).self_paid == yuan("48500.00")
        assert story.request("hszh", "door").state == "consolidated"


def test_consolidation_waits_for_every_unit_and_a_reopened_one_files_again(story, database, clock):
    story.open()
    story.issue()
    story.answer_all()
    with database.writing() as session:
        request_id = story.request("cszh").id
        reopen_request(session, story.place.actor("ybj_officer"), clock, request_id, "请核对第一人")
    story.run_jobs()
    with pytest.raises(Conflict) as refused:
        story.complete("ybj_officer", "t2_consolidate", {"confirm": True})
    assert refused.value.code == "tallies_open"
    assert refused.value.detail["units"] == ["慈善总会"]
    story.file("cszh", {0: {"charity": "3500.00"}})
    story.complete("ybj_officer", "t2_consolidate", {"confirm": True})
    with database.reading() as session:
        assert get_case(session, story.case_id(0)).self_paid == yuan("61500.00")


def test_nobody_may_waive_an_answer_and_only_the_bureau_may_waive(story, database, clock):
    story.open()
    story.issue()
    story.nothing("mzj")
    for login, unit, error in (("liaison_cl", "cl", Denied), ("ybj_officer", "mzj", Conflict)):
        with database.writing() as session, pytest.raises(error):
            waive_request(session, story.place.actor(login), clock, story.request(unit).id, "逾期")


def test_a_waived_unit_cannot_file_any_more(story, database, clock):
    story.open()
    story.issue()
    with database.writing() as session:
        waive_request(session, story.place.actor("ybj_officer"), clock, story.request("cl").id, "逾期")
    with pytest.raises(Conflict) as refused:
        story.nothing("cl")
    assert refused.value.code == "tally_closed"
    story.run_jobs()
    with database.reading() as session:
        assert session.get_one(ProcessInstance, story.request("cl").instance_id).state == "ended"


def test_visits_may_be_stopped_and_the_unfinished_wait_for_a_supplementary_list(story, database, clock):
    story.open()
    story.issue()
    story.answer_all()
    story.complete("ybj_officer", "t2_consolidate", {"confirm": True})
    story.complete("civil_affairs_officer", "t3_dispatch", {"confirm": True})
    assert not story.is_open("t3_merge")
    with database.writing() as session:
        stop_visits(session, story.place.actor("civil_affairs_officer"), clock, story.round_id, "年底前须开会")
    story.run_jobs()
    story.complete("civil_affairs_officer", "t3_merge", {"unfinished": "supplementary"})
    with database.reading() as session:
        assert {c.stage for c in cases_of(session, story.round_id)} == {"below_line", "supplementary"}
        assert get_round(session, story.round_id).stage == "listing"


def test_a_second_round_of_the_year_waits_until_the_first_is_resolved(story, database):
    story.open()
    with pytest.raises(Conflict) as refused:
        story.open()
    assert refused.value.code == "round_already_open"
    with database.writing() as session:
        get_round(session, story.round_id).stage = "paying"
        session.commit()
    story.open(by="ybj_officer_2")
    with database.reading() as session:
        assert get_round(session, story.round_id).number == 2


def test_every_fault_of_an_opening_is_told_at_once(story):
    with pytest.raises(Invalid) as refused:
        story.open(
            cost_year=1999,
            cut_off=date(2031, 1, 1),
            settlement_snapshot_id=77,
            screening_line=yuan("-1.00"),
            verification_line=yuan("-2.00"),
        )
    assert {fault.where for fault in refused.value.faults} == {
        "/cost_year",
        "/cut_off",
        "/settlement_snapshot_id",
        "/screening_line",
        "/verification_line",
    }


def test_only_a_bureau_officer_opens_a_round(story):
    with pytest.raises(Denied):
        story.open(by="civil_affairs_officer")
