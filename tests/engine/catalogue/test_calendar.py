"""Working days: official holidays and make-up days, overrides before them, weekends only where nothing is known."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from app.engine.calendar import WorkingCalendar, calendar_of, knows_year, read_time
from app.engine.models import CalendarDay

CALENDAR = WorkingCalendar({})


@pytest.mark.parametrize(
    ("day", "working"),
    [
        (date(2026, 3, 2), True),  # a Monday
        (date(2026, 3, 7), False),  # a Saturday
        (date(2026, 1, 1), False),  # New Year, a Thursday
        (date(2026, 2, 17), False),  # the first day of the lunar year
        (date(2025, 9, 28), True),  # a Sunday made up for the national holiday
        (date(2025, 10, 11), True),  # a Saturday made up
        (date(2025, 10, 8), False),  # the last day of that holiday, a Wednesday
    ],
)
def test_official_holidays_and_make_up_days_count(day, working):
    assert CALENDAR.is_working(day) is working


def test_working_days_are_counted_over_a_long_holiday():
    assert CALENDAR.add_working_days(date(2025, 9, 30), 1) == date(2025, 10, 9)
    assert CALENDAR.add_working_days(date(2025, 9, 30), 3) == date(2025, 10, 11)
    assert CALENDAR.add_working_days(date(2025, 9, 30), 0) == date(2025, 9, 30)


def test_a_task_is_due_at_the_end_of_its_day_in_shanghai():
    friday_evening = datetime(2026, 3, 6, 15, 30, tzinfo=UTC)  # 23:30 in the county
    assert CALENDAR.due_instant(friday_evening, 1) == datetime(2026, 3, 9, 15, 59, 59, tzinfo=UTC)
    saturday_there = datetime(2026, 3, 6, 16, 30, tzinfo=UTC)
    assert CALENDAR.due_instant(saturday_there, 1) == datetime(2026, 3, 9, 15, 59, 59, tzinfo=UTC)


def test_a_year_that_the_package_lacks_counts_weekends_only_and_says_so():
    assert not knows_year(2031)
    assert CALENDAR.is_assumed(date(2031, 10, 1))
    assert CALENDAR.is_working(date(2031, 10, 1))  # a Wednesday, for all we know
    assert not CALENDAR.is_working(date(2031, 10, 4))
    assert not CALENDAR.is_assumed(date(2026, 10, 1))


def test_an_override_goes_before_the_package_and_makes_its_year_known():
    calendar = WorkingCalendar({date(2031, 10, 1): False, date(2026, 3, 2): False, date(2026, 3, 7): True})
    assert not calendar.is_working(date(2031, 10, 1))
    assert not calendar.is_assumed(date(2031, 12, 31))
    assert calendar.add_working_days(date(2026, 3, 1), 1) == date(2026, 3, 3)
    assert calendar.add_working_days(date(2026, 3, 6), 1) == date(2026, 3, 7)


def test_overrides_are_read_from_the_table_and_seen_by_the_next_transaction(database):
    with database.writing() as session:
        assert calendar_of(session).is_working(date(2026, 3, 2))
        session.add(CalendarDay(date=date(2026, 3, 2), working=False))
        session.commit()
        assert not calendar_of(session).is_working(date(2026, 3, 2))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("P3D", timedelta(days=3)),
        ("P1DT2H", timedelta(days=1, hours=2)),
        ("PT30M", timedelta(minutes=30)),
        ("PT5S", timedelta(seconds=5)),
        ("2026-05-01", date(2026, 5, 1)),
        ("2026-05-01T09:00:00", datetime(2026, 5, 1, 9)),
    ],
)
def test_times_are_read_in_iso_form(text, value):
    assert read_time(text) == value


@pytest.mark.parametrize("text", ["", "P", "PT", "P1DT", "3 days", "P-1D", "2026-13-01", "T", "P1M"])
def test_what_is_no_time_is_refused(text):
    with pytest.raises(ValueError, match="neither a date nor a duration"):
        read_time(text)
