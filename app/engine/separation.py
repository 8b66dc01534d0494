"""Preparer, reviewer and approver differ: who completed one of the named elements may not complete this one."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from app.engine.models import Task
from app.engine.running import Running
from app.kernel.errors import Denied


def check_differs(running: Running, task: Any) -> None:
    """Raises Denied `same_person`. An element done again counts by whoever did it last."""
    others = running.definition.elements[task.element_id].differs_from
    if not others:
        return
    done = select(Task.element_id, Task.changed_by).where(
        Task.instance_id == running.id, Task.element_id.in_(others), Task.state == "completed"
    )
    last = dict(running.connection.execute(done.order_by(Task.id)).all())
    same = [element for element, user_id in last.items() if user_id == running.actor.user_id]
    if same:
        titles = "、".join(running.definition.elements[element].title for element in same)
        raise Denied(f"“{titles}”由您办理，此环节须由他人办理", code="same_person", elements=same)
