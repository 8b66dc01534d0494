"""Visits and differences to be read: by whoever owns the case, and by the member unit whose figure was changed."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kernel.actors import Actor
from app.rounds.models import Case
from app.rounds.reading import get_case_sheet
from app.rounds.rounds import get_round
from app.rounds.scope import COUNTY_ROLES, fully_seen
from app.visits.models import Difference, Visit


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
