"""What a fund year opens with is warned of, as pure rules; the year as a whole is bpmn/<scheme>/fund_year.dmn."""

from __future__ import annotations

from decimal import Decimal


def charity_warnings(charity: Decimal, prior: Decimal | None, floor: Decimal, *, rises: bool) -> list[str]:
    """『每年提供资金帮扶100万元以上，并逐年递增』[S0 附件3 一]; a warning, never a block (A-SZ-3).

    `floor` (yuan) and `rises` are the scheme's own: `fund.charity_floor` and `fund.charity_rises`.
    """
    warnings = []
    if charity < floor:
        warnings.append("charity_below_floor")
    if rises and prior is not None and charity <= prior:
        warnings.append("charity_not_rising")
    return warnings
