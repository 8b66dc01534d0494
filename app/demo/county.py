"""Puts people, bills and stories together; the same plan for the same numbers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from random import Random

from app.demo.areas import plan_areas
from app.demo.bills import BillBook
from app.demo.names import Numbers, draw_birth, draw_name
from app.demo.plan import CountyPlan, PersonPlan, Story
from app.demo.stories import (
    LADDER,
    REVERSED_BILL,
    REVERSED_SELF,
    closed_2024,
    first_2025,
    growth_2025,
    newcomers_2025,
    running_2026,
)

SINCE = date(2022, 1, 1)
FIRST_CUT_OFF = date(2025, 6, 30)
RUNNING_CUT_OFF = date(2026, 9, 30)
LEAST_PEOPLE = 1_000
FIRST_WITHOUT_STORY = 740  # those before are in a story
DECEASED = 61  # between the rounds of 2025; nobody has said yet who inherits
FOUND_AT_THE_DOOR = 720  # on no list: below the screening line
NOT_FOR_THE_FUND = 188  # 因病致贫纳入临时救助: listed, and no fund may pay
_PAYING = ("db", "db", "db", "dib", "dib", "ybnr_zcx", "tk")
_OTHERS = ("disabled_1_2", "zdyf", "mental", "sanlao", "fading", "potential_other", "lsjz")


def plan_county(people: int, settlements: int, seed: int) -> CountyPlan:
    """Plans `people` persons (at least 1,000: the stories need them) and about `settlements` bills."""
    random = Random(seed)
    persons = _plan_people(random, max(people, LEAST_PEOPLE))
    book = BillBook(random)
    closed, first, second, running = _cast(random)
    plan = CountyPlan(seed, persons, book.bills, closed, first, second, running)
    _write_story_bills(plan, book)
    _write_small_bills(random, plan, book, settlements)
    book.bills.sort(key=lambda bill: (bill.settled_on, bill.number))
    return plan


def _cast(random: Random) -> tuple[list[Story], list[Story], list[Story], list[Story]]:
    """Give each story its person: the 2025 people are the same in both rounds of the year."""
    first = first_2025(random)
    grown = growth_2025(random, first)
    newcomers = newcomers_2025(random, first, grown)
    dropper = Story(-1, 75_000_00, {}, {"crowd_funding": 68_000_00}, "changed")
    unpayable = Story(-1, 120_000_00)
    numbers = iter(range(LEAST_PEOPLE))
    cast_first = [replace(story, person=next(numbers)) for story in first]
    cast_grown = [replace(g, person=f.person) for g, f in zip(grown, cast_first, strict=True)]
    cast_new = [replace(story, person=next(numbers)) for story in [*newcomers, dropper, unpayable]]
    cast_new[DECEASED - len(cast_first)].result = "deceased"
    cast_running = [replace(story, person=next(numbers)) for story in running_2026(random)]
    cast_closed = [replace(story, person=next(numbers)) for story in closed_2024(random)]
    return cast_closed, cast_first, cast_grown + cast_new, cast_running


def _plan_people(random: Random, count: int) -> list[PersonPlan]:
    grids = [area.code for area in plan_areas() if area.level == "grid"]
    numbers = Numbers(random)
    persons: list[PersonPlan] = []
    household, left = 0, 0
    for no in range(count):
        if left == 0:
            household, left = household + 1, random.choice((1, 2, 2, 3, 4))
            grid, head = random.choice(grids), True
        female = random.random() < 0.5
        born = draw_birth(random, SINCE)
        persons.append(
            PersonPlan(
                no,
                draw_name(random, female=female),
                numbers.id_number(born, female=female),
                born,
                female,
                household,
                head,
                grid,
                grid,
                _categories(random, no),
                numbers.account(),
            )
        )
        left, head = left - 1, False
    _cast_specials(persons, grids)
    return persons


def _categories(random: Random, no: int) -> tuple[tuple[str, date, date | None], ...]:
    """Everybody in a story is recognised; of the others about half are, some with a second category."""
    recognised = no < LEAST_PEOPLE or random.random() < 0.5
    spans = [(random.choice(_PAYING), SINCE, None)] if recognised else [(random.choice(_OTHERS), SINCE, None)]
    if recognised and random.random() < 0.15:
        spans.append((random.choice(_OTHERS[:4]), SINCE, None))
    return tuple(spans)


def _cast_specials(persons: list[PersonPlan], grids: list[str]) -> None:
    """The people the issue names; numbers 58… are the newcomers of the second round of 2025."""
    persons[0].special = "ladder"
    persons[57].special = "reversed"
    persons[58].special = "charity_at_the_door"
    child = persons[60]
    child.born, child.special = date(2017, 5, 4), "guardian"
    child.id_number = Numbers(Random(child.no)).id_number(child.born, female=child.female)
    persons[DECEASED].special, persons[DECEASED].account = "deceased", None
    persons[62].special, persons[62].categories = "institution", (("tk", SINCE, None),)
    away = persons[63]
    away.special = "away"
    away.residence = next(g for g in reversed(grids) if g[:9] != away.grid[:9])
    persons[64].special = persons[65].special = "namesake"
    persons[65].name = persons[64].name
    persons[187].special = "crowd_funding"
    unpayable = persons[NOT_FOR_THE_FUND]
    unpayable.special, unpayable.categories = "temporary_relief_only", (("lsjz", SINCE, None),)


def _write_story_bills(plan: CountyPlan, book: BillBook) -> None:
    year_2025 = (date(2025, 1, 1), FIRST_CUT_OFF)
    for story in plan.closed_round:
        book.add_self_paid(story.person, story.self_paid, date(2024, 1, 1), date(2024, 12, 31), 3)
    for story in plan.first_round[1:-1]:
        book.add_self_paid(story.person, story.self_paid, *year_2025, 2)
    taken_back = plan.first_round[-1].person
    before = {story.person: story.self_paid for story in plan.first_round}
    for story in plan.second_round:
        if story.person == 0:
            continue
        known = 0 if story.person == taken_back else before.get(story.person, 0)
        book.add_self_paid(story.person, story.self_paid - known, date(2025, 7, 1), date(2025, 12, 31), 2)
    for story in plan.running_round:
        book.add_self_paid(story.person, story.self_paid, date(2026, 1, 1), RUNNING_CUT_OFF, 3)
    book.add_self_paid(FOUND_AT_THE_DOOR, 4_650_00, date(2026, 1, 1), RUNNING_CUT_OFF, 2)
    _write_ladder(book)
    _write_reversal(book, plan.first_round[-1].person)


def _write_ladder(book: BillBook) -> None:
    """180,000.00 of cost leaves 32,000.00 after all payers; 18,000.00 more come in autumn."""
    book.add(0, date(2025, 3, 12), 120_000_00, (60_000_00, 20_000_00, 10_000_00, 5_000_00))
    book.add(0, date(2025, 5, 20), 60_000_00, (30_000_00, 5_000_00, 5_000_00, 3_000_00))
    book.add(0, date(2025, 10, 9), 50_000_00, (24_000_00, 4_000_00, 4_000_00, 0))
    assert LADDER.self_paid == 42_000_00  # noqa: S101 the three bills above belong to this figure


def _write_reversal(book: BillBook, person: int) -> None:
    paid = REVERSED_BILL - REVERSED_SELF
    bill = book.add(person, date(2025, 5, 16), REVERSED_BILL, (paid, 0, 0, 0))
    book.add(person, date(2025, 8, 21), -REVERSED_BILL, (-paid, 0, 0, 0), reverses=bill.number)


def _write_small_bills(random: Random, plan: CountyPlan, book: BillBook, settlements: int) -> None:
    """Everyday bills of the people outside the stories, over three years."""
    others = plan.people[LEAST_PEOPLE:] or plan.people[FIRST_WITHOUT_STORY:]
    spent: dict[tuple[int, int], int] = {}
    listed = {*_PAYING, "lsjz"}
    while len(book.bills) < settlements:
        person = random.choice(others)
        year = random.choice((2024, 2025, 2026))
        poor = any(category in listed for category, _, _ in person.categories)
        key = (person.no, year)
        if poor and spent.get(key, 0) > 2_500_00:
            continue
        end = RUNNING_CUT_OFF if year == RUNNING_CUT_OFF.year else date(year, 12, 31)
        spent[key] = spent.get(key, 0) + book.add_small(person.no, date(year, 1, 1), end, poor=poor)
