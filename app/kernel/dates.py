"""One clock for the whole product: instants in UTC, dates of the county in Asia/Shanghai."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

Clock = Callable[[], datetime]
SHANGHAI = ZoneInfo("Asia/Shanghai")


def system_clock() -> datetime:
    """Now, aware, in UTC."""
    return datetime.now(UTC)


def local_date(instant: datetime) -> date:
    """The county's date at that instant."""
    return instant.astimezone(SHANGHAI).date()


def fixed_clock(instant: datetime) -> Clock:
    """A clock that stands still, for tests and replays."""
    return lambda: instant
