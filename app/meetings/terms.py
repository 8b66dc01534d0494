"""A standard as JSON says it, as FEEL takes it and as people read it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from app.kernel.errors import Fault, Invalid
from app.kernel.money import FEN, ZERO, format_yuan, parse_yuan, show_yuan
from app.meetings.rules import Terms, Tier

BASES = ("excess", "whole", "tiers")
_FINEST = 12  # places; a tier's ratio times a fitted one has eight, and "1e-999999999" would fill the memory


def read_terms(form: Mapping[str, Any], where: str = "", *, needs_ratio: bool = True) -> Terms:
    """`{base, threshold, ratio, cap}` or `{tiers: [{over, up_to, ratio}], cap}`, amounts as strings.

    Raises `Invalid` with every fault. Without `needs_ratio` a missing ratio is 1 (a ratio to be fitted).
    """
    faults: list[Fault] = []
    base = str(form.get("base") or ("tiers" if form.get("tiers") else "excess"))
    if base not in BASES:
        faults.append(Fault(f"{where}/base", "unknown_base", "补助形式应为超额、全额或分段"))
    cap = _yuan(form, "cap", where, faults)
    if base == "tiers":
        terms = Terms(base, None, None, cap, _tiers(form, where, faults))
    else:
        threshold = _yuan(form, "threshold", where, faults)
        if form.get("threshold") is None:
            faults.append(Fault(f"{where}/threshold", "threshold_missing", "请填写起付线"))
        ratio = _ratio(form, where, faults, needed=needs_ratio)
        terms = Terms(base, threshold, ratio, cap)
    if faults:
        raise Invalid(faults)
    return terms


def print_terms(terms: Terms) -> dict[str, Any]:
    """The reverse of `read_terms`."""
    cap = None if terms.cap is None else format_yuan(terms.cap)
    if terms.base == "tiers":
        return {"base": "tiers", "cap": cap, "tiers": [print_tier(t) for t in terms.tiers]}
    threshold = None if terms.threshold is None else format_yuan(terms.threshold)
    return {"base": terms.base, "threshold": threshold, "ratio": _plain(terms.ratio), "cap": cap}


def print_tier(tier: Tier) -> dict[str, Any]:
    """`{over, up_to, ratio}` as strings; up_to null is without end."""
    up_to = None if tier.up_to is None else format_yuan(tier.up_to)
    return {"over": format_yuan(tier.over), "up_to": up_to, "ratio": _plain(tier.ratio)}


def feel_terms(terms: Terms) -> dict[str, Any]:
    """The context `standard` that subsidy.dmn takes: numbers as Decimal, tiers null unless they are used."""
    tiers = [{"over": t.over, "up_to": t.up_to, "ratio": t.ratio} for t in terms.tiers]
    return {
        "base": None if terms.base == "tiers" else terms.base,
        "threshold": terms.threshold,
        "ratio": terms.ratio,
        "cap": terms.cap,
        "tiers": tiers or None,
    }


def say_terms(terms: Terms) -> str:
    """`年度自负超过 10,000.00 元的部分按 60% 补助，封顶 20,000.00 元`."""
    cap = "不封顶" if terms.cap is None else f"封顶 {show_yuan(terms.cap)} 元"
    if terms.base == "tiers":
        return "；".join(_say_tier(t) for t in terms.tiers) + f"；{cap}"
    over = f"年度自负超过 {show_yuan(terms.threshold or ZERO)} 元的"
    part = "部分" if terms.base == "excess" else "，全部自负金额"
    return f"{over}{part}按 {say_percent(terms.ratio)} 补助，{cap}"


def say_percent(ratio: Decimal | None) -> str:
    """`Decimal("0.4400")` -> `44%`."""
    return "100%" if ratio is None else f"{_plain(ratio * 100)}%"


def _say_tier(tier: Tier) -> str:
    top = "" if tier.up_to is None else f"至 {show_yuan(tier.up_to)} 元"
    return f"超过 {show_yuan(tier.over)} 元{top}的部分按 {say_percent(tier.ratio)}"


def _plain(ratio: Decimal | None) -> str | None:
    return None if ratio is None else f"{ratio.normalize():f}"


def _yuan(form: Mapping[str, Any], key: str, where: str, faults: list[Fault]) -> Decimal | None:
    if form.get(key) is None:
        return None
    try:
        amount = parse_yuan(form[key], f"{where}/{key}")
    except Invalid as error:
        faults += error.faults
        return None
    if amount < 0:
        faults.append(Fault(f"{where}/{key}", "negative_amount", "金额不能为负"))
    return amount.quantize(FEN)


def _ratio(form: Mapping[str, Any], where: str, faults: list[Fault], *, needed: bool) -> Decimal | None:
    text = form.get("ratio")
    if text is None:
        if needed:
            faults.append(Fault(f"{where}/ratio", "ratio_missing", "请填写比例，例如 0.60"))
        return None
    try:
        ratio = Decimal(text) if isinstance(text, str) else None
    except InvalidOperation:
        ratio = None
    if ratio is None or not ratio.is_finite() or not 0 <= ratio <= 1 or ratio != round(ratio, _FINEST):
        faults.append(Fault(f"{where}/ratio", "not_a_ratio", "比例应为 0 至 1 之间的小数，例如 0.60"))
        return None
    return ratio


def _tiers(form: Mapping[str, Any], where: str, faults: list[Fault]) -> tuple[Tier, ...]:
    tiers: list[Tier] = []
    rows = form.get("tiers") or []
    if not rows:
        faults.append(Fault(f"{where}/tiers", "tiers_missing", "请至少填写一段"))
    for n, row in enumerate(rows):
        at = f"{where}/tiers/{n}"
        over, up_to = _yuan(row, "over", at, faults), _yuan(row, "up_to", at, faults)
        ratio = _ratio(row, at, faults, needed=True)
        if over is None or ratio is None:
            continue
        _check_tier(at, over, up_to, tiers[-1] if tiers else None, faults)
        tiers.append(Tier(over, up_to, ratio))
    return tuple(tiers)


def _check_tier(at: str, over: Decimal, up_to: Decimal | None, before: Tier | None, faults: list[Fault]) -> None:
    if up_to is not None and up_to <= over:
        faults.append(Fault(f"{at}/up_to", "tier_is_empty", "段的上限应大于下限"))
    if before is not None and (before.up_to is None or over < before.up_to):
        faults.append(Fault(f"{at}/over", "tiers_overlap", "各段不能重叠，请从低到高排列"))
