"""What the decision table `assessment` says of each case, and how it came to that: inputs, rows tried, rows hit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.engine.decisions import find_model
from app.engine.models import ProcessInstance
from app.feel import DecisionModel
from app.kernel.errors import Conflict
from app.kernel.money import FEN, ZERO, round_fen
from app.meetings.rules import Terms
from app.meetings.terms import feel_terms
from app.rounds.models import Round

DECISION = "assessment"


class Assessable(Protocol):
    """What the table reads of a case: a `Case`, or the columns of one read in bulk."""

    @property
    def person_id(self) -> int: ...
    @property
    def categories(self) -> Sequence[str]: ...
    @property
    def eligible(self) -> bool: ...
    @property
    def total_cost(self) -> Decimal: ...
    @property
    def self_paid(self) -> Decimal | None: ...


@dataclass(frozen=True)
class Assessment:
    """One case under some terms, yuan; `counted` is before the cap, `exact` that before it is rounded.

    `record` says how the tables came to it, and is empty when not asked for.
    """

    eligible: bool
    categories: tuple[str, ...]
    self_paid: Decimal
    counted: Decimal
    due: Decimal
    already_paid: Decimal
    amount: Decimal
    overpaid: Decimal
    exact: Decimal = ZERO
    record: tuple[list[Any], ...] = ()


def assess_cases(
    session: Session,
    round_: Round,
    terms: Terms,
    cases: Sequence[Assessable],
    already: Mapping[int, Decimal],
    *,
    explain: bool = True,
) -> list[Assessment]:
    """In the order of `cases`; `already` by person: what other rounds of the cost year resolved (A-SZ-7).

    Raises Conflict (`round_without_definition`) when the round's tables are not deployed.
    """
    return assess(table_of(session, round_), round_.cost_year, terms, cases, already, explain=explain)


def table_of(session: Session, round_: Round) -> DecisionModel:
    """The tables that the round started with; Conflict (`round_without_definition`)."""
    return find_model(session, definition_of(session, round_), DECISION)


def assess(
    model: DecisionModel,
    cost_year: int,
    terms: Terms,
    cases: Sequence[Assessable],
    already: Mapping[int, Decimal],
    *,
    explain: bool = False,
) -> list[Assessment]:
    """`assess_cases` by tables in hand, without a database."""
    standard = feel_terms(terms)
    return [
        _assess(model, cost_year, case, standard, already.get(case.person_id, ZERO), explain=explain) for case in cases
    ]


def definition_of(session: Session, round_: Round) -> str:
    """The definition that the round started with, so that its tables do not change under it."""
    found = round_.definition_id or session.scalar(
        select(ProcessInstance.definition_id).where(ProcessInstance.id == round_.instance_id)
    )
    if found is None:
        raise Conflict("本轮流程尚未部署，无法计算", code="round_without_definition")
    return found


def _assess(
    model: DecisionModel,
    cost_year: int,
    case: Assessable,
    standard: Mapping[str, Any],
    paid: Decimal,
    *,
    explain: bool,
) -> Assessment:
    categories = tuple(case.categories) if case.eligible else ()
    inputs = {
        "cost_year": Decimal(cost_year),
        "categories": list(categories),
        "total_cost": case.total_cost,
        "payments": None,
        "self_paid": case.self_paid or ZERO,
        "already_paid": paid,
        "standard": standard,
    }
    result = model.evaluate(DECISION, inputs, trace=explain)
    value: Any = result.value
    if value["error"] is not None:
        raise Conflict("补助标准不完整，无法计算", code=value["error"])
    return Assessment(
        eligible=value["eligible"],
        categories=categories,
        self_paid=value["self_paid"].quantize(FEN),
        counted=round_fen(value["counted"]),
        due=value["due"].quantize(FEN),
        already_paid=paid,
        amount=value["amount"].quantize(FEN),
        overpaid=value["overpaid"].quantize(FEN),
        exact=value["counted"],
        record=tuple(result.recording.numbers()) if result.recording else (),
    )
