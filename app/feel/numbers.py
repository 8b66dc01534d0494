"""Exact decimal arithmetic of 34 digits (IEEE 754 decimal128), the only arithmetic money meets here."""

from __future__ import annotations

from decimal import (
    ROUND_HALF_EVEN,
    Context,
    Decimal,
    DecimalException,
    DivisionByZero,
    InvalidOperation,
    Overflow,
)

from app.feel.errors import FeelEvaluationError

CONTEXT = Context(
    prec=34,
    rounding=ROUND_HALF_EVEN,
    Emin=-6143,
    Emax=6144,
    traps=[InvalidOperation, DivisionByZero, Overflow],
)
SMALLEST_SCALE, LARGEST_SCALE = -6111, 6176  # the standard's bounds


def divide(left: Decimal, right: Decimal) -> Decimal:
    if not right:
        raise FeelEvaluationError("除数为零")
    return CONTEXT.divide(left, right)


def power(base: Decimal, exponent: Decimal) -> Decimal:
    try:
        return CONTEXT.power(base, exponent)
    except DecimalException:
        raise FeelEvaluationError(f"无法计算 {base} 的 {exponent} 次方") from None


def parse_number(text: str) -> Decimal:
    """A decimal numeral as FEEL writes it; raises FeelEvaluationError."""
    try:
        number = CONTEXT.create_decimal(text)
    except DecimalException:
        raise FeelEvaluationError(f"“{text}”不是数字") from None
    if not number.is_finite():
        raise FeelEvaluationError(f"“{text}”不是数字")
    return number


def round_to(number: Decimal, scale: Decimal, rounding: str) -> Decimal:
    """Round to `scale` decimal places (may be negative) in one of decimal's rounding modes."""
    places = whole(scale)
    if not SMALLEST_SCALE <= places <= LARGEST_SCALE:
        raise FeelEvaluationError(f"小数位数 {places} 超出范围")
    if -places > number.adjusted() + 1:
        return (
            Decimal(0)
            if rounding in {"ROUND_DOWN", "ROUND_HALF_UP", "ROUND_HALF_DOWN", "ROUND_HALF_EVEN"}
            else _outward(number, places, rounding)
        )
    exponent = number.as_tuple().exponent
    if isinstance(exponent, int) and -places <= exponent:
        return number
    return _outward(number, places, rounding)


def _outward(number: Decimal, places: int, rounding: str) -> Decimal:
    rounded = number.quantize(Decimal((0, (1,), -places)), rounding=rounding, context=CONTEXT)
    return rounded if places >= 0 else CONTEXT.plus(rounded)


def whole(number: Decimal) -> int:
    """The integer a number must be; 2.0 is one, 2.5 a fault."""
    if number != number.to_integral_value():
        raise FeelEvaluationError(f"{number} 应为整数")
    return int(number)


def plain(number: Decimal) -> str:
    """A number as FEEL's `string()` writes it: no exponent, no trailing zeros."""
    if not number:
        return "0"
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
