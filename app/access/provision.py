"""Putting areas, units and users in place; nothing here commits: demonstration, tests and admin API do."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy.orm import Session

from app.access.models import LEVELS, UNIT_KINDS, Area, Unit, UnitRole, User, UserMembership
from app.access.passwords import hash_password
from app.kernel.errors import Fault, Invalid
from app.kernel.roles import ROLES


def add_area(session: Session, code: str, name: str, level: str, parent: Area | None = None) -> Area:
    """A new area below `parent`; does not commit. Raises Invalid (`level_wrong`)."""
    if level not in LEVELS or (parent is not None and LEVELS.index(level) <= LEVELS.index(parent.level)):
        raise Invalid([Fault("/level", "level_wrong", "区域级别应低于上级区域")])
    area = Area(code=code, name=name, level=level, parent_id=parent.id if parent else None, path="")
    session.add(area)
    session.flush()
    area.path = f"{parent.path if parent else '/'}{area.id}/"
    return area


def add_unit(session: Session, code: str, name: str, kind: str, area: Area, roles: Iterable[str] = ()) -> Unit:
    """A new unit that answers for `area` and fills `roles` there; does not commit. Raises Invalid."""
    if kind not in UNIT_KINDS:
        raise Invalid([Fault("/kind", "unit_kind_unknown", "没有这种单位类型")])
    unit = Unit(code=code, name=name, kind=kind, area_id=area.id)
    session.add(unit)
    session.flush()
    set_unit_roles(session, unit, roles)
    return unit


def set_unit_roles(session: Session, unit: Unit, roles: Iterable[str]) -> None:
    """Make these the roles that the unit fills; does not commit. Raises Invalid (`role_unknown`)."""
    wanted = set(roles)
    _require_roles(wanted)
    kept = {row.role: row for row in session.query(UnitRole).filter_by(unit_id=unit.id)}
    for role in kept.keys() - wanted:
        session.delete(kept[role])
    session.add_all(UnitRole(unit_id=unit.id, role=role) for role in sorted(wanted - kept.keys()))
    session.flush()


def add_user(
    session: Session,
    login: str,
    name: str,
    *,
    password: str | None = None,
    password_hash: str | None = None,
    memberships: Iterable[tuple[Unit, str]] = (),
    phone: str | None = None,
) -> User:
    """A new user; give a password or its hash (hashing takes 20 ms: thousands share one). Does not commit."""
    if password_hash is None:
        if password is None:
            raise TypeError("give a password or its hash")
        password_hash = hash_password(password)
    user = User(login=login, name=name, phone=phone, password_hash=password_hash, state="active")
    session.add(user)
    session.flush()
    for unit, role in memberships:
        add_membership(session, user, unit, role)
    return user


def add_membership(
    session: Session,
    user: User,
    unit: Unit,
    role: str,
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> UserMembership:
    """A place in a unit; does not commit. Raises Invalid (`role_unknown`, `dates_reversed`)."""
    _require_roles({role})
    if valid_from and valid_to and valid_to < valid_from:
        raise Invalid([Fault("/valid_to", "dates_reversed", "结束日期早于开始日期")])
    place = UserMembership(user_id=user.id, unit_id=unit.id, role=role, valid_from=valid_from, valid_to=valid_to)
    session.add(place)
    session.flush()
    return place


def _require_roles(roles: set[str]) -> None:
    unknown = sorted(roles - ROLES.keys())
    if unknown:
        raise Invalid([Fault("/roles", "role_unknown", f"没有角色 {role}") for role in unknown])
