"""Which rows somebody may see: an area is in scope when it lies inside an area the actor answers for."""

from __future__ import annotations

from sqlalchemy import ColumnElement, false, or_
from sqlalchemy.orm import InstrumentedAttribute

from app.kernel.actors import Actor
from app.kernel.errors import Denied


def visible_areas(actor: Actor, *roles: str) -> tuple[str, ...]:
    """Paths of the widest areas this actor answers for in one of these roles (any, when none is named)."""
    paths = sorted(actor.area_paths(*roles), key=len)
    return tuple(p for i, p in enumerate(paths) if not any(p.startswith(wider) for wider in paths[:i]))


def in_scope(actor: Actor, area_path: str, *roles: str) -> bool:
    """True when the area lies inside one that the actor answers for."""
    return any(area_path.startswith(path) for path in actor.area_paths(*roles))


def area_filter(
    actor: Actor, path_column: ColumnElement[str] | InstrumentedAttribute[str], *roles: str
) -> ColumnElement[bool]:
    """SQL condition: the row's area lies inside the actor's areas; without membership nothing matches."""
    return or_(false(), *(path_column.startswith(path, autoescape=True) for path in visible_areas(actor, *roles)))


def require_role(actor: Actor, *roles: str) -> None:
    """Raises Denied (code `role_missing`) unless the actor has one of the roles."""
    if not actor.has_role(*roles):
        raise Denied(code="role_missing", roles=sorted(roles))
