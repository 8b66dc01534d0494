"""Working days: China's holidays and make-up days from a kept package, with an override table for what it lacks."""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from functools import lru_cache

import chinese_calendar
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.engine.models import CalendarDay
from app.kernel.dates import SHANGHAI, local_date

_SATURDAY = 5
_OVERRIDES = select(CalendarDay.date, CalendarDay.working)
_DURATION = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?\Z")


class WorkingCalendar:
    """Counts working days; `overrides` (date -> working) win over the package and over weekends."""

    def __init__(self, overrides: Mapping[date, bool]) -> None:
        self._overrides = overrides

    def is_working(self, day: date) -> bool:
        """The override, else the package, else (a year it does not know) Monday to Friday."""
        if day in self._overrides:
            return self._overrides[day]
        return _works_officially(day)

    def add_working_days(self, start: date, count: int) -> date:
        """The `count`-th working day after `start`; 0 is `start` itself."""
        day = start
        while count > 0:
            day += timedelta(days=1)
            count -= self.is_working(day)
        return day

    def due_instant(self, now: datetime, working_days: int) -> datetime:
        """The end (23:59:59, Asia/Shanghai) of the `working_days`-th working day after now."""
        day = self.add_working_days(local_date(now), working_days)
        return datetime.combine(day, time(23, 59, 59), SHANGHAI)

    def is_assumed(self, day: date) -> bool:
        """True when nobody has said how that year's holidays lie, so that due dates are weekends-only."""
        return not knows_year(day.year) and not any(known.year == day.year for known in self._overrides)


@lru_cache(maxsize=4096)
def _works_officially(day: date) -> bool:
    """Kept, because the package looks through all its years each time it is asked."""
    return bool(chinese_calendar.is_workday(day)) if knows_year(day.year) else day.weekday() < _SATURDAY


@lru_cache(maxsize=256)
def knows_year(year: int) -> bool:
    """True when the package holds that year's official arrangement."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            chinese_calendar.is_workday(date(year, 1, 1))
        except NotImplementedError:
            return False
    return True


def read_time(text: str) -> date | datetime | timedelta:
    """A duration "P3DT2H", a date or an instant in ISO form. Raises ValueError."""
    match = _DURATION.match(text)
    if match and text not in {"P", "PT"} and not text.endswith("T"):
        days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
        return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    try:
        return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r} is neither a date nor a duration") from None


def calendar_of(session: Session) -> WorkingCalendar:
    """The county's calendar, read once a transaction."""
    transaction = session.get_transaction()
    read_in, known = session.info.get("calendar", (None, None))
    if isinstance(known, WorkingCalendar) and read_in is transaction:
        return known
    overrides = dict(session.connection().execute(_OVERRIDES).all())
    calendar = WorkingCalendar(overrides)
    session.info["calendar"] = (session.get_transaction(), calendar)
    return calendar
