"""One task, one instance, as somebody who may see them sees them: read, never locked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.models import Audit
from app.engine.advance import make_call
from app.engine.comments import comments_of
from app.engine.drafts import find_draft
from app.engine.etags import compute_prefill, etag_of
from app.engine.forms import form_of
from app.engine.history import history_of
from app.engine.jobs import clock_of
from app.engine.models import ProcessInstance, Task, TaskComment
from app.engine.rights import get_visible_task, holds, may_see, stands_in
from app.engine.running import element_of, read_instance
from app.kernel.actors import Actor
from app.kernel.errors import NotFound


@dataclass(frozen=True)
class TaskView:
    """A task with its form; `prefill` is computed now and never stored, `etag` goes back with the completion."""

    task: Task
    etag: str
    may_act: bool
    schema: dict[str, Any] | None
    ui_schema: dict[str, Any] | None
    prefill: dict[str, Any]
    context: Any
    draft: dict[str, Any] | None
    comments: list[TaskComment]
    send_back_targets: dict[str, str]  # element id -> title
    documentation: str | None  # document and clause


@dataclass(frozen=True)
class InstanceView:
    """An instance and where it stands: elements with a person, a message or a failed step in them."""

    instance: ProcessInstance
    data: dict[str, Any]
    waiting_at: list[str]
    tasks: list[Task]


def get_task(session: Session, actor: Actor, task_id: int) -> TaskView:
    """Raises NotFound when there is none, or none that this actor may know of."""
    task = get_visible_task(session, actor, task_id)
    running = read_instance(session, actor, clock_of(session), task.instance_id)
    definition, config = running.definition, running.definition.elements[task.element_id]
    token = running.find_token(task.node) if task.state == "open" else None
    prefill = compute_prefill(make_call(running, token, task.id), config) if token else None
    schema, ui_schema = form_of(definition, config)
    shown = dict(prefill or {})
    return TaskView(
        task=task, etag=etag_of(task, prefill), may_act=_may_act(actor, task), schema=schema, ui_schema=ui_schema,
        context=shown.pop("context", None), prefill=shown, draft=find_draft(session, actor, task_id),
        comments=comments_of(session, task_id),
        send_back_targets={target: definition.elements[target].title for target in config.send_back_targets},
        documentation=config.documentation,
    )  # fmt: skip


def _may_act(actor: Actor, task: Task) -> bool:
    mine = task.assignee_id == actor.user_id if task.assignee_id is not None else holds(actor, task)
    return task.state == "open" and (mine or stands_in(actor, task))


def get_instance(session: Session, actor: Actor, instance_id: int) -> InstanceView:
    """Raises NotFound; seen by whoever has or had a task of it, started it, or oversees."""
    instance = session.get(ProcessInstance, instance_id, populate_existing=True)
    tasks = list(session.scalars(select(Task).where(Task.instance_id == instance_id).order_by(Task.id)))
    if instance is None or not _may_see_instance(actor, instance, tasks):
        raise NotFound
    if instance.state != "running":
        return InstanceView(instance, instance.data, [], tasks)
    running = read_instance(session, actor, clock_of(session), instance_id)
    books = running.books
    nodes = [running.find_token(node) for node in sorted({*books.tasks, *books.waits, *books.stuck})]
    living = [token for token in nodes if token is not None]
    data = {name: value for token in living for name, value in token.data.items()}
    return InstanceView(instance, data, sorted({element_of(token) for token in living}), tasks)


def get_history(session: Session, actor: Actor, instance_id: int) -> list[Audit]:
    """The audit rows of an instance that the actor may see, oldest first. Raises NotFound."""
    get_instance(session, actor, instance_id)
    return history_of(session, instance_id)


def _may_see_instance(actor: Actor, instance: ProcessInstance, tasks: list[Task]) -> bool:
    overseer = actor.has_role("administrator", "auditor")
    started = actor.user_id is not None and instance.started_by == actor.user_id
    return overseer or started or any(may_see(actor, task) for task in tasks)
