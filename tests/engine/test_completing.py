"""Completing a human task: one transaction, one winner, and nothing changes when it is refused."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import event, select

from app.access.models import Audit
from app.engine.models import ProcessInstance, Task
from app.engine.tasks import complete_task
from app.kernel.actors import Actor, Membership
from app.kernel.errors import Conflict, Denied, Invalid, NotFound


def test_five_tasks_lead_to_the_end(trial):
    instance_id = trial.start("five_tasks")
    people = ["clerk_1", "clerk_1", "clerk_1", "ybj_officer", "ybj_officer_2"]
    for n, login in enumerate(people, 1):
        completed = trial.complete(login, f"step_{n}")
    assert completed.ended
    [instance] = trial.rows(select(ProcessInstance))
    assert (instance.id, instance.state, instance.tree) == (instance_id, "ended", None)
    assert trial.tasks() == {}


def test_a_completion_takes_at_most_fifteen_statements(trial):
    trial.start("five_tasks")
    task_id = trial.tasks()["step_1"].id
    statements = []
    with trial.writing() as session:
        bind = session.get_bind()
        note = lambda *args: statements.append(args[2])  # noqa: E731 an event listener
        event.listen(bind, "before_cursor_execute", note)
        complete_task(session, trial.actor("clerk_1"), trial.clock, task_id, {})
        event.remove(bind, "before_cursor_execute", note)
    assert 5 < len(statements) <= 15


def test_completing_a_task_twice_is_a_conflict_that_names_the_winner(trial):
    trial.start("five_tasks")
    task_id = trial.tasks()["step_1"].id
    trial.complete("clerk_1", "step_1")
    with trial.writing() as session, pytest.raises(Conflict) as refused:
        complete_task(session, trial.actor("clerk_1b"), trial.clock, task_id, {})
    assert refused.value.code == "task_already_completed"
    assert refused.value.detail["by"]["name"] == "经办1甲"


def test_thirty_two_racers_have_one_winner_and_know_who(trial):
    trial.start("five_tasks")
    task_id = trial.tasks()["step_1"].id
    outcomes = []

    def race(login):
        with trial.writing() as session:
            try:
                complete_task(session, trial.actor(login), trial.clock, task_id, {})
                outcomes.append(("won", trial.actor(login).name))
            except Conflict as conflict:
                outcomes.append((conflict.code, conflict.detail["by"]["name"]))

    run_together(race, [("clerk_1", "clerk_1b")[n % 2] for n in range(32)])
    winners = [name for what, name in outcomes if what == "won"]
    assert len(winners) == 1
    assert sorted(outcomes) == sorted([("won", winners[0])] + [("task_already_completed", winners[0])] * 31)
    assert len(trial.all_tasks(Task.element_id == "step_2")) == 1


def test_ten_units_filing_into_one_instance_at_once_all_succeed(trial):
    units = [unit.id for unit in trial.county.units.values()][:10]
    trial.start("ten_units", data={"units": units})
    waiting = trial.all_tasks(Task.element_id == "file")
    assert sorted(task.holder_unit_id for task in waiting) == sorted(units)
    errors = []

    def file(task):
        actor = Actor(task.id, f"填报{task.id}", (Membership(task.holder_unit_id, "ybj_officer", "/"),))
        with trial.writing() as session:
            try:
                complete_task(session, actor, trial.clock, task.id, {}, "1")
            except Exception as error:  # noqa: BLE001 the assertion below shows it
                errors.append(error)

    run_together(file, waiting)
    assert errors == []
    assert list(trial.tasks()) == ["sum_up"]


def test_a_stale_etag_is_a_conflict_only_when_this_task_changed(trial):
    trial.start("both")
    left = trial.tasks()["left"]
    trial.complete("clerk_1", "right")
    with trial.writing() as session, pytest.raises(Conflict) as refused:
        complete_task(session, trial.actor("ybj_officer"), trial.clock, left.id, {}, str(left.version + 1))
    assert refused.value.code == "task_changed"
    trial.complete("ybj_officer", "left", etag=str(left.version))
    assert list(trial.tasks()) == ["last"]


def test_a_form_with_faults_changes_nothing(trial):
    trial.start("approval")
    with pytest.raises(Invalid) as refused:
        trial.complete("clerk_1", "prepare", {"amount": "123.456", "other": 1})
    assert {fault.where for fault in refused.value.faults} >= {"/amount"}
    assert list(trial.tasks()) == ["prepare"]


def test_a_submit_operator_may_refuse_by_pointer(trial):
    trial.start("approval")
    with pytest.raises(Invalid) as refused:
        trial.complete("clerk_1", "prepare", {"amount": "0"})
    assert refused.value.faults[0].where == "/amount"
    assert list(trial.tasks()) == ["prepare"]


def test_strangers_do_not_learn_that_a_task_exists_and_colleagues_without_the_role_are_denied(trial):
    trial.start("five_tasks")
    with pytest.raises(NotFound):
        trial.complete("clerk_2", "step_1")
    for step in (1, 2, 3):
        trial.complete("clerk_1", f"step_{step}")
    with pytest.raises(Denied):
        trial.complete("fund_manager", "step_4")


def test_who_prepared_may_not_approve(trial):
    trial.start("five_tasks")
    for step in (1, 2, 3):
        trial.complete("clerk_1", f"step_{step}")
    trial.complete("ybj_officer", "step_4")
    with pytest.raises(Denied) as refused:
        trial.complete("ybj_officer", "step_5")
    assert refused.value.code == "same_person"
    trial.complete("ybj_officer_2", "step_5")


def test_both_branches_must_be_done_before_the_join_goes_on(trial):
    trial.start("both")
    trial.complete("ybj_officer", "left")
    assert list(trial.tasks()) == ["right"]
    trial.complete("clerk_1", "right")
    assert list(trial.tasks()) == ["last"]


def test_the_history_of_an_instance_is_one_chain(trial):
    instance_id = trial.start("five_tasks")
    trial.complete("clerk_1", "step_1")
    rows = trial.rows(select(Audit).where(Audit.instance_id == instance_id).order_by(Audit.seq))
    assert [row.kind for row in rows] == ["instance_started", "task_completed"]
    assert rows[1].prev_hash == rows[0].hash
    assert rows[1].detail["opened"] == ["step_2"]


def run_together(function, arguments):
    gate = threading.Barrier(len(arguments))

    def wait_and_run(argument):
        gate.wait()
        function(argument)

    threads = [threading.Thread(target=wait_and_run, args=(argument,)) for argument in arguments]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
