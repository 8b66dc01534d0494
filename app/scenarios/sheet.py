"""The list before the meeting, read once: its rows in whole fen, how they stand, and the money there is."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import cache, cached_property
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, and_, cast, func, or_, select, type_coerce
from sqlalchemy.orm import Session

from app.engine.schemes import Scheme
from app.kernel.db import BigId
from app.kernel.errors import Conflict
from app.kernel.money import from_fen, parse_yuan, to_fen
from app.meetings.amounts import standing_of
from app.meetings.models import Decision, Resolution, Standard
from app.meetings.promises import paid_elsewhere, promises_of
from app.meetings.resolutions import list_resolutions, opening_terms
from app.meetings.rules import SHORTFALL_RULES
from app.meetings.sharing import Standing
from app.meetings.standards import find_proposal, quota_of, terms_of
from app.meetings.unanswered import unanswered_units
from app.registry.models import Person
from app.rounds.drafts import printed_category, township_names
from app.rounds.models import Case, Figure, Round
from app.rounds.schemes import scheme_of
from app.scenarios.candidates import Candidate

_SOCIAL = "social_payers"


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the list, in fen; `social` is what 社会力量 have paid, `category` the printed one."""

    case_id: int
    person_id: int
    case_no: str
    name: str
    categories: tuple[str, ...]
    category: str
    township: str
    eligible: bool
    total_cost: int
    self_paid: int
    already_paid: int
    social: int


@dataclass(frozen=True)
class Money:
    """`available` is 可用额度 in fen as if this list had not been resolved; `charity` its share of the fund's year."""

    available: int
    charity: Fraction


@dataclass(frozen=True)
class Sheet:
    """What every candidate is tried on. `own` is the round's standard as a candidate, None before a proposal."""

    round_: Round
    scheme: Scheme
    lines: Sequence[Line]
    standing: Standing
    money: Money
    rule: str
    reserve: int
    own: Candidate | None
    resolution_line: int | None

    @cached_property
    def in_yuan(self) -> Sequence[tuple[str, Decimal, Decimal]]:
        """Case number, self-paid and already paid of each line, for the rules that take Decimals."""
        return [(line.case_no, from_fen(line.self_paid), from_fen(line.already_paid)) for line in self.lines]


@dataclass(frozen=True)
class _Stage:
    """Where the round stands: open (a resolution is being written), sealed (all is decided) or proposed."""

    name: str
    cases: ColumnElement[bool]
    resolution: Resolution | None = None


def read_sheet(session: Session, round_: Round, unanswered_rule: str | None = None) -> Sheet:
    """The rows before the meeting (else those decided last); nothing is written, nothing is locked.

    unanswered_rule: zero | defer as in the resolution, None: as decided so far. Raises Conflict `nothing_listed`.
    """
    scheme = scheme_of(session, round_.id)
    stage = _stage_of(session, round_)
    lines = _read_lines(session, round_, scheme, stage)
    if not lines:
        raise Conflict("本轮还没有需补助名单，不能测算", code="nothing_listed")
    own, line = _own_standard(session, round_, stage)
    resolution, given = stage.resolution, scheme.parameters
    line = parse_yuan(given["resolution_line"]) if line is None and "resolution_line" in given else line
    return Sheet(
        round_=round_,
        scheme=scheme,
        lines=lines,
        standing=_standing(session, round_, stage, unanswered_rule),
        money=_money(session, round_, stage, lines),
        rule=resolution.shortfall_rule if resolution else str(given.get("shortfall_rule", SHORTFALL_RULES[0])),
        reserve=to_fen(resolution.reserve_kept if resolution else parse_yuan(given.get("reserve", "0.00"))),
        own=own,
        resolution_line=None if line is None else to_fen(line),
    )


