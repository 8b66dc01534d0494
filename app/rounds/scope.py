"""Who sees which cases: officers the county, townships and grids theirs, liaisons whom they were asked about.

『Who sees what』 of policy-facts §4.1: grid workers amounts by payer, liaisons their own columns.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlalchemy.orm import Session

from app.access.models import Area
from app.access.scope import area_filter
from app.kernel.actors import Actor
from app.rounds.models import Case, TallyRequest, TallyRow

COUNTY_ROLES = (
    "ybj_officer",
    "civil_affairs_officer",
    "meeting_secretary",
    "reviewer",
    "finance_officer",
    "fund_manager",
    "auditor",
    "administrator",
)
AREA_ROLES = ("township_clerk", "grid_worker")
BEFORE_VISITS = ("preliminary", "excluded", "below_line")


def case_filter(actor: Actor) -> ColumnElement[bool]:
    """SQL condition on `Case`: the rows that this actor may see."""
    return or_(area_cases(actor), Case.id.in_(_asked(actor)))


def area_cases(actor: Actor) -> ColumnElement[bool]:
    """SQL condition on `Case`: the rows that the actor answers for, and so sees every payer of.

    Asked of each case: who is a liaison here and a grid worker there sees one column here.
    """
    return or_(
        false(),
        Case.area_id.in_(areas_of(actor, *COUNTY_ROLES)),
        Case.area_id.in_(areas_of(actor, "township_clerk")),
        and_(
            Case.residence_area_id.in_(areas_of(actor, *AREA_ROLES)),
            Case.stage.not_in(BEFORE_VISITS),
        ),
    )


def fully_seen(session: Session, actor: Actor, case_ids: Iterable[int]) -> set[int]:
    """Those of the cases that the actor answers for; of the others a liaison sees the own columns only."""
    return set(session.scalars(select(Case.id).where(Case.id.in_(list(case_ids)), area_cases(actor))))


def sees_categories(actor: Actor) -> bool:
    """Not grid workers nor liaisons: 严重精神障碍 or 白血病 is a diagnosis."""
    return actor.has_role(*COUNTY_ROLES, "township_clerk")


def asks_at_the_door(actor: Actor) -> bool:
    """True for who is only a grid worker: the last four digits are asked there, so they are not shown before."""
    return actor.roles == {"grid_worker"}


def own_payers(actor: Actor, requests: list[TallyRequest]) -> set[str]:
    """The columns of the actor's own units in these requests."""
    units = {m.unit_id for m in actor.memberships if m.role == "department_liaison"}
    return {payer for request in requests if request.unit_id in units for payer in request.payers}


def areas_of(actor: Actor, *roles: str) -> ColumnElement[int]:
    """SQL subquery: ids of all areas that the actor answers for in one of these roles."""
    return select(Area.id).where(area_filter(actor, Area.path, *roles)).scalar_subquery()


def _asked(actor: Actor) -> ColumnElement[int]:
    units = [m.unit_id for m in actor.memberships if m.role == "department_liaison"]
    asked = select(TallyRow.case_id).join(TallyRequest, TallyRequest.id == TallyRow.request_id)
    return asked.where(TallyRequest.unit_id.in_(units)).scalar_subquery()
