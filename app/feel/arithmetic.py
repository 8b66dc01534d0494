"""What + - * / ** and unary minus mean for each pair of kinds; a pair not listed is a type fault."""

from __future__ import annotations

import calendar
from collections.abc import Callable
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime, time, timedelta
from decimal import Decimal, DecimalException
from typing import Any

from app.feel.errors import FeelEvaluationError
from app.feel.numbers import CONTEXT, divide, power
from app.feel.temporal import MICROSECOND, make_date
from app.feel.values import YearsMonths, kind_of

Operation = Callable[[Any, Any], object]


def add_months(day: date, months: int) -> date:
    """The same day so many months on, or the month's last day where it has no such day."""
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(years, month + 1)[1] if MINYEAR <= years <= MAXYEAR else 28
    moved = make_date(years, month + 1, min(day.day, last))
    return day.replace(year=moved.year, month=moved.month, day=moved.day)


def midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _difference(left: datetime, right: datetime) -> timedelta:
    if (left.utcoffset() is None) != (right.utcoffset() is None):
        raise FeelEvaluationError("有时区的时间不能与没有时区的时间相减")
    if left.tzinfo is not None:
        left, right = left.astimezone(UTC), right.astimezone(UTC)
    return left - right


def _time_difference(left: time, right: time) -> timedelta:
    day = date(2000, 1, 1)
    return _difference(datetime.combine(day, left), datetime.combine(day, right))


def _time_plus(left: time, span: timedelta) -> time:
    moved = datetime.combine(date(2000, 1, 1), left) + timedelta(seconds=span.seconds, microseconds=span.microseconds)
    return moved.timetz()


def _date_plus(day: date, span: timedelta) -> date:
    return (midnight(day) + span).date()


def times(span: timedelta, factor: Decimal) -> timedelta:
    micro = CONTEXT.multiply(Decimal(span // MICROSECOND), factor)
    return int(micro.to_integral_value()) * MICROSECOND


def _months_times(span: YearsMonths, factor: Decimal) -> YearsMonths:
    return YearsMonths(int(CONTEXT.multiply(Decimal(span.months), factor)))


ADD: dict[tuple[type, type], Operation] = {
    (Decimal, Decimal): CONTEXT.add,
    (str, str): lambda a, b: a + b,
    (timedelta, timedelta): lambda a, b: a + b,
    (YearsMonths, YearsMonths): lambda a, b: YearsMonths(a.months + b.months),
    (date, timedelta): _date_plus,
    (timedelta, date): lambda a, b: _date_plus(b, a),
    (datetime, timedelta): lambda a, b: a + b,
    (timedelta, datetime): lambda a, b: b + a,
    (time, timedelta): _time_plus,
    (timedelta, time): lambda a, b: _time_plus(b, a),
    (date, YearsMonths): lambda a, b: add_months(a, b.months),
    (YearsMonths, date): lambda a, b: add_months(b, a.months),
    (datetime, YearsMonths): lambda a, b: add_months(a, b.months),
    (YearsMonths, datetime): lambda a, b: add_months(b, a.months),
}
SUBTRACT: dict[tuple[type, type], Operation] = {
    (Decimal, Decimal): CONTEXT.subtract,
    (timedelta, timedelta): lambda a, b: a - b,
    (YearsMonths, YearsMonths): lambda a, b: YearsMonths(a.months - b.months),
    (date, timedelta): lambda a, b: _date_plus(a, -b),
    (datetime, timedelta): lambda a, b: a - b,
    (time, timedelta): lambda a, b: _time_plus(a, -b),
    (date, YearsMonths): lambda a, b: add_months(a, -b.months),
    (datetime, YearsMonths): lambda a, b: add_months(a, -b.months),
    (date, date): lambda a, b: a - b,
    (datetime, datetime): _difference,
    (date, datetime): lambda a, b: _difference(midnight(a), b),
    (datetime, date): lambda a, b: _difference(a, midnight(b)),
    (time, time): _time_difference,
}
MULTIPLY: dict[tuple[type, type], Operation] = {
    (Decimal, Decimal): CONTEXT.multiply,
    (timedelta, Decimal): times,
    (Decimal, timedelta): lambda a, b: times(b, a),
    (YearsMonths, Decimal): _months_times,
    (Decimal, YearsMonths): lambda a, b: _months_times(b, a),
}
DIVIDE: dict[tuple[type, type], Operation] = {
    (Decimal, Decimal): divide,
    (timedelta, Decimal): lambda a, b: int(divide(Decimal(a // MICROSECOND), b).to_integral_value()) * MICROSECOND,
    (timedelta, timedelta): lambda a, b: divide(Decimal(a // MICROSECOND), Decimal(b // MICROSECOND)),
    (YearsMonths, Decimal): lambda a, b: YearsMonths(int(divide(Decimal(a.months), b))),
    (YearsMonths, YearsMonths): lambda a, b: divide(Decimal(a.months), Decimal(b.months)),
}
POWER: dict[tuple[type, type], Operation] = {(Decimal, Decimal): power}
TABLES = {"+": ADD, "-": SUBTRACT, "*": MULTIPLY, "/": DIVIDE, "**": POWER}


def operate(sign: str, left: object, right: object) -> object:
    """Apply an operator. Raises FeelEvaluationError for kinds that do not go together."""
    table = TABLES[sign]
    operation = table.get((type(left), type(right)))
    if operation is None:
        raise FeelEvaluationError(f"{kind_of(left)} {sign} {kind_of(right)} 无法计算")
    try:
        return operation(left, right)
    except (OverflowError, DecimalException, ZeroDivisionError):
        raise FeelEvaluationError(f"{kind_of(left)} {sign} {kind_of(right)} 的结果超出范围") from None


def negate(value: object) -> object:
    if isinstance(value, Decimal):
        return CONTEXT.minus(value)
    if type(value) is timedelta:
        return -value
    if type(value) is YearsMonths:
        return YearsMonths(-value.months)
    raise FeelEvaluationError(f"{kind_of(value)} 不能取负")
