"""Visits and differences to be read: by whoever owns the case, and by the member unit whose figure was changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.actors import names_of
from app.kernel.actors import Actor
from app.registry.people import people_by_ids
from app.rounds.drafts import township_names
from app.rounds.models import Case
from app.rounds.reading import get_case_sheet
from app.rounds.rounds import get_round
from app.rounds.rules import TOTAL_COST
from app.rounds.schemes import payer_name, scheme_of
from app.rounds.scope import COUNTY_ROLES, area_cases, fully_seen
from app.visits.models import Difference, Visit

TOTAL_COST_NAME = "年度医疗费用"


def visits_of_case(session: Session, actor: Actor, case_id: int) -> Sequence[Visit]:
    """All attempts, oldest first; raises NotFound as the case sheet does, and for liaisons shows none."""
    get_case_sheet(session, actor, case_id)
    if not fully_seen(session, actor, [case_id]):
        return []
    return session.scalars(select(Visit).where(Visit.case_id == case_id).order_by(Visit.attempt)).all()


def differences_of_round(session: Session, actor: Actor, round_id: int, after: int, limit: int) -> Sequence[Difference]:
    """Differences of the round with id over `after`; a member unit sees those of its own figures only.

    Raises NotFound `round_not_found`.
    """
    get_round(session, round_id)
    query = select(Difference).join(Case, Case.id == Difference.case_id).where(Case.round_id == round_id)
    if not actor.has_role(*COUNTY_ROLES):
        query = query.where(Difference.unit_id.in_(actor.unit_ids))
    query = query.where(Difference.id > after, Difference.state != "void").order_by(Difference.id).limit(limit)
    return session.scalars(query).all()


def describe_differences(session: Session, round_id: int, rows: Sequence[Difference]) -> list[dict[str, Any]]:
    """The same with the person's name, township and the payer's name, for a list."""
    shown, scheme = _people(session, [row.case_id for row in rows]), scheme_of(session, round_id)
    columns = [column.key for column in Difference.__table__.columns]
    return [
        {**{name: getattr(row, name) for name in columns}, **shown[row.case_id],
         "payer_name": TOTAL_COST_NAME if row.payer == TOTAL_COST else payer_name(scheme, row.payer)}
        for row in rows
    ]  # fmt: skip


@dataclass(frozen=True)
class VisitQuery:
    """Which visits of a round: behind the id `after`; `result` and `state` as in Visit."""

    result: str | None = None
    state: str | None = None
    after: int = 0
    limit: int = 50


def visits_of_round(session: Session, actor: Actor, round_id: int, query: VisitQuery) -> list[dict[str, Any]]:
    """Every attempt at the doors of the cases that the actor answers for, in the order they were recorded.

    Raises NotFound `round_not_found`.
    """
    get_round(session, round_id)
    wanted = select(Visit).join(Case, Case.id == Visit.case_id).where(Case.round_id == round_id, area_cases(actor))
    if query.result is not None:
        wanted = wanted.where(Visit.result == query.result)
    if query.state is not None:
        wanted = wanted.where(Visit.state == query.state)
    visits = session.scalars(wanted.where(Visit.id > query.after).order_by(Visit.id).limit(query.limit)).all()
    shown = _people(session, [visit.case_id for visit in visits])
    workers = names_of(session, {visit.visited_by for visit in visits if visit.visited_by is not None})
    columns = [column.key for column in Visit.__table__.columns]
    return [
        {
            **{name: getattr(v, name) for name in columns},
            **shown[v.case_id],
            "visitor": workers.get(v.visited_by or 0, ""),
        }
        for v in visits
    ]


def _people(session: Session, case_ids: Sequence[int]) -> dict[int, dict[str, str]]:
    """{case id: case number, name and township}."""
    cases = session.scalars(select(Case).where(Case.id.in_(set(case_ids)))).all()
    people, townships = people_by_ids(session, [case.person_id for case in cases]), township_names(session)
    return {
        case.id: {
            "case_no": case.case_no,
            "name": people[case.person_id].name,
            "township": townships.get(case.area_id, ""),
        }
        for case in cases
    }
