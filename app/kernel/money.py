"""Money is exact: fen in the database, Decimal yuan in Python, strings with two places in JSON."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal

from app.kernel.errors import Fault, Invalid

FEN = Decimal("0.01")
ZERO = Decimal("0.00")
_YUAN = re.compile(r"-?(0|[1-9][0-9]{0,12})(\.[0-9]{1,2})?\Z")


def parse_yuan(text: object, where: str = "") -> Decimal:
    """`"1234.5"` -> `Decimal("1234.50")`; raises `Invalid` (code `not_an_amount`) for anything else."""
    if isinstance(text, str) and _YUAN.match(text):
        return Decimal(text).quantize(FEN)
    raise Invalid([Fault(where, "not_an_amount", "金额应为元，最多两位小数，例如 1234.50")])


def format_yuan(amount: Decimal) -> str:
    """`Decimal("1234.5")` -> `"1234.50"`; refuses an amount with a part of a fen, which would be lost."""
    quantised = amount.quantize(FEN)
    if quantised != amount:
        raise ArithmeticError(f"{amount} has parts of a fen; round it once, at the result")
    return f"{quantised:f}"


def show_yuan(amount: Decimal) -> str:
    """For people: `1,234.50`."""
    return f"{amount.quantize(FEN):,}"


def round_fen(amount: Decimal) -> Decimal:
    """Half up to the fen, once at the result (policy-facts A-GEN-1)."""
    return amount.quantize(FEN, ROUND_HALF_UP)


def to_fen(amount: Decimal) -> int:
    """Yuan to whole fen; refuses parts of a fen."""
    return int(Decimal(format_yuan(amount)).scaleb(2))


def from_fen(fen: int) -> Decimal:
    """Whole fen to yuan with two places."""
    return Decimal(fen).scaleb(-2)
