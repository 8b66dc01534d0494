"""The inbox: pages of tasks by equality on the holding unit, from the projection only; no workflow is opened."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, and_, false, func, literal, not_, or_, select, tuple_
from sqlalchemy.orm import Session

from app.engine.models import Task
from app.kernel.actors import Actor
from app.kernel.errors import Denied

COUNT_LIMIT = 1000
_SORTS = {"due": Task.due_at, "received": Task.id, "priority": Task.rank}


@dataclass(frozen=True)
class Filters:
    """What to list; `mine` means assigned to the actor, `unit_id` one of the actor's own units."""

    state: Literal["open", "completed", "cancelled"] = "open"
    role: str | None = None
    group: str | None = None
    subject: str | None = None
    element_id: str | None = None
    overdue: bool | None = None
    unit_id: int | None = None
    mine: bool = False


@dataclass(frozen=True)
class Page:
    """Tasks in order; `next` is the sort key of the last one when there are more (an instant and an id, or ids)."""

    items: list[Task]
    next: list[Any] | None


def list_tasks(
    session: Session, actor: Actor, filters: Filters, sort: str = "due",
    after: Sequence[Any] | None = None, limit: int = 50,
) -> Page:  # fmt: skip
    """One page; `sort` is due, received or priority; `after` is `Page.next` of the page before.

    Each desk of the actor is read by equality and the pages are merged: an OR over desks would sort them all.
    """
    column = _SORTS[sort]
    key = [Task.id] if sort == "received" else [column, Task.id]
    found = [_read(session, desk, filters, key, after, limit + 1) for desk in _desks(actor, filters)]
    merged = list(heapq.merge(*found, key=lambda task: [getattr(task, c.key) for c in key]))
    items = _once(merged)[: limit + 1]
    if len(items) <= limit:
        return Page(items, None)
    last = items[limit - 1]
    return Page(items[:limit], [getattr(last, c.key) for c in key])


def count_tasks(session: Session, actor: Actor, filters: Filters) -> int:
    """How many; stops at `COUNT_LIMIT`, because a full count grows with the county."""
    total = 0
    for desk in _desks(actor, filters):
        ids = _matching(select(Task.id), desk, filters).limit(COUNT_LIMIT - total)
        total += session.execute(select(func.count()).select_from(ids.subquery())).scalar_one()
        if total >= COUNT_LIMIT:
            break
    return total


def group_tasks(session: Session, actor: Actor) -> dict[tuple[str, str], dict[str, Any]]:
    """{(definition id, element): title, role, count, late} of the actor's open tasks.

    Each desk is read as far as `COUNT_LIMIT` goes, the most urgent first, so that it costs the same in any county.
    """
    groups: dict[tuple[str, str], dict[str, Any]] = {}
    columns = (Task.definition_id, Task.element_id, Task.title, Task.role, Task.overdue_at)
    for desk in _desks(actor, Filters()):
        asked: Select[Any] = select(*columns)  # type: ignore[assignment]  # of however many columns
        urgent = _matching(asked, desk, Filters()).order_by(Task.due_at, Task.id).limit(COUNT_LIMIT)
        some = urgent.subquery().c
        counted = select(some.definition_id, some.element_id, func.min(some.title), func.min(some.role), func.count(),
                         func.count(some.overdue_at)).group_by(some.definition_id, some.element_id)  # fmt: skip
        for definition_id, element, title, role, count, late in session.execute(counted):
            group = groups.setdefault((definition_id, element), {"title": title, "role": role, "count": 0, "late": 0})
            group["count"] += count
            group["late"] += late
    return groups


def find_open_task(session: Session, subject: str, element_id: str) -> Task | None:
    """The open task of that element about that subject (the oldest when a loop has several)."""
    wanted = (Task.subject == subject, Task.element_id == element_id, Task.state == "open")
    fresh = select(Task).where(*wanted).order_by(Task.id).limit(1).execution_options(populate_existing=True)
    return session.scalars(fresh).first()


def open_tasks_of(session: Session, subject: str) -> list[Task]:
    """All open tasks about that subject, oldest first; for other rooms, which check rights by themselves."""
    wanted = select(Task).where(Task.subject == subject, Task.state == "open").order_by(Task.id)
    return list(session.scalars(wanted.execution_options(populate_existing=True)))


def _desks(actor: Actor, filters: Filters) -> list[ColumnElement[bool]]:
    """One condition a desk (unit and role); a task assigned to the actor counts in whatever role of the unit."""
    here = (Task.holder_unit_id + 0).in_(sorted(actor.unit_ids))  # + 0: read along the index of the assignee
    mine = and_(Task.assignee_id == actor.user_id, here)
    if filters.mine:
        return [mine]
    if filters.unit_id is not None and filters.unit_id not in actor.unit_ids:
        raise Denied("您不在该单位任职")
    roles: dict[int, set[str]] = {}
    for membership in actor.memberships:
        if filters.role in {None, membership.role} and filters.unit_id in {None, membership.unit_id}:
            roles.setdefault(membership.unit_id, set()).add(membership.role)
    desks = [and_(Task.holder_unit_id == unit, Task.role.in_(sorted(of))) for unit, of in sorted(roles.items())]
    if filters.unit_id is None and actor.user_id is not None:
        elsewhere = and_(mine, not_(or_(false(), *desks)))  # what lies on one of the desks is counted there
        desks.append(and_(elsewhere, Task.role == filters.role) if filters.role else elsewhere)
    return desks


def _matching(query: Select[Any], desk: ColumnElement[bool], filters: Filters) -> Select[Any]:
    query = query.where(desk, Task.state == filters.state)
    if filters.group is not None:
        query = query.where(Task.group_key == filters.group)
    if filters.subject is not None:
        query = query.where(Task.subject == filters.subject)
    if filters.element_id is not None:
        query = query.where(Task.element_id == filters.element_id)
    if filters.overdue is not None:
        query = query.where(Task.overdue_at.is_not(None) if filters.overdue else Task.overdue_at.is_(None))
    return query


def _read(
    session: Session, desk: ColumnElement[bool], filters: Filters, key: list[Any],
    after: Sequence[Any] | None, limit: int,
) -> list[Task]:  # fmt: skip
    query = _matching(select(Task), desk, filters)
    if after is not None:
        values = [literal(value, column.type) for column, value in zip(key, after, strict=True)]
        query = query.where(_behind(key, values))
    fresh = query.order_by(*key).limit(limit).execution_options(populate_existing=True)
    return list(session.scalars(fresh))


def _behind(key: list[Any], values: list[Any]) -> ColumnElement[bool]:
    """Row values where one comparison serves the index; spelt out they would read the page from its start."""
    return key[0] > values[0] if len(key) == 1 else tuple_(*key) > tuple_(*values)


def _once(tasks: Iterable[Task]) -> list[Task]:
    return list({task.id: task for task in tasks}.values())
