"""Starting, moving and cancelling process instances, inside the caller's transaction."""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.specs.event_definitions.message import MessageEventDefinition
from SpiffWorkflow.bpmn.util import BpmnEvent
from SpiffWorkflow.util.task import TaskState
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.engine.advance import run_on
from app.engine.drafts import drop_drafts
from app.engine.history import add_history
from app.engine.incidents import note_failures
from app.engine.jobs import clock_of
from app.engine.messages import send_message, send_messages
from app.engine.models import ProcessInstance, Subscription, Task
from app.engine.projection import project
from app.engine.running import Running, element_of, lock_instance, save_running
from app.engine.starting import Start, start_instance, start_instances
from app.kernel.actors import SYSTEM, Actor
from app.kernel.dates import Clock
from app.kernel.errors import Conflict

__all__ = [
    "Start", "cancel_instance", "move_on", "receive_message", "send_message", "send_messages", "start_instance",
    "start_instances",
]  # fmt: skip


def move_on(running: Running, kind: str, detail: dict[str, Any]) -> None:
    """After something happened to a token: run, project, save, and write the history row. Does not commit."""
    run_on(running)
    project(running)
    note_failures(running)
    save_running(running)
    add_history(
        running.session, running.actor, running.clock, running.row, kind,
        detail | {"opened": running.opened} | ({"ended": True} if running.ended else {}),
    )  # fmt: skip


def receive_message(session: Session, instance_id: int, node: int, message: Any) -> bool:
    """Give a message to the token that awaits it; False when it no longer does. Does not commit.

    The payload joins the data only once the token has taken its parent's, which would win.
    """
    try:
        running = lock_instance(session, SYSTEM, clock_of(session), instance_id, lenient=True)
    except Conflict:
        return False
    token = running.find_token(node)
    if token is None or token.state != TaskState.WAITING:
        return False
    definition = token.task_spec.event_definition
    awaited = [
        event for event in getattr(definition, "event_definitions", [definition])
        if isinstance(event, MessageEventDefinition) and event.name == message.name
    ]  # fmt: skip
    token.task_spec.catch(token, BpmnEvent(awaited[0], payload=message.payload))
    token.task_spec._update(token)  # noqa: SLF001 what SpiffWorkflow does after catching
    token.data.update(message.payload)
    move_on(running, "message_received", {"message": message.name, "element": element_of(token)})
    return True


def cancel_instance(session: Session, actor: Actor, clock: Clock, instance_id: int, reason: str) -> None:
    """End a running instance: its open tasks are withdrawn, the reason stands in its history. Does not commit.

    Raises NotFound, Conflict `instance_ended`.
    """
    running = lock_instance(session, actor, clock, instance_id)
    now = clock()
    connection = session.connection()
    withdrawn = connection.execute(
        update(Task)
        .where(Task.instance_id == instance_id, Task.state == "open")
        .values(state="cancelled", outcome="cancelled", changed_at=now, changed_by=actor.user_id,
                changed_by_name=actor.name, version=Task.version + 1)
        .returning(Task.id, Task.has_draft)
    ).all()  # fmt: skip
    drop_drafts(session, [task_id for task_id, has_draft in withdrawn if has_draft])
    connection.execute(delete(Subscription).where(Subscription.instance_id == instance_id))
    connection.execute(
        update(ProcessInstance).where(ProcessInstance.id == instance_id)
        .values(state="cancelled", tree=None, ended_at=now, version=ProcessInstance.version + 1)
    )  # fmt: skip
    add_history(session, actor, clock, running.row, "instance_cancelled", {"reason": reason})


def instances_of(session: Session, subject: str) -> list[ProcessInstance]:
    """Every instance about that subject, oldest first."""
    wanted = select(ProcessInstance).where(ProcessInstance.subject == subject).order_by(ProcessInstance.id)
    return list(session.scalars(wanted.execution_options(populate_existing=True)))
