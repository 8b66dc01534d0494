"""The explanation in plain Chinese: every number with separators, every rule with document, clause and quote."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from app.kernel.money import ZERO, show_yuan
from app.meetings.terms import say_percent
from app.proof.explanation.sources import Library, own_reading, print_source

Told = Mapping[str, Any]
Grounds = str | Sequence[Told]  # a rule of clauses.json, or the sources themselves
Sentences = Iterator[tuple[str, Grounds]]


def yuan(amount: str | Decimal) -> str:
    """`"1234.5"` -> `1,234.50 元`."""
    return f"{show_yuan(Decimal(amount))} 元"


def tell_all(told: Told, library: Library) -> list[dict[str, Any]]:
    """`{part, text, sources}` from bills to bank line; each source with document, clause and verbatim quote."""
    parts = (
        ("费用", _costs(told)), ("费用来源", _origins(told)), ("人员", _people(told)),
        ("计算", _amounts(told)), ("决定", _decisions(told)), ("发放", _payments(told)),
    )  # fmt: skip
    return [
        {"part": part, "text": text, "sources": _named(library, grounds)}
        for part, sentences in parts
        for text, grounds in sentences
    ]


def _named(library: Library, grounds: Grounds) -> list[Told]:
    """Of a rule outside the tables its clause; what has no quote is our own reading, and says so itself."""
    if not isinstance(grounds, str):
        return list(grounds)
    clause = library.clause(grounds)
    return [print_source(source) for source in library.find([clause]) or ([own_reading(clause)] if clause else [])]


def tell_answer(told: Told) -> str:
    """The one sentence that answers `为什么是这么多`, or `为什么是 0 元`."""
    case, sealed = told["case"], [a for a in told["amounts"] if a["sealed"]]
    last = sealed[-1] if sealed else None
    if last is None or last["decision"] is None:
        return _not_decided(told)
    decision, where = last["decision"], f"决议 {last['decision']['resolution']}"
    if decision["kind"] == "defer":
        return f"本轮暂缓，尚未核定金额（{where}）。原因：{decision['reason']}。"
    if Decimal(decision["amount"]) > 0:
        paid = [p for p in told["payments"] if p["state"] == "paid"]
        got = f"，已付 {yuan(sum((Decimal(p['amount']) for p in paid), ZERO))}" if paid else ""
        return f"本轮核定补助 {yuan(decision['amount'])}（{where}）{got}。"
    why = f"会议决定不予补助：{decision['reason']}" if decision["kind"] == "reject" else why_nothing(last, case)
    return f"本轮补助 0.00 元（{where}）。为什么是 0 元：{why}。"


def why_nothing(amount: Told, case: Told) -> str:
    """Why a computed amount is zero, in the order in which a rule stops it."""
    standard, self_paid = amount["standard"], Decimal(amount["self_paid"])
    threshold = standard.get("threshold")
    if amount["status"] == "not_eligible":
        return f"在 {case['cost_year']} 年度内不属于基金可以补助的困难人员，只监测、不补助"
    if amount["status"] == "fund_exhausted":
        return f"按标准应有补助，但基金可用额度已经用完（{amount['shortfall']['words']}）"
    if threshold is not None and self_paid <= Decimal(threshold):
        return f"年度自负 {yuan(self_paid)}，没有超过起付线 {yuan(threshold)}（须大于起付线）"
    if Decimal(amount["already_paid"]) >= Decimal(amount["due"]) and Decimal(amount["already_paid"]):
        return f"本年度此前各轮已补助 {yuan(amount['already_paid'])}，不少于年度应补 {yuan(amount['due'])}"
    return f"年度自负 {yuan(self_paid)}，按标准计算没有应补金额"


def _not_decided(told: Told) -> str:
    case, drafts = told["case"], told["amounts"]
    stage = {
        "excluded": f"已从初步名单剔除，没有补助。原因：{case['reason']}。",
        "below_line": f"没有补助：{case['reason']}。",
        "carried": f"本轮未经会议决定。{case['reason']}。",
    }.get(case["stage"])
    if stage is not None:
        return stage
    if drafts:
        return f"拟补助 {yuan(drafts[-1]['amount'])}；是草案，会议尚未决定，不能发放。"
    return "尚未核定补助金额：还在办理中。"


def _costs(told: Told) -> Sentences:
    case, bills = told["case"], told["bills"]
    if bills is not None and bills["damaged"]:
        yield f"结算数据“{bills['name']}”的文件缺失或已被改动，票据不能再逐项核对，请从备份恢复。", ()
    elif bills is not None:
        yield (
            (
                f"结算数据“{bills['name']}”（截至 {bills['cut_off']}）中本年度计入 {bills['bills']} 张票据，"
                f"费用合计 {yuan(bills['total'])}。"
            ),
            (),
        )
    if case["total_cost"] is None:
        for f in told["figures"]:
            if f["in_force"]:
                yield (
                    f"{f['name']} {yuan(f['amount'])}（{f['source']}，第 {f['version']} 版），已计入。",
                    "source_of_figures",
                )
        return
    paid = [f for f in told["figures"] if f["in_force"] and f["payer"] != "total_cost" and Decimal(f["amount"])]
    each = "、".join(f"{f['name']}支付 {yuan(f['amount'])}（{f['source']}）" for f in paid)
    text = f"{case['cost_year']} 年度总费用 {yuan(case['total_cost'])}，其中{each or '没有任何一方支付'}"
    left = "" if case["self_paid"] is None else f"；剩下由个人自负 {yuan(case['self_paid'])}"
    clamped = "（支付合计超过费用，按 0 计）" if case["cost_over_paid"] else ""
    yield f"{text}{left}{clamped}。", "self_paid"


def _origins(told: Told) -> Sentences:
    for c in told["conflicts"]:
        said = f"{c['name']}：结算数据 {yuan(c['settlement'])}，单位填报 {yuan(c['tally'])}，只取一个"
        decided = "，尚未认定" if c["amount"] is None else f"；认定 {yuan(c['amount'])}（{c['chosen']}）"
        yield f"{said}{decided}{'，' + c['reason'] if c['reason'] else ''}。", "source_of_figures"
    for d in told["differences"]:
        settled = "" if d["settled"] is None else f"，核定 {yuan(d['settled'])}"
        yield (
            (f"上门核实{d['name']}：原为 {yuan(d['before'])}，上门为 {yuan(d['found'])}，{d['prevails']}{settled}。"),
            "source_of_figures",
        )


def _people(told: Told) -> Sentences:
    people, year = told["eligibility"], told["case"]["cost_year"]
    if people is None:
        return
    may = "属于" if people["eligible"] else "不属于"
    for span in people["spans"] or []:
        since = span["valid_from"]
        until = f"至 {span['valid_to']}" if span["valid_to"] else "至今"
        later = "；列入名单以后才登记，不作本轮依据" if span["recorded_after_listing"] else ""
        by = f"{span['recognised_by']} {span['recognised_on']} 认定{later}"
        yield f"{since} {until}为{span['category']}（{by}）。", ()
    yield f"{year} 年度内{may}基金可以补助的困难人员。", "eligible"


def _amounts(told: Told) -> Sentences:
    """The newest amount in full; of those before it what they came to."""
    for amount in told["amounts"][:-1]:
        when = "会前按拟用标准" if amount["kind"] == "draft" else "此前决议按标准"
        yield f"{when}（{amount['standard']['words']}）测算为 {yuan(amount['amount'])}。", ()
    for amount in told["amounts"][-1:]:
        name = "拟用标准" if amount["kind"] == "draft" else "会议确定的标准"
        yield f"{name}：{amount['standard']['words']}。", "standard"
        if amount["unanswered"]:
            yield f"{'、'.join(amount['unanswered'])}未反馈，暂按 0 计算。", ()
        if amount["shortfall"] is not None:
            yield _say_shortfall(amount), "shortfall"
        yield from _say_amount(told, amount)


def _say_amount(told: Told, amount: Told) -> Sentences:
    found = {source["words"]: source for decision in amount["decisions"] for source in decision["sources"]}
    table = list(found.values())
    if amount["status"] == "not_eligible":
        yield f"补助 0.00 元：{why_nothing(amount, told['case'])}。", table
        return
    yield _say_due(amount), table
    if amount["rounding"]["rounded"] and not amount["rounding"]["capped"]:
        before, after = _exact(amount), yuan(amount["rounding"]["after"])
        yield f"四舍五入到分，只在结果处一次：{before} → {after}。", "rounding"
    yield from _say_before(told, amount)
    label = "拟补助" if amount["kind"] == "draft" else "测算补助"
    nothing = "" if Decimal(amount["amount"]) else f"；为什么是 0 元：{why_nothing(amount, told['case'])}"
    yield f"{label} {yuan(amount['amount'])}，补助后仍自负 {yuan(amount['left_after'])}{nothing}。", ()


def _exact(amount: Told) -> str:
    """Digit for digit as computed, with two places at least."""
    exact = Decimal(amount["rounding"]["before"])
    return f"{exact:,} 元" if amount["rounding"]["rounded"] else yuan(exact)


def _say_shortfall(amount: Told) -> str:
    short = amount["shortfall"]
    kept = short["reserve_kept"]
    reserve = f"，留存备用 {yuan(kept)}" if kept is not None and Decimal(kept) else ""
    text = f"资金不足：可用额度 {yuan(short['available'])}{reserve}，可由本批人员分配 {yuan(short['for_these_rows'])}"
    name = "各段系数" if amount["standard"]["base"] == "tiers" else "比例"
    fitted = "" if short["ratio"] is None else f"，{name}因此为 {say_percent(Decimal(short['ratio']))}"
    return f"{text}；{short['words']}{fitted}。"


def _say_due(amount: Told) -> str:
    standard, self_paid = amount["standard"], Decimal(amount["self_paid"])
    terms = amount["shortfall"]["terms"] if amount["shortfall"] else standard
    after = yuan(amount["rounding"]["after"])
    capped = "，超过封顶线，按封顶线计" if amount["rounding"]["capped"] else ""
    if terms["base"] == "tiers":
        parts = [_say_tier(tier, self_paid) for tier in terms["tiers"]]
        return f"各段相加：{' + '.join(part for part in parts if part) or '0'} = {after}{capped}。"
    threshold, ratio = Decimal(terms["threshold"]), say_percent(Decimal(terms["ratio"]))
    if self_paid <= threshold:
        return f"年度自负 {yuan(self_paid)} 没有超过起付线 {yuan(threshold)}，按标准应补 0.00 元。"
    counted = self_paid if terms["base"] == "whole" else self_paid - threshold
    what = "全部自负" if terms["base"] == "whole" else f"超过起付线 {yuan(threshold)}的部分"
    return f"{what} {yuan(counted)} × {ratio} = {_exact(amount)}{capped}，年度应补 {after}。"


def _say_tier(tier: Told, self_paid: Decimal) -> str:
    top = self_paid if tier["up_to"] is None else min(self_paid, Decimal(tier["up_to"]))
    part = top - Decimal(tier["over"])
    return f"{yuan(part)} × {say_percent(Decimal(tier['ratio']))}" if part > 0 else ""


def _say_before(told: Told, amount: Told) -> Sentences:
    if not Decimal(amount["already_paid"]):
        return
    each = [f"{o['round']} {yuan(o['amount'])}" for o in told["other_rounds"] if o["before"] and o["amount"]]
    yield f"本年度其他轮次已补助 {yuan(amount['already_paid'])}（{'、'.join(each)}），本轮只补差额。", "later_round"
    if Decimal(amount["overpaid"]):
        yield f"此前已多补 {yuan(amount['overpaid'])}，不追回，列出供会议知晓。", "later_round"


def _decisions(told: Told) -> Sentences:
    for amount in told["amounts"]:
        decision = amount["decision"]
        if decision is None or not amount["sealed"]:
            continue
        result = "" if decision["amount"] is None else f"，核定 {yuan(decision['amount'])}"
        reason = f"，原因：{decision['reason']}" if decision["reason"] else ""
        yield (
            f"{decision['held_on']} 专班会议（决议 {decision['resolution']}）：{decision['words']}{result}{reason}。",
            "decision",
        )
        if decision["payable"] is not None and decision["payable"] != decision["amount"]:
            yield f"其中此前决议已付的部分不再支付，应付 {yuan(decision['payable'])}。", ()
    for other in told["other_rounds"]:
        if not other["before"] and other["amount"] is not None:
            yield f"此后{other['round']}（决议 {other['resolution']}）又核定 {yuan(other['amount'])}。", ()


def _payments(told: Told) -> Sentences:
    for payment in told["payments"]:
        day = f"{payment['paid_on']} " if payment["paid_on"] else ""
        yield f"{day}{payment['words']} {yuan(payment['amount'])}。", "payment"
        for one in payment["transfers"] or []:
            serial = f"，银行流水号 {one['bank_serial']}" if one["bank_serial"] else ""
            why = f"（{one['reason']}）" if one["reason"] else ""
            yield (
                (
                    f"批次 {one['batch']} 第 {one['serial']} 笔，{one['payee']} {one['bank']} {one['account']}，"
                    f"{yuan(one['amount'])}，{one['words']}{why}{serial}。"
                ),
                (),
            )
