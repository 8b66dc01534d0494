"""A click reminds the desk that a task lies on, without disturbing whoever is at work on it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.engine.models import Task
from app.engine.reminders import remind_task
from app.kernel.errors import Conflict, Denied, NotFound
from tests.web.client import Town, make_app


@pytest.fixture
def task_id(trial):
    trial.start("five_tasks", group="round:1")
    return trial.tasks()["step_1"].id


def remind(trial, login, task_id):
    with trial.writing() as session:
        return remind_task(session, trial.actor(login), trial.clock, task_id)


def test_the_bureaus_and_the_own_township_remind_at_most_once_an_hour(trial, task_id):
    before = trial.tasks()["step_1"]
    for login in ("ybj_officer", "civil_affairs_officer", "clerk_1"):
        assert remind(trial, login, task_id) == trial.at
        trial.at += timedelta(minutes=59)
        with pytest.raises(Conflict) as again:
            remind(trial, "ybj_officer", task_id)
        assert again.value.code == "reminded_recently"
        trial.at += timedelta(minutes=1)
    after = trial.tasks()["step_1"]
    assert after.reminded_at == trial.at - timedelta(hours=1)
    assert (after.version, after.assignee_id, after.due_at) == (before.version, None, before.due_at)
    assert trial.kinds_of_history().count("task_reminded") == 3


def test_strangers_do_not_remind(trial, task_id):
    for login, refusal in (("clerk_2", NotFound), ("grid_worker_1", Denied), ("liaison_mzj", Denied)):
        with pytest.raises(refusal):
            remind(trial, login, task_id)
    with pytest.raises(NotFound):
        remind(trial, "ybj_officer", 7777)
    assert trial.all_tasks(Task.reminded_at.is_not(None)) == []


def test_what_is_done_needs_no_reminding(trial, task_id):
    trial.complete("clerk_1", "step_1")
    with pytest.raises(Conflict) as refused:
        remind(trial, "ybj_officer", task_id)
    assert refused.value.code == "task_already_completed"


def test_a_reminder_over_http_is_answered_alike_when_repeated(trial, task_id, tmp_path):
    flask = make_app(trial.database, trial.clock, tmp_path)
    trial.database.info["engine"] = trial.engine
    town = Town(flask, trial.county)
    officer = town.person("ybj_officer")
    first, again = (officer.post(f"/tasks/{task_id}/remind", key="once") for _ in range(2))
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json == again.json == {"reminded_at": trial.at.isoformat()}
    other = officer.post(f"/tasks/{task_id}/remind")
    assert (other.status_code, other.json["code"]) == (409, "reminded_recently")
    assert town.person("clerk_1").get(f"/tasks/{task_id}").json["reminded"] is True
    assert town.person("grid_worker_1").post(f"/tasks/{task_id}/remind").status_code == 403
