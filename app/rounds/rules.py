"""The arithmetic of steps 1 and 2 without a framework: self-paid costs, lines, and which source counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from app.kernel.money import ZERO

TOTAL_COST = "total_cost"  # the pseudo payer that holds a corrected year cost
SOURCES = ("settlement", "tally", "visit", "correction")


@dataclass(frozen=True)
class SelfPaid:
    """What is left to the person, in yuan; `over_paid` when the payments exceed the cost."""

    amount: Decimal
    over_paid: bool


@dataclass(frozen=True)
class Candidate:
    """The newest figure of one source; `order` grows with the time of recording."""

    source: str
    amount: Decimal
    order: int


def self_paid(total: Decimal, payments: Iterable[Decimal]) -> SelfPaid:
    """What is left: total − Σ payments, never below 0.

    『年度内累计医疗费用经基本医保、大病保险、医疗救助、临时救助、商业健康保险、红十字会、慈善总会等报销、救助、补助后，
    个人负担金额较大的，给与适当比例的补助』[S0 附件3 二]; clamped and flagged by A-GEN-3.
    """
    rest = total - sum(payments, ZERO)
    return SelfPaid(max(rest, ZERO), over_paid=rest < 0)


def is_over_line(amount: Decimal, line: Decimal) -> bool:
    """Strictly above: 『自负医疗费用达到一定标准』[S0 一（1）], read as in A-SZ-9."""
    return amount > line


def is_paying(categories: Iterable[str], paying: Iterable[str]) -> bool:
    """One paying category is enough (A-CAT-1).

    『困难人员（指特困人员、低保人员、低边人员和因病纳入低保或低边的支出型困难人员）』[S0 附件3 二].
    """
    return not set(categories).isdisjoint(paying)


def source_in_force(kind: str, candidates: Iterable[Candidate]) -> Candidate | None:
    """Which figure counts for a payer; never a sum of two sources (A-SZ-4).

    electronic: a bureau correction, else the settlement data, else the tally; a visit only opens a check.
    evidenced: the later of an evidenced visit and a correction, else the one of settlement and tally that
    names an amount; when both do, the settlement data stand until the conflict is resolved.
    """
    by_source = {c.source: c for c in candidates}
    trusted = ("correction",) if kind == "electronic" else ("visit", "correction")
    human = [by_source[s] for s in trusted if s in by_source]
    if human:
        return max(human, key=lambda c: c.order)
    data = [by_source[s] for s in ("settlement", "tally") if s in by_source]
    return next((c for c in data if c.amount), data[0] if data else None)