def _stage_of(session: Session, round_: Round) -> _Stage:
    resolutions = list_resolutions(session, round_.id)
    listed = and_(Case.round_id == round_.id, Case.stage == "listed")
    if resolutions and resolutions[-1].state != "sealed":
        current = resolutions[-1]
        rows = or_(listed, Case.id.in_(current.corrections)) if current.corrections else listed
        return _Stage("open", rows, current)
    if not resolutions or session.scalar(select(Case.id).where(listed).limit(1)) is not None:
        return _Stage("proposed", listed)
    decided = and_(Case.round_id == round_.id, Case.stage == "decided")
    return _Stage("sealed", decided, resolutions[-1])


def _own_standard(session: Session, round_: Round, stage: _Stage) -> tuple[Candidate | None, Decimal | None]:
    """The standard of the resolution, else the one that the next resolution would begin with; and the 化解标准."""
    if stage.resolution is not None:
        standard = session.get_one(Standard, stage.resolution.standard_id)
        return Candidate("决议标准", terms_of(standard)), standard.resolution_line
    if find_proposal(session, round_.id) is None:
        return None, None
    terms, line = opening_terms(session, round_)
    return Candidate("拟定标准", terms), line


def _standing(session: Session, round_: Round, stage: _Stage, unanswered_rule: str | None) -> Standing:
    standing = standing_of(session, stage.resolution) if stage.resolution and stage.name == "open" else Standing()
    if unanswered_rule != "defer":
        return standing
    missing = unanswered_units(session, round_.id)
    put_off = {case_id: Decision(case_id=case_id, kind="defer") for case_id in missing}
    return replace(standing, decided={**put_off, **standing.decided})


def _money(session: Session, round_: Round, stage: _Stage, lines: Sequence[Line]) -> Money:
    """What the fund has for this list; for a list decided already, with what it was given put back."""
    quota = quota_of(session, round_)
    available = to_fen(quota.available)
    if stage.name == "sealed":
        promised = promises_of(session, [line.case_id for line in lines])
        available += sum(to_fen(promise.amount) for promises in promised.values() for promise in promises)
    charity = to_fen(quota.committed_charity)
    raised = to_fen(quota.fiscal) + charity
    return Money(available, Fraction(charity, raised) if raised else Fraction(0))


def _read_lines(session: Session, round_: Round, scheme: Scheme, stage: _Stage) -> list[Line]:
    """Everything in one statement, money as the whole fen that it is in the database."""
    townships = township_names(session)

    @cache
    def categories(text: str) -> tuple[tuple[str, ...], str]:
        held = tuple(json.loads(text))
        return held, printed_category(scheme, held)

    rows = session.execute(_select_lines(round_, scheme.parameters.get(_SOCIAL, ()), stage.cases))
    return [
        Line(
            case_id, person_id, case_no, name, *categories(held), townships.get(area_id, ""), eligible,
            total_cost, self_paid or 0, already or 0, social or 0,
        )
        for case_id, person_id, case_no, name, held, area_id, eligible, total_cost, self_paid, already, social in rows
    ]  # fmt: skip


def _select_lines(round_: Round, social: Collection[str], cases: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    paid = paid_elsewhere(round_).subquery()
    helped = (
        select(Figure.case_id, func.sum(type_coerce(Figure.amount, BigId)).label("amount"))
        .join(Case, Case.id == Figure.case_id)
        .where(Case.round_id == round_.id, Figure.in_force, Figure.payer.in_(list(social)))
        .group_by(Figure.case_id)
        .subquery()
    )
    return (
        select(
            Case.id, Case.person_id, Case.case_no, Person.name, type_coerce(Case.categories, Text), Case.area_id,
            Case.eligible, _fen(Case.total_cost), _fen(Case.self_paid), cast(paid.c.amount, BigId).label("already"),
            cast(helped.c.amount, BigId).label("social"),
        )
        .join(Person, Person.id == Case.person_id)
        .outerjoin(paid, paid.c.person_id == Case.person_id)
        .outerjoin(helped, helped.c.case_id == Case.id)
        .where(cases)
        .order_by(Case.case_no)
    )  # fmt: skip


def _fen(column: Any) -> ColumnElement[int]:
    return type_coerce(column, BigId)
