"""A round on its diagrams: how many tokens stand where, what is overdue, and how long each step has taken."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import fmean, median

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.engine.calendar import calendar_of
from app.engine.models import Definition, ProcessInstance, Task
from app.kernel.dates import local_date


@dataclass(frozen=True)
class Spent:
    """Working days from arrival to completion; done on the same day is 0."""

    mean: float
    median: float
    longest: int


@dataclass(frozen=True)
class ElementCount:
    """One task of a diagram in this round."""

    element: str
    title: str
    open: int
    overdue: int
    done: int
    spent: Spent | None


@dataclass(frozen=True)
class BoardProcess:
    """One version of a process that runs or ran in this round."""

    definition_id: str
    process_key: str
    version: int
    running: int
    ended: int
    elements: list[ElementCount]


def draw_board(session: Session, round_id: int) -> list[BoardProcess]:
    """Every process of the round, its own first; read from the inbox's projection, no workflow is opened."""
    group = f"round:{round_id}"
    counts, spent = _count_tasks(session, group), _spent(session, group)
    instances = _count_instances(session, group)
    definitions = session.scalars(select(Definition).where(Definition.id.in_(instances))).all()
    board = [
        BoardProcess(
            definition.id, definition.process_key, definition.version, instances[definition.id]["running"],
            instances[definition.id]["ended"] + instances[definition.id]["cancelled"],
            [_element(key, counts[key], spent) for key in sorted(counts) if key[0] == definition.id],
        )
        for definition in definitions
    ]  # fmt: skip
    return sorted(board, key=lambda process: (process.running + process.ended, process.process_key))


def round_tasks(
    session: Session, round_id: int, element: str | None, *, overdue: bool | None, after: int, limit: int
) -> list[Task]:
    """Open tasks of the round on whosever desk, oldest first, behind the id `after`."""
    wanted = select(Task).where(Task.group_key == f"round:{round_id}", Task.state == "open", Task.id > after)
    if element is not None:
        wanted = wanted.where(Task.element_id == element)
    if overdue is not None:
        wanted = wanted.where(Task.overdue_at.is_not(None) if overdue else Task.overdue_at.is_(None))
    return list(session.scalars(wanted.order_by(Task.id).limit(limit)))


def _count_tasks(session: Session, group: str) -> dict[tuple[str, str], dict[str, int | str]]:
    counted = (
        select(Task.definition_id, Task.element_id, Task.state, func.min(Task.title), func.count(),
               func.count(Task.overdue_at))
        .where(Task.group_key == group)
        .group_by(Task.definition_id, Task.element_id, Task.state)
    )  # fmt: skip
    found: dict[tuple[str, str], dict[str, int | str]] = defaultdict(dict)
    for definition_id, element, state, title, count, overdue in session.execute(counted):
        line = found[definition_id, element]
        line.update({"title": title, state: count})
        if state == "open":
            line["overdue"] = overdue
    return found


def _count_instances(session: Session, group: str) -> dict[str, dict[str, int]]:
    counted = (
        select(ProcessInstance.definition_id, ProcessInstance.state, func.count())
        .where(ProcessInstance.group_key == group)
        .group_by(ProcessInstance.definition_id, ProcessInstance.state)
    )
    found: dict[str, dict[str, int]] = defaultdict(lambda: {"running": 0, "ended": 0, "cancelled": 0})
    for definition_id, state, count in session.execute(counted):
        found[definition_id][state] = count
    return found


def _spent(session: Session, group: str) -> dict[tuple[str, str], Spent]:
    done = select(Task.definition_id, Task.element_id, Task.received_at, Task.changed_at).where(
        Task.group_key == group, Task.state == "completed"
    )
    rows = [(row[0], row[1], local_date(row[2]), local_date(row[3])) for row in session.execute(done)]
    before = _working_days_before(session, [day for row in rows for day in row[2:]])
    days: dict[tuple[str, str], list[int]] = defaultdict(list)
    for definition_id, element, received, finished in rows:
        days[definition_id, element].append(max(before[finished] - before[received], 0))
    return {key: Spent(round(fmean(some), 1), median(some), max(some)) for key, some in days.items()}


def _working_days_before(session: Session, days: list[date]) -> dict[date, int]:
    """{day: working days up to and with it, from the first of these days}: each day is looked up once."""
    if not days:
        return {}
    calendar, first = calendar_of(session), min(days)
    counts, so_far = {}, 0
    for n in range((max(days) - first).days + 1):
        day = first + timedelta(n)
        so_far += calendar.is_working(day)
        counts[day] = so_far
    return counts


def _element(key: tuple[str, str], line: dict[str, int | str], spent: dict[tuple[str, str], Spent]) -> ElementCount:
    def number(name: str) -> int:
        return int(line.get(name, 0))

    title = str(line["title"])
    return ElementCount(key[1], title, number("open"), number("overdue"), number("completed"), spent.get(key))
