"""The people and bills of the round that `demo play` plays: a year that no other round has counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from random import Random

from app.demo.bills import BillBook
from app.demo.county import FIRST_WITHOUT_STORY, LEAST_PEOPLE, NOT_FOR_THE_FUND
from app.demo.plan import BillPlan, Story
from app.kernel.errors import Conflict
from app.kernel.money import format_yuan, from_fen

YEAR = 2023
CUT_OFF = date(YEAR, 12, 31)
NAMED_TWICE, MORE_AT_THE_DOOR, NEVER_MET = 3, 8, 9  # of the people of the round

BILLS_HEADER = (
    "结算编号", "身份证号", "医疗机构", "结算日期", "医疗总费用", "基本医保", "大病保险", "医疗救助", "商业健康保险",
    "冲销原编号",
)  # fmt: skip


@dataclass(frozen=True)
class FreshBill:
    """A bill as a row of the settlement file."""

    plan: BillPlan

    @property
    def person(self) -> int:
        return self.plan.person

    def cells(self, id_number: str) -> Sequence[str]:
        """The row; amounts in yuan."""
        bill = self.plan
        amounts = [format_yuan(from_fen(fen)) for fen in (bill.total, *bill.payments)]
        number = f"F{bill.number}"
        reversed_number = f"F{bill.reverses}" if bill.reverses else ""
        return (number, id_number, bill.hospital, bill.settled_on.isoformat(), *amounts, reversed_number)


def fresh_round(people: int, seed: int, told: int = 0) -> tuple[list[Story], list[FreshBill]]:
    """`people` stories with their bills, after the `told` ones of rounds played before; one more nobody may pay.

    Raises Conflict `stories_used_up` when the county has nobody left without a story.
    """
    random = Random(seed + YEAR + told)
    first = FIRST_WITHOUT_STORY + told
    if first + people > LEAST_PEOPLE:
        raise Conflict("示范人员已用完，请删除数据文件夹后重新载入示范县", code="stories_used_up")
    stories = [_story(random, first + n, n) for n in range(people)] + [Story(NOT_FOR_THE_FUND, 120_000_00)]
    book = BillBook(random)
    for story in stories:
        book.add_self_paid(story.person, story.self_paid, date(YEAR, 1, 1), CUT_OFF, random.randint(1, 4))
    _add_traps(book, first)
    return stories, [FreshBill(bill) for bill in book.bills]


def _add_traps(book: BillBook, first: int) -> None:
    """What a sum over the file gets wrong: bills taken back, another year, a payer whom a unit names too."""
    taken_back = book.add(first + 1, date(YEAR, 4, 6), 30_000_00, (18_000_00, 1_000_00, 0, 0))
    book.add(first + 1, date(YEAR, 6, 1), -30_000_00, (-18_000_00, -1_000_00, 0, 0), reverses=taken_back.number)
    year_before = book.add(first + 5, date(YEAR - 1, 12, 20), 9_000_00, (4_000_00, 0, 0, 0))
    book.add(first + 5, date(YEAR, 2, 3), -9_000_00, (-4_000_00, 0, 0, 0), reverses=year_before.number)
    book.add(first + 6, date(YEAR + 1, 1, 4), 12_000_00, (5_000_00, 0, 0, 0))
    book.add(first + NAMED_TWICE, date(YEAR, 8, 8), 5_000_00, (3_000_00, 0, 0, 1_500_00))


def _story(random: Random, person: int, n: int) -> Story:
    story = Story(person, random.randint(16_000_00, 90_000_00) + random.randint(0, 99))
    if n % 4 == 0:
        story.tallies["charity"] = random.randint(5, 30) * 100_00
    if n % 5 == 0:
        story.tallies["red_cross"] = random.randint(2, 10) * 1_000_00 // 2
    if n % 7 == 0:
        story.tallies["temporary_relief"] = random.randint(3, 12) * 100_00
    if n % 13 == 2:
        story.found, story.result = {"other": random.randint(5, 20) * 100_00}, "changed"
    if n == NAMED_TWICE:
        story.tallies["commercial_insurance"] = 1_200_00
    if n == MORE_AT_THE_DOOR:
        story.found, story.result = {"charity": story.tallies["charity"] + 850_00}, "changed"
    if n == NEVER_MET:
        story.found, story.result = {}, "unreachable"
    return story
