"""Areas and units, kept by the administrator; everybody sees the areas that are their own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.audit import record
from app.access.changes import announce_places_changed
from app.access.models import Area, Unit, UnitRole
from app.access.provision import add_area, add_unit, set_unit_roles
from app.access.scope import area_filter
from app.kernel.actors import Actor
from app.kernel.dates import Clock
from app.kernel.errors import Conflict, Fault, Invalid, NotFound
from app.kernel.idempotency import remember


def create_area(
    session: Session,
    actor: Actor,
    clock: Clock,
    code: str,
    name: str,
    level: str,
    parent_id: int | None = None,
) -> Area:
    """A new area; commits. Raises Invalid (`area_unknown`, `level_wrong`), Conflict (`code_taken`)."""
    parent = session.get(Area, parent_id) if parent_id is not None else None
    if parent_id is not None and parent is None:
        raise Invalid([Fault("/parent_id", "area_unknown", "没有这个上级区域")])
    _require_free(session, Area, code)
    area = add_area(session, code, name, level, parent)
    record(session, actor, clock, "area_created", subject=f"area:{area.id}")
    remember(session, str(area.id))
    session.commit()
    return area


def rename_area(session: Session, actor: Actor, clock: Clock, area_id: int, name: str) -> Area:
    """Commits. Raises NotFound (`area_unknown`)."""
    area = get_area(session, area_id)
    area.name = name
    record(session, actor, clock, "area_renamed", subject=f"area:{area_id}", detail={"name": name})
    session.commit()
    return area


def create_unit(
    session: Session,
    actor: Actor,
    clock: Clock,
    code: str,
    name: str,
    kind: str,
    area_id: int,
    roles: Iterable[str] = (),
) -> Unit:
    """A new unit; commits. Raises Invalid (`area_unknown`, `role_unknown`), Conflict (`code_taken`)."""
    area = session.get(Area, area_id)
    if area is None:
        raise Invalid([Fault("/area_id", "area_unknown", "没有这个区域")])
    _require_free(session, Unit, code)
    unit = add_unit(session, code, name, kind, area, roles)
    record(session, actor, clock, "unit_created", subject=f"unit:{unit.id}")
    announce_places_changed(session, actor, clock)
    remember(session, str(unit.id))
    session.commit()
    return unit


def change_unit(session: Session, actor: Actor, clock: Clock, unit_id: int, changes: Mapping[str, Any]) -> Unit:
    """Set the name or the roles that the unit fills; commits. Raises NotFound, Invalid (`role_unknown`)."""
    unit = get_unit(session, unit_id)
    unit.name = changes.get("name", unit.name)
    if "roles" in changes:
        set_unit_roles(session, unit, changes["roles"])
        announce_places_changed(session, actor, clock)
    record(session, actor, clock, "unit_changed", subject=f"unit:{unit_id}", detail=dict(changes))
    session.commit()
    return unit


def get_area(session: Session, area_id: int) -> Area:
    """Raises NotFound (`area_unknown`)."""
    area = session.get(Area, area_id)
    if area is None:
        raise NotFound("没有这个区域", code="area_unknown")
    return area


def get_unit(session: Session, unit_id: int) -> Unit:
    """Raises NotFound (`unit_unknown`)."""
    unit = session.get(Unit, unit_id)
    if unit is None:
        raise NotFound("没有这个单位", code="unit_unknown")
    return unit


def list_areas(session: Session, actor: Actor, after: int, limit: int, parent_id: int | None = None) -> Sequence[Area]:
    """The actor's own areas by id (an administrator's: all of them)."""
    wanted = select(Area).where(Area.id > after).order_by(Area.id).limit(limit)
    if not actor.has_role("administrator"):
        wanted = wanted.where(area_filter(actor, Area.path))
    if parent_id is not None:
        wanted = wanted.where(Area.parent_id == parent_id)
    return session.scalars(wanted).all()


def list_units(session: Session, actor: Actor, after: int, limit: int) -> Sequence[Unit]:
    """Units whose area is the actor's own, by id (an administrator's: all of them)."""
    wanted = select(Unit).join(Area, Area.id == Unit.area_id).where(Unit.id > after).order_by(Unit.id).limit(limit)
    if not actor.has_role("administrator"):
        wanted = wanted.where(area_filter(actor, Area.path))
    return session.scalars(wanted).all()


def area_names(session: Session, area_ids: Iterable[int]) -> dict[int, str]:
    """{area id: its name with those of the areas around it, from the township down}, for showing."""
    paths = dict(session.execute(select(Area.id, Area.path).where(Area.id.in_(set(area_ids)))).all())
    around = {int(part) for path in paths.values() for part in path.strip("/").split("/")}
    above = select(Area.id, Area.name).where(Area.id.in_(around), Area.level.in_(("township", "village", "grid")))
    names = dict(session.execute(above).all())
    own = dict(session.execute(select(Area.id, Area.name).where(Area.id.in_(paths))).all())
    inside = {id_: [names.get(int(part), "") for part in path.strip("/").split("/")] for id_, path in paths.items()}
    return {id_: "".join(parts) or own[id_] for id_, parts in inside.items()}


def roles_of_units(session: Session, unit_ids: Sequence[int]) -> dict[int, list[str]]:
    """The roles that each unit fills."""
    roles: dict[int, list[str]] = {unit_id: [] for unit_id in unit_ids}
    chosen = select(UnitRole).where(UnitRole.unit_id.in_(unit_ids)).order_by(UnitRole.role)
    for row in session.scalars(chosen):
        roles[row.unit_id].append(row.role)
    return roles


def _require_free(session: Session, table: type[Area | Unit], code: str) -> None:
    if session.scalar(select(table.id).where(table.code == code)) is not None:
        raise Conflict("这个代码已被使用", code="code_taken")
