"""FEEL's functions that compare points and intervals (DMN 1.5, table 78); a point is a closed interval."""

from __future__ import annotations

from collections.abc import Callable

from app.feel.signatures import Registry, registrar
from app.feel.values import Range, equal, less

RANGES: Registry = {}
built_in = registrar(RANGES)
ANY = "any"


def _span(value: object) -> Range:
    return value if isinstance(value, Range) else Range(value, low_closed=True, high=value, high_closed=True)


def _apart(first: Range, second: Range) -> bool:
    """The first ends before the second begins."""
    if less(first.high, second.low):
        return True
    return equal(first.high, second.low) and not (first.high_closed and second.low_closed)


def _same_low(a: Range, b: Range) -> bool:
    return equal(a.low, b.low) and a.low_closed == b.low_closed


def _same_high(a: Range, b: Range) -> bool:
    return equal(a.high, b.high) and a.high_closed == b.high_closed


def _low_not_before(a: Range, b: Range) -> bool:
    """A begins where b begins, or later."""
    return less(b.low, a.low) or (equal(a.low, b.low) and (b.low_closed or not a.low_closed))


def _high_not_after(a: Range, b: Range) -> bool:
    return less(a.high, b.high) or (equal(a.high, b.high) and (b.high_closed or not a.high_closed))


def _meets(a: Range, b: Range) -> bool:
    return a.high_closed and b.low_closed and equal(a.high, b.low)


def _inside(a: Range, b: Range) -> bool:
    return _low_not_before(a, b) and _high_not_after(a, b)


def _overlaps(a: Range, b: Range) -> bool:
    return not _apart(a, b) and not _apart(b, a)


def _overlaps_before(a: Range, b: Range) -> bool:
    return _overlaps(a, b) and not _low_not_before(a, b) and _high_not_after(a, b)


def _starts(a: Range, b: Range) -> bool:
    return _same_low(a, b) and _high_not_after(a, b)


def _finishes(a: Range, b: Range) -> bool:
    return _same_high(a, b) and _low_not_before(a, b)


def _coincides(a: Range, b: Range) -> bool:
    return _same_low(a, b) and _same_high(a, b)


RELATIONS: dict[str, tuple[str, str, Callable[[Range, Range], bool]]] = {
    "before": (ANY, ANY, _apart),
    "after": (ANY, ANY, lambda a, b: _apart(b, a)),
    "meets": ("range", "range", _meets),
    "met by": ("range", "range", lambda a, b: _meets(b, a)),
    "overlaps": ("range", "range", _overlaps),
    "overlaps before": ("range", "range", _overlaps_before),
    "overlaps after": ("range", "range", lambda a, b: _overlaps_before(b, a)),
    "finishes": (ANY, "range", _finishes),
    "finished by": ("range", ANY, lambda a, b: _finishes(b, a)),
    "includes": ("range", ANY, lambda a, b: _inside(b, a)),
    "during": (ANY, "range", _inside),
    "starts": (ANY, "range", _starts),
    "started by": ("range", ANY, lambda a, b: _starts(b, a)),
    "coincides": (ANY, ANY, _coincides),
}


def _file(name: str, first: str, second: str, holds: Callable[[Range, Range], bool]) -> None:
    names = ("range1", "range2") if first == second == "range" else ("range", "point")
    if first == ANY and second == "range":
        names = ("point", "range")
    if first == second == ANY:
        names = ("point1", "point2")
    built_in(name, f"{names[0]}: {first}, {names[1]}: {second}")(lambda a, b: holds(_span(a), _span(b)))


for _relation, (_first, _second, _holds) in RELATIONS.items():
    _file(_relation, _first, _second, _holds)
