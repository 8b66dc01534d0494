"""Who of the unit has a task in hand: claim, release, assign, delegate and return. The process does not move."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.actors import get_actor
from app.engine.etags import etag_of
from app.engine.history import add_history
from app.engine.models import ProcessInstance, Task
from app.engine.rights import changed_meanwhile, check_may_act, check_open, get_visible_task, holds, signing
from app.kernel.actors import Actor
from app.kernel.dates import Clock, local_date
from app.kernel.errors import Conflict, Denied, Fault, Invalid, NotFound


def claim_task(session: Session, actor: Actor, clock: Clock, task_id: int, etag: str | None = None) -> Task:
    """Take a task of the unit for oneself; claiming one's own again changes nothing.

    Raises NotFound, Denied, Conflict `task_claimed`, `task_already_completed` or `task_changed`.
    """
    task = claim_within(session, actor, clock, task_id, etag)
    session.commit()
    return task


def claim_within(session: Session, actor: Actor, clock: Clock, task_id: int, etag: str | None = None) -> Task:
    """The same inside the caller's transaction, for bulk. Does not commit."""
    instance, task = _lock(session, actor, task_id, etag)
    check_may_act(actor, task)
    if task.assignee_id != actor.user_id:
        task.assignee_id, task.assignee_name = actor.user_id, signing(actor, task).name
        _changed(session, actor, clock, instance, task, "task_claimed", {})
    return task


def release_task(session: Session, actor: Actor, clock: Clock, task_id: int, etag: str | None = None) -> Task:
    """Put a task back on the unit's desk: one's own, or, in the role, a colleague's who is away."""
    instance, task = _lock(session, actor, task_id, etag)
    check_open(task)
    if task.assignee_id != actor.user_id and not holds(actor, task):
        raise Denied
    if task.assignee_id is not None:
        was = task.assignee_id
        task.assignee_id = task.assignee_name = task.delegator_id = task.delegator_name = None
        _changed(session, actor, clock, instance, task, "task_released", {"from": was})
    session.commit()
    return task


def assign_task(
    session: Session, actor: Actor, clock: Clock, task_id: int, user_id: int, etag: str | None = None
) -> Task:
    """Give a task of the unit to one of its people, also when a colleague has it.

    Raises Invalid `not_in_unit` when that user is not a member of the holding unit in the task's role.
    """
    task = assign_within(session, actor, clock, task_id, user_id, etag)
    session.commit()
    return task


def assign_within(
    session: Session, actor: Actor, clock: Clock, task_id: int, user_id: int, etag: str | None = None
) -> Task:
    """The same inside the caller's transaction, for bulk. Does not commit."""
    instance, task = _lock(session, actor, task_id, etag)
    check_open(task)
    if not holds(actor, task):
        raise Denied
    person = _get_member(session, clock, task, user_id)
    task.assignee_id, task.assignee_name = person.user_id, person.name
    task.delegator_id = task.delegator_name = None
    _changed(session, actor, clock, instance, task, "task_assigned", {"to": user_id})
    return task


def delegate_task(
    session: Session, actor: Actor, clock: Clock, task_id: int, user_id: int, etag: str | None = None
) -> Task:
    """Let a colleague of the unit, in whatever role, do it for once; it comes back by `return_delegated`."""
    instance, task = _lock(session, actor, task_id, etag)
    check_may_act(actor, task)
    if task.delegator_id is not None:
        raise Conflict("该任务已是受托办理，不能再次转托", code="task_delegated")
    person = _get_member(session, clock, task, user_id, any_role=True)
    task.delegator_id, task.delegator_name = actor.user_id, actor.name
    task.assignee_id, task.assignee_name = person.user_id, person.name
    _changed(session, actor, clock, instance, task, "task_delegated", {"to": user_id})
    session.commit()
    return task


def return_delegated(session: Session, actor: Actor, clock: Clock, task_id: int, etag: str | None = None) -> Task:
    """Back to whoever delegated it; either of the two may do that. Raises Conflict `task_not_delegated`."""
    instance, task = _lock(session, actor, task_id, etag)
    check_open(task)
    if task.delegator_id is None:
        raise Conflict("该任务不是受托办理", code="task_not_delegated")
    if actor.user_id not in {task.assignee_id, task.delegator_id}:
        raise Denied
    task.assignee_id, task.assignee_name = task.delegator_id, task.delegator_name
    task.delegator_id = task.delegator_name = None
    _changed(session, actor, clock, instance, task, "task_returned", {"to": task.assignee_id})
    session.commit()
    return task


def _lock(session: Session, actor: Actor, task_id: int, etag: str | None) -> tuple[Any, Task]:
    """The instance first, as completion does: two locks in two orders would wait for each other for ever."""
    of_task = select(Task.instance_id).where(Task.id == task_id).scalar_subquery()
    locked = select(ProcessInstance.id, ProcessInstance.subject).where(ProcessInstance.id == of_task)
    instance = session.execute(locked.with_for_update()).first()
    task = get_visible_task(session, actor, task_id)
    if etag is not None and etag.partition("-")[0] != etag_of(task, None):
        raise changed_meanwhile(task)
    return instance, task


def _changed(
    session: Session, actor: Actor, clock: Clock, instance: Any, task: Task, kind: str, detail: dict[str, Any]
) -> None:
    actor = signing(actor, task)
    task.version += 1
    task.changed_at, task.changed_by, task.changed_by_name = clock(), actor.user_id, actor.name
    session.flush()
    add_history(session, actor, clock, instance, kind, {"task_id": task.id, **detail})


def _get_member(session: Session, clock: Clock, task: Task, user_id: int, *, any_role: bool = False) -> Actor:
    fault = Fault("/user_id", "not_in_unit", "只能交给承办单位在岗的人员")
    try:
        person = get_actor(session, user_id, local_date(clock()))
    except NotFound:
        raise Invalid([fault]) from None
    if not (task.holder_unit_id in person.unit_ids if any_role else holds(person, task)):
        raise Invalid([fault])
    return person
