"""Claim, release, assign, delegate and return; drafts and remarks beside the task."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from app.engine.comments import comment_task
from app.engine.drafts import find_draft, save_draft
from app.engine.holding import assign_task, claim_task, delegate_task, release_task, return_delegated
from app.engine.inbox import Filters, count_tasks, list_tasks
from app.engine.models import Task, TaskDraft
from app.engine.tasks import complete_task
from app.engine.views import get_instance, get_task
from app.kernel.errors import Conflict, Denied, Invalid, NotFound


@pytest.fixture
def task_id(trial):
    trial.start("five_tasks")
    return trial.tasks()["step_1"].id


@pytest.fixture
def hold(trial, task_id):
    def run(use_case, login, *more, **named):
        with trial.writing() as session:
            return use_case(session, trial.actor(login), trial.clock, task_id, *more, **named)

    return run


def test_a_claimed_task_is_the_claimers_alone(trial, hold):
    hold(claim_task, "clerk_1")
    with pytest.raises(Conflict) as refused:
        trial.complete("clerk_1b", "step_1")
    assert refused.value.code == "task_claimed"
    assert "经办1甲" in refused.value.message
    trial.complete("clerk_1", "step_1")


def test_claiming_what_a_colleague_has_is_a_conflict(hold):
    hold(claim_task, "clerk_1")
    with pytest.raises(Conflict):
        hold(claim_task, "clerk_1b")
    assert hold(claim_task, "clerk_1").version == 2


def test_a_claim_makes_older_etags_stale(trial, hold):
    hold(claim_task, "clerk_1")
    with pytest.raises(Conflict) as refused:
        trial.complete("clerk_1", "step_1", etag="1")
    assert refused.value.code == "task_changed"
    assert refused.value.detail["by"]["name"] == "经办1甲"


def test_a_released_task_is_everybodys_again(trial, hold):
    hold(claim_task, "clerk_1")
    assert hold(release_task, "clerk_1b").assignee_id is None
    trial.complete("clerk_1b", "step_1")


def test_a_task_is_assigned_within_the_unit_only(trial, hold):
    colleague = trial.county.users["clerk_1b"].id
    assert hold(assign_task, "clerk_1", colleague).assignee_id == colleague
    with pytest.raises(Invalid) as refused:
        hold(assign_task, "clerk_1", trial.county.users["clerk_2"].id)
    assert refused.value.faults[0].code == "not_in_unit"
    with pytest.raises(NotFound):
        hold(assign_task, "clerk_2", colleague)


def test_a_delegated_task_comes_back(trial, hold):
    colleague = trial.county.users["clerk_1b"].id
    hold(delegate_task, "clerk_1", colleague)
    with pytest.raises(Conflict):
        trial.complete("clerk_1", "step_1")
    with pytest.raises(Conflict):
        hold(delegate_task, "clerk_1b", trial.county.users["clerk_1"].id)
    task = hold(return_delegated, "clerk_1b")
    assert (task.assignee_name, task.delegator_id) == ("经办1甲", None)


def test_holding_is_in_the_history(trial, hold):
    hold(claim_task, "clerk_1")
    hold(release_task, "clerk_1")
    assert trial.kinds_of_history() == ["instance_started", "task_claimed", "task_released"]


def test_a_draft_is_its_authors_alone_and_encrypted(trial, hold, task_id):
    hold(save_draft, "clerk_1", {"note": "身份证330683199001011234"})
    hold(save_draft, "clerk_1", {"note": "改"})
    hold(save_draft, "clerk_1b", {"note": "乙"})
    with trial.database.reading() as session:
        assert find_draft(session, trial.actor("clerk_1"), task_id) == {"note": "改"}
        assert find_draft(session, trial.actor("clerk_1b"), task_id) == {"note": "乙"}
        assert all("note" not in draft.content for draft in session.scalars(select(TaskDraft)))
    assert trial.tasks()["step_1"].has_draft


def test_drafts_are_gone_when_the_task_is_done(trial, hold):
    hold(save_draft, "clerk_1", {"note": "改"})
    trial.complete("clerk_1b", "step_1")
    assert trial.rows(select(TaskDraft)) == []
    with pytest.raises(Conflict):
        hold(save_draft, "clerk_1", {"note": "迟"})


def test_remarks_need_words_and_a_task_one_may_see(hold):
    assert hold(comment_task, "clerk_1", "请核对 ") > 0
    with pytest.raises(Invalid):
        hold(comment_task, "clerk_1", " ")
    with pytest.raises(NotFound):
        hold(comment_task, "clerk_2", "看不到")


def test_a_colleague_without_the_role_may_not_claim(trial):
    trial.start("both", "case:2")
    left = trial.tasks("case:2")["left"].id
    with trial.writing() as session, pytest.raises(Denied):
        claim_task(session, trial.actor("fund_manager"), trial.clock, left)
    assert trial.all_tasks(Task.id == left)[0].assignee_id is None


def test_who_has_left_the_unit_neither_sees_nor_finishes_what_he_took(trial, hold, task_id):
    """His claim does not outlive his place, and neither does having been the last to touch the task."""
    hold(claim_task, "clerk_1")
    gone = replace(trial.actor("clerk_1"), memberships=trial.actor("clerk_2").memberships)
    with trial.writing() as session:
        with pytest.raises(NotFound):
            get_task(session, gone, task_id)
        with pytest.raises(NotFound):
            complete_task(session, gone, trial.clock, task_id, {})
        with pytest.raises(NotFound):
            save_draft(session, gone, trial.clock, task_id, {})
        with pytest.raises(NotFound):
            get_instance(session, gone, trial.tasks()["step_1"].instance_id)
        assert list_tasks(session, gone, Filters(mine=True)).items == []
        assert count_tasks(session, gone, Filters()) == 0
    hold(release_task, "clerk_1b")
    trial.complete("clerk_1b", "step_1")
