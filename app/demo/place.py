"""Writes areas, units and users of the demonstration county into an empty database."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.access.models import Area, Unit
from app.access.passwords import hash_password
from app.access.provision import add_area, add_unit, add_user
from app.demo.accounts import ACCOUNTS, LIAISONS, PASSWORD, clerk_login, grid_login, liaison_login
from app.demo.areas import plan_areas
from app.engine.schemes import Scheme


def place_county(session: Session, scheme: Scheme) -> dict[str, Area]:
    """{area code: area}; does not commit. All accounts share one password hash: hashing takes 20 ms each."""
    areas: dict[str, Area] = {}
    for plan in plan_areas():
        areas[plan.code] = add_area(session, plan.code, plan.name, plan.level, areas.get(plan.parent))
    units = _add_units(session, scheme, areas)
    _add_users(session, units, hash_password(PASSWORD))
    return areas


def _add_units(session: Session, scheme: Scheme, areas: dict[str, Area]) -> dict[str, Unit]:
    county = next(area for area in areas.values() if area.level == "county")
    units = {}
    for code, unit in scheme.units.items():
        extra = ["administrator", "auditor"] if code == "ybj" else []
        units[code] = add_unit(session, code, unit["name"], unit["kind"], county, [*unit["roles"], *extra])
    for kind, prefix, role in (("township", "t", "township_clerk"), ("grid", "g", "grid_worker")):
        for n, area in enumerate((a for a in areas.values() if a.level == kind), 1):
            units[f"{prefix}{n}"] = add_unit(session, f"{prefix}{n}", area.name, kind, area, [role])
    return units


def _add_users(session: Session, units: dict[str, Unit], password_hash: str) -> None:
    people = [(a.login, a.name, a.places) for a in ACCOUNTS]
    people += [(liaison_login(u), f"{units[u].name}联络员", ((u, "department_liaison"),)) for u in LIAISONS]
    for code, unit in units.items():
        number = int(code[1:]) if unit.kind in ("township", "grid") else 0
        if unit.kind == "township":
            people.append((clerk_login(number), f"{unit.name}经办", ((code, "township_clerk"),)))
        if unit.kind == "grid":
            people.append((grid_login(number), f"{unit.name}网格员", ((code, "grid_worker"),)))
    for login, name, places in people:
        memberships = [(units[code], role) for code, role in places]
        add_user(session, login, name, password_hash=password_hash, memberships=memberships)
