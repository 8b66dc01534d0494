"""The meeting sends the list back to step 3 or to step 2: drawn flows, asked again, figures in new versions."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.engine.inbox import find_open_task
from app.engine.tasks import send_back_task
from app.fund.ledger import open_account
from app.fund.years import open_year
from app.kernel.errors import Invalid
from app.rounds.cases import cases_of, get_case
from app.rounds.figures import figures_in_force
from app.rounds.lists import latest_list
from app.rounds.models import TallyRequest
from app.rounds.progress import stop_visits, touch
from app.rounds.rounds import get_round
from tests.rounds.place import yuan

STANDARD = {
    "base": "excess",
    "threshold": "10000.00",
    "ratio": "0.60",
    "cap": "20000.00",
    "low_income_standard": "13000.00",
}


def finish_visits(story):
    """Every visit is taken as done: visits have tests of their own."""
    with story.database.writing() as session:
        for case in cases_of(session, story.round_id, ["to_verify", "verifying"]):
            case.stage = "verified"
        touch(session, story.clock, story.round_id, "cases_done")
        session.commit()
    story.run_jobs()


def send_back(story, login, element, target):
    with story.database.writing() as session:
        task = find_open_task(session, f"round:{story.round_id}", element)
        send_back_task(session, story.place.actor(login), story.clock, task.id, target, "金额有疑问，请核对")
    story.run_jobs()


@pytest.fixture
def merged(story):
    """A round whose list is ready to be accepted by civil affairs."""
    story.open()
    story.issue()
    story.answer_all()
    story.complete("ybj_officer", "t2_consolidate", {"confirm": True})
    story.complete("civil_affairs_officer", "t3_dispatch", {"confirm": True})
    finish_visits(story)
    return story


@pytest.fixture
def at_the_meeting(merged):
    """Both bureaus have submitted the list."""
    with merged.database.writing() as session:
        actor = merged.place.actor("fund_manager")
        account = open_account(session, "shengzhou", "nxwy", "嵊州市暖心无忧专项基金")
        million = yuan("1000000.00")
        for year in (2025, 2026):
            open_year(session, actor, merged.clock, account.id, year, yuan("0.00"), million, million, None)
        session.commit()
    merged.complete("civil_affairs_officer", "t3_merge", {"unfinished": "none"})
    merged.complete("ybj_officer", "t4_propose_standard", STANDARD)
    merged.complete("ybj_officer", "t4_submit_ybj", {"standard_id": 1, "agree": True})
    merged.complete("civil_affairs_officer", "t4_submit_mzj", {"standard_id": 1, "agree": True})
    return merged


def stage_of(story):
    with story.database.reading() as session:
        return get_round(session, story.round_id).stage


def test_civil_affairs_sends_the_merged_list_back_to_dispatch(merged):
    send_back(merged, "civil_affairs_officer", "t3_merge", "t3_dispatch")
    assert merged.is_open("t3_dispatch")
    merged.complete("civil_affairs_officer", "t3_dispatch", {"confirm": True})
    assert merged.is_open("t3_merge")  # nobody is left to be visited, and the second wave says so itself


def test_who_was_put_aside_is_waited_for_again_when_the_list_comes_back(story, database):
    story.open()
    story.issue()
    story.answer_all()
    story.complete("ybj_officer", "t2_consolidate", {"confirm": True})
    story.complete("civil_affairs_officer", "t3_dispatch", {"confirm": True})
    with database.writing() as session:
        stop_visits(session, story.place.actor("civil_affairs_officer"), story.clock, story.round_id, "须开会")
    story.run_jobs()
    with database.writing() as session:
        for case in cases_of(session, story.round_id, ["verifying"])[:1]:
            case.stage, case.instance_id = "supplementary", None
        for case in cases_of(session, story.round_id, ["verifying"]):
            case.stage = "supplementary"
        session.commit()
    send_back(story, "civil_affairs_officer", "t3_merge", "t3_dispatch")
    story.complete("civil_affairs_officer", "t3_dispatch", {"confirm": True})
    assert not story.is_open("t3_merge")
    with database.reading() as session:
        assert {case.stage for case in cases_of(session, story.round_id)} == {"verifying", "below_line"}


def test_the_round_says_at_which_step_it_stands(at_the_meeting):
    assert at_the_meeting.is_open("t4_meeting_review")
    assert stage_of(at_the_meeting) == "meeting"


def test_the_meeting_sends_the_list_back_to_step_three(at_the_meeting):
    send_back(at_the_meeting, "meeting_secretary", "t4_meeting_review", "t3_dispatch")
    at_the_meeting.complete("civil_affairs_officer", "t3_dispatch", {"confirm": True})
    assert stage_of(at_the_meeting) == "verifying"
    assert at_the_meeting.is_open("t3_merge")


def test_the_meeting_sends_the_list_back_to_step_two_and_one_unit_is_asked_again(at_the_meeting, database):
    story = at_the_meeting
    send_back(story, "meeting_secretary", "t4_meeting_review", "t2_ask_again")
    wrong = {"units": ["cszh", "swj"], "case_ids": [story.case_id(0), 999], "note": "金额有疑问"}
    with pytest.raises(Invalid) as refused:
        story.complete("ybj_officer", "t2_ask_again", wrong)
    assert {fault.where for fault in refused.value.faults} == {"/units/1", "/case_ids/1"}
    right = {"units": ["cszh"], "case_ids": [story.case_id(0)], "note": "金额有疑问"}
    story.complete("ybj_officer", "t2_ask_again", right)
    assert stage_of(story) == "tallying"
    with database.reading() as session:
        again = session.scalars(select(TallyRequest).where(TallyRequest.kind == "sent_back")).all()
        assert [(request.unit_code, request.state) for request in again] == [("cszh", "open")]
    story.file("cszh", {0: {"charity": "9000.00"}}, kind="sent_back")
    assert story.is_open("t2_consolidate")
    story.complete("ybj_officer", "t2_consolidate", {"confirm": True})
    with database.reading() as session:
        case = get_case(session, story.case_id(0))
        figure = figures_in_force(session, [case.id])[case.id]["charity"]
        assert (figure.amount, figure.version, figure.origin_ref) == (
            yuan("9000.00"),
            2,
            f"tally_request:{again[0].id}",
        )
        assert (case.self_paid, case.stage) == (yuan("56000.00"), "listed")
        assert latest_list(session, story.round_id, "verification").n == 2
    assert story.is_open("t3_dispatch")
