"""The algorithms of the meeting with JSON in and JSON out, for worked examples and for other programs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from app.kernel.errors import Fault, Invalid
from app.kernel.money import ZERO, format_yuan, parse_yuan
from app.meetings.rules import Item, fit_ratio
from app.meetings.shortfall import Outcome, apply_shortfall
from app.meetings.terms import read_terms


def fit_ratio_example(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Rule `shengzhou.fit_ratio`: available, standard (no ratio), items {case_no, self_paid, already_paid}.

    out: ratio (four places), amounts by case number, total, left. A-SZ-2.
    """
    available = parse_yuan(inputs.get("available"), "/available")
    if inputs.get("standard") is None:
        raise Invalid([Fault("/standard", "standard_not_approved", "没有经会议审核的补助标准")])
    terms = read_terms(inputs["standard"], "/standard", needs_ratio=False)
    fit = fit_ratio(terms, _items(inputs), available)
    return {
        "ratio": f"{fit.ratio:.4f}",
        "amounts": {case_no: format_yuan(amount) for case_no, amount in fit.amounts.items()},
        "total": format_yuan(fit.total),
        "left": format_yuan(fit.left),
    }


def allocate_example(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Rule `shengzhou.allocate`: available, items {case_no, self_paid, subsidy}, shortfall_policy.

    out: paid and status by case number, balance_after. A-SZ-2.
    """
    policy = inputs.get("shortfall_policy")
    available = parse_yuan(inputs.get("available"), "/available")
    items = _items(inputs)
    if policy not in ("list_order", "pro_rata"):
        raise Invalid([Fault("/shortfall_policy", "unknown_shortfall_rule", "应为 list_order 或 pro_rata")])
    outcome = apply_shortfall(policy, read_terms(_ANY), items, available)
    return {
        "paid": {item.case_no: format_yuan(outcome.amounts[item.case_no]) for item in items},
        "status": {item.case_no: outcome.statuses[item.case_no] for item in items},
        "balance_after": format_yuan(available - _sum(outcome)),
    }


_ANY = {"base": "excess", "threshold": "0.00", "ratio": "1"}  # allocation by list knows no terms


def _sum(outcome: Outcome) -> Decimal:
    return sum(outcome.amounts.values(), ZERO)


def _items(inputs: Mapping[str, Any]) -> list[Item]:
    faults: list[Fault] = []
    items = []
    for n, row in enumerate(inputs.get("items") or []):
        amounts = [_yuan(row, key, f"/items/{n}", faults) for key in ("self_paid", "already_paid", "subsidy")]
        items.append(Item(str(row.get("case_no")), *amounts))
    if len({item.case_no for item in items}) != len(items):
        faults.append(Fault("/items", "case_no_repeated", "编号重复"))
    if faults:
        raise Invalid(faults)
    return items


def _yuan(row: Mapping[str, Any], key: str, where: str, faults: list[Fault]) -> Decimal:
    if row.get(key) is None:
        return ZERO
    try:
        amount = parse_yuan(row[key], f"{where}/{key}")
    except Invalid as error:
        faults += error.faults
        return ZERO
    if amount < 0:
        faults.append(Fault(f"{where}/{key}", "negative_amount", "金额不能为负"))
    return amount


EXAMPLES: dict[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
    "meetings.fit_ratio": fit_ratio_example,
    "meetings.allocate": allocate_example,
}
