"""When the money does not reach: which amounts the rule in the resolution leaves (A-SZ-2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.kernel.money import ZERO
from app.meetings.rules import (
    ONE,
    Item,
    Terms,
    allocate_in_order,
    allocate_pro_rata,
    fit_ratio,
)


@dataclass(frozen=True)
class Outcome:
    """`terms` after a fitted ratio, amounts and statuses by case number; `ratio` None unless fitted; yuan."""

    terms: Terms
    ratio: Decimal | None
    amounts: Mapping[str, Decimal]
    statuses: Mapping[str, str]
    short: bool


def apply_shortfall(rule: str, terms: Terms, items: Sequence[Item], available: Decimal) -> Outcome:
    """`items` carry the amounts wanted in `due`; nothing changes while they fit `available`.

    『根据当年度资金筹集情况，实行适当比例和额度的补助』『基金总额用完即止』[S0 任务13、附件3 四]; the rule is
    fit_ratio, pro_rata or list_order.
    """
    wanted = {item.case_no: item.due for item in items}
    if sum(wanted.values(), ZERO) <= max(available, ZERO):
        return Outcome(terms, None, wanted, dict.fromkeys(wanted, "paid_full"), short=False)
    if rule == "fit_ratio":
        return _fit(terms, items, available)
    allocate = allocate_pro_rata if rule == "pro_rata" else allocate_in_order
    allocation = allocate(items, available)
    return Outcome(terms, None, allocation.paid, allocation.status, short=True)


def highest_ratio(terms: Terms) -> Decimal:
    """Where a fitted ratio begins to fall: the standard's own, or 1 as the factor on all tiers."""
    return ONE if terms.base == "tiers" or terms.ratio is None else terms.ratio


def _fit(terms: Terms, items: Sequence[Item], available: Decimal) -> Outcome:
    fit = fit_ratio(terms, items, max(available, ZERO), highest_ratio(terms))
    statuses = {item.case_no: _status(item.due, fit.amounts[item.case_no], fit.ratio) for item in items}
    return Outcome(terms.scaled(fit.ratio), fit.ratio, fit.amounts, statuses, short=True)


def _status(wanted: Decimal, amount: Decimal, ratio: Decimal) -> str:
    """Nothing more under a ratio that pays something means that earlier rounds have paid enough, not 用完即止."""
    if amount == wanted:
        return "paid_full"
    if amount > 0:
        return "paid_partial"
    return "zero" if ratio > 0 else "fund_exhausted"
