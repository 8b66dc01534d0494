"""Substitutes during leave: a colleague acts in one's places for some days, under the own name and so marked."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.access.accounts import get_user
from app.access.actors import names_of
from app.access.audit import record
from app.access.models import Substitution, Unit, User, UserMembership
from app.access.routing import valid_on
from app.kernel.actors import Actor
from app.kernel.dates import Clock, local_date
from app.kernel.errors import Conflict, Denied, Fault, Invalid, NotFound
from app.kernel.idempotency import remember

LONGEST = timedelta(days=180)


def name_substitute(
    session: Session,
    actor: Actor,
    clock: Clock,
    user_id: int,
    substitute_id: int,
    valid_from: date,
    valid_to: date,
    note: str | None = None,
) -> Substitution:
    """Let a colleague stand in from day to day, both included; commits.

    One's own is somebody of one's own unit; an administrator may name anybody for anybody. Raises Denied, NotFound,
    Invalid with every fault, Conflict `substitute_exists`.
    """
    _require_own(actor, user_id)
    get_user(session, user_id)
    faults = _date_faults(local_date(clock()), valid_from, valid_to)
    faults += _person_faults(session, actor, clock, user_id, substitute_id)
    if faults:
        raise Invalid(faults)
    _require_free(session, user_id, valid_from, valid_to)
    named = Substitution(user_id=user_id, substitute_id=substitute_id, valid_from=valid_from, valid_to=valid_to)
    named.note, named.named_by, named.named_at = note, actor.user_id, clock()
    session.add(named)
    session.flush()
    _record(session, actor, clock, "substitute_named", named)
    remember(session, str(named.id))
    session.commit()
    return named


def end_substitute(session: Session, actor: Actor, clock: Clock, substitution_id: int) -> None:
    """The substitute may do nothing more; one's own, or any for an administrator. Commits. Raises NotFound."""
    named = session.get(Substitution, substitution_id, with_for_update=True)
    if named is None or (named.user_id != actor.user_id and not actor.has_role("administrator")):
        raise NotFound("没有这项代办", code="substitution_unknown")
    if named.ended_at is None:
        named.ended_at = clock()
        _record(session, actor, clock, "substitute_ended", named)
    session.commit()


def list_substitutes(session: Session, actor: Actor, clock: Clock, user_id: int) -> list[dict[str, Any]]:
    """Who stands in for a user and for whom the user stands in, the newest first. Raises Denied, NotFound."""
    _require_own(actor, user_id, "auditor")
    get_user(session, user_id)
    either = or_(Substitution.user_id == user_id, Substitution.substitute_id == user_id)
    rows = session.scalars(select(Substitution).where(either).order_by(Substitution.id.desc())).all()
    names = names_of(session, {id_ for row in rows for id_ in (row.user_id, row.substitute_id)})
    return [_describe(row, names, local_date(clock())) for row in rows]


def members_of(session: Session, actor: Actor, clock: Clock, unit_id: int) -> list[dict[str, Any]]:
    """Who is in a unit today, with roles: for colleagues, to assign to or to stand in, and the administrator.

    Raises NotFound.
    """
    of_all = actor.has_role("administrator", "auditor")
    if session.get(Unit, unit_id) is None or (unit_id not in actor.unit_ids and not of_all):
        raise NotFound("没有这个单位，或您不在其中", code="unit_unknown")
    query = select(User.id, User.name, UserMembership.role).join(UserMembership, UserMembership.user_id == User.id)
    here = (UserMembership.unit_id == unit_id, valid_on(local_date(clock())), User.state == "active")
    people: dict[int, dict[str, Any]] = {}
    for id_, name, role in session.execute(query.where(*here).order_by(User.name, User.id)):
        people.setdefault(id_, {"id": id_, "name": name, "roles": []})["roles"].append(role)
    return list(people.values())


def _require_own(actor: Actor, user_id: int, *others: str) -> None:
    if user_id != actor.user_id and not actor.has_role("administrator", *others):
        raise Denied


def _date_faults(today: date, valid_from: date, valid_to: date) -> list[Fault]:
    if valid_to < valid_from:
        return [Fault("/valid_to", "dates_reversed", "结束日期早于开始日期")]
    if valid_to < today:
        return [Fault("/valid_to", "already_over", "结束日期已过，请填今天或以后")]
    if valid_to - valid_from > LONGEST:
        return [Fault("/valid_to", "too_long", "代办不能超过180天；时间更长请由管理员调整任职")]
    return []


def _person_faults(session: Session, actor: Actor, clock: Clock, user_id: int, substitute_id: int) -> list[Fault]:
    where = "/substitute_id"
    if substitute_id == user_id:
        return [Fault(where, "oneself", "不能由本人代办")]
    person = session.get(User, substitute_id)
    if person is None or person.state != "active":
        return [Fault(where, "user_unknown", "没有这个用户，或已停用")]
    if not actor.has_role("administrator") and not _share_a_unit(session, clock, user_id, substitute_id):
        return [Fault(where, "not_in_unit", "只能请本单位在岗的同事代办；请其他单位的人代办由管理员指定")]
    return []


def _share_a_unit(session: Session, clock: Clock, one: int, other: int) -> bool:
    def units(user_id: int) -> set[int]:
        here = (UserMembership.user_id == user_id, valid_on(local_date(clock())))
        return set(session.scalars(select(UserMembership.unit_id).where(*here)))

    return not units(one).isdisjoint(units(other))


def _require_free(session: Session, user_id: int, valid_from: date, valid_to: date) -> None:
    overlapping = select(Substitution.id).where(
        Substitution.user_id == user_id, Substitution.ended_at.is_(None),
        Substitution.valid_from <= valid_to, Substitution.valid_to >= valid_from,
    )  # fmt: skip
    if session.scalar(overlapping.limit(1)) is not None:
        raise Conflict("这段时间已有人代办，请先结束原来的代办", code="substitute_exists")


def _record(session: Session, actor: Actor, clock: Clock, kind: str, named: Substitution) -> None:
    days = {"from": named.valid_from.isoformat(), "to": named.valid_to.isoformat()}
    detail = {"substitute": named.substitute_id, **days}
    record(session, actor, clock, kind, subject=f"user:{named.user_id}", detail=detail)


def _describe(row: Substitution, names: dict[int, str], today: date) -> dict[str, Any]:
    """As shown; state planned | active | over."""
    over = row.ended_at is not None or row.valid_to < today
    state = "over" if over else "planned" if row.valid_from > today else "active"
    return {
        "id": row.id, "valid_from": row.valid_from, "valid_to": row.valid_to, "note": row.note, "state": state,
        "user": {"id": row.user_id, "name": names[row.user_id]},
        "substitute": {"id": row.substitute_id, "name": names[row.substitute_id]},
    }  # fmt: skip
