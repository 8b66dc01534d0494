"""Values that stand for all others of a column: every cell answers alike within a region, so one value is enough."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from app.feel.constants import Constants, is_whole
from app.feel.values import YearsMonths, kind_of, same

OTHER = "（其他）"  # a text that no cell names
MOST_MEMBERS = 10  # so many looked-for items give 1,024 lists
Value = Any

ONE: dict[str, Value] = {
    "number": Decimal(1),
    "date": timedelta(days=1),
    "date and time": timedelta(days=1),
    "days and time duration": timedelta(days=1),
    "years and months duration": YearsMonths(1),
}


def values_for(kind: str, constants: Sequence[Constants]) -> list[object] | None:
    """Values for a column of a kind, null among them where a cell speaks of it; None when nobody can tell."""
    points = distinct(itertools.chain.from_iterable(each.points for each in constants))
    bounds = distinct(itertools.chain.from_iterable(each.bounds for each in constants))
    null: list[object] = [None] if any(each.null for each in constants) else []
    if any(each.members for each in constants) or not {kind_of(value) for value in (*points, *bounds)} <= {kind}:
        return None
    if kind == "boolean":
        return [True, False, *null]
    if kind == "string":
        return None if bounds else [*points, OTHER, *null]
    if kind not in ONE:
        return None
    try:
        return [*_along(kind, points, bounds), *null]
    except (TypeError, OverflowError):  # times with and without a zone have no order; a calendar has ends
        return None


def lists_of(items: list[object], null: list[object]) -> list[object] | None:
    """Every list of some of these items, and of something else; None when there are too many."""
    if len(items) > MOST_MEMBERS:
        return None
    sizes = range(1, len(items) + 1)
    found: list[object] = [list(some) for size in sizes for some in itertools.combinations(items, size)]
    other: list[object] = [[OTHER]] if all(isinstance(item, str) for item in items) else []
    return [*other, [], *found, *null]


def together(asked: Iterable[list[object]]) -> list[list[object]]:
    """Items in groups, so that no cell asks of two groups: each group can be seen by itself."""
    groups: list[list[object]] = []
    for items in asked:
        touched = [group for group in groups if any(same(a, b) for a in group for b in items)]
        groups = [group for group in groups if group not in touched]
        merged = distinct([*itertools.chain.from_iterable(touched), *items])
        groups += [merged] if merged else []
    return groups


def _along(kind: str, points: list[object], bounds: list[object]) -> list[object]:
    """Every constant, one value between each two, and one on either side."""
    known: list[Value] = distinct([*points, *bounds])
    known.sort()
    if not known:
        return [_zero(kind)]
    step = ONE[kind]
    found = [_less(known[0], step)]
    for low, high in itertools.pairwise(known):
        found.append(low)
        if kind == "number" and _counts(points, known) and high - low <= 1:
            continue  # a grade or a year: nothing lies between 1 and 2
        middle = _between(low, high)
        found += [] if middle is None else [middle]
    return [*found, known[-1], _more(known[-1], step)]


def _counts(points: list[object], known: list[object]) -> bool:
    """Whether the numbers count or name something: all whole, and one but zero is asked for as such."""
    return any(points) and all(map(is_whole, known))


def _between(low: Value, high: Value) -> object:
    if isinstance(low, Decimal):
        return (low + high) / 2
    if isinstance(low, datetime | timedelta):
        return low + (high - low) / 2
    next_ = _more(low, timedelta(days=1) if isinstance(low, date) else YearsMonths(1))
    return next_ if next_ < high else None


def _more(value: Value, step: Value) -> object:
    return YearsMonths(value.months + 1) if isinstance(value, YearsMonths) else value + step


def _less(value: Value, step: Value) -> object:
    return YearsMonths(value.months - 1) if isinstance(value, YearsMonths) else value - step


def _zero(kind: str) -> object:
    zeros: dict[str, Callable[[], object]] = {
        "number": lambda: Decimal(0),
        "date": lambda: date(2024, 1, 1),
        "date and time": lambda: datetime(2024, 1, 1),  # noqa: DTZ001  # FEEL's local date and time
        "days and time duration": timedelta,
        "years and months duration": lambda: YearsMonths(0),
    }
    return zeros[kind]()


def distinct(values: Iterable[object]) -> list[object]:
    found: list[object] = []
    for value in values:
        if not any(same(value, known) for known in found):
            found.append(value)
    return found
