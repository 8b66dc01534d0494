"""What a difference between the papers and the door does to a figure (pure)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from app.kernel.money import ZERO

ATTEMPTS_BEFORE_STATEMENT = 2


@dataclass(frozen=True)
class Change:
    """One payer whose amount at the door is another than the figure in force; yuan."""

    payer: str
    before: Decimal
    found: Decimal
    prevails: str  # data | visit


def find_changes(
    in_force: Mapping[str, Decimal], found: Mapping[str, Decimal], electronic: frozenset[str]
) -> list[Change]:
    """Payers whose found amount differs, in the order given; who prevails follows A-SZ-4.

    Settlement data prevail for electronic payers and a bureau check opens; for charity, private insurance,
    crowd-funding and the like an evidenced visit prevails
    (『主动上门调查核实该些人员的医疗费用发生情况和各类报销、救助、补助等情况』[S0 附件3 三.3]).
    """
    return [
        Change(payer, in_force.get(payer, ZERO), amount, "data" if payer in electronic else "visit")
        for payer, amount in found.items()
        if amount != in_force.get(payer, ZERO)
    ]


def left_to_person(total_cost: Decimal, payments: Mapping[str, Decimal]) -> Decimal:
    """Total − Σ payments, never below zero (SZ-SELFPAID, A-GEN-3); yuan."""
    return max(ZERO, total_cost - sum(payments.values(), ZERO))


def verify_difference(
    total_cost: Decimal, tallied: Mapping[str, Decimal], verified: Mapping[str, Decimal]
) -> tuple[Decimal, Decimal, list[str]]:
    """Self-paid before and after the visit and the payers that changed, sorted (case SZ-13)."""
    after = {**tallied, **verified}
    changed = sorted(payer for payer, amount in verified.items() if amount != tallied.get(payer, ZERO))
    return left_to_person(total_cost, tallied), left_to_person(total_cost, after), changed


def next_step(result: str, *, has_paper_cost: bool) -> str:
    """Where the case goes after a visit: again | identity | paper_cost | township.

    上门未遇 leads to another visit; a doubtful identity and costs on paper are tasks of the bureau
    (policy-facts §4.1, "How it works in practice").
    """
    if result == "not_home":
        return "again"
    if result == "identity_doubtful":
        return "identity"
    return "paper_cost" if has_paper_cost else "township"
