"""A county like Shengzhou for every room's tests: areas, units of its scheme, and one person a role."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path

from sqlalchemy.orm import Session

from app.access.actors import get_actor
from app.access.models import Area, Unit, User
from app.access.passwords import hash_password
from app.access.provision import add_area, add_unit, add_user
from app.kernel.actors import Actor

PASSWORD = "a-good-password"
TODAY = date(2026, 3, 2)
SCHEME = Path(__file__).parents[2] / "bpmn" / "shengzhou" / "scheme.json"
TALLY_UNITS = ("ybj", "mzj", "cszh", "hszh", "cl", "tyjrj", "zgh", "fl", "nyncj")
# login: (name, [(unit, role), …]); two people wherever one may not do both
COUNTY_PEOPLE = {
    "ybj_officer": ("胡医保", [("ybj", "ybj_officer")]),
    "ybj_officer_2": ("沈医保", [("ybj", "ybj_officer")]),
    "reviewer": ("钱复核", [("ybj", "reviewer")]),
    "fund_manager": ("赵基金", [("ybj", "fund_manager")]),
    "head": ("郑局长", [("ybj", "reviewer"), ("ybj", "fund_manager")]),
    "meeting_secretary": ("章秘书", [("ybj", "meeting_secretary")]),
    "civil_affairs_officer": ("裘民政", [("mzj", "civil_affairs_officer")]),
    "civil_affairs_officer_2": ("竺民政", [("mzj", "civil_affairs_officer")]),
    "finance_officer": ("过财政", [("czj", "finance_officer")]),
    "administrator": ("管理员", [("ybj", "administrator")]),
    "auditor": ("邢审计", [("ybj", "auditor")]),
}


@dataclass
class County:
    """Ids only, so that it outlives the session it was made with; `actor(login)` gives who acts."""

    county: Area
    townships: list[Area] = field(default_factory=list)
    villages: list[Area] = field(default_factory=list)
    grids: list[Area] = field(default_factory=list)
    units: dict[str, Unit] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    actors: dict[str, Actor] = field(default_factory=dict)

    def actor(self, login: str) -> Actor:
        """E.g. "ybj_officer", "liaison_mzj", "clerk_1", "clerk_1b", "grid_worker_12", or a role id."""
        return self.actors[{"township_clerk": "clerk_1", "grid_worker": "grid_worker_1",
                            "department_liaison": "liaison_mzj"}.get(login, login)]  # fmt: skip


def make_county(session: Session, *, commit: bool = True) -> County:
    """嵊州市 with 3 townships, 6 villages, 12 grids, the scheme's 16 units, and their people."""
    county = County(add_area(session, "330683", "嵊州市", "county"))
    _add_places(session, county)
    _add_units(session, county)
    people = {login: (name, places) for login, (name, places) in COUNTY_PEOPLE.items()}
    people |= {f"liaison_{u}": (f"{county.units[u].name}联络员", [(u, "department_liaison")]) for u in TALLY_UNITS}
    for n in range(1, len(county.townships) + 1):
        people[f"clerk_{n}"] = (f"经办{n}甲", [(f"t{n}", "township_clerk")])
        people[f"clerk_{n}b"] = (f"经办{n}乙", [(f"t{n}", "township_clerk")])
    for n in range(1, len(county.grids) + 1):
        people[f"grid_worker_{n}"] = (f"网格员{n}", [(f"g{n}", "grid_worker")])
    for login, (name, places) in people.items():
        memberships = [(county.units[unit], role) for unit, role in places]
        user = add_user(session, login, name, password_hash=password_hash(), memberships=memberships)
        county.users[login] = user
        county.actors[login] = get_actor(session, user.id, TODAY)
    if commit:
        session.commit()
    return county


@cache
def password_hash() -> str:
    return hash_password(PASSWORD)


def _add_places(session: Session, county: County) -> None:
    for t in range(1, 4):
        township = add_area(session, f"330683{t:03}", f"第{t}街道", "township", county.county)
        county.townships.append(township)
        for v in range(1, 3):
            village = add_area(session, f"{township.code}{v:03}", f"{township.name}第{v}村", "village", township)
            county.villages.append(village)
            for g in range(1, 3):
                name = f"{village.name}第{g}网格"
                county.grids.append(add_area(session, f"{village.code}{g:02}", name, "grid", village))


def _add_units(session: Session, county: County) -> None:
    for code, unit in json.loads(SCHEME.read_text())["units"].items():
        roles = [*unit["roles"], *(["administrator", "auditor"] if code == "ybj" else [])]
        county.units[code] = add_unit(session, code, unit["name"], unit["kind"], county.county, roles)
    for n, area in enumerate(county.townships, 1):
        county.units[f"t{n}"] = add_unit(session, f"t{n}", area.name, "township", area, ["township_clerk"])
    for n, area in enumerate(county.grids, 1):
        county.units[f"g{n}"] = add_unit(session, f"g{n}", area.name, "grid", area, ["grid_worker"])
