"""The scheme's own file: units that fill roles, members that answer for payers, rules that exist."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from app.kernel.errors import Fault
from app.kernel.roles import ROLES

NAME = "scheme.json"
PLACED_ROLES = frozenset({"grid_worker", "township_clerk", "administrator", "auditor"})  # filled by areas and people
_SHAPES = {
    "units": dict, "payers": dict, "categories": dict, "parameters": dict, "lists": dict, "fund": dict,
    "calendar": dict, "rules": dict, "member_units": list, "paying_categories": list,
}  # fmt: skip
_LEVELS = ("county", "prefecture", "province")


def check_scheme_file(
    content: bytes, scheme: str, decisions: Mapping[str, str] | None
) -> tuple[list[Fault], set[str] | None]:
    """Faults, and the roles that are filled (None when the scheme names no units); `decisions`: id -> file."""
    try:
        said = json.loads(content)
    except ValueError as error:
        return [Fault(NAME, "not_json", f"不是有效的 JSON：{error}")], None
    if not isinstance(said, dict):
        return [Fault(NAME, "not_json", "最外层应为对象")], None
    faults = _shape_faults(said, scheme)
    if faults:
        return faults, None
    faults = [*_unit_faults(said), *_member_faults(said), *([] if decisions is None else _rule_faults(said, decisions))]
    units = said.get("units", {}).values()
    filled = {role for unit in units for role in unit.get("roles", [])} | PLACED_ROLES if units else None
    return faults, filled


def _shape_faults(said: dict[str, Any], scheme: str) -> list[Fault]:
    faults = [
        Fault(f"{NAME}#/{key}", "scheme_incomplete", f"缺少 {key}")
        for key in ("id", "name", "org_level")
        if not isinstance(said.get(key), str)
    ]
    if said.get("org_level", _LEVELS[0]) not in _LEVELS:
        faults.append(Fault(f"{NAME}#/org_level", "level_unknown", f"org_level 应为 {'、'.join(_LEVELS)} 之一"))
    if said.get("id", scheme) != scheme:
        faults.append(Fault(f"{NAME}#/id", "scheme_renamed", f"id 应与文件夹同名：{scheme}"))
    return faults + [
        Fault(f"{NAME}#/{key}", "scheme_shape", f"{key} 应为{'对象' if shape is dict else '数组'}")
        for key, shape in _SHAPES.items()
        if key in said and not _fits(said[key], shape, deep=key in ("units", "payers", "rules", "member_units"))
    ]


def _fits(value: Any, shape: type[Any], *, deep: bool) -> bool:
    if not isinstance(value, shape):
        return False
    members: list[Any] = list(value.values()) if isinstance(value, dict) else list(value)
    return not deep or all(isinstance(member, dict) for member in members)


def _unit_faults(said: dict[str, Any]) -> list[Fault]:
    return [
        Fault(f"{NAME}#/units/{code}/roles", "role_unknown", f"没有角色“{role}”")
        for code, unit in said.get("units", {}).items()
        for role in unit.get("roles", [])
        if role not in ROLES
    ]


def _member_faults(said: dict[str, Any]) -> list[Fault]:
    faults = []
    for n, member in enumerate(said.get("member_units", [])):
        where = f"{NAME}#/member_units/{n}"
        if member.get("unit") not in said.get("units", {}):
            faults.append(Fault(where, "unit_unknown", f"units 中没有单位“{member.get('unit')}”"))
        unknown = [payer for payer in member.get("payers", []) if payer not in said.get("payers", {})]
        faults += [Fault(where, "payer_unknown", f"payers 中没有“{payer}”") for payer in unknown]
    unknown = [name for name in said.get("paying_categories", []) if name not in said.get("categories", {})]
    return faults + [
        Fault(f"{NAME}#/paying_categories", "category_unknown", f"categories 中没有“{name}”") for name in unknown
    ]


def _rule_faults(said: dict[str, Any], decisions: Mapping[str, str]) -> list[Fault]:
    """A rule is a function of the product, or a decision in the file it names."""
    faults = []
    for rule, entry in said.get("rules", {}).items():
        if "function" in entry:
            continue
        if decisions.get(entry.get("decision", "")) != f"dmn/{entry.get('file')}":
            message = f"{entry.get('file')} 中没有决策“{entry.get('decision')}”"
            faults.append(Fault(f"{NAME}#/rules/{rule}", "decision_unknown", message))
    return faults
