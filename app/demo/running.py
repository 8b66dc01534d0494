"""The round of 2026 in the middle of tallies and visits: a late unit, open visits, somebody found at the door."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from app.demo import tallying, visiting
from app.demo.accounts import grid_login
from app.demo.areas import plan_areas
from app.demo.county import FOUND_AT_THE_DOOR, RUNNING_CUT_OFF
from app.demo.raising import begin_year
from app.demo.town import Town
from app.engine.calendar import WorkingCalendar, calendar_of

if TYPE_CHECKING:
    from app.demo.load import World

LATE_UNIT = "cl"
VISITS_MADE = 230
CHECKED_TOWNSHIPS = 5
DAYS_SINCE_THE_OPENING = 46


def run_half_a_round(world: World) -> None:
    """412 names; one unit never answered, most visits are made, of somebody found at the door little is known."""
    opened = max(world.today - timedelta(days=DAYS_SINCE_THE_OPENING), world.clock.at.date())
    world.clock.move_to(opened)
    begin_year(world, 2026, Decimal(0), charity=Decimal(1_100_000), before=Decimal(1_050_000))
    town = world.town()
    round_id = tallying.open_round(town, 2026, RUNNING_CUT_OFF, world.snapshots["2026-1"])
    cast = tallying.Cast(world.plan.people, world.plan.running_round)
    names = tallying.review_list(town, round_id)
    world.clock.move_to(opened + timedelta(days=6))
    tallying.file_tallies(town, round_id, cast, late=(LATE_UNIT,))
    world.clock.move_to(opened + timedelta(days=18))
    _waive(town, round_id)
    tallying.consolidate(town, round_id)
    _go_round(world, town, round_id, cast)
    world.say(f"  2026年度第1轮：{names} 人，填报和核实进行中，一个单位逾期未反馈")


def _waive(town: Town, round_id: int) -> None:
    """The late unit was reminded, and is put on record as 未反馈: that is not zero."""
    late = next(r for r in tallying.tally_requests(town, round_id) if r["unit_code"] == LATE_UNIT)
    reason = "逾期未报，已电话催报两次，先行核实"
    town.desk(tallying.OFFICER).post(f"/tally-requests/{late['id']}/waive", {"reason": reason})


def _go_round(world: World, town: Town, round_id: int, cast: tallying.Cast) -> None:
    """Visits (15 working days) and checks (5) are not due yet; the small tally (10) is, and one unit is late."""
    with world.database.reading() as session:
        calendar = calendar_of(session)
        dispatched = _days_before(calendar, world.today, 13)
        found = _days_before(calendar, world.today, 12)
        visited = _days_before(calendar, world.today, 3)
    world.clock.move_to(dispatched)
    visiting.dispatch(town, round_id)
    world.clock.move_to(found)
    _find_somebody(world, town, round_id)
    world.clock.move_to(visited)
    visiting.visit_all(town, round_id, cast, world.clock, most=VISITS_MADE)
    visiting.check_all(town, round_id, CHECKED_TOWNSHIPS)
    world.clock.move_to(world.today)
    world.do_jobs()


def _find_somebody(world: World, town: Town, round_id: int) -> None:
    """A grid worker meets somebody who is on no list; every unit but one answers the small tally."""
    person = world.plan.people[FOUND_AT_THE_DOOR]
    grids = [area.code for area in plan_areas() if area.level == "grid"]
    desk = town.desk(grid_login(grids.index(person.residence) + 1))
    find = {"area_id": world.areas[person.residence], "name": person.name, "id_number": person.id_number}
    desk.post(f"/rounds/{round_id}/door-finds", find)
    tallying.say_nothing(town, round_id, late=(LATE_UNIT,))


def _days_before(calendar: WorkingCalendar, today: date, count: int) -> date:
    """The last day from which `count` working days have passed by `today`."""
    day = today
    while calendar.add_working_days(day, count) > today:
        day -= timedelta(days=1)
    return day
