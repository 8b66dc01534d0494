"""Messages find their instance by its subject, wait until they are awaited, and become incidents when nobody does."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from app.engine.messages import Message, send_messages
from app.engine.models import Incident, PendingMessage, ProcessInstance, Subscription, Task


def test_a_message_moves_the_instance_on_with_its_payload(trial):
    instance_id = trial.start("waiting")
    trial.complete("ybj_officer", "work")
    trial.send("go_on", {"round_id": 7})
    assert trial.tasks() == {}
    trial.run_jobs()
    assert list(trial.tasks()) == ["after"]
    trial.complete("ybj_officer", "after")
    [instance] = trial.rows(select(ProcessInstance).where(ProcessInstance.id == instance_id))
    assert (instance.state, instance.data["round_id"]) == ("ended", 7)
    assert trial.rows(select(Subscription)) == []


def test_a_message_sent_before_it_is_awaited_stays_pending_and_arrives(trial):
    trial.start("waiting")
    trial.send("go_on")
    trial.run_jobs()
    assert [message.state for message in trial.rows(select(PendingMessage))] == ["pending"]
    trial.complete("ybj_officer", "work")
    trial.run_jobs()
    assert list(trial.tasks()) == ["after"]


def test_a_message_reaches_an_instance_that_starts_later(trial):
    trial.send("begin")
    trial.run_jobs()
    trial.start("background")
    trial.run_jobs()
    assert list(trial.tasks()) == ["check"]


def test_the_same_key_sent_twice_is_one_message(trial):
    trial.start("waiting")
    trial.complete("ybj_officer", "work")
    trial.send("go_on", key="once")
    trial.send("go_on", key="once")
    trial.run_jobs()
    assert len(trial.rows(select(PendingMessage))) == 1
    assert len(trial.all_tasks(Task.element_id == "after")) == 1


def test_a_boundary_message_withdraws_the_task(trial):
    trial.start("waiting")
    trial.send("withdrawn")
    trial.run_jobs()
    [task] = trial.all_tasks()
    assert (task.state, task.outcome) == ("cancelled", "cancelled")
    assert [instance.state for instance in trial.rows(select(ProcessInstance))] == ["ended"]


def test_a_completed_task_no_longer_hears_its_boundary_message(trial):
    trial.start("waiting")
    trial.complete("ybj_officer", "work")
    names = {subscription.name for subscription in trial.rows(select(Subscription))}
    assert names == {"go_on", "stop"}


def test_a_message_that_nobody_awaits_in_time_becomes_an_incident(trial):
    trial.send("go_on")
    trial.run_jobs()
    trial.at += timedelta(days=31)
    trial.run_periodic("engine.sweep_due")
    [incident] = trial.rows(select(Incident))
    assert (incident.kind, incident.code) == ("message", "message_not_awaited")


def test_one_batch_of_messages_moves_many_instances(trial):
    for n in range(12):
        trial.start("waiting", f"case:{n}")
        trial.complete("ybj_officer", "work", subject=f"case:{n}")
    with trial.writing() as session:
        send_messages(session, trial.clock, [Message("go_on", f"case:{n}", {}, f"go:{n}") for n in range(12)])
        session.commit()
    assert trial.run_jobs() >= 1
    assert len(trial.all_tasks(Task.element_id == "after", Task.state == "open")) == 12
