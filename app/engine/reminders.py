"""Reminders and overdue marks: columns of the inbox row, swept in SQL or set by a click of whoever waits.

The working days were counted at the start.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.access.models import Area, Unit
from app.access.scope import in_scope, require_role
from app.engine.history import add_history
from app.engine.jobs import clock_of, enqueue
from app.engine.messages import sweep_messages
from app.engine.models import JobDone, ProcessInstance, Task
from app.engine.rights import check_open, find_task_row
from app.kernel.actors import SYSTEM, Actor
from app.kernel.dates import SHANGHAI, Clock
from app.kernel.errors import Conflict, NotFound
from app.kernel.idempotency import remember

_CHUNK = 200
_REMEMBERED = timedelta(days=7)  # how long job_done must know a job that may still come again

_PAUSE = timedelta(hours=1)  # between two reminders of one task
REMINDERS = ("ybj_officer", "civil_affairs_officer", "township_clerk")


def remind_task(session: Session, actor: Actor, clock: Clock, task_id: int) -> datetime:
    """Mark an open task as reminded of, whoever's desk it is on; when. Commits.

    The task, or the case it belongs to, lies in an area that the actor answers for in one of REMINDERS. Its version
    stays: whoever is at work on it is not disturbed. Raises Denied, NotFound, Conflict `task_already_completed`,
    `task_cancelled` or `reminded_recently`.
    """
    require_role(actor, *REMINDERS)
    instance, task = _lock(session, actor, task_id)
    check_open(task)
    now = clock()
    if task.reminded_at is not None and now - task.reminded_at < _PAUSE:
        at = f"{task.reminded_at.astimezone(SHANGHAI):%H:%M}"
        raise Conflict(
            f"此任务已于{at}催办，一小时内不重复催办", code="reminded_recently", at=task.reminded_at.isoformat()
        )
    task.reminded_at = now
    add_history(session, actor, clock, instance, "task_reminded", {"task_id": task.id, "element": task.element_id})
    remember(session, now.isoformat())
    session.commit()
    return now


def _lock(session: Session, actor: Actor, task_id: int) -> tuple[ProcessInstance, Task]:
    """The instance first, as completion does."""
    of_task = select(Task.instance_id).where(Task.id == task_id).scalar_subquery()
    instance = session.scalar(select(ProcessInstance).where(ProcessInstance.id == of_task).with_for_update())
    task = find_task_row(session, task_id)
    if instance is None or task is None:
        raise NotFound
    places = {task.area_id, *instance.areas.values()} - {None}
    places |= {session.scalar(select(Unit.area_id).where(Unit.id == task.holder_unit_id))}
    paths = session.scalars(select(Area.path).where(Area.id.in_(places)))
    if not any(in_scope(actor, path, *REMINDERS) for path in paths):
        raise NotFound
    return instance, task


def sweep_due(session: Session, _payload: dict[str, Any]) -> None:
    """Job `engine.sweep_due`: mark what is to be reminded of or overdue, wake messages; marks once only."""
    now = clock_of(session)()
    reminded = _mark(session, now, Task.remind_at, Task.reminded_at, "task_reminded")
    overdue = _mark(session, now, Task.due_at, Task.overdue_at, "task_overdue")
    sweep_messages(session)
    session.connection().execute(delete(JobDone).where(JobDone.at < now - _REMEMBERED))
    if max(reminded, overdue) == _CHUNK:
        enqueue(session, "engine.sweep_due", {}, key="engine.sweep_due")


def _mark(session: Session, now: datetime, when: Any, mark: Any, kind: str) -> int:
    """Instances are locked before their tasks, in order; one that is being worked on waits for the next sweep."""
    due = (when <= now, mark.is_(None), Task.state == "open")
    found = session.execute(select(Task.instance_id).where(*due).order_by(when).limit(_CHUNK)).scalars().all()
    if not found:
        return 0
    instances = select(ProcessInstance.id, ProcessInstance.subject).where(ProcessInstance.id.in_(set(found)))
    locked = session.execute(instances.order_by(ProcessInstance.id).with_for_update(skip_locked=True)).all()
    marked = update(Task).where(*due, Task.instance_id.in_([row.id for row in locked]))
    marks = session.connection().execute(
        marked.values({mark: now}).returning(Task.id, Task.instance_id, Task.element_id)
    )
    of_instance = defaultdict(list)
    for task_id, instance_id, element_id in marks:
        of_instance[instance_id].append({"task_id": task_id, "element": element_id})
    for instance in locked:
        for detail in of_instance[instance.id]:
            add_history(session, SYSTEM, clock_of(session), instance, kind, detail)
    return len(found)
