"""What stands behind a dot: an entry of a context, a part of a date or duration, the end of an interval."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from app.feel.errors import FeelEvaluationError
from app.feel.temporal import seconds_of
from app.feel.values import Range, YearsMonths, kind_of

Part = Callable[[Any], object]


def _zone_name(value: datetime | time) -> str | None:
    return value.tzinfo.key if isinstance(value.tzinfo, ZoneInfo) else None


def _signed(count: int, span: timedelta) -> Decimal:
    return Decimal(-count if span < timedelta() else count)


DAY: dict[str, Part] = {
    "year": lambda v: Decimal(v.year),
    "month": lambda v: Decimal(v.month),
    "day": lambda v: Decimal(v.day),
    "weekday": lambda v: Decimal(v.isoweekday()),
}
CLOCK: dict[str, Part] = {
    "hour": lambda v: Decimal(v.hour),
    "minute": lambda v: Decimal(v.minute),
    "second": lambda v: Decimal(v.second) + Decimal(v.microsecond).scaleb(-6),
    "time offset": lambda v: v.utcoffset(),
    "timezone": _zone_name,
}
SPAN: dict[str, Part] = {
    "days": lambda v: _signed(abs(v).days, v),
    "hours": lambda v: _signed(abs(v).seconds // 3600, v),
    "minutes": lambda v: _signed(abs(v).seconds // 60 % 60, v),
    "seconds": lambda v: seconds_of(abs(v) % timedelta(minutes=1)) * (-1 if v < timedelta() else 1),
}
MONTHS: dict[str, Part] = {
    "years": lambda v: Decimal(int(v.months / 12)),
    "months": lambda v: Decimal(abs(v.months) % 12 * (-1 if v.months < 0 else 1)),
}
INTERVAL: dict[str, Part] = {
    "start": lambda v: v.low,
    "end": lambda v: v.high,
    "start included": lambda v: v.low_closed,
    "end included": lambda v: v.high_closed,
}
PARTS: dict[type, dict[str, Part]] = {
    date: DAY | {"hour": lambda _: Decimal(0), "minute": lambda _: Decimal(0), "second": lambda _: Decimal(0)},
    datetime: DAY | CLOCK,
    time: CLOCK,
    timedelta: SPAN,
    YearsMonths: MONTHS,
    Range: INTERVAL,
}


def read_path(source: object, name: str) -> object:
    """The part of a value that a path names; a list gives the list of its items' parts."""
    if type(source) is dict:
        if name not in source:
            raise FeelEvaluationError(f"没有名为“{name}”的条目")
        return source[name]
    if type(source) is list:
        return [read_path(item, name) for item in source]
    part = PARTS.get(type(source), {}).get(name)
    if part is None:
        raise FeelEvaluationError(f"{kind_of(source)} 没有“{name}”")
    return part(source)
