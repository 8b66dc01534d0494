"""What a fund year opens with is warned of, as pure rules; the year as a whole is bpmn/<scheme>/fund_year.dmn."""

from __future__ import annotations

from decimal import Decimal

CHARITY_FLOOR = Decimal("1000000.00")  # 『每年提供资金帮扶100万元以上』[S0 附件3 一]


def charity_warnings(charity: Decimal, prior: Decimal | None, floor: Decimal = CHARITY_FLOOR) -> list[str]:
    """『每年提供资金帮扶100万元以上，并逐年递增』[S0 附件3 一]; a warning, never a block (A-SZ-3)."""
    warnings = []
    if charity < floor:
        warnings.append("charity_below_floor")
    if prior is not None and charity <= prior:
        warnings.append("charity_not_rising")
    return warnings
