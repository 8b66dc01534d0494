"""The tree of an instance is small, holds no specs, and comes back the same."""

from __future__ import annotations

from sqlalchemy import select, update

from app.engine.engine import engine_of
from app.engine.models import ProcessInstance
from app.engine.state import pack, settle, unpack
from tests.engine.test_sending_back import send_back


def tree_of(trial):
    [instance] = trial.rows(select(ProcessInstance))
    return instance.tree


def test_a_five_task_instance_takes_less_than_half_a_kilobyte(trial):
    trial.start("five_tasks")
    assert len(tree_of(trial)) < 512
    trial.complete("clerk_1", "step_1")
    assert len(tree_of(trial)) < 512


def test_what_is_restored_packs_to_the_same_bytes(trial):
    trial.start("both", data={"round_id": 3, "parts": [1, {"a": "乙"}]})
    trial.complete("clerk_1", "right")
    tree = tree_of(trial)
    with trial.database.reading() as session:
        [instance] = session.scalars(select(ProcessInstance))
        loaded = engine_of(session).definition(session, instance.definition_id)
    workflow, books = unpack(tree, loaded.spec, loaded.subprocess_specs, loaded.script_engine)
    assert pack(settle(workflow, books), books) == tree


def test_a_tree_does_not_grow_with_every_round_of_a_loop(trial):
    trial.start("approval")
    sizes = []
    for _ in range(6):
        trial.complete("clerk_1", "prepare", {"amount": "1.00"})
        sizes.append(len(tree_of(trial)))
        send_back(trial, "ybj_officer", "review", "prepare")
    assert sizes[-1] <= sizes[1] + 16


def test_boundary_events_that_never_came_are_forgotten(trial):
    trial.start("waiting")
    trial.complete("ybj_officer", "work")
    trial.send("go_on")
    trial.run_jobs()
    assert b"withdrawn" not in tree_of(trial)
    assert len(tree_of(trial)) < 512


def test_a_nested_value_survives_the_whole_way(trial):
    instance_id = trial.start("both", data={"parts": {"a": [1, 2], "b": {"c": "丙"}}})
    trial.complete("clerk_1", "right")
    trial.complete("ybj_officer", "left")
    trial.complete("ybj_officer", "last")
    [instance] = trial.rows(select(ProcessInstance).where(ProcessInstance.id == instance_id))
    assert instance.data["parts"] == {"a": [1, 2], "b": {"c": "丙"}}


def test_other_instances_keep_the_definition_they_started_with(trial):
    trial.start("five_tasks")
    with trial.writing() as session:
        session.execute(update(ProcessInstance).values(process_key="renamed"))
        session.commit()
    trial.complete("clerk_1", "step_1")
    assert list(trial.tasks()) == ["step_2"]
