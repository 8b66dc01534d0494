"""The money of one fund year, as pure rules: what is available, what goes on to the next year."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from app.kernel.money import ZERO, format_yuan, parse_yuan

CHARITY_FLOOR = Decimal("1000000.00")  # 『每年提供资金帮扶100万元以上』[S0 附件3 一]


def year_quota(carry_in: Decimal, fiscal: Decimal, charity: Decimal) -> Decimal:
    """What one year may promise: carry-over, the fiscal quota and committed charity [S0 附件3 一、四]."""
    return carry_in + fiscal + charity


def charity_warnings(charity: Decimal, prior: Decimal | None, floor: Decimal = CHARITY_FLOOR) -> list[str]:
    """『每年提供资金帮扶100万元以上，并逐年递增』[S0 附件3 一]; a warning, never a block (A-SZ-3)."""
    warnings = []
    if charity < floor:
        warnings.append("charity_below_floor")
    if prior is not None and charity <= prior:
        warnings.append("charity_not_rising")
    return warnings


def fund_year(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Rule `shengzhou.fund_year`: amounts in yuan as strings, in and out.

    in: fiscal, charity, charity_prior (or null), carry_in, optional fiscal_topup and paid;
    out: errors, available, carry_out (when paid is given), warnings (when there are any).
    『年度内，财政投入资金额度不再追加』『基金有结余的，流转下一年度使用』[S0 附件3 四].
    """
    fiscal, charity, carry_in = (_yuan(inputs, key) for key in ("fiscal", "charity", "carry_in"))
    prior = None if inputs.get("charity_prior") is None else _yuan(inputs, "charity_prior")
    available = year_quota(carry_in, fiscal, charity)
    errors = ["fiscal_topup_not_allowed"] if _yuan(inputs, "fiscal_topup") > ZERO else []
    outputs: dict[str, Any] = {"available": format_yuan(available)}
    if inputs.get("paid") is not None:
        carry_out = available - _yuan(inputs, "paid")
        outputs["carry_out"] = format_yuan(max(carry_out, ZERO))
        errors += ["quota_exceeded"] if carry_out < ZERO else []
    if warnings := charity_warnings(charity, prior):
        outputs["warnings"] = warnings
    return {"errors": errors, **outputs}


def _yuan(inputs: Mapping[str, Any], key: str) -> Decimal:
    value = inputs.get(key)
    return ZERO if value is None else parse_yuan(value, f"/{key}")
