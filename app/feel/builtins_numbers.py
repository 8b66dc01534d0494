"""FEEL's functions of numbers."""

from __future__ import annotations

from datetime import timedelta
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Decimal,
)

from app.feel.errors import FeelEvaluationError
from app.feel.numbers import CONTEXT, divide, parse_number, round_to, whole
from app.feel.signatures import Registry, registrar
from app.feel.values import YearsMonths

NUMBERS: Registry = {}
built_in = registrar(NUMBERS)
ZERO = Decimal(0)


@built_in("decimal", "n: number, scale: number")
def _decimal(number: Decimal, scale: Decimal) -> Decimal:
    return round_to(number, Decimal(int(scale)), ROUND_HALF_EVEN)


@built_in("round up", "n: number, scale: number")
def _round_up(number: Decimal, scale: Decimal) -> Decimal:
    return round_to(number, scale, ROUND_UP)


@built_in("round down", "n: number, scale: number")
def _round_down(number: Decimal, scale: Decimal) -> Decimal:
    return round_to(number, scale, ROUND_DOWN)


@built_in("round half up", "n: number, scale: number")
def _round_half_up(number: Decimal, scale: Decimal) -> Decimal:
    return round_to(number, scale, ROUND_HALF_UP)


@built_in("round half down", "n: number, scale: number")
def _round_half_down(number: Decimal, scale: Decimal) -> Decimal:
    return round_to(number, scale, ROUND_HALF_DOWN)


@built_in("floor", "n: number, scale: number?")
def _floor(number: Decimal, scale: Decimal | None = None) -> Decimal:
    return round_to(number, scale or ZERO, ROUND_FLOOR)


@built_in("ceiling", "n: number, scale: number?")
def _ceiling(number: Decimal, scale: Decimal | None = None) -> Decimal:
    return round_to(number, scale or ZERO, ROUND_CEILING)


@built_in("abs", "n: number|days and time duration|years and months duration")
def _abs(value: Decimal | timedelta | YearsMonths) -> object:
    if isinstance(value, Decimal):
        return CONTEXT.abs(value)
    return YearsMonths(abs(value.months)) if isinstance(value, YearsMonths) else abs(value)


@built_in("modulo", "dividend: number, divisor: number")
def _modulo(dividend: Decimal, divisor: Decimal) -> Decimal:
    if not divisor:
        raise FeelEvaluationError("除数为零")
    rest = CONTEXT.remainder(dividend, divisor)  # has the sign of the dividend; FEEL wants the divisor's
    return CONTEXT.add(rest, divisor) if rest and (rest < 0) != (divisor < 0) else rest


@built_in("sqrt", "number: number")
def _sqrt(number: Decimal) -> Decimal:
    if number < 0:
        raise FeelEvaluationError("负数没有平方根")
    return CONTEXT.sqrt(number)


@built_in("log", "number: number")
def _log(number: Decimal) -> Decimal:
    if number <= 0:
        raise FeelEvaluationError("只有正数才有对数")
    return CONTEXT.ln(number)


@built_in("exp", "number: number")
def _exp(number: Decimal) -> Decimal:
    return CONTEXT.exp(number)


@built_in("odd", "number: number")
def _odd(number: Decimal) -> bool:
    return whole(number) % 2 == 1


@built_in("even", "number: number")
def _even(number: Decimal) -> bool:
    return whole(number) % 2 == 0


@built_in("number", "from: string, grouping separator: string|null, decimal separator: string|null")
def _number(text: str, grouping: str | None, point: str | None) -> Decimal:
    if grouping not in {None, " ", ",", "."} or point not in {None, ".", ","} or (point and point == grouping):
        raise FeelEvaluationError("千位分隔符须为空格、逗号或句点，小数点须为另一个符号")
    if grouping:
        text = text.replace(grouping, "")
    if point:
        text = text.replace(point, ".") if point != "." else text
    if not text or text != text.strip() or "_" in text:
        raise FeelEvaluationError(f"“{text}”不是数字")
    return parse_number(text)


@built_in("number", "from: string")
def _plain_number(text: str) -> Decimal:
    return _number(text, None, None)  # type: ignore[no-any-return]  # the decorator loses the type


@built_in("not", "negand: boolean|null")
def _not(negand: bool | None) -> bool | None:
    return None if negand is None else not negand


def quotient(total: Decimal, count: int) -> Decimal:
    return divide(total, Decimal(count))
