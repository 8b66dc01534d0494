"""Users and their places, kept by the administrator; each change is in the audit trail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.access.audit import record
from app.access.changes import announce_places_changed
from app.access.models import Unit, User, UserMembership
from app.access.passwords import check_password, hash_password, require_good_password
from app.access.provision import add_membership, add_user
from app.access.routing import valid_on
from app.access.sessions import end_log_ins
from app.kernel.actors import Actor
from app.kernel.dates import Clock, local_date
from app.kernel.errors import Conflict, Fault, Invalid, NotFound
from app.kernel.idempotency import remember


def create_user(
    session: Session,
    actor: Actor,
    clock: Clock,
    login: str,
    name: str,
    password: str,
    phone: str | None = None,
) -> User:
    """A new user without any place; commits. Raises Invalid (`password_weak`), Conflict (`login_taken`)."""
    require_good_password(password, login, "/password")
    if session.scalar(select(User.id).where(func.lower(User.login) == login.lower())) is not None:
        raise Conflict("这个登录名已有人使用", code="login_taken")
    user = add_user(session, login, name, password=password, phone=phone)
    record(session, actor, clock, "user_created", subject=f"user:{user.id}")
    remember(session, str(user.id))
    session.commit()
    return user


def change_user(session: Session, actor: Actor, clock: Clock, user_id: int, changes: Mapping[str, Any]) -> User:
    """Set name, phone, state or password; commits. A new password or a dismissal ends every log-in.

    Raises NotFound (`user_unknown`), Invalid (`password_weak`), Conflict (`last_administrator`).
    """
    user = get_user(session, user_id)
    values = dict(changes)
    password = values.pop("password", None)
    if password is not None:
        require_good_password(password, user.login, "/password")
        user.password_hash = hash_password(password)
    for field, value in values.items():
        setattr(user, field, value)
    session.flush()
    _require_administrator(session, clock)
    if password is not None or values.get("state") == "disabled":
        end_log_ins(session, user.id)
    record(session, actor, clock, "user_changed", subject=f"user:{user.id}", detail={"fields": sorted(changes)})
    if "state" in values:
        announce_places_changed(session, actor, clock)
    session.commit()
    return user


def change_own_password(session: Session, actor: Actor, clock: Clock, old: str, new: str) -> None:
    """Every log-in of the user ends; commits. Raises Invalid (`password_wrong`, `password_weak`)."""
    user = get_user(session, actor.user_id or 0)
    if not check_password(old, user.password_hash):
        raise Invalid([Fault("/old_password", "password_wrong", "原密码不对")])
    require_good_password(new, user.login, "/new_password")
    user.password_hash = hash_password(new)
    end_log_ins(session, user.id)
    record(session, actor, clock, "password_changed", subject=f"user:{user.id}")
    session.commit()


def give_place(
    session: Session,
    actor: Actor,
    clock: Clock,
    user_id: int,
    unit_id: int,
    role: str,
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> UserMembership:
    """A place for a user; commits. Raises NotFound, Invalid, Conflict (`membership_exists`)."""
    user, unit = get_user(session, user_id), session.get(Unit, unit_id)
    if unit is None:
        raise Invalid([Fault("/unit_id", "unit_unknown", "没有这个单位")])
    if session.scalar(select(UserMembership.id).filter_by(user_id=user_id, unit_id=unit_id, role=role)) is not None:
        raise Conflict("该用户在此单位已有这个角色", code="membership_exists")
    place = add_membership(session, user, unit, role, valid_from, valid_to)
    _record_place(session, actor, clock, "membership_given", place)
    remember(session, str(place.id))
    session.commit()
    return place


def end_place(session: Session, actor: Actor, clock: Clock, membership_id: int) -> None:
    """Take a user out of a unit at once; commits. Raises NotFound, Conflict (`last_administrator`)."""
    place = session.get(UserMembership, membership_id)
    if place is None:
        raise NotFound("没有这个任职", code="membership_unknown")
    session.delete(place)
    session.flush()
    _require_administrator(session, clock)
    _record_place(session, actor, clock, "membership_ended", place)
    session.commit()


def get_user(session: Session, user_id: int) -> User:
    """Raises NotFound (`user_unknown`)."""
    user = session.get(User, user_id)
    if user is None:
        raise NotFound("没有这个用户", code="user_unknown")
    return user


def list_users(session: Session, after: int, limit: int, words: str | None = None) -> Sequence[User]:
    """Users by id, `limit` at most; `words` is part of a name or login."""
    wanted = select(User).where(User.id > after).order_by(User.id).limit(limit)
    if words:
        wanted = wanted.where(User.name.contains(words, autoescape=True) | User.login.contains(words, autoescape=True))
    return session.scalars(wanted).all()


def places_of(session: Session, user_ids: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    """Memberships for showing, by user: id, unit, role, from and to."""
    rows = session.execute(
        select(UserMembership, Unit.code, Unit.name, Unit.area_id)
        .join(Unit, Unit.id == UserMembership.unit_id)
        .where(UserMembership.user_id.in_(user_ids))
        .order_by(UserMembership.id)
    )
    places: dict[int, list[dict[str, Any]]] = {user_id: [] for user_id in user_ids}
    for place, code, name, area_id in rows:
        places[place.user_id].append({
            "id": place.id, "role": place.role, "valid_from": place.valid_from, "valid_to": place.valid_to,
            "unit": {"id": place.unit_id, "code": code, "name": name, "area_id": area_id},
        })  # fmt: skip
    return places


def _require_administrator(session: Session, clock: Clock) -> None:
    left = session.scalar(
        select(func.count())
        .select_from(UserMembership)
        .join(User, User.id == UserMembership.user_id)
        .where(UserMembership.role == "administrator", User.state == "active", valid_on(local_date(clock())))
    )
    if not left:
        raise Conflict("至少要保留一名系统管理员", code="last_administrator")


def _record_place(session: Session, actor: Actor, clock: Clock, kind: str, place: UserMembership) -> None:
    detail = {"unit": place.unit_id, "role": place.role}
    record(session, actor, clock, kind, subject=f"user:{place.user_id}", detail=detail)
    announce_places_changed(session, actor, clock)
