"""Why a case gets this amount: in words for whoever asks, in figures for a recomputation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from app.kernel.money import ZERO, format_yuan, show_yuan
from app.meetings.assessing import Assessment
from app.meetings.models import Standard
from app.meetings.rules import Terms
from app.meetings.shortfall import Outcome
from app.meetings.standards import terms_of
from app.meetings.terms import print_terms, say_percent, say_terms

if TYPE_CHECKING:
    from app.meetings.amounts import Budget

RULES = {
    "fit_ratio": "按可用额度确定能够承担的最大比例",
    "pro_rata": "按应补金额同比例分配",
    "list_order": "按自负金额由高到低依次补助，用完即止",
}


@dataclass(frozen=True)
class Grounds:
    """What an amount rests on besides the case: the tables' definition, the year, the figures that counted.

    `outside` is what a row that does not share takes from the money (a correction, an amount the meeting said).
    """

    definition: str
    cost_year: int
    figures: Sequence[int] = ()
    outside: Decimal | None = None


def explain_amount(
    standard: Standard,
    given: Assessment,
    row: Mapping[str, Any],
    money: tuple[Budget, Outcome] | None,
    grounds: Grounds,
) -> dict[str, Any]:
    """What explains the amount years later without computing it again; amounts as strings.

    `decisions` as in `assessing`: numbers of rows and values, whose texts stand in the definition's tables.
    """
    approved = terms_of(standard)
    return {
        "steps": _say(approved, given, row, money),
        "definition": grounds.definition,
        "standard": {"id": standard.id, **print_terms(approved)},
        "inputs": {
            "cost_year": grounds.cost_year,
            "categories": list(given.categories),
            "self_paid": format_yuan(given.self_paid),
            "already_paid": format_yuan(given.already_paid),
        },
        "figures": list(grounds.figures),
        "decisions": list(given.record),
        "shortfall": _shortfall(money),
        "outside": None if grounds.outside is None else format_yuan(grounds.outside),
        "exact": f"{given.exact.normalize():f}",
        "result": {name: format_yuan(row[name]) for name in ("due", "amount", "overpaid", "left_after")},
    }


def _shortfall(money: tuple[Budget, Outcome] | None) -> dict[str, Any] | None:
    if money is None or not money[1].short:
        return None
    budget, outcome = money
    return {
        "rule": budget.rule,
        "available": format_yuan(budget.quota),
        "for_these_rows": format_yuan(max(budget.free, ZERO)),
        "ratio": None if outcome.ratio is None else f"{outcome.ratio:f}",
        "terms": print_terms(outcome.terms),
    }


def _say(approved: Terms, given: Assessment, row: Mapping[str, Any], money: tuple[Budget, Outcome] | None) -> list[str]:
    steps = [f"年度自负医疗费用 {show_yuan(given.self_paid)} 元。"]
    if row["unanswered"]:
        steps.append(f"{'、'.join(row['unanswered'])}未反馈，暂按 0 计算。")
    if not given.eligible:
        return [*steps, "不在附件3 二所列困难人员之内，基金不予补助。"]
    steps.append(f"标准：{say_terms(approved)}。")
    if money is not None and money[1].short:
        steps += _say_shortfall(*money)
    terms = money[1].terms if money else approved
    steps.append(_say_due(terms, given))
    if given.already_paid:
        steps.append(f"本年度此前各轮已补助 {show_yuan(given.already_paid)} 元，本轮只补差额。")
    if row["overpaid"]:
        steps.append(f"此前已多补 {show_yuan(row['overpaid'])} 元，不追回，列出供会议知晓。")
    steps.append(f"本轮补助 {show_yuan(row['amount'])} 元。")
    return steps


def _say_shortfall(budget: Budget, outcome: Outcome) -> list[str]:
    text = f"资金不足，{RULES[budget.rule]}；可用额度 {show_yuan(budget.quota)} 元"
    if outcome.ratio is None:
        return [f"{text}。"]
    name = "各段系数" if outcome.terms.base == "tiers" else "比例"
    return [f"{text}，{name}调整为 {say_percent(outcome.ratio)}。"]


def _say_due(terms: Terms, given: Assessment) -> str:
    if not given.due:
        return "按标准应补 0.00 元。"
    capped = "，按封顶线计" if terms.cap is not None and given.counted > terms.cap else ""
    how = _sum(terms, given.self_paid)
    return f"{how}应补 {show_yuan(given.due)} 元{capped}。"


def _sum(terms: Terms, self_paid: Decimal) -> str:
    percent = say_percent(terms.ratio)
    if terms.base == "excess":
        over = self_paid - (terms.threshold or ZERO)
        return f"超过起付线的部分 {show_yuan(over)} 元 × {percent}，"
    if terms.base == "whole":
        return f"{show_yuan(self_paid)} 元 × {percent}，"
    return "各段分别计算后相加，"
