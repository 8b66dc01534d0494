"""Role and area give one desk; it moves when people and units change, and standing in is seen."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import delete, update

from app.access.models import UserMembership
from app.engine.models import Task
from app.engine.rerouting import reroute_open_tasks
from app.engine.runtime import Start, cancel_instance, start_instances
from app.engine.tasks import complete_task
from app.kernel.actors import SYSTEM
from app.kernel.errors import Conflict, NotFound


def empty_grid(trial, grid="g1"):
    with trial.writing() as session:
        session.execute(delete(UserMembership).where(UserMembership.unit_id == trial.county.units[grid].id))
        session.commit()


def reroute(trial):
    with trial.writing() as session:
        moved = reroute_open_tasks(session, SYSTEM, trial.clock)
        session.commit()
    return moved


def test_a_grid_task_lands_on_its_grid(trial):
    trial.start("grid_visit")
    task = trial.tasks()["visit"]
    assert task.holder_unit_id == trial.county.units["g1"].id
    assert (task.fallback, task.rank) == (False, 20)
    trial.complete("grid_worker_1", "visit")


def test_a_grid_without_a_worker_falls_to_the_clerk_who_can_do_it(trial):
    empty_grid(trial)
    trial.start("grid_visit")
    task = trial.tasks()["visit"]
    assert (task.holder_unit_id, task.fallback) == (trial.county.units["t1"].id, True)
    assert (task.role, task.lane_role) == ("township_clerk", "grid_worker")
    trial.complete("clerk_1", "visit")


def test_open_tasks_move_when_a_worker_leaves_and_come_back(trial):
    trial.start("grid_visit")
    with trial.writing() as session:
        worker = UserMembership.unit_id == trial.county.units["g1"].id
        session.execute(update(UserMembership).where(worker).values(valid_to=date(2026, 3, 1)))
        session.commit()
    assert reroute(trial) == 1
    task = trial.tasks()["visit"]
    assert (task.fallback, task.holder_unit_id) == (True, trial.county.units["t1"].id)
    with trial.writing() as session:
        session.execute(update(UserMembership).where(worker).values(valid_to=None))
        session.commit()
    assert reroute(trial) == 1
    assert reroute(trial) == 0
    assert trial.tasks()["visit"].role == "grid_worker"
    assert trial.kinds_of_history().count("task_rerouted") == 2


def test_a_start_that_nobody_could_hold_starts_nothing(trial):
    starts = [Start("trial", "grid_visit", f"case:{n}", areas={"recognising": 1}) for n in range(3)]
    with trial.writing() as session:
        session.execute(delete(UserMembership))
        with pytest.raises(NotFound) as refused:
            start_instances(session, SYSTEM, trial.clock, starts)
    assert refused.value.code == "no_unit_for_role"
    assert trial.all_tasks() == []


def test_many_instances_start_in_order(trial):
    areas = [{"recognising": grid.id} for grid in trial.county.grids]
    starts = [Start("trial", "grid_visit", f"case:{n}", areas=areas[n % 12], data={"n": n}) for n in range(30)]
    with trial.writing() as session:
        ids = start_instances(session, SYSTEM, trial.clock, starts)
        session.commit()
    tasks = trial.all_tasks(Task.state == "open")
    assert [task.instance_id for task in tasks] == ids
    assert [task.subject for task in tasks] == [f"case:{n}" for n in range(30)]


def test_a_cancelled_instance_takes_its_tasks_along(trial):
    instance_id = trial.start("both")
    with trial.writing() as session:
        cancel_instance(session, trial.actor("ybj_officer"), trial.clock, instance_id, "录入有误")
        session.commit()
    assert trial.tasks() == {}
    assert trial.kinds_of_history() == ["instance_started", "instance_cancelled"]
    left = trial.all_tasks(Task.element_id == "left")[0]
    with trial.writing() as session, pytest.raises(Conflict) as refused:
        complete_task(session, trial.actor("ybj_officer"), trial.clock, left.id, {})
    assert refused.value.code == "task_cancelled"
