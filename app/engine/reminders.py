"""Reminders and overdue marks: columns of the inbox row, swept in SQL; the working days were counted at the start."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.engine.history import add_history
from app.engine.jobs import clock_of, enqueue
from app.engine.messages import sweep_messages
from app.engine.models import JobDone, ProcessInstance, Task
from app.kernel.actors import SYSTEM

_CHUNK = 200
_REMEMBERED = timedelta(days=7)  # how long job_done must know a job that may still come again


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
