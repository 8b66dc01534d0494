"""When units, areas or memberships change, open tasks move to the desk that holds them now."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.routing import FALLBACKS, Holder, find_holder
from app.engine.history import add_history
from app.engine.models import ProcessInstance, Task
from app.kernel.actors import Actor
from app.kernel.dates import Clock, local_date
from app.kernel.errors import NotFound


def reroute_open_tasks(
    session: Session, actor: Actor, clock: Clock, area_ids: Collection[int] | None = None
) -> int:
    """Resolve the holder of open tasks again (of these areas, or of all); how many moved. Does not commit.

    A task that nobody would hold stays where it is. A moved task loses its assignee.
    """
    wanted = select(Task.lane_role, Task.area_id).where(Task.state == "open", Task.area_id.is_not(None)).distinct()
    if area_ids is not None:
        wanted = wanted.where(Task.area_id.in_(area_ids))
    moved = 0
    for role, area_id in session.execute(wanted).all():
        if area_id is None:
            continue
        try:
            holder = find_holder(session, role, area_id, local_date(clock()))
        except NotFound:
            continue
        moved += _move(session, actor, clock, role, area_id, holder)
    return moved


def _move(session: Session, actor: Actor, clock: Clock, role: str, area_id: int, holder: Holder) -> int:
    wrong = (
        Task.lane_role == role, Task.area_id == area_id, Task.state == "open",
        (Task.holder_unit_id != holder.unit_id) | (Task.fallback != holder.fallback),
    )  # fmt: skip
    instances = select(ProcessInstance.id, ProcessInstance.subject).where(
        ProcessInstance.id.in_(select(Task.instance_id).where(*wrong))
    )
    locked: dict[int, Any] = {
        row.id: row for row in session.execute(instances.order_by(ProcessInstance.id).with_for_update())
    }
    fresh = select(Task).where(*wrong, Task.instance_id.in_(locked)).execution_options(populate_existing=True)
    tasks = session.scalars(fresh).all()
    for task in tasks:
        detail = {"task_id": task.id, "from": task.holder_unit_id, "to": holder.unit_id}
        task.holder_unit_id, task.fallback = holder.unit_id, holder.fallback
        task.role = FALLBACKS[role] if holder.fallback else role
        task.assignee_id = task.assignee_name = task.delegator_id = task.delegator_name = None
        task.version += 1
        task.changed_at, task.changed_by, task.changed_by_name = clock(), actor.user_id, actor.name
        add_history(session, actor, clock, locked[task.instance_id], "task_rerouted", detail)
    session.flush()
    return len(tasks)
