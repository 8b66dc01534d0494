"""Whom it concerns, by masked name and never more than asked for: above the 化解标准, gaining, losing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from heapq import nsmallest

from app.kernel.money import from_fen
from app.meetings.reading import mask_name
from app.scenarios.indicators import burden_after
from app.scenarios.sheet import Line, Sheet

_Row = tuple[Line, int, int]  # a line, what it gets, and the fen by which the rows are ordered


@dataclass(frozen=True)
class Person:
    """One row, yuan: what it gets, what stays with the person, and the difference to the round's own standard."""

    case_id: int
    case_no: str
    name: str
    township: str
    self_paid: Decimal
    amount: Decimal
    left_after: Decimal
    difference: Decimal | None


@dataclass(frozen=True)
class People:
    """How many, their money together (yuan), and the first of them, the largest first."""

    people: int
    amount: Decimal
    rows: Sequence[Person]


@dataclass(frozen=True)
class Difference:
    """Against the round's own standard: who gains, who loses (as a positive sum), how many stay the same."""

    total: Decimal
    gain: People
    lose: People
    same: int


def above_line(sheet: Sheet, given: Sequence[int], most: int) -> People:
    """Who stays above the 化解标准; `amount` is what is left to them together. They go to the townships (A-SZ-14)."""
    line, pairs = sheet.resolution_line, zip(sheet.lines, given, strict=True)
    if line is None:
        return _people([], most)
    above = ((row, amount, burden_after(row, amount)) for row, amount in pairs if row.self_paid > line)
    return _people([row for row in above if row[2] > line], most)


def count_above(sheet: Sheet) -> int:
    """How many were above the 化解标准 before this round's money."""
    line = sheet.resolution_line
    return 0 if line is None else sum(row.self_paid - row.already_paid > line for row in sheet.lines)


def compare_people(sheet: Sheet, given: Sequence[int], base: Sequence[int], most: int) -> Difference:
    """Each row against what the round's own standard gives it."""
    rows = list(zip(sheet.lines, given, base, strict=True))
    gain = [(line, new, new - old) for line, new, old in rows if new > old]
    lose = [(line, new, old - new) for line, new, old in rows if new < old]
    return Difference(
        total=from_fen(sum(given) - sum(base)),
        gain=_people(gain, most, sign=1),
        lose=_people(lose, most, sign=-1),
        same=len(rows) - len(gain) - len(lose),
    )


def _people(rows: Sequence[_Row], most: int, sign: int = 0) -> People:
    """`sign` is that of the difference shown, 0 where there is none."""
    first = nsmallest(most, rows, key=lambda row: (-row[2], row[0].case_no))
    return People(len(rows), from_fen(sum(row[2] for row in rows)), [_person(row, sign) for row in first])


def _person(row: _Row, sign: int) -> Person:
    line, amount, weight = row
    return Person(
        case_id=line.case_id,
        case_no=line.case_no,
        name=mask_name(line.name),
        township=line.township,
        self_paid=from_fen(line.self_paid),
        amount=from_fen(amount),
        left_after=from_fen(burden_after(line, amount)),
        difference=from_fen(sign * weight) if sign else None,
    )
