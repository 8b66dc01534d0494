"""From a user to the Actor that use cases are given: own places, and those of colleagues who are away."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, CompoundSelect, Date, Select, and_, bindparam, literal, select
from sqlalchemy import union_all as one_after_the_other
from sqlalchemy.orm import Session, aliased

from app.access.models import Area, Substitution, Unit, User, UserMembership
from app.access.routing import valid_on
from app.kernel.actors import SYSTEM, Actor, Membership
from app.kernel.db import BigId
from app.kernel.errors import NotFound

NEVER_LENT = ("administrator", "auditor")  # who oversees is appointed, not stood in for
_AWAY = aliased(User)
_DAY = bindparam("day", type_=Date)


def get_actor(session: Session, user_id: int | None, today: date) -> Actor:
    """The user with the memberships of today (SYSTEM for None); raises NotFound when unknown or disabled."""
    if user_id is None:
        return SYSTEM
    actor = read_actor(session.connection().execute(_BY_ID, {"sought": user_id, "day": today}).all())
    if actor is None:
        raise NotFound("没有这个用户，或已停用", code="user_unknown", user_id=user_id)
    return actor


def read_actor(rows: Sequence[Any]) -> Actor | None:
    """Whom the rows of `places_of_whom` describe; None without any."""
    if not rows:
        return None
    places = tuple(Membership(r.unit_id, r.role, r.path, r.lent_by, r.lender) for r in rows if r.unit_id is not None)
    return Actor(rows[0].id, rows[0].name, places)


def places_of_whom(narrow: Callable[[Select[Any]], Select[Any]]) -> CompoundSelect[Any]:
    """One statement (parameter `day`) for active users whom `narrow` chooses: a row a place, one without any.

    Two branches, so that each is read along its index: an OR over both would read every membership.
    """
    columns = (User.id, User.name, UserMembership.unit_id, UserMembership.role, Area.path)
    own = (
        select(*columns, literal(None, BigId).label("lent_by"), literal(None, User.name.type).label("lender"))
        .outerjoin(UserMembership, and_(UserMembership.user_id == User.id, valid_on(_DAY)))
        .outerjoin(Unit, Unit.id == UserMembership.unit_id)
        .outerjoin(Area, Area.id == Unit.area_id)
    )
    lent = (
        select(*columns, _AWAY.id, _AWAY.name)
        .join(Substitution, and_(Substitution.substitute_id == User.id, stands_on(_DAY)))
        .join(_AWAY, and_(_AWAY.id == Substitution.user_id, _AWAY.state == "active"))
        .join(UserMembership, and_(UserMembership.user_id == _AWAY.id, valid_on(_DAY)))
        .join(Unit, Unit.id == UserMembership.unit_id)
        .join(Area, Area.id == Unit.area_id)
        .where(UserMembership.role.not_in(NEVER_LENT))
    )
    branches: tuple[Any, Any] = own, lent
    active = User.state == "active"
    return one_after_the_other(*(narrow(branch).where(active) for branch in branches))


def stands_on(day: date | BindParameter[date]) -> ColumnElement[bool]:
    """SQL condition: the substitution holds on that day."""
    return and_(Substitution.ended_at.is_(None), Substitution.valid_from <= day, Substitution.valid_to >= day)


def names_of(session: Session, user_ids: set[int]) -> dict[int, str]:
    """Names for showing, by user id."""
    rows = session.execute(select(User.id, User.name).where(User.id.in_(user_ids)))
    return {row.id: row.name for row in rows}


_BY_ID = places_of_whom(lambda rows: rows.where(User.id == bindparam("sought")))
