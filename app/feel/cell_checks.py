"""A cell that compares its column with another kind of value never hits: found when the file is loaded."""

from __future__ import annotations

from collections.abc import Iterator

from app.feel import nodes as n
from app.feel.types import FeelType
from app.feel.values import kind_of

SIMPLE = frozenset({"number", "string", "boolean", "date", "time", "days and time duration",
                    "years and months duration"})  # fmt: skip


def kind_fault(cell: n.Tests, column: FeelType) -> str | None:
    """What is wrong with a cell's literals in a column of this type; None when nothing is."""
    if column.kind not in SIMPLE:
        return None
    for literal in _literals(cell):
        kind = kind_of(literal.value)
        if kind not in {column.kind, "null"}:
            return f"单元格写的是 {kind}，而这一列是 {column.label}"
    return None


def _literals(cell: n.Tests) -> Iterator[n.Literal]:
    for test in cell.tests:
        parts: tuple[n.Node | None, ...] = (test,)
        if isinstance(test, n.Compare):
            parts = (test.bound,)
        elif isinstance(test, n.Interval):
            parts = (test.low, test.high)
        yield from (part for part in parts if isinstance(part, n.Literal))
