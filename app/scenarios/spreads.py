"""How one candidate's money spreads over the list: people and amounts by category, township and size."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from app.kernel.money import from_fen, round_fen
from app.scenarios.sheet import Line, Sheet

_BANDS = (1_000, 5_000, 10_000, 20_000, 50_000)  # yuan; a band holds its upper edge


@dataclass(frozen=True)
class Group:
    """`listed` people of the list, `people` of them get something, `amount` together; yuan."""

    name: str
    listed: int
    people: int
    amount: Decimal


@dataclass(frozen=True)
class Sizes:
    """Of the amounts of those who get something; the mean and an even median are rounded half up; yuan."""

    people: int
    total: Decimal
    mean: Decimal
    median: Decimal
    largest: Decimal


def measure_sizes(given: Sequence[int]) -> Sizes:
    """Mean, median and largest of the amounts above zero; zeros when nobody gets anything."""
    paid = sorted(filter(None, given))
    if not paid:
        return Sizes(0, *[from_fen(0)] * 4)
    total, middle = sum(paid), len(paid) // 2
    twice = paid[middle] + paid[middle if len(paid) % 2 else middle - 1]
    mean, median = Decimal(total) / len(paid) / 100, Decimal(twice) / 200
    return Sizes(len(paid), from_fen(total), round_fen(mean), round_fen(median), from_fen(paid[-1]))


def by_category(sheet: Sheet, given: Sequence[int]) -> list[Group]:
    """In the scheme's order; each row under its printed category."""
    names = sheet.scheme.categories
    order = {category: n for n, category in enumerate(names)}
    groups = _group(sheet.lines, given, lambda line: line.category)
    ordered = sorted(groups, key=lambda group: (order.get(group.name, len(order)), group.name))
    return [Group(names.get(g.name, g.name), g.listed, g.people, g.amount) for g in ordered]


def by_township(sheet: Sheet, given: Sequence[int]) -> list[Group]:
    """In the order of names."""
    return sorted(_group(sheet.lines, given, lambda line: line.township), key=lambda group: group.name)


def by_band(given: Sequence[int]) -> list[Group]:
    """Nothing, then up to each edge, then above the last; empty bands are shown."""
    between = [f"超过 {low:,} 至 {high:,} 元" for low, high in pairwise(_BANDS)]
    names = ["不补助", f"{_BANDS[0]:,} 元及以下", *between, f"超过 {_BANDS[-1]:,} 元"]
    people, amounts, edges = [0] * len(names), [0] * len(names), [edge * 100 for edge in _BANDS]
    for amount in given:
        band = 1 + bisect_left(edges, amount) if amount else 0
        people[band] += 1
        amounts[band] += amount
    return [
        Group(name, count, count if n else 0, from_fen(amount))
        for n, (name, count, amount) in enumerate(zip(names, people, amounts, strict=True))
    ]


def _group(lines: Iterable[Line], given: Iterable[int], key: Callable[[Line], str]) -> list[Group]:
    found: dict[str, list[int]] = {}
    for line, amount in zip(lines, given, strict=True):
        group = found.setdefault(key(line), [0, 0, 0])
        group[0] += 1
        group[1] += amount > 0
        group[2] += amount
    return [Group(name, listed, people, from_fen(amount)) for name, (listed, people, amount) in found.items()]
