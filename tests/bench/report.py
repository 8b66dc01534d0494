"""What was measured, as a table for people, as Markdown for the README, as JSON for later."""

from __future__ import annotations

import json
import os
import platform
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unicodedata import east_asian_width

HEADINGS = ("row", "what", "measured", "raw floor, same run", "ratio", "goal", "verdict")


@dataclass(frozen=True)
class Line:
    """One figure; `met` is None where no goal is set, `figures` are the bare numbers for the JSON.

    Of the lines of one `family` the README shows only the worst.
    """

    row: int
    what: str
    measured: str
    raw: str = ""
    ratio: float | None = None
    goal: str = ""
    met: bool | None = None
    figures: dict[str, Any] = field(default_factory=dict)
    family: str = ""

    @property
    def verdict(self) -> str:
        return {True: "met", False: "MISSED", None: ""}[self.met]

    def cells(self) -> list[str]:
        ratio = "" if self.ratio is None else f"{self.ratio:.2f} x"
        return [str(self.row), self.what, self.measured, self.raw, ratio, self.goal, self.verdict]


def to_table(lines: list[Line]) -> str:
    """Columns padded with spaces."""
    rows = [list(HEADINGS), *(line.cells() for line in lines)]
    widths = [max(_width(row[n]) for row in rows) for n in range(len(HEADINGS))]
    padded = ["  ".join(cell + " " * (w - _width(cell)) for cell, w in zip(row, widths, strict=True)) for row in rows]
    return "\n".join([padded[0], "-" * (sum(widths) + 2 * len(widths)), *padded[1:]])


def to_markdown(lines: list[Line]) -> str:
    """The README's table: the worst of each family."""
    worst = {line.family: line for line in sorted(lines, key=lambda line: line.ratio or 0) if line.family}
    shown = [line for line in lines if not line.family or worst[line.family] is line]
    rows = [list(HEADINGS), ["---"] * len(HEADINGS), *(line.cells() for line in shown)]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def save(lines: list[Line], folder: Path, scale: str) -> Path:
    """One file a run, named by its time (UTC)."""
    now = datetime.now(UTC)
    folder.mkdir(exist_ok=True)
    path = folder / f"{now:%Y-%m-%dT%H%M%SZ}.json"
    content = {"at": now.isoformat(), "machine": machine(), "scale": scale, "lines": [asdict(line) for line in lines]}
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1))
    return path


def machine() -> str:
    """E.g. "2 cores, 24 GB, Python 3.11.2, load 0.4"."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} cores, {memory:.0f} GB, Python {platform.python_version()}, load {os.getloadavg()[0]:.1f}"
    )


def _width(text: str) -> int:
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)
