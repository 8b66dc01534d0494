"""Role and area give one unit: the nearest one upwards that fills the role and has somebody on duty."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import BindParameter, ColumnElement, Date, and_, bindparam, exists, or_, select
from sqlalchemy.orm import Session

from app.access.models import Area, Unit, UnitRole, User, UserMembership
from app.kernel.dates import local_date, system_clock
from app.kernel.errors import NotFound

FALLBACKS = {"grid_worker": "township_clerk"}


@dataclass(frozen=True)
class Holder:
    """The unit that holds a task; `fallback` when it stands in for a unit without people, which is shown."""

    unit_id: int
    fallback: bool = False


def find_holder(session: Session, role: str, area_id: int, today: date | None = None) -> Holder:
    """The unit for `role` over this area.

    A grid without a worker falls to the township's clerk, with `fallback` set. Raises NotFound
    (`no_unit_for_role`, or `area_unknown`).
    """
    path = session.connection().execute(_PATH, {"sought": area_id}).scalar()
    if path is None:
        raise NotFound("没有这个区域", code="area_unknown", area_id=area_id)
    day = today or _today(session)
    unit_id = _nearest_unit(session, role, path, day)
    if unit_id is not None:
        return Holder(unit_id)
    if role in FALLBACKS:
        stand_in = _nearest_unit(session, FALLBACKS[role], path, day)
        if stand_in is not None:
            return Holder(stand_in, fallback=True)
    raise NotFound("没有承担此角色的单位或该单位没有在岗人员", code="no_unit_for_role", role=role, area_id=area_id)


def unit_by_code(session: Session, code: str) -> Unit:
    """Raises NotFound (`unit_unknown`)."""
    unit = session.scalar(select(Unit).where(Unit.code == code))
    if unit is None:
        raise NotFound(f"没有代码为 {code} 的单位", code="unit_unknown", unit=code)
    return unit


def area_by_code(session: Session, code: str) -> Area:
    """Raises NotFound (`area_unknown`)."""
    area = session.scalar(select(Area).where(Area.code == code))
    if area is None:
        raise NotFound(f"没有代码为 {code} 的区域", code="area_unknown", area=code)
    return area


def _nearest_unit(session: Session, role: str, path: str, day: date) -> int | None:
    ancestors = [int(part) for part in path.strip("/").split("/")]
    asked = {"wanted_role": role, "day": day, "ancestors": ancestors}
    found = session.connection().execute(_ON_DUTY, asked).all()
    depth = {area: place for place, area in enumerate(ancestors)}
    return min(found, key=lambda row: (-depth[row.area_id], row.id)).id if found else None


def valid_on(day: date | BindParameter[date]) -> ColumnElement[bool]:
    """SQL condition: the membership holds on that day."""
    return and_(
        or_(UserMembership.valid_from.is_(None), UserMembership.valid_from <= day),
        or_(UserMembership.valid_to.is_(None), UserMembership.valid_to >= day),
    )


def _today(session: Session) -> date:
    return local_date(session.info.get("clock", system_clock)())


_PATH = select(Area.path).where(Area.id == bindparam("sought"))
_ON_DUTY = (
    select(Unit.id, Unit.area_id)
    .join(UnitRole, and_(UnitRole.unit_id == Unit.id, UnitRole.role == bindparam("wanted_role")))
    .where(
        Unit.area_id.in_(bindparam("ancestors", expanding=True)),
        exists().where(
            UserMembership.unit_id == Unit.id,
            UserMembership.role == bindparam("wanted_role"),
            valid_on(bindparam("day", type_=Date)),
            User.id == UserMembership.user_id,
            User.state == "active",
        ),
    )
)
"""Built once: it runs inside every completion that opens a task."""
