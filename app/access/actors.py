"""From a user id to the Actor that use cases are given: for jobs, and for whoever acts without a request."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.models import Area, Unit, User, UserMembership
from app.access.routing import valid_on
from app.kernel.actors import SYSTEM, Actor, Membership
from app.kernel.errors import NotFound


def get_actor(session: Session, user_id: int | None, today: date) -> Actor:
    """The user with the memberships of today (SYSTEM for None); raises NotFound when unknown or disabled."""
    if user_id is None:
        return SYSTEM
    rows = session.execute(
        select(User.name, UserMembership.unit_id, UserMembership.role, Area.path)
        .outerjoin(UserMembership, (UserMembership.user_id == User.id) & valid_on(today))
        .outerjoin(Unit, Unit.id == UserMembership.unit_id)
        .outerjoin(Area, Area.id == Unit.area_id)
        .where(User.id == user_id, User.state == "active")
    ).all()
    if not rows:
        raise NotFound("没有这个用户，或已停用", code="user_unknown", user_id=user_id)
    places = tuple(Membership(r.unit_id, r.role, r.path) for r in rows if r.unit_id is not None)
    return Actor(user_id, rows[0].name, places)


def names_of(session: Session, user_ids: set[int]) -> dict[int, str]:
    """Names for showing, by user id."""
    rows = session.execute(select(User.id, User.name).where(User.id.in_(user_ids)))
    return {row.id: row.name for row in rows}
