"""What happened in the county so far: three rounds to their ends or to the eve of the meeting, one in the middle."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from app.demo import deciding, paying, tallying, visiting
from app.demo.plan import Story
from app.demo.raising import FISCAL, begin_year, bring_money, end_year
from app.demo.running import run_half_a_round
from app.demo.stories import CLOSED_2024_TOTAL
from app.demo.town import Town
from app.kernel.money import from_fen

if TYPE_CHECKING:
    from app.demo.load import World


CHARITY_MOVED = {"2025-1": "200000.00"}  # more is not needed for this round: 450,000.00 have still to come


def live_through(world: World) -> None:
    """2024 closed, 2025 first round paid, 2025 second round before its meeting, 2026 in the middle."""
    for year in (2023, 2024):  # the money of 2023 has not come yet: the round that `demo play` plays waits for it
        begin_year(world, year, Decimal(0), charity=Decimal(1_000_000), before=None)
    bring_money(world, 2024, fiscal=FISCAL, charity=Decimal(1_000_000))
    _whole_round(world, "2024", date(2025, 1, 6), world.plan.closed_round)
    _turn_of_the_year(world)
    _whole_round(world, "2025-1", date(2025, 7, 7), world.plan.first_round)
    _eve_of_the_meeting(world)
    run_half_a_round(world)


def _whole_round(world: World, name: str, opened: date, stories: Sequence[Story]) -> None:
    year = int(name[:4])
    town, round_id = _up_to_merge(world, name, opened, stories)
    world.clock.move_to(opened + timedelta(days=35))
    deciding.propose(town, round_id)
    deciding.submit(town, round_id)
    held_on = opened + timedelta(days=40)
    world.clock.move_to(held_on)
    deciding.sit(town, round_id, held_on)
    sealed = deciding.resolve(town, round_id, f"嵊专班〔{held_on.year}〕{round_id}号", held_on)
    deciding.conclude(town, round_id, sealed["id"])
    world.clock.move_to(opened + timedelta(days=45))
    paying.move_charity(town, round_id, f"{year}年慈善划款{round_id}", CHARITY_MOVED.get(name))
    paying.pay(town, round_id, paying.all_paid, f"{opened + timedelta(days=46)} 10:00:00")
    paying.finish(town, round_id)
    world.say(f"  {year}年度第{_number(name)}轮已结束：{sealed['row_count']} 人，{sealed['total']} 元")


def _up_to_merge(world: World, name: str, opened: date, stories: Sequence[Story]) -> tuple[Town, int]:
    cut_off = {"2025-1": date(2025, 6, 30)}.get(name, date(int(name[:4]), 12, 31))
    world.clock.move_to(opened)
    town = world.town()
    round_id = tallying.open_round(town, int(name[:4]), cut_off, world.snapshots[name])
    cast = tallying.Cast(world.plan.people, stories)
    tallying.review_list(town, round_id)
    world.clock.move_to(opened + timedelta(days=7))
    tallying.file_tallies(town, round_id, cast)
    world.clock.move_to(opened + timedelta(days=12))
    tallying.consolidate(town, round_id)
    visiting.dispatch(town, round_id)
    world.clock.move_to(opened + timedelta(days=20))
    visiting.visit_all(town, round_id, cast, world.clock)
    world.clock.move_to(opened + timedelta(days=28))
    visiting.check_all(town, round_id)
    visiting.merge(town, round_id)
    return town, round_id


def _turn_of_the_year(world: World) -> None:
    """2024 is closed with what was not needed; 2025 begins, and 450,000 of its charity has not come yet."""
    left = from_fen(2_000_000_00 - CLOSED_2024_TOTAL)
    carried = end_year(world, 2024)
    if carried != left:
        raise RuntimeError(f"2024 should leave {left}, not {carried}")
    begin_year(world, 2025, carried, charity=Decimal(1_050_000), before=Decimal(1_000_000))
    bring_money(world, 2025, fiscal=FISCAL, charity=Decimal(400_000))


def _eve_of_the_meeting(world: World) -> None:
    """187 people before the meeting; the money is short by far."""
    opened = min(date(2026, 1, 12), world.today - timedelta(days=45))
    town, round_id = _up_to_merge(world, "2025-2", opened, world.plan.second_round)
    world.clock.move_to(opened + timedelta(days=35))
    deciding.propose(town, round_id)
    deciding.submit(town, round_id)
    world.say("  2025年度第2轮：名单已提交，等待专班会议")


def _number(name: str) -> str:
    return name[5:] or "1"
