"""A scheme is a folder: everything that a city's policy is, read from bpmn/<scheme>/scheme.json."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from app.kernel.errors import Fault, Invalid, NotFound

COMMON = "common"
_LONGEST_ID = 32  # the columns that hold it


@dataclass(frozen=True)
class Scheme:
    """The scheme's own words; amounts are strings in yuan, `units` and `payers` are keyed by their ids."""

    id: str
    name: str
    org_level: str
    units: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    member_units: tuple[dict[str, Any], ...] = ()
    payers: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    categories: Mapping[str, str] = field(default_factory=dict)
    paying_categories: tuple[str, ...] = ()
    parameters: Mapping[str, Any] = field(default_factory=dict)
    lists: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    fund: Mapping[str, Any] = field(default_factory=dict)
    calendar: Mapping[str, Any] = field(default_factory=dict)
    rules: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    source: str = ""

    def parameter(self, name: str) -> Any:
        """A parameter that must be there; raises `NotFound` (parameter_not_found) naming it."""
        if name not in self.parameters:
            raise NotFound(f"方案 {self.id} 缺少参数 {name}", code="parameter_not_found", parameter=name)
        return self.parameters[name]


def load_scheme(resources: Path, scheme: str) -> Scheme:
    """Raises NotFound `scheme_not_found`, Invalid `scheme_broken`; read again when the file changes."""
    path = find_scheme_file(resources, scheme)
    return _read(path, path.stat().st_mtime_ns)


def find_scheme_file(resources: Path, scheme: str) -> Path:
    """The scheme.json of that folder; raises NotFound `scheme_not_found`."""
    path = resources / "bpmn" / scheme / "scheme.json"
    if not scheme.isidentifier() or len(scheme) > _LONGEST_ID or not path.is_file():
        raise NotFound(f"没有方案 {scheme}", code="scheme_not_found")
    return path


def list_schemes(resources: Path) -> list[str]:
    """The folders that have a scheme.json, in order."""
    return sorted(path.parent.name for path in (resources / "bpmn").glob("*/scheme.json"))


def find_resource(resources: Path, kind: str, scheme: str, name: str) -> Path | None:
    """The file of that name: the scheme's own, else the common one; `kind` is bpmn or forms."""
    for folder in (scheme, COMMON):
        path = resources / kind / folder / name
        if path.is_file():
            return path
    return None


def scheme_files(resources: Path, kind: str, scheme: str, suffix: str) -> dict[str, Path]:
    """{file name: path} of a scheme; its own file overrides the common one of the same name."""
    found: dict[str, Path] = {}
    for folder in (COMMON, scheme):
        found |= {path.name: path for path in sorted((resources / kind / folder).glob(f"*{suffix}"))}
    return dict(sorted(found.items()))


@lru_cache(maxsize=32)
def _read(path: Path, _changed: int) -> Scheme:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        known = Scheme.__dataclass_fields__
        kept = {name: value for name, value in content.items() if name in known}
        values: dict[str, Any] = {name: tuple(v) if isinstance(v, list) else v for name, v in kept.items()}
        return Scheme(**values)
    except (ValueError, TypeError, AttributeError) as error:
        fault = Fault("scheme.json", "not_json", f"方案文件读不出来：{error}")
        raise Invalid([fault], code="scheme_broken") from None
