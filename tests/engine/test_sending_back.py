"""Sending back follows a drawn flow only, with a reason that travels along."""

from __future__ import annotations

import pytest

from app.engine.models import Task
from app.engine.tasks import send_back_task
from app.engine.views import get_task
from app.kernel.errors import Invalid


def send_back(trial, login, element, target, reason="金额与发票不符"):
    task_id = trial.tasks()[element].id
    with trial.writing() as session:
        return send_back_task(session, trial.actor(login), trial.clock, task_id, target, reason)


def test_a_sent_back_task_is_done_again_and_then_goes_on(trial):
    trial.start("approval")
    trial.complete("clerk_1", "prepare", {"amount": "10.00"})
    send_back(trial, "ybj_officer", "review", "prepare")
    assert list(trial.tasks()) == ["prepare"]
    trial.complete("clerk_1", "prepare", {"amount": "12.00"})
    completed = trial.complete("ybj_officer", "review", {"approved": True})
    assert completed.ended
    assert trial.told.recorded == [("case:1", "已登记")]
    outcomes = [(task.element_id, task.outcome) for task in trial.all_tasks(Task.subject == "case:1")]
    assert outcomes == [
        ("prepare", "completed"), ("review", "sent_back"), ("prepare", "completed"), ("review", "completed"),
    ]  # fmt: skip


def test_the_reason_is_read_at_the_reopened_task(trial):
    trial.start("approval")
    trial.complete("clerk_1", "prepare", {"amount": "10.00"})
    send_back(trial, "ybj_officer", "review", "prepare")
    with trial.database.reading() as session:
        view = get_task(session, trial.actor("clerk_1"), trial.tasks()["prepare"].id)
    assert [(comment.author_name, comment.text) for comment in view.comments] == [("胡医保", "金额与发票不符")]


def test_only_drawn_ways_back_are_offered_and_taken(trial):
    trial.start("approval")
    with pytest.raises(Invalid) as refused:
        send_back(trial, "clerk_1", "prepare", "review")
    assert refused.value.faults[0].code == "no_such_way_back"
    trial.complete("clerk_1", "prepare", {"amount": "10.00"})
    with trial.database.reading() as session:
        view = get_task(session, trial.actor("ybj_officer"), trial.tasks()["review"].id)
    assert view.send_back_targets == {"prepare": "准备"}


def test_a_reason_must_be_given(trial):
    trial.start("approval")
    trial.complete("clerk_1", "prepare", {"amount": "10.00"})
    with pytest.raises(Invalid):
        send_back(trial, "ybj_officer", "review", "prepare", "  ")
    assert list(trial.tasks()) == ["review"]
