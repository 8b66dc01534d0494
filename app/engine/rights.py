"""Who may see a task and who may act on it: equality on the holding unit and its role, in it being the assignee."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.engine.models import Task
from app.kernel.actors import Actor
from app.kernel.dates import SHANGHAI
from app.kernel.errors import Conflict, Denied, NotFound

_OVERSEERS = ("administrator", "auditor")
_OWN_TASKS_ONLY = ("department_liaison", "grid_worker")


def find_task_row(session: Session, task_id: int, *, lock: bool = False) -> Task | None:
    """The task as it is in the database now, whatever this session remembers of it."""
    wanted = select(Task).where(Task.id == task_id).execution_options(populate_existing=True)
    return session.scalars(wanted.with_for_update() if lock else wanted).first()


def get_visible_task(session: Session, actor: Actor, task_id: int, *, lock: bool = False) -> Task:
    """Raises NotFound when there is none, or none that this actor may know of."""
    task = find_task_row(session, task_id, lock=lock)
    if task is None or not may_see(actor, task):
        raise NotFound
    return task


def may_see(actor: Actor, task: Task) -> bool:
    """The holding unit's people, whoever finished it, and those who oversee everything.

    Being named on an open task is not enough: who has left the unit has left its people. A bureau's liaison, who
    sees the own columns only, does not look over its officers' shoulders.
    """
    finished = task.state != "open" and actor.user_id is not None and task.changed_by == actor.user_id
    return _is_at_desk(actor, task) or finished or actor.has_role(*_OVERSEERS)


def _is_at_desk(actor: Actor, task: Task) -> bool:
    taken = task.assignee_id is not None and task.assignee_id == actor.user_id
    return any(
        m.unit_id == task.holder_unit_id and (taken or m.role == task.role or m.role not in _OWN_TASKS_ONLY)
        for m in actor.memberships
    )


def holds(actor: Actor, task: Task) -> bool:
    """In the role, in the unit whose desk the task is on."""
    return any(m.unit_id == task.holder_unit_id and m.role == task.role for m in actor.memberships)


def signing(actor: Actor, task: Any) -> Actor:
    """Who signs what is done with the task: a substitute says for whom."""
    return actor.signing(lambda m: m.unit_id == task.holder_unit_id and m.role == task.role)


def stands_in(actor: Actor, task: Any) -> bool:
    """Whoever has taken it is away, and has lent the place to this actor."""
    taker = task.assignee_id
    return taker is not None and any(m.unit_id == task.holder_unit_id and m.lent_by == taker for m in actor.memberships)


def check_may_act(actor: Actor, task: Task) -> None:
    """Raises NotFound, Denied, or a Conflict that names who finished the task or who has taken it."""
    if not may_see(actor, task):
        raise NotFound
    check_open(task)
    if task.assignee_id is None:
        if not holds(actor, task):
            raise Denied("此任务由其他岗位办理，您没有办理权限")
    elif task.assignee_id != actor.user_id and not stands_in(actor, task):
        if not holds(actor, task):
            raise Denied("此任务已交由他人办理，您没有办理权限")
        raise Conflict(
            f"此任务已由{task.assignee_name}领取", code="task_claimed",
            assignee={"id": task.assignee_id, "name": task.assignee_name},
        )  # fmt: skip


def check_open(task: Task) -> None:
    """Raises Conflict: completed (by whom, when) or withdrawn."""
    if task.state == "completed":
        raise _told(task, "此任务已由{who}于{when}办结", "task_already_completed")
    if task.state != "open":
        raise _told(task, "此任务已于{when}撤销，无需办理", "task_cancelled")


def changed_meanwhile(task: Task) -> Conflict:
    """This very task is not what the actor looked at: who changed it, and when."""
    return _told(task, "您打开之后，此任务已由{who}于{when}更改，请刷新后再办理", "task_changed")


def _told(task: Task, words: str, code: str) -> Conflict:
    when = task.changed_at.astimezone(SHANGHAI)
    who = task.changed_by_name or "系统"
    return Conflict(
        words.format(who=who, when=f"{when:%Y-%m-%d %H:%M}"), code=code,
        by={"id": task.changed_by, "name": who}, at=task.changed_at.isoformat(),
    )  # fmt: skip
