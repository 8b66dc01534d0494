"""The scheme's own file: units that fill roles, members that answer for payers, rules that exist."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import jsonschema_rs

from app.kernel.errors import Fault
from app.kernel.roles import ROLES

NAME = "scheme.json"
PLACED_ROLES = frozenset({"grid_worker", "township_clerk", "administrator", "auditor"})  # filled by areas and people
LEVELS = ("county", "prefecture", "province")
_TEXT = {"type": "string", "minLength": 1}
_TEXTS = {"type": "array", "items": _TEXT}
_WORDS = {"object": "对象", "array": "数组", "string": "文字", "boolean": "true 或 false"}


def _each(**members: Any) -> dict[str, Any]:
    """An object whose values are objects with these members."""
    return {"type": "object", "additionalProperties": {"type": "object", "properties": members}}


_SHAPE = jsonschema_rs.Draft202012Validator({
    "type": "object",
    "required": ["id", "name", "org_level"],
    "properties": {
        "id": _TEXT,
        "name": _TEXT,
        "org_level": {"type": "string", "enum": list(LEVELS)},
        "source": _TEXT,
        "units": _each(name=_TEXT, kind=_TEXT, roles=_TEXTS),
        "payers": _each(name=_TEXT, kind=_TEXT, settlement={"type": "boolean"}),
        "member_units": {
            "type": "array",
            "items": {
                "type": "object", "required": ["unit"], "properties": {"unit": _TEXT, "payers": _TEXTS, "ask": _TEXT},
            },
        },
        "categories": {"type": "object", "additionalProperties": _TEXT},
        "paying_categories": _TEXTS,
        "parameters": {"type": "object"},
        "lists": _each(title=_TEXT),
        "fund": {"type": "object"},
        "calendar": {"type": "object"},
        "rules": _each(function=_TEXT, file=_TEXT, decision=_TEXT, given={"type": "object"}),
    },
})  # fmt: skip


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
    faults = [_shape_fault(error) for error in _SHAPE.iter_errors(said)]
    if said.get("id", scheme) != scheme:
        faults.append(Fault(f"{NAME}#/id", "scheme_renamed", f"id 应与文件夹同名：{scheme}"))
    return faults


def _shape_fault(error: Any) -> Fault:
    path = [str(part) for part in error.instance_path]
    if error.kind.name == "required":
        missing = str(error.kind.property)
        return Fault(f"{NAME}#/{'/'.join([*path, missing])}", "scheme_incomplete", f"缺少 {missing}")
    where = f"{NAME}#/{'/'.join(path)}"
    if error.kind.name == "enum":
        return Fault(where, "level_unknown", f"应为 {'、'.join(LEVELS)} 之一")
    wanted = [_WORDS.get(name, name) for name in getattr(error.kind, "types", [])]
    return Fault(where, "scheme_shape", f"应为{'或'.join(wanted)}" if wanted else "不能为空")


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
