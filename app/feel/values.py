"""FEEL's values as Python's, and what 'equal' and 'less' mean for them: never across kinds or by float."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from app.feel.errors import FeelEvaluationError


@dataclass(frozen=True, order=True)
class YearsMonths:
    """A years and months duration; `months` may be negative."""

    months: int


@dataclass(frozen=True)
class Range:
    """An interval; a bound of None is open towards infinity."""

    low: object
    low_closed: bool
    high: object
    high_closed: bool


class Function:
    """Something that can be invoked by position or by parameter name."""

    parameters: tuple[str, ...] = ()

    def call(self, arguments: Sequence[object]) -> object:
        raise NotImplementedError

    def call_named(self, arguments: Mapping[str, object]) -> object:
        unknown = [name for name in arguments if name not in self.parameters]
        if unknown:
            raise FeelEvaluationError(f"函数没有参数“{unknown[0]}”")
        return self.call([arguments.get(name) for name in self.parameters])


KINDS: dict[type, str] = {
    type(None): "null",
    Decimal: "number",
    str: "string",
    bool: "boolean",
    date: "date",
    time: "time",
    datetime: "date and time",
    timedelta: "days and time duration",
    YearsMonths: "years and months duration",
    list: "list",
    dict: "context",
    Range: "range",
}
ORDERED = frozenset(
    {Decimal, str, date, time, datetime, timedelta, YearsMonths},
)


def kind_of(value: object) -> str:
    kind = KINDS.get(type(value))
    if kind is None:
        kind = "function" if isinstance(value, Function) else type(value).__name__
    return kind


def into_feel(value: object) -> object:
    """Python's value as FEEL's. Floats are refused: they are not exact. Raises FeelEvaluationError."""
    kind = type(value)
    if kind is str or value is None:
        return value
    if isinstance(value, Decimal) and not value.is_finite():
        raise FeelEvaluationError(f"{value} 不是数字")
    if (kind in KINDS and kind is not list and kind is not dict) or isinstance(value, Function):
        return value
    if isinstance(value, (int, Decimal)):
        return Decimal(value)
    if isinstance(value, str):
        return str.__str__(value)  # an enum's member as its value
    if isinstance(value, (list, tuple)):
        return [into_feel(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): into_feel(item) for key, item in value.items()}
    raise FeelEvaluationError(f"{kind.__name__} 类型的值不能用于决策（数值须为 Decimal 或整数）")


def same(left: object, right: object) -> bool:
    """Equality that answers for any two values; values of different kinds are not the same."""
    if type(left) is not type(right):
        return False
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    if isinstance(left, Range) and isinstance(right, Range):
        ends = same(left.low, right.low) and same(left.high, right.high)
        return ends and (left.low_closed, left.high_closed) == (right.low_closed, right.high_closed)
    return left == right


def equal(left: object, right: object) -> bool:
    """FEEL's `=`: null equals only null; comparing two kinds is a type fault."""
    if left is None or right is None:
        return left is right
    if type(left) is not type(right):
        raise FeelEvaluationError(f"{kind_of(left)} 不能与 {kind_of(right)} 比较")
    return same(left, right)


def less(left: object, right: object) -> bool:
    """FEEL's `<`; both must be of one ordered kind."""
    if type(left) is not type(right) or type(left) not in ORDERED:
        raise FeelEvaluationError(f"{kind_of(left)} 不能与 {kind_of(right)} 比较大小")
    try:
        return left < right  # type: ignore[operator,no-any-return]  # one ordered kind, checked above
    except TypeError:
        raise FeelEvaluationError("有时区的时间不能与没有时区的时间比较大小") from None


def within(value: object, span: Range) -> bool:
    """Whether a value lies in a range. Raises FeelEvaluationError when the kinds do not fit."""
    if span.low is not None and (less(value, span.low) or (not span.low_closed and equal(value, span.low))):
        return False
    return span.high is None or not (less(span.high, value) or (not span.high_closed and equal(value, span.high)))


def unlisted(value: object) -> object:
    """A list of one stands for its item where an item is expected."""
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def listed(value: object) -> list[object]:
    """An item stands for a list of one where a list is expected."""
    return value if isinstance(value, list) else [value]
