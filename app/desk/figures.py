"""A number that can be opened: how many, and the list that holds exactly these rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Rows:
    """`list` is the address of a list below /api/v1, `query` the filters with which it shows the counted rows."""

    list: str
    query: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Figure:
    """`capped`: at least so many; `alarm`: somebody must act."""

    key: str
    name: str
    count: int
    filter: Rows
    capped: bool = False
    alarm: bool = False
