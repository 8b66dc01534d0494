"""Dates, times and durations between ISO 8601 text and values; what no calendar has is a fault."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.feel.errors import FeelEvaluationError
from app.feel.values import YearsMonths

MICROSECOND = timedelta(microseconds=1)
HOUR = 3600  # seconds
MINUTES = 60
WIDEST_OFFSET = 14  # hours, as ISO 8601 has it
_ZONE = r"(?P<zone>Z|[+-]\d{2}:\d{2}(?::\d{2})?|@[A-Za-z0-9_+/-]+)?"
_TIME = r"(?P<hour>\d{2}):(?P<minute>\d{2}):(?P<second>\d{2})(?:\.(?P<fraction>\d+))?" + _ZONE
_DATE = r"(?P<year>-?(?:\d{4}|[1-9]\d{4,8}))-(?P<month>\d{2})-(?P<day>\d{2})"
DATE = re.compile(_DATE, re.ASCII)
TIME = re.compile(_TIME, re.ASCII)
DATE_TIME = re.compile(f"{_DATE}T{_TIME}", re.ASCII)
DAYS_TIME = re.compile(
    r"(?P<sign>-)?P(?=\d|T\d)(?:(?P<days>\d+)D)?"
    r"(?:T(?=\d)(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+)(?:\.(?P<fraction>\d+))?S)?)?",
    re.ASCII,
)
YEARS_MONTHS = re.compile(r"(?P<sign>-)?P(?=\d)(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?", re.ASCII)


def parse_date(text: str) -> date:
    found = _match(DATE, text, "日期")
    return make_date(int(found["year"]), int(found["month"]), int(found["day"]))


def make_date(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except (ValueError, OverflowError):
        raise FeelEvaluationError(f"没有 {year} 年 {month} 月 {day} 日这一天") from None


def parse_time(text: str) -> time:
    found = _match(TIME, text.removeprefix("T"), "时间")
    return _time(found)


def parse_date_time(text: str) -> datetime:
    """A date and time; a bare date is its midnight, as the standard says."""
    if DATE.fullmatch(text):
        return datetime.combine(parse_date(text), time())
    found = _match(DATE_TIME, text, "日期时间")
    day = make_date(int(found["year"]), int(found["month"]), int(found["day"]))
    if re.fullmatch(r"24:00:00(\.0+)?", f"{found['hour']}:{found['minute']}:{found['second']}"):
        zone = parse_zone(found["zone"])
        return datetime.combine(day, time(), tzinfo=zone) + timedelta(days=1)  # ISO 8601's other midnight
    return datetime.combine(day, _time(found))


def _match(pattern: re.Pattern[str], text: str, what: str) -> re.Match[str]:
    found = pattern.fullmatch(text)
    if found is None:
        raise FeelEvaluationError(f"“{text}”不是{what}")
    return found


def _time(found: re.Match[str]) -> time:
    micro = int(((found["fraction"] or "") + "000000")[:6])
    try:
        return time(
            int(found["hour"]),
            int(found["minute"]),
            int(found["second"]),
            micro,
            tzinfo=parse_zone(found["zone"]),
        )
    except ValueError:
        raise FeelEvaluationError(f"“{found.string}”不是时间") from None


def parse_zone(text: str | None) -> tzinfo | None:
    if text is None:
        return None
    if text == "Z":
        return UTC
    if text.startswith("@"):
        try:
            return ZoneInfo(text[1:])
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise FeelEvaluationError(f"没有名为“{text[1:]}”的时区") from None
    hours, minutes, *seconds = (int(part) for part in text[1:].split(":"))
    if hours > WIDEST_OFFSET or minutes >= MINUTES:
        raise FeelEvaluationError(f"“{text}”不是时区")
    offset = timedelta(hours=hours, minutes=minutes, seconds=seconds[0] if seconds else 0)
    return make_zone(-offset if text[0] == "-" else offset)


def make_zone(offset: timedelta) -> tzinfo:
    try:
        return timezone(offset) if offset else UTC
    except ValueError:
        raise FeelEvaluationError(f"时区偏移 {offset} 超出范围") from None


def parse_duration(text: str) -> timedelta | YearsMonths:
    found = YEARS_MONTHS.fullmatch(text)
    if found is not None:
        months = int(found["years"] or 0) * 12 + int(found["months"] or 0)
        return YearsMonths(-months if found["sign"] else months)
    found = _match(DAYS_TIME, text, "时长")
    part = {name: int(value or 0) for name, value in found.groupdict().items() if name not in {"sign", "fraction"}}
    micro = int(((found["fraction"] or "") + "000000")[:6])
    try:
        span = timedelta(microseconds=micro, **part)
    except OverflowError:
        raise FeelEvaluationError(f"时长“{text}”过大") from None
    return -span if found["sign"] else span


def parse_at_literal(text: str) -> object:
    """The value of `@"..."`, whichever of the five kinds it is. Raises FeelEvaluationError."""
    if DATE.fullmatch(text):
        return parse_date(text)
    if DATE_TIME.fullmatch(text):
        return parse_date_time(text)
    if TIME.fullmatch(text):
        return parse_time(text)
    if text.lstrip("-").startswith("P"):
        return parse_duration(text)
    raise FeelEvaluationError(f"“{text}”不是日期、时间或时长")


def write_time(value: time) -> str:
    text = value.replace(tzinfo=None).isoformat()
    return (text.rstrip("0") if "." in text else text) + write_zone(value.tzinfo, value.utcoffset())


def write_date_time(value: datetime) -> str:
    text = value.replace(tzinfo=None).isoformat()
    return (text.rstrip("0") if "." in text else text) + write_zone(value.tzinfo, value.utcoffset())


def write_zone(zone: tzinfo | None, offset: timedelta | None) -> str:
    if isinstance(zone, ZoneInfo):
        return f"@{zone.key}"
    if offset is None:
        return ""
    if not offset:
        return "Z"
    seconds = abs(offset) // timedelta(seconds=1)
    text = f"{'-' if offset < timedelta() else '+'}{seconds // 3600:02}:{seconds // 60 % 60:02}"
    return text + (f":{seconds % 60:02}" if seconds % 60 else "")


def write_duration(value: timedelta | YearsMonths) -> str:
    if isinstance(value, YearsMonths):
        years, months = divmod(abs(value.months), 12)
        body = (f"{years}Y" if years else "") + (f"{months}M" if months or not years else "")
        return ("-P" if value.months < 0 else "P") + body
    micro = abs(value) // MICROSECOND
    seconds, fraction = divmod(micro, 10**6)
    days, seconds = divmod(seconds, 86400)
    clock = f"{seconds // HOUR}H" if seconds >= HOUR else ""  # seconds of an hour
    clock += f"{seconds // 60 % 60}M" if seconds // 60 % 60 else ""
    if seconds % 60 or fraction:
        tail = f"{seconds % 60}.{fraction:06}".rstrip("0") if fraction else str(seconds % 60)
        clock += f"{tail}S"
    if not days and not clock:
        return "PT0S"
    sign = "-" if value < timedelta() else ""
    return f"{sign}P{f'{days}D' if days else ''}{f'T{clock}' if clock else ''}"


def seconds_of(span: timedelta) -> Decimal:
    """A duration in seconds, exact to the microsecond."""
    return Decimal(span // MICROSECOND).scaleb(-6)
