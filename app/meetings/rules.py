"""The money rules of the meeting that take an algorithm: what is due, and what to do when money is short."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_DOWN, Decimal

from app.kernel.money import FEN, ZERO, round_fen

STEP = Decimal("0.0001")
ONE = Decimal("1.0000")
SHORTFALL_RULES = ("fit_ratio", "pro_rata", "list_order")


@dataclass(frozen=True)
class Tier:
    """The part of the self-paid sum over `over` and up to `up_to` (None: without end) times `ratio`."""

    over: Decimal
    up_to: Decimal | None
    ratio: Decimal


@dataclass(frozen=True)
class Terms:
    """A subsidy standard without its history: base excess | whole | tiers, yuan, ratio 0 to 1 (A-SZ-1)."""

    base: str
    threshold: Decimal | None
    ratio: Decimal | None
    cap: Decimal | None
    tiers: tuple[Tier, ...] = ()

    def scaled(self, ratio: Decimal) -> Terms:
        """The same terms at another ratio; for tiers `ratio` is one factor on all of them (A-SZ-2)."""
        if self.base == "tiers":
            return replace(self, tiers=tuple(replace(t, ratio=t.ratio * ratio) for t in self.tiers))
        return replace(self, ratio=ratio)


@dataclass(frozen=True)
class Item:
    """One case on the list, yuan; `fund_paid` is what the fund has paid or promised it in this cost year."""

    case_no: str
    self_paid: Decimal
    fund_paid: Decimal = ZERO
    due: Decimal = ZERO


@dataclass(frozen=True)
class Amount:
    """`due` on the year's sum, `amount` still to pay, `overpaid` what was paid beyond what is due; yuan."""

    due: Decimal
    amount: Decimal
    overpaid: Decimal


@dataclass(frozen=True)
class Fit:
    """The ratio that the money carries, with its amounts by case number."""

    ratio: Decimal
    amounts: Mapping[str, Decimal]
    total: Decimal
    left: Decimal


@dataclass(frozen=True)
class Allocation:
    """What each case gets; status paid_full | paid_partial | fund_exhausted by case number."""

    paid: Mapping[str, Decimal]
    status: Mapping[str, str]
    balance_after: Decimal


def exact_due(terms: Terms, self_paid: Decimal) -> Decimal:
    """The subsidy on the year's self-paid sum, unrounded: 超过 is strict, the cap holds.

    『个人负担金额较大的，给与适当比例的补助』[S0 附件3 二], form of the standard A-SZ-1.
    """
    raw = _raw_due(terms, self_paid)
    return raw if terms.cap is None else min(raw, terms.cap)


def amount_due(terms: Terms, self_paid: Decimal, fund_paid: Decimal = ZERO) -> Amount:
    """Rounded once, half up; a later round of the year pays the difference, never below 0 (A-SZ-7)."""
    return still_due(round_fen(exact_due(terms, self_paid)), fund_paid)


def still_due(due: Decimal, fund_paid: Decimal) -> Amount:
    """What is left of `due` after what the fund paid before; no claw-back, the rest is listed (A-SZ-7)."""
    return Amount(due, max(due - fund_paid, ZERO), max(fund_paid - due, ZERO))


def fit_ratio(terms: Terms, items: Sequence[Item], available: Decimal, highest: Decimal = ONE) -> Fit:
    """The largest ratio (to 0.0001, at most `highest`) whose rounded amounts together fit `available`.

    『根据当年度资金筹集情况，实行适当比例和额度的补助』[S0 任务13], A-SZ-2. No amount falls when the ratio
    rises, so bisection finds it.
    """

    def fits(steps: int) -> bool:
        return sum(_amounts_at(terms, items, steps * STEP).values(), ZERO) <= available

    ratio = largest_that_fits(fits, int(highest / STEP)) * STEP
    amounts = _amounts_at(terms, items, ratio)
    total = sum(amounts.values(), ZERO)
    return Fit(ratio, amounts, total, available - total)


def largest_that_fits(fits: Callable[[int], bool], highest: int) -> int:
    """The largest whole number up to `highest` that fits, where nothing above one that does not fit fits; else 0."""
    low, breaks = 0, highest + 1
    while breaks - low > 1:
        middle = (low + breaks) // 2
        if fits(middle):
            low = middle
        else:
            breaks = middle
    return low


def list_order(items: Sequence[Item]) -> list[Item]:
    """Highest self-paid first, then case number (A-SZ-2)."""
    return sorted(items, key=lambda item: (-item.self_paid, item.case_no))


def allocate_in_order(items: Sequence[Item], available: Decimal) -> Allocation:
    """By list order until the money is gone, the last one in part, the rest 0: 『用完即止』[S0 附件3 四]."""
    left, paid = available, {}
    for item in list_order(items):
        paid[item.case_no] = max(min(item.due, left), ZERO)
        left -= paid[item.case_no]
    return _allocation(items, paid, available)


def allocate_pro_rata(items: Sequence[Item], available: Decimal) -> Allocation:
    """Everybody the same share of what is due; whole fen by largest remainder, summing to `available`.

    Nobody gets more than is due; equal remainders go by list order (A-SZ-2).
    """
    wanted = sum((item.due for item in items), ZERO)
    if wanted <= available:
        return _allocation(items, {item.case_no: item.due for item in items}, available)
    ordered = list_order(items)
    money = max(available, ZERO)
    shares = {item.case_no: _share(item.due, money, wanted) for item in ordered}
    paid = {case_no: share[0] for case_no, share in shares.items()}
    odd_fen = int((money - sum(paid.values(), ZERO)) / FEN)
    for item in sorted(ordered, key=lambda item: -shares[item.case_no][1])[:odd_fen]:
        paid[item.case_no] += FEN
    return _allocation(items, paid, available)


def _raw_due(terms: Terms, self_paid: Decimal) -> Decimal:
    if terms.base == "tiers":
        return sum((_tier_part(tier, self_paid) * tier.ratio for tier in terms.tiers), ZERO)
    if self_paid <= (terms.threshold or ZERO):
        return ZERO
    counted = self_paid if terms.base == "whole" else self_paid - (terms.threshold or ZERO)
    return counted * (ONE if terms.ratio is None else terms.ratio)


def _tier_part(tier: Tier, self_paid: Decimal) -> Decimal:
    top = self_paid if tier.up_to is None else min(self_paid, tier.up_to)
    return max(top - tier.over, ZERO)


def _amounts_at(terms: Terms, items: Sequence[Item], ratio: Decimal) -> dict[str, Decimal]:
    scaled = terms.scaled(ratio)
    return {item.case_no: amount_due(scaled, item.self_paid, item.fund_paid).amount for item in items}


def _share(due: Decimal, money: Decimal, wanted: Decimal) -> tuple[Decimal, Decimal]:
    """Whole fen rounded down, and the exact numerator of what was cut off."""
    numerator = int(due / FEN) * int(money / FEN)
    fen, rest = divmod(numerator, int(wanted / FEN))
    return (fen * FEN).quantize(FEN, ROUND_DOWN), Decimal(rest)


def _allocation(items: Sequence[Item], paid: Mapping[str, Decimal], available: Decimal) -> Allocation:
    status = {item.case_no: _status(item.due, paid[item.case_no]) for item in items}
    in_order = {item.case_no: paid[item.case_no] for item in items}
    return Allocation(in_order, status, available - sum(paid.values(), ZERO))


def _status(due: Decimal, paid: Decimal) -> str:
    if paid == due:
        return "paid_full"
    return "paid_partial" if paid > 0 else "fund_exhausted"
