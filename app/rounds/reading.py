"""What is shown of rounds and cases: pages in the actor's scope, a case with every figure and its source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.engine.schemes import Scheme
from app.kernel.actors import Actor
from app.kernel.errors import NotFound
from app.kernel.idnumbers import hide_last_four
from app.registry.people import people_by_ids
from app.rounds.drafts import township_names
from app.rounds.models import Case, Figure, ListVersion, TallyRequest, TallyRow
from app.rounds.rules import TOTAL_COST
from app.rounds.schemes import payer_name, scheme_of
from app.rounds.scope import asks_at_the_door, case_filter, fully_seen, own_payers, sees_categories


@dataclass(frozen=True)
class CaseLine:
    """One case in a list; a liaison sees no amounts here, and like a grid worker no categories. Amounts in yuan."""

    id: int
    round_id: int
    case_no: str
    name: str
    id_masked: str
    categories: list[str]
    township: str
    stage: str
    eligible: bool
    origin: str
    total_cost: Decimal | None
    self_paid: Decimal | None
    cost_over_paid: bool
    approved_amount: Decimal | None
    outcome: str | None
    reason: str | None


@dataclass(frozen=True)
class FigureLine:
    """One figure with its source; `unit_id` filed it, `in_force` counts for the payer."""

    payer: str
    payer_name: str
    source: str
    version: int
    amount: Decimal
    in_force: bool
    unit_id: int | None
    recorded_at: datetime
    origin_ref: str | None
    note: str | None


@dataclass(frozen=True)
class Answer:
    """What a member unit said about a case: state as in TallyRequest; waived is 未反馈, not zero."""

    request_id: int
    unit: str
    kind: str
    state: str
    payers: list[str]


@dataclass(frozen=True)
class CaseSheet:
    """One case with every figure that the actor may see, newest version first, and who has answered."""

    line: CaseLine
    figures: list[FigureLine]
    answers: list[Answer]


def page_of_cases(
    session: Session,
    actor: Actor,
    round_id: int,
    stages: Sequence[str] | None = None,
    after: str | None = None,
    limit: int = 50,
) -> list[CaseLine]:
    """Cases in case number order, those after the number `after`, at most `limit`."""
    query = select(Case).where(Case.round_id == round_id, case_filter(actor)).order_by(Case.case_no)
    query = query if stages is None else query.where(Case.stage.in_(stages))
    query = query if after is None else query.where(Case.case_no > after)
    return _lines(session, actor, round_id, list(session.scalars(query.limit(limit))))


def get_case_sheet(session: Session, actor: Actor, case_id: int) -> CaseSheet:
    """Raises NotFound (case_not_found) also for a case outside the actor's scope."""
    case = session.scalar(select(Case).where(Case.id == case_id, case_filter(actor)))
    if case is None:
        raise NotFound(code="case_not_found")
    requests = requests_about(session, case)
    payers = None if fully_seen(session, actor, [case.id]) else own_payers(actor, requests)
    figures = session.scalars(select(Figure).where(Figure.case_id == case.id).order_by(Figure.payer, Figure.id.desc()))
    scheme = scheme_of(session, case.round_id)
    shown = [_figure_line(scheme, f) for f in figures if payers is None or f.payer in payers]
    answers = [
        Answer(r.id, r.unit_name, r.kind, r.state, r.payers)
        for r in requests
        if payers is None or not payers.isdisjoint(r.payers)
    ]
    return CaseSheet(_lines(session, actor, case.round_id, [case])[0], shown, answers)


def count_stages(session: Session, actor: Actor, round_id: int) -> dict[str, int]:
    """{stage: number of cases that the actor may see}."""
    query = select(Case.stage, func.count()).where(Case.round_id == round_id, case_filter(actor))
    return dict(session.execute(query.group_by(Case.stage)).all())


def list_versions(session: Session, round_id: int) -> list[ListVersion]:
    """Every list version of the round, oldest first."""
    query = select(ListVersion).where(ListVersion.round_id == round_id).order_by(ListVersion.id)
    return list(session.scalars(query))


def _lines(session: Session, actor: Actor, round_id: int, cases: Sequence[Case]) -> list[CaseLine]:
    people = people_by_ids(session, [case.person_id for case in cases])
    townships = township_names(session)
    names = scheme_of(session, round_id).categories
    full = fully_seen(session, actor, [case.id for case in cases])
    shows_categories = sees_categories(actor)
    shown = hide_last_four if asks_at_the_door(actor) else str
    return [
        CaseLine(
            id=case.id,
            round_id=case.round_id,
            case_no=case.case_no,
            name=people[case.person_id].name,
            id_masked=shown(people[case.person_id].id_masked),
            categories=[names.get(category, category) for category in case.categories] if shows_categories else [],
            township=townships.get(case.area_id, ""),
            stage=case.stage,
            eligible=case.eligible,
            origin=case.origin,
            total_cost=case.total_cost if case.id in full else None,
            self_paid=case.self_paid if case.id in full else None,
            cost_over_paid=case.cost_over_paid,
            approved_amount=case.approved_amount if case.id in full else None,
            outcome=case.outcome,
            reason=case.reason if case.id in full else None,
        )
        for case in cases
    ]


def _figure_line(scheme: Scheme, figure: Figure) -> FigureLine:
    return FigureLine(
        payer=figure.payer,
        payer_name="年度医疗费用" if figure.payer == TOTAL_COST else payer_name(scheme, figure.payer),
        source=figure.source,
        version=figure.version,
        amount=figure.amount,
        in_force=figure.in_force,
        unit_id=figure.unit_id,
        recorded_at=figure.recorded_at,
        origin_ref=figure.origin_ref,
        note=figure.note,
    )


def requests_about(session: Session, case: Case) -> list[TallyRequest]:
    """The units' requests in which this case stands, oldest first."""
    asked = select(TallyRow.request_id).where(TallyRow.case_id == case.id, TallyRow.current)
    query = select(TallyRequest).where(TallyRequest.id.in_(asked)).order_by(TallyRequest.id)
    return list(session.scalars(query))
