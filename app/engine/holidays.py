"""The override table of the calendar: a year's official arrangement, entered when the package does not know it yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.access import audit
from app.engine.calendar import WorkingCalendar, knows_year
from app.engine.models import CalendarDay
from app.kernel.actors import Actor
from app.kernel.dates import Clock
from app.kernel.errors import Fault, Invalid


@dataclass(frozen=True)
class YearCalendar:
    """`assumed`: nobody has said how this year's holidays lie, working days are Monday to Friday."""

    year: int
    assumed: bool
    overrides: Mapping[date, bool]


def get_year(session: Session, year: int) -> YearCalendar:
    """The overrides of a year, by date: whether it is a working day."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    query = select(CalendarDay.date, CalendarDay.working).where(CalendarDay.date.between(first, last))
    overrides = dict(session.execute(query.order_by(CalendarDay.date)).all())
    return YearCalendar(year, WorkingCalendar(overrides).is_assumed(first), overrides)


def set_year(session: Session, actor: Actor, clock: Clock, year: int, overrides: Mapping[date, bool]) -> YearCalendar:
    """Replaces the year's overrides; due dates given before stay as they are. Raises Invalid. Commits."""
    elsewhere = [day for day in overrides if day.year != year]
    if elsewhere:
        raise Invalid([Fault(f"/overrides/{day}", "other_year", f"{day} 不在 {year} 年") for day in elsewhere])
    if not knows_year(year) and not overrides:
        raise Invalid([Fault("/overrides", "year_unknown", f"系统没有 {year} 年的放假安排，请填入节假日和调休日")])
    session.execute(delete(CalendarDay).where(CalendarDay.date.between(date(year, 1, 1), date(year, 12, 31))))
    session.add_all(CalendarDay(date=day, working=working) for day, working in overrides.items())
    audit.record(session, actor, clock, "calendar_set", subject=f"calendar:{year}", detail={"days": len(overrides)})
    session.info.pop("calendar", None)
    session.commit()
    return get_year(session, year)
