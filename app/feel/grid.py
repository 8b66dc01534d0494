"""A table as the table check sees it: for each column the regions of its value, and which rows each one hits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from app.feel.constants import Constants, constants_of
from app.feel.errors import FeelEvaluationError
from app.feel.possible import Possible
from app.feel.regions import lists_of, together, values_for
from app.feel.sheets import Cell, Sheet
from app.feel.surroundings import Surroundings

_ORDERED = (Decimal, date, timedelta)
MOST_CHOICES = 12  # ways to choose columns that do not hang together; more are not tried


@dataclass(frozen=True)
class Region:
    """`may` and `must` are bit sets of rows: those that can hit here, and those that do for certain."""

    value: object
    known: bool
    may: int
    must: int


@dataclass(frozen=True)
class Axis:
    """One column, several that ask the same, or one question to a list. `null` is apart where no cell speaks of it.

    `column` tells axes of one column, which are free of each other, from those that rest on the same `leaves`.
    """

    label: str
    column: str
    regions: tuple[Region, ...]
    null: Region | None
    leaves: frozenset[str]
    unclear: tuple[int, ...]

    @property
    def all_regions(self) -> tuple[Region, ...]:
        return self.regions if self.null is None else (*self.regions, self.null)


def axes_of(sheet: Sheet, around: Surroundings) -> list[Axis]:
    groups: dict[str, list[int]] = {}
    for at, column in enumerate(sheet.columns):
        groups.setdefault(" ".join(column.text.split()), []).append(at)
    return [axis for members in groups.values() for axis in _Asked(sheet, members, around).axes()]


class _Asked:
    """One input of a table, with all that its rows ask of it."""

    def __init__(self, sheet: Sheet, members: Sequence[int], around: Surroundings) -> None:
        columns = [sheet.columns[at] for at in members]
        self._rows = [[line.cells[at] for at in members] for line in sheet.lines]
        self._numbers = [line.number for line in sheet.lines]
        self._scope = around.parameters(sheet)
        self._asked = {
            id(cell): constants_of(cell.node, self._scope) for cells in self._rows for cell in cells if not cell.whole
        }
        clear = [found for found in self._asked.values() if found is not None]
        self._groups = together([*found.points, *found.members] for found in clear) or [[]]
        self._label, self._text = columns[0].label, columns[0].text
        self._possible = Possible(sheet, columns, around)
        self._leaves = around.leaves(columns[0].node, sheet)

    def axes(self) -> list[Axis]:
        clear = [found for found in self._asked.values() if found is not None]
        kind = self._possible.kind_with(clear)
        if kind != "list":
            values = values_for(kind, [*clear, *self._possible.constants])
            return [self._axis(values, None, first=True)]
        if any(found.bounds for found in clear):
            return [self._axis(None, None, first=True)]
        null: list[object] = [None] if any(found.null for found in clear) else []
        return [
            self._axis(lists_of(group, null if at == 0 else []), group if at else None, first=at == 0)
            for at, group in enumerate(self._groups)
        ]

    def _axis(self, values: Iterable[object] | None, group: list[object] | None, *, first: bool) -> Axis:
        """`group` are the items that a further axis of a list is about: rows that ask of others pass it."""
        kept = [value for value in values or () if self._possible.holds(value)]
        known = bool(kept)
        regions = [self._region(value, group, known=known) for value in (kept if known else [None])]
        lacks_null = first and known and None not in kept and self._possible.holds(None)
        null = self._region(None, group, known=True) if lacks_null else None
        unclear = [number for number, cells in zip(self._numbers, self._rows, strict=True) if self._lost(cells, known)]
        return Axis(self._label, self._text, tuple(_merged(regions)), null, self._leaves, tuple(unclear))

    def _lost(self, cells: Sequence[Cell], known: bool) -> bool:  # private, one caller
        return any(not cell.whole and (not known or self._asked[id(cell)] is None) for cell in cells)

    def _region(self, value: object, group: list[object] | None, *, known: bool) -> Region:
        may = must = 0
        for at, cells in enumerate(self._rows):
            answers = [self._hits(cell, value, group, known=known) for cell in cells]
            may |= (all(answer is not False for answer in answers)) << at
            must |= (all(answer is True for answer in answers)) << at
        return Region(value, known, may, must)

    def _hits(self, cell: Cell, value: object, group: list[object] | None, *, known: bool) -> bool | None:
        """Whether the engine's own test of a cell passes; None when nobody can tell beforehand."""
        if cell.whole:
            return True
        asked = self._asked[id(cell)]
        if asked is None or not known:
            return None
        if value is not None and isinstance(value, list) and not self._speaks_of(asked, group):
            return True
        try:
            return cell.test(value, dict(self._scope)) is True
        except FeelEvaluationError:
            return None if value is not None else False  # asking nothing of a list is an error, and no hit

    def _speaks_of(self, asked: Constants, group: list[object] | None) -> bool:
        """Whether a cell belongs to this axis of a list; one that names no item belongs to the first."""
        items = [*asked.points, *asked.members]
        if group is None:
            return not items or not any(item in others for others in self._groups[1:] for item in items)
        return any(item in group for item in items)


def _merged(regions: Sequence[Region]) -> Iterator[Region]:
    """One region for each way of hitting; of what has an order one for each stretch, so that every gap is told."""
    seen: set[tuple[int, int]] = set()
    before = None
    for region in regions:
        way = (region.may, region.must)
        again = way == before if isinstance(region.value, _ORDERED) else way in seen
        if not again:
            yield region
        seen.add(way)
        before = way


def choices(axes: Sequence[Axis]) -> list[list[Axis]]:
    """Ways to see the table in which what is claimed to exist does: of columns that hang together only one is free.

    The others are folded into a single region, where a row hits for certain only if it does so everywhere.
    """
    found: list[list[Axis]] = []
    for first in range(len(axes)):
        free: list[int] = []
        for at in (first, *(other for other in range(len(axes)) if other != first)):
            if not any(_hang_together(axes[at], axes[known]) for known in free):
                free.append(at)
        way = [axis if at in free else _folded(axis) for at, axis in enumerate(axes)]
        if way not in found:
            found.append(way)
    return found[:MOST_CHOICES] or [[]]


def _hang_together(left: Axis, right: Axis) -> bool:
    if left.column == right.column:
        return False
    return any(a == b or a.startswith(f"{b}.") or b.startswith(f"{a}.") for a in left.leaves for b in right.leaves)


def _folded(axis: Axis) -> Axis:
    may, must = 0, ~0
    for region in axis.regions:
        may, must = may | region.may, must & region.must
    everywhere = Region(None, known=False, may=may, must=must)
    return Axis(axis.label, axis.column, (everywhere,), None, axis.leaves, axis.unclear)
