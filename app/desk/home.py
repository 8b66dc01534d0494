"""The first page: what waits for me, what is late, how the rounds stand; every number opens into its rows."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.desk.figures import Figure, Rows
from app.desk.steps import Step, steps_of
from app.engine.inbox import COUNT_LIMIT, Filters, count_tasks, group_tasks
from app.engine.models import Definition, Incident
from app.kernel.actors import Actor
from app.kernel.money import ZERO
from app.meetings.models import CaseAmount
from app.meetings.standards import find_proposal, quota_of
from app.rounds.models import Round
from app.rounds.rounds import list_rounds
from app.rounds.scope import COUNTY_ROLES

SEES_INCIDENTS = ("administrator", "ybj_officer", "auditor")
SEES_ROUNDS = (*COUNTY_ROLES, "township_clerk", "department_liaison", "grid_worker")
_CLOSED_SHOWN = 1
_BEFORE_MONEY = ("listing", "meeting")


@dataclass(frozen=True)
class WaitingTask:
    """Open tasks of one kind on the actor's desks."""

    process: str
    element: str
    title: str
    role: str
    waiting: Figure
    late: Figure


@dataclass(frozen=True)
class RoundLine:
    """A round and its five steps."""

    round: Round
    steps: list[Step]
    shortage: dict[str, Any] | None


@dataclass(frozen=True)
class Home:
    """What one person finds on coming in."""

    totals: list[Figure]
    waiting: list[WaitingTask]
    rounds: list[RoundLine]
    incidents: Figure | None


def look_around(session: Session, actor: Actor) -> Home:
    """Everything that concerns this actor; counted along indexes, tasks up to a thousand a desk."""
    groups = group_tasks(session, actor)
    return Home(_totals(session, actor), _waiting(session, groups), _rounds(session, actor), _incidents(session, actor))


def _totals(session: Session, actor: Actor) -> list[Figure]:
    kinds: tuple[tuple[str, str, dict[str, Any]], ...] = (
        ("waiting", "待办", {}), ("mine", "我已领取", {"mine": True}), ("late", "已超期", {"overdue": True}),
    )  # fmt: skip
    found = []
    for key, name, query in kinds:
        count = count_tasks(session, actor, Filters(**query))
        late = key == "late" and count > 0
        found.append(Figure(key, name, count, Rows("/tasks", query), capped=count >= COUNT_LIMIT, alarm=late))
    return found


def _waiting(session: Session, groups: dict[tuple[str, str], dict[str, Any]]) -> list[WaitingTask]:
    """Versions of one process count together: the filter cannot tell them apart, and nobody wishes to."""
    wanted = select(Definition.id, Definition.process_key).where(Definition.id.in_({key[0] for key in groups}))
    processes = dict(session.execute(wanted).all())
    merged: dict[tuple[str, str], dict[str, Any]] = {}
    for (definition_id, element), group in groups.items():
        process = processes.get(definition_id, "")
        line = merged.setdefault((process, element), {**group, "count": 0, "late": 0})
        line["count"] += group["count"]
        line["late"] += group["late"]
    lines = [_waiting_task(process, element, line) for (process, element), line in merged.items()]
    return sorted(lines, key=lambda line: (-line.late.count, -line.waiting.count, line.title))


def _waiting_task(process: str, element: str, line: dict[str, Any]) -> WaitingTask:
    capped = line["count"] >= COUNT_LIMIT
    late = {"element": element, "overdue": True}
    return WaitingTask(
        process, element, line["title"], line["role"],
        Figure("waiting", line["title"], line["count"], Rows("/tasks", {"element": element}), capped=capped),
        Figure("late", line["title"], line["late"], Rows("/tasks", late), capped=capped, alarm=line["late"] > 0),
    )  # fmt: skip


def _rounds(session: Session, actor: Actor) -> list[RoundLine]:
    """Every round that is open, and the one that was closed last."""
    if not actor.has_role(*SEES_ROUNDS):
        return []
    rounds = list_rounds(session)
    closed = [round_ for round_ in rounds if round_.stage == "closed"][:_CLOSED_SHOWN]
    shown = [round_ for round_ in rounds if round_.stage != "closed" or round_ in closed]
    return [RoundLine(r, steps_of(session, actor, r), _shortage(session, actor, r)) for r in shown]


def _shortage(session: Session, actor: Actor, round_: Round) -> dict[str, Any] | None:
    """What the proposal wants beside what the fund may still promise; None before there is one. Yuan."""
    if round_.stage not in _BEFORE_MONEY or not actor.has_role(*COUNTY_ROLES):
        return None
    proposal = find_proposal(session, round_.id)
    if proposal is None:
        return None
    wanted: Decimal = session.scalar(
        select(func.sum(CaseAmount.amount)).where(CaseAmount.standard_id == proposal.id)
    ) or ZERO  # fmt: skip
    available = quota_of(session, round_).available
    return {"wanted": wanted, "available": available, "missing": max(wanted - available, ZERO)}


def _incidents(session: Session, actor: Actor) -> Figure | None:
    if not actor.has_role(*SEES_INCIDENTS):
        return None
    some = select(Incident.id).where(Incident.state == "open").limit(COUNT_LIMIT).subquery()
    count = session.scalar(select(func.count()).select_from(some)) or 0
    rows = Rows("/incidents", {"state": "open"})
    return Figure("incidents", "异常", count, rows, capped=count >= COUNT_LIMIT, alarm=count > 0)
