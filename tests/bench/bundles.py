"""Row 9: how much script a first visit loads, and each part that comes when it is needed (gzip, level 9)."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

from hatch_build import CLIENT, build_client
from tests.bench.report import Line
from tests.bench.scale import Scale

_GOALS = {"m/index.html": 250 * 1024}
_SHOWN = 8  # of the lazy parts, the heaviest; the JSON keeps them all


def measure(_scale: Scale) -> list[Line]:
    """The two pages' first load, then the heaviest lazy chunks."""
    build_client()
    return weigh(CLIENT / "dist")


def weigh(dist: Path) -> list[Line]:
    manifest = json.loads((dist / ".vite/manifest.json").read_text())
    pages = [name for name in manifest if name.endswith(".html")]
    first = {page: _loaded_first(manifest, page) for page in pages}
    lines = [_page(dist, manifest, page, first[page]) for page in pages]
    known = set().union(*first.values()) | {name for name, one in manifest.items() if one.get("isEntry")}
    lazy = {name: _zipped(dist / manifest[name]["file"]) for name in manifest if name not in known}
    lazy = {name: size for name, size in lazy.items() if manifest[name]["file"].endswith(".js")}
    heaviest = sorted(lazy.items(), key=lambda item: -item[1])[:_SHOWN]
    rest = Line(9, f"{len(lazy)} lazy chunks together", _kb(sum(lazy.values())), figures=lazy)
    return [*lines, *(Line(9, f"lazy: {Path(name).name}", _kb(size)) for name, size in heaviest), rest]


def _page(dist: Path, manifest: dict[str, Any], page: str, chunks: set[str]) -> Line:
    size = sum(_zipped(dist / manifest[chunk]["file"]) for chunk in chunks)
    goal = _GOALS.get(page)
    return Line(
        9, f"script of the first load, gzip: {page}", _kb(size), goal=f"<= {_kb(goal)}" if goal else "",
        met=size <= goal if goal else None, figures={"bytes": size, "chunks": len(chunks)},
    )  # fmt: skip


def _loaded_first(manifest: dict[str, Any], name: str) -> set[str]:
    """The page's own chunk and everything that it imports at once."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        here = waiting.pop()
        if here not in found:
            found.add(here)
            waiting += manifest[here].get("imports", [])
    return found


def _zipped(path: Path) -> int:
    return len(gzip.compress(path.read_bytes(), 9))


def _kb(size: int) -> str:
    return f"{size / 1024:.0f} KB"
