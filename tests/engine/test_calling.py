"""A process that calls another keeps both trees through save and restore."""

from __future__ import annotations

from sqlalchemy import select

from app.engine.models import ProcessInstance, Task


def test_a_called_process_is_worked_through_and_the_caller_goes_on(trial):
    trial.start("calling", data={"round_id": 5})
    trial.complete("ybj_officer", "before")
    assert sorted(trial.tasks()) == ["left", "right"]
    trial.complete("clerk_1", "right")
    trial.complete("ybj_officer", "left")
    assert list(trial.tasks()) == ["last"]
    assert trial.complete("ybj_officer", "last").ended
    [instance] = trial.rows(select(ProcessInstance))
    assert (instance.state, instance.data["round_id"]) == ("ended", 5)


def test_a_message_at_the_calling_element_withdraws_what_is_inside(trial):
    trial.start("calling")
    trial.complete("ybj_officer", "before")
    trial.complete("clerk_1", "right")
    trial.send("called_withdrawn")
    trial.run_jobs()
    assert trial.tasks() == {}
    assert [task.state for task in trial.all_tasks(Task.element_id == "left")] == ["cancelled"]
    assert [instance.state for instance in trial.rows(select(ProcessInstance))] == ["ended"]
