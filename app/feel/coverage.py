"""Gaps, overlaps and rows that never hit, found by going through the regions of all columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from app.feel import nodes as n
from app.feel.domains import alike
from app.feel.grid import Axis, Region, choices
from app.feel.regions import OTHER, distinct
from app.feel.sheets import Line, Sheet
from app.feel.surroundings import Surroundings
from app.feel.values import same

LISTING = frozenset({"COLLECT", "COLLECT COUNT", "RULE ORDER", "OUTPUT ORDER"})  # nothing is an answer too
MOST_STEPS = 200_000
MOST_EXAMPLES = 5
Example = list[tuple[str, object]]


class TooLarge(Exception):  # a fact, told as a note
    """There are more combinations than are worth trying."""


def gaps(sheet: Sheet, axes: Sequence[Axis]) -> list[Example]:
    """Values that no row covers, as (label, value); none for a table whose nothing is an answer. Raises TooLarge."""
    if sheet.policy in LISTING or any(sheet.defaults):
        return []
    found: list[Example] = []
    for way in choices(axes):
        for example in _Uncovered(way, len(sheet.lines)).examples():
            if len(found) < MOST_EXAMPLES and example not in found:
                found.append(example)
    return found


class _Uncovered:
    def __init__(self, axes: Sequence[Axis], rows: int) -> None:
        self._axes = axes
        self._rows = (1 << rows) - 1
        self._seen: set[tuple[int, int]] = set()

    def examples(self) -> Iterator[Example]:
        return self._walk(0, self._rows, [])

    def _walk(self, at: int, rows: int, example: Example) -> Iterator[Example]:
        if not rows:
            yield joined((label, value) for label, value in example if label)
            return
        if at == len(self._axes) or (at, rows) in self._seen:
            return
        self._seen.add((at, rows))
        if len(self._seen) > MOST_STEPS:
            raise TooLarge
        axis = self._axes[at]
        for region in axis.regions:
            step = (axis.label if region.known else "", region.value)
            yield from self._walk(at + 1, rows & region.may, [*example, step])


def overlaps(sheet: Sheet, axes: Sequence[Axis], around: Surroundings) -> list[tuple[int, int, Example]]:
    """Pairs of row numbers that hit together and may not, each with an example."""
    if sheet.policy not in {"UNIQUE", "ANY"}:
        return []
    ways = choices(axes)
    found = []
    for later, second in enumerate(sheet.lines):
        for earlier, first in enumerate(sheet.lines[:later]):
            if sheet.policy == "ANY" and not _disagree(first, second, around, sheet):
                continue
            both = 1 << earlier | 1 << later
            met = next((place for way in ways if (place := _meeting(way, both)) is not None), None)
            if met is not None:
                found.append((first.number, second.number, met))
    return found


def _meeting(axes: Sequence[Axis], rows: int) -> Example | None:
    """A place where all these rows hit for certain."""
    example: Example = []
    for axis in axes:
        region = next((region for region in axis.regions if region.must & rows == rows), None)
        if region is None:
            return None
        if region.known:
            example.append((axis.label, region.value))
    return joined(example)


def joined(steps: Iterable[tuple[str, object]]) -> Example:
    """One value a label: the questions to a list, asked one by one, become one list."""
    found: dict[str, object] = {}
    for label, value in steps:
        known = found.get(label)
        found[label] = distinct([*known, *value]) if isinstance(known, list) and isinstance(value, list) else value
    named = {OTHER}
    return [
        (label, [item for item in value if item not in named] or value if isinstance(value, list) else value)
        for label, value in found.items()
    ]


def _disagree(first: Line, second: Line, around: Surroundings, sheet: Sheet) -> bool:
    """Whether two rows give different values for certain."""
    for left, right in zip(first.outputs, second.outputs, strict=True):
        if left is None or right is None or alike(left, right):
            continue
        mine, other = around.domain(left, sheet).values, around.domain(right, sheet).values
        if mine is not None and other is not None and not any(same(a, b) for a in mine for b in other):
            return True
    return False


def unreachable(sheet: Sheet, axes: Sequence[Axis]) -> list[tuple[int, str | None]]:
    """Row numbers that never hit or never count, each with the column that is at fault or None. Raises TooLarge."""
    found: list[tuple[int, str | None]] = []
    for at, line in enumerate(sheet.lines):
        column = next((axis.label for axis in axes if not any(_may(region, at) for region in axis.all_regions)), None)
        if column is not None:
            found.append((line.number, column))
        elif (stronger := _stronger(sheet, at)) and _covered(axes, at, stronger):
            found.append((line.number, None))
    return found


def _may(region: Region, row: int) -> bool:
    return bool(region.may >> row & 1)


def _stronger(sheet: Sheet, row: int) -> int:
    """The rows that win against this one wherever both hit."""
    if sheet.policy == "FIRST":
        return (1 << row) - 1
    if sheet.policy != "PRIORITY":
        return 0
    ranks = [_rank(sheet, line) for line in sheet.lines]
    mine, rows = ranks[row], 0
    if mine is None:
        return 0
    for at, rank in enumerate(ranks):
        if rank is not None and (rank < mine or (rank == mine and at < row)):
            rows |= 1 << at
    return rows


def _rank(sheet: Sheet, line: Line) -> list[int] | None:
    """As the engine ranks a row; None where its output is not written out."""
    found = []
    for ranks, output in zip(sheet.ranks, line.outputs, strict=True):
        if not ranks:
            continue
        if not isinstance(output, n.Literal):
            return None
        found.append(next((at for at, test in enumerate(ranks) if test(output.value, {}) is True), len(ranks)))
    return found


def _covered(axes: Sequence[Axis], row: int, stronger: int) -> bool:
    """Whether one of the stronger rows hits for certain wherever this one can."""
    seen: set[tuple[int, int]] = set()

    def escapes(at: int, rows: int) -> bool:
        if not rows:
            return True
        if at == len(axes) or (at, rows) in seen:
            return False
        seen.add((at, rows))
        if len(seen) > MOST_STEPS:
            raise TooLarge
        return any(escapes(at + 1, rows & region.must) for region in axes[at].all_regions if _may(region, row))

    return not escapes(0, stronger)
