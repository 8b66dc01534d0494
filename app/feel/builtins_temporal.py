"""FEEL's functions of dates, times and durations."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from app.feel import temporal as t
from app.feel.errors import FeelEvaluationError
from app.feel.numbers import whole
from app.feel.signatures import Registry, registrar
from app.feel.values import YearsMonths, same

TEMPORAL: Registry = {}
CLOCK: Registry = {}
built_in = registrar(TEMPORAL)
clock = registrar(CLOCK)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip
LEAP_YEAR = date(2000, 1, 1)


@built_in("date", "from: string|date|date and time")
def _date(value: str | date) -> date:
    if isinstance(value, datetime):
        return value.date()
    return t.parse_date(value) if isinstance(value, str) else value


@built_in("date", "year: number, month: number, day: number")
def _date_of(year: Decimal, month: Decimal, day: Decimal) -> date:
    return t.make_date(whole(year), whole(month), whole(day))


@built_in("time", "from: string|time|date and time|date")
def _time(value: str | time | date) -> time:
    if isinstance(value, str):
        return t.parse_time(value)
    if isinstance(value, datetime):
        return value.timetz()
    return time(tzinfo=UTC) if isinstance(value, date) else value


@built_in("time", "hour: number, minute: number, second: number, offset: days and time duration|null?")
def _time_of(hour: Decimal, minute: Decimal, second: Decimal, offset: timedelta | None = None) -> time:
    whole_second = int(second)
    micro = int((second - whole_second).scaleb(6))
    zone = None if offset is None else t.make_zone(offset)
    try:
        return time(whole(hour), whole(minute), whole_second, micro, tzinfo=zone)
    except ValueError:
        raise FeelEvaluationError(f"没有 {hour}:{minute}:{second} 这个时间") from None


@built_in("date and time", "from: string|date and time|date")
def _date_and_time(value: str | date) -> datetime:
    if isinstance(value, str):
        return t.parse_date_time(value)
    return value if isinstance(value, datetime) else datetime.combine(value, time(), tzinfo=UTC)


@built_in("date and time", "date: date|date and time, time: time")
def _date_and_time_of(day: date, clock_time: time) -> datetime:
    return datetime(
        day.year, day.month, day.day,
        clock_time.hour, clock_time.minute, clock_time.second, clock_time.microsecond, clock_time.tzinfo,
    )  # fmt: skip


@built_in("date and time", "date: date and time, timezone: string")
def _in_zone(moment: datetime, zone: str) -> datetime:
    return moment.astimezone(t.parse_zone(f"@{zone}"))


@built_in("duration", "from: string|days and time duration|years and months duration")
def _duration(value: str | timedelta | YearsMonths) -> timedelta | YearsMonths:
    return t.parse_duration(value) if isinstance(value, str) else value


@built_in("years and months duration", "from: date|date and time, to: date|date and time")
def _years_and_months(start: date, end: date) -> YearsMonths:
    months = (end.year - start.year) * 12 + end.month - start.month
    if months > 0 and end.day < start.day:
        months -= 1
    elif months < 0 and end.day > start.day:
        months += 1
    return YearsMonths(months)


@built_in("day of year", "date: date|date and time")
def _day_of_year(day: date) -> Decimal:
    return Decimal(day.timetuple().tm_yday)


@built_in("day of week", "date: date|date and time")
def _day_of_week(day: date) -> str:
    return WEEKDAYS[day.weekday()]


@built_in("month of year", "date: date|date and time")
def _month_of_year(day: date) -> str:
    return MONTHS[day.month - 1]


@built_in("week of year", "date: date|date and time")
def _week_of_year(day: date) -> Decimal:
    return Decimal(day.isocalendar().week)


@built_in("is", "value1: any|null, value2: any|null")
def _is(left: object, right: object) -> bool:
    """The same value in the same writing: times with different zones differ even at the same moment."""
    if isinstance(left, (datetime, time)) and isinstance(right, (datetime, time)):
        return same(left.replace(tzinfo=None), right.replace(tzinfo=None)) and _zone(left) == _zone(right)
    return same(left, right)


def _zone(value: datetime | time) -> tuple[str | None, timedelta | None]:
    return (value.tzinfo.key if isinstance(value.tzinfo, ZoneInfo) else None, value.utcoffset())


@clock("now", "")
def _now() -> datetime:
    return datetime.now(UTC)


@clock("today", "")
def _today() -> date:
    return datetime.now(UTC).date()
