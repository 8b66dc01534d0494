"""The five steps of a round as a picture with numbers: 统计, 填报, 核实, 会议, 发放."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.desk.figures import Figure, Rows
from app.engine.inbox import COUNT_LIMIT
from app.engine.models import Task
from app.fund.desk import READERS as FUND_READERS
from app.fund.models import Payment, Reservation
from app.kernel.actors import Actor
from app.meetings.models import CaseAmount, Decision
from app.meetings.promises import reservation_ref
from app.meetings.resolutions import list_resolutions
from app.meetings.sittings import find_meeting
from app.rounds.models import Round
from app.rounds.reading import count_stages
from app.rounds.scope import COUNTY_ROLES
from app.rounds.tallies.requests import list_requests

NAMES = ("统计", "填报", "核实", "会议", "发放")
_AT = {"open": 1, "tallying": 2, "verifying": 3, "listing": 4, "meeting": 4, "paying": 5, "closed": 6}
VISIT = "visit"  # the element of every scheme's visit, as the phone looks for it
_VISITED = ("verified", "supplementary", "listed", "decided")
_VISITING = ("to_verify", "verifying")


@dataclass(frozen=True)
class Step:
    """`state` done | current | ahead."""

    number: int
    name: str
    state: str
    figures: list[Figure]


def steps_of(session: Session, actor: Actor, round_: Round) -> list[Step]:
    """The numbers of each step, as far as the actor sees the round's people; money and meeting are the county's."""
    stages = count_stages(session, actor, round_.id)
    county = actor.has_role(*COUNTY_ROLES)
    figures = (
        _people(round_, stages),
        _tallies(session, actor, round_),
        _visits(session, round_, stages, county=county),
        _meeting(session, round_) if county else [],
        _payments(session, round_) if actor.has_role(*FUND_READERS) else [],
    )
    at = _AT[round_.stage]
    return [
        Step(n, name, "done" if n < at else "current" if n == at else "ahead", found)
        for n, (name, found) in enumerate(zip(NAMES, figures, strict=True), 1)
    ]


def _people(round_: Round, stages: dict[str, int]) -> list[Figure]:
    def some(key: str, name: str, *wanted: str) -> Figure:
        query = {"stage": list(wanted)} if wanted else {}
        count = sum(stages.get(stage, 0) for stage in wanted or stages)
        return Figure(key, name, count, Rows(f"/rounds/{round_.id}/cases", query))

    return [
        some("people", "人员"),
        some("excluded", "剔除", "excluded"),
        some("below_line", "低于核实线", "below_line"),
    ]


def _tallies(session: Session, actor: Actor, round_: Round) -> list[Figure]:
    states = Counter(request.state for request in list_requests(session, actor, round_.id))
    rows = f"/rounds/{round_.id}/unanswered"
    answered = states["filed"] + states["nil"] + states["consolidated"]
    return [
        Figure("answered", "已填报", answered, Rows(f"/rounds/{round_.id}")),
        Figure("outstanding", "未填报", states["open"], Rows(rows, {"state": "open"})),
        Figure("waived", "未反馈", states["waived"], Rows(rows, {"state": "waived"})),
    ]


def _visits(session: Session, round_: Round, stages: dict[str, int], *, county: bool) -> list[Figure]:
    def some(key: str, name: str, wanted: Sequence[str]) -> Figure:
        query = {"stage": list(wanted)}
        return Figure(key, name, sum(stages.get(s, 0) for s in wanted), Rows(f"/rounds/{round_.id}/cases", query))

    figures = [some("visited", "已核实", _VISITED), some("visiting", "未核实", _VISITING)]
    if county and round_.stage != "closed":
        late = _late(session, round_)
        rows = Rows(f"/rounds/{round_.id}/tasks", {"element": VISIT, "overdue": True})
        figures.append(Figure("late", "超期", late, rows, capped=late >= COUNT_LIMIT, alarm=late > 0))
    return figures


def _late(session: Session, round_: Round) -> int:
    late = select(Task.id).where(
        Task.group_key == f"round:{round_.id}", Task.state == "open", Task.element_id == VISIT,
        Task.overdue_at.is_not(None),
    )  # fmt: skip
    return session.scalar(select(func.count()).select_from(late.limit(COUNT_LIMIT).subquery())) or 0


def _meeting(session: Session, round_: Round) -> list[Figure]:
    meeting, resolutions = find_meeting(session, round_.id), list_resolutions(session, round_.id)
    if meeting is None or not resolutions:
        return []
    newest = resolutions[-1]
    listed = session.scalar(
        select(func.count()).select_from(CaseAmount).where(CaseAmount.standard_id == newest.standard_id)
    ) or 0  # fmt: skip
    counted = select(Decision.kind, func.count()).where(Decision.resolution_id == newest.id).group_by(Decision.kind)
    kinds: dict[str, Any] = dict(session.execute(counted).all())
    rows = f"/rounds/{round_.id}/amounts"
    decided = sum(kinds.values())
    return [
        Figure("listed", "上会人员", listed, Rows(rows)),
        Figure("undecided", "待决定", max(listed - decided, 0), Rows(rows, {"decision": "none"})),
        Figure("deferred", "暂缓", kinds.get("defer", 0), Rows(rows, {"decision": "defer"})),
    ]


def _payments(session: Session, round_: Round) -> list[Figure]:
    refs = [reservation_ref(resolution.id) for resolution in list_resolutions(session, round_.id)]
    counted = (
        select(Payment.state, func.count())
        .join(Reservation, Reservation.id == Payment.reservation_id)
        .where(Reservation.ref.in_(refs))
        .group_by(Payment.state)
    )
    states: dict[str, int] = dict(session.execute(counted).all()) if refs else {}
    if not states:
        return []

    def some(key: str, name: str, *wanted: str) -> Figure:
        count = sum(states.get(state, 0) for state in wanted)
        rows = Rows("/payments", {"promise": refs, "state": list(wanted)})
        return Figure(key, name, count, rows, alarm=key == "failed" and count > 0)

    return [
        some("paid", "已到账", "paid"),
        some("waiting", "待发", "pending", "sent", "unknown", "held"),
        some("failed", "失败", "failed"),
        some("unclaimed", "待领", "unclaimed"),
    ]
