"""The secretary's list narrowed: township, category, amounts, words, what was decided, where the door differed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, literal, or_, select
from sqlalchemy.orm import Session

from app.access.models import Area
from app.kernel.db import Money
from app.kernel.errors import NotFound
from app.kernel.money import ZERO
from app.meetings.models import CaseAmount, Decision
from app.registry.models import Person
from app.rounds.models import Case
from app.visits.models import Difference

NOT_DECIDED = "none"
Rows = Select[CaseAmount, Case, Decision]


@dataclass(frozen=True)
class Narrowing:
    """Every part narrows; amounts in yuan, both ends included; `decision` a kind of Decision or "none"."""

    area_id: int | None = None
    category: str | None = None
    amount_from: Decimal | None = None
    amount_to: Decimal | None = None
    self_paid_from: Decimal | None = None
    self_paid_to: Decimal | None = None
    words: str | None = None
    decision: str | None = None
    differs: bool | None = None


def final_amount() -> ColumnElement[Decimal]:
    """SQL: what the row gets as things stand, the decision's amount or else the computed one."""
    nothing = literal(ZERO, Money())
    return case(
        (Decision.kind.in_(("defer", "reject")), nothing),
        (Decision.kind.in_(("lower", "raise")), case((Decision.amount.is_(None), nothing), else_=Decision.amount)),
        else_=CaseAmount.amount,
    )


def narrow(session: Session, rows: Rows, wanted: Narrowing) -> Rows:
    """Rows of (CaseAmount, Case, Decision) with the conditions of `wanted`. Raises NotFound `area_unknown`."""
    amount = final_amount()
    conditions: tuple[tuple[object, Callable[[], ColumnElement[bool]]], ...] = (
        (wanted.area_id, lambda: _inside(session, wanted.area_id or 0)),
        (wanted.category, lambda: Case.categories.like(f'%"{wanted.category}"%')),
        (wanted.amount_from, lambda: amount >= wanted.amount_from),
        (wanted.amount_to, lambda: amount <= wanted.amount_to),
        (wanted.self_paid_from, lambda: CaseAmount.self_paid >= wanted.self_paid_from),
        (wanted.self_paid_to, lambda: CaseAmount.self_paid <= wanted.self_paid_to),
        (wanted.words, lambda: _named(wanted.words or "")),
        (wanted.decision, lambda: _decided(wanted.decision or "")),
        (wanted.differs, lambda: has_difference() if wanted.differs else ~has_difference()),
    )
    for value, condition in conditions:
        rows = rows if value is None else rows.where(condition())
    return rows


def total_up(session: Session, rows: Rows) -> dict[str, Any]:
    """People and sums of all narrowed rows, whatever page is shown; yuan."""
    bare: Any = rows.order_by(None)
    sums = bare.with_only_columns(
        func.count(),
        func.sum(CaseAmount.self_paid),
        func.sum(CaseAmount.due),
        func.sum(final_amount()),
        maintain_column_froms=True,
    )
    people, *money = session.execute(sums).one()
    self_paid, due, amount = (ZERO if sum_ is None else sum_ for sum_ in money)
    return {"people": people, "self_paid": self_paid, "due": due, "amount": amount}


def has_difference() -> ColumnElement[bool]:
    """SQL on Case: the door found another amount for some payer than data or tally."""
    return exists().where(Difference.case_id == Case.id, Difference.state != "void")


def _inside(session: Session, area_id: int) -> ColumnElement[bool]:
    path = session.scalar(select(Area.path).where(Area.id == area_id))
    if path is None:
        raise NotFound("没有这个区域", code="area_unknown")
    return Case.area_id.in_(select(Area.id).where(Area.path.startswith(path, autoescape=True)))


def _named(words: str) -> ColumnElement[bool]:
    people = select(Person.id).where(Person.name.contains(words, autoescape=True))
    return or_(Case.case_no.contains(words, autoescape=True), Case.person_id.in_(people))


def _decided(kind: str) -> ColumnElement[bool]:
    return Decision.id.is_(None) if kind == NOT_DECIDED else and_(Decision.id.is_not(None), Decision.kind == kind)
