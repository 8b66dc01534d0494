"""What a candidate does to the indicators of this list: 个人负担率, 综合保障率, 社会力量参与率 and 高额费用化解率."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from app.kernel.money import from_fen
from app.scenarios.sheet import Line, Sheet

_HUNDRED = 100


@dataclass(frozen=True)
class Rate:
    """Numerator and denominator as they are, people or yuan; `percent` of them, 2 places half up.

    `percent` is None where the denominator is zero: not applicable, not a failure (A-IN-5).
    """

    numerator: Decimal
    denominator: Decimal
    percent: Decimal | None


@dataclass(frozen=True)
class Indicator:
    """One of the ten, over this list alone: before this round's money, and after it."""

    no: int
    id: str
    name: str
    unit: str
    before: Rate
    after: Rate


def burden_after(line: Line, amount: int) -> int:
    """What stays with the person, in fen, after what other rounds of the year and this one give."""
    return max(line.self_paid - line.already_paid - amount, 0)


def measure_indicators(sheet: Sheet, given: Sequence[int]) -> list[Indicator]:
    """Indicators 3, 7, 8 and 10 [S0 附件1] over everybody on the list.

    7 counts every payer but the person, so that it and 3 make the whole. 8 counts the payers that the scheme
    calls social, and of the fund's own money the share that charity brings to its year; it is left out where the
    scheme names none. 10 counts those above the 化解标准 before the fund paid anything (A-SZ-14).
    """
    cost = sum(line.total_cost for line in sheet.lines)
    before = [burden_after(line, 0) for line in sheet.lines]
    after = [burden_after(line, amount) for line, amount in zip(sheet.lines, given, strict=True)]
    burden = (sum(before), sum(after))
    covered = tuple(cost - rest for rest in burden)
    found = [
        _money(3, "personal_burden_rate", "困难群众医疗费用个人负担率", burden, cost),
        _money(7, "comprehensive_protection_rate", "困难群众医疗费用综合保障率", covered, cost),
        *_social(sheet, given, cost),
    ]
    line = sheet.resolution_line
    if line is not None:
        high = [n for n, row in enumerate(sheet.lines) if row.self_paid > line]
        cleared = [Decimal(sum(rest[n] <= line for n in high)) for rest in (before, after)]
        rates = [_rate(number, Decimal(len(high)), Fraction(number)) for number in cleared]
        name = "困难群众高额医疗费用动态清零化解率"
        found.append(Indicator(10, "high_cost_clearance_rate", name, "人", rates[0], rates[1]))
    return found


def _social(sheet: Sheet, given: Sequence[int], cost: int) -> Iterator[Indicator]:
    if not sheet.scheme.parameters.get("social_payers"):
        return
    helped = sum(line.social for line in sheet.lines)
    earlier = sum(line.already_paid for line in sheet.lines)
    sums = [helped + sheet.money.charity * (earlier + paid) for paid in (0, sum(given))]
    yield _money(8, "social_force_share_rate", "社会力量参与化解困难群众医疗费用负担率", sums, cost)


def _money(no: int, id_: str, name: str, fen: Sequence[int | Fraction], cost: int) -> Indicator:
    before, after = (_rate(_yuan(Fraction(part)), _yuan(Fraction(cost)), Fraction(part) / _HUNDRED) for part in fen)
    return Indicator(no, id_, name, "元", before, after)


def _rate(numerator: Decimal, denominator: Decimal, exact: Fraction) -> Rate:
    if not denominator:
        return Rate(numerator, denominator, None)
    share = exact / Fraction(denominator) * _HUNDRED
    return Rate(numerator, denominator, _round(share))


def _yuan(fen: Fraction) -> Decimal:
    """Whole but for a share of the fund's money, which is shown to the fen."""
    return _round(fen / _HUNDRED)


def _round(number: Fraction) -> Decimal:
    """Two places, half up, from the exact number."""
    scaled = number * _HUNDRED
    return from_fen((scaled.numerator * 2 + scaled.denominator) // (2 * scaled.denominator))
