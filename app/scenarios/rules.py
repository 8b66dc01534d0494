"""A standard over thousands of rows in whole fen, exact as the decision tables, and the value that fits the money."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

from app.kernel.money import FEN, from_fen, to_fen
from app.meetings.rules import STEP, Terms, largest_that_fits
from app.meetings.shortfall import highest_ratio

SOLVABLE = ("ratio", "threshold", "cap")
NO_RULE = "none"
NOTHING = Decimal(0)


class Claim(NamedTuple):
    """What the amount of one row depends on, in fen: the year's self-paid sum, and what other rounds have paid."""

    self_paid: int
    already_paid: int
    eligible: bool


class NoSolution(Exception):
    """No value of what is asked for spends the money; `code` and a sentence that says why and what to do."""

    def __init__(self, code: str, message: str) -> None:
        self.code, self.message = code, message
        super().__init__(message)


def wanted_amounts(terms: Terms, claims: Sequence[Claim]) -> list[int | None]:
    """Fen still due a row, before any shortfall; None where the row may not be paid.

    The same as the tables say: 超过 is strict, rounded once half up, capped, the difference to what earlier rounds
    of the year paid, never below 0 (A-SZ-1, A-GEN-1, A-SZ-7).
    """
    return _tiered(terms, claims) if terms.base == "tiers" else _plain(terms, claims)


def fit_terms(terms: Terms, total: Callable[[Terms], int], free: int) -> tuple[Decimal, Terms]:
    """The largest ratio (to 0.0001) at which `total` fits `free` fen, and the terms at it (A-SZ-2)."""
    money = max(free, 0)
    steps = largest_that_fits(lambda n: total(terms.scaled(n * STEP)) <= money, int(highest_ratio(terms) / STEP))
    return steps * STEP, terms.scaled(steps * STEP)


def solve_terms(what: str, terms: Terms, over: Callable[[Terms], int], highest: int) -> tuple[Decimal, Terms]:
    """The value of `what` that spends the money, and the terms with it.

    `over` is what the terms cost beyond the money, in fen; `highest` the largest self-paid sum. Nobody gets more
    under a smaller ratio, a lower cap or a higher threshold, so bisection finds the edge. Raises NoSolution.
    """
    top = int(1 / STEP) if what == "ratio" else highest
    value_of = _VALUES[what]

    def at(n: int) -> Terms:
        return terms_with(what, terms, value_of(n, highest))

    if (rest := over(at(top))) <= 0:
        raise NoSolution("fund_exceeds_need", _ENOUGH[what].format(rest=f"{from_fen(-rest):,}"))
    if (missing := over(at(0))) > 0:
        words = f"即使这份名单一分不补，资金仍差 {from_fen(missing):,} 元：已定的金额和预留超过了可用额度"
        raise NoSolution("money_already_spoken_for", words)
    found = largest_that_fits(lambda n: over(at(n)) <= 0, top)
    if found == 0:
        raise NoSolution("smallest_does_not_fit", _TOO_LITTLE[what])
    return value_of(found, highest), at(found)


def terms_with(what: str, terms: Terms, value: Decimal) -> Terms:
    """The terms with this ratio (of tiers: the factor on all), threshold or cap."""
    if what == "ratio":
        return terms.scaled(value)
    return replace(terms, threshold=value) if what == "threshold" else replace(terms, cap=value)


def next_value(what: str, value: Decimal) -> Decimal:
    """One step dearer than a solution: what no longer fits."""
    return value + _STEPS[what]


def _plain(terms: Terms, claims: Sequence[Claim]) -> list[int | None]:
    """超过起付线的部分, or the whole sum once the threshold is passed, times the ratio.

    Written out in one loop: bisection asks it two dozen times for each candidate.
    """
    threshold = to_fen(terms.threshold or NOTHING)
    numerator, denominator = (Decimal(1) if terms.ratio is None else terms.ratio).as_integer_ratio()
    taken, doubled, twice = (threshold if terms.base == "excess" else 0), 2 * numerator, 2 * denominator
    cap = None if terms.cap is None else to_fen(terms.cap)
    amounts: list[int | None] = []
    for self_paid, already_paid, eligible in claims:
        if not eligible:
            amounts.append(None)
        elif self_paid <= threshold:
            amounts.append(0)
        else:
            due = ((self_paid - taken) * doubled + denominator) // twice
            if cap is not None and due > cap:
                due = cap
            amounts.append(due - already_paid if due > already_paid else 0)
    return amounts


def _tiered(terms: Terms, claims: Sequence[Claim]) -> list[int | None]:
    """Each part of the sum times its own ratio, rounded once after they are added."""
    cap = None if terms.cap is None else to_fen(terms.cap)
    denominator = math.lcm(*(tier.ratio.as_integer_ratio()[1] for tier in terms.tiers))
    parts = [
        (to_fen(tier.over), None if tier.up_to is None else to_fen(tier.up_to), int(tier.ratio * denominator))
        for tier in terms.tiers
    ]
    amounts: list[int | None] = []
    for self_paid, already_paid, eligible in claims:
        exact = sum(
            ((self_paid if up_to is None or self_paid < up_to else up_to) - over) * numerator
            for over, up_to, numerator in parts
            if self_paid > over
        )
        due = (2 * exact + denominator) // (2 * denominator)
        due = due if cap is None or due < cap else cap
        amounts.append(max(due - already_paid, 0) if eligible else None)
    return amounts


# values in the order in which they cost more: nothing is paid at 0, most at the end
_VALUES: Mapping[str, Callable[[int, int], Decimal]] = {
    "ratio": lambda n, _highest: n * STEP,
    "threshold": lambda n, highest: from_fen(highest - n),
    "cap": lambda n, _highest: from_fen(n),
}
_STEPS = {"ratio": STEP, "threshold": -FEN, "cap": FEN}
_ENOUGH = {
    "ratio": "资金多于需要：比例为 100% 时仍余 {rest} 元，请降低起付线或提高封顶",
    "threshold": "资金多于需要：起付线降到 0 元仍余 {rest} 元，请提高比例或封顶",
    "cap": "资金多于需要：不封顶仍余 {rest} 元，请提高比例或降低起付线",
}
_TOO_LITTLE = {
    "ratio": "资金太少：比例为 0.0001 时已超出，请提高起付线、降低封顶，或改用按名单顺序",
    "threshold": "资金太少：只补自负最高的人也已超出，请降低比例或封顶",
    "cap": "资金太少：每人只补 1 分已超出，请提高起付线",
}
