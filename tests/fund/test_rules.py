"""What a fund year opens with is warned of, and never blocked (A-SZ-3); the year as a whole is in tests/rulebook."""

from __future__ import annotations

from decimal import Decimal

import pytest

from app.fund.rules import charity_warnings

MILLION = Decimal("1000000.00")
FEN = Decimal("0.01")


@pytest.mark.parametrize(
    ("charity", "prior", "warnings"),
    [
        (MILLION, None, []),
        (MILLION - FEN, None, ["charity_below_floor"]),
        (MILLION, MILLION, ["charity_not_rising"]),
        (MILLION + FEN, MILLION, []),
        (MILLION - FEN, MILLION, ["charity_below_floor", "charity_not_rising"]),
    ],
)
def test_charity_below_its_floor_or_not_rising_is_a_warning(charity, prior, warnings):
    assert charity_warnings(charity, prior, MILLION, rises=True) == warnings
    assert charity_warnings(charity, prior, Decimal(0), rises=False) == []
