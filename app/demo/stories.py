"""The people of the three stories rounds: their self-paid costs are made so that the sums come out to the fen."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from app.demo.plan import Story

THRESHOLD = 10_000_00
CAP = 20_000_00

CLOSED_2024_TOTAL = 1_876_543_22  # of 2,000,000.00, so that 123,456.78 is carried over
CLOSED_2024_PEOPLE = 110
FIRST_2025_TOTAL = 600_000_00
FIRST_2025_PEOPLE = 58
SECOND_2025_PEOPLE = 187
SECOND_2025_NEED = 2_517_530_85  # 1.6 times the 1,573,456.78 that are available
AT_CAP = 40
RUNNING_2026_PEOPLE = 412

LADDER = Story(-1, 42_000_00, {"temporary_relief": 5_000_00, "red_cross": 2_000_00, "charity": 3_000_00})
REVERSED_BILL = 48_000_00
REVERSED_SELF = 28_000_00  # of the bill above; 10,800.00 are paid in the first round
LEFT_AFTER_REVERSAL = 16_000_00  # of later bills; 3,600.00 are due, so that 7,200.00 were paid too much


def self_paid_for(due: int) -> int:
    """The smallest self-paid cost (fen) whose excess over the threshold times 0.60, half up, is `due`."""
    whole, rest = divmod(due, 3)
    return THRESHOLD + 5 * whole + (0, 1, 3)[rest]


def due_for(self_paid: int) -> int:
    """min(cap, excess × 0.60) in fen, half up."""
    return min(CAP, (max(0, self_paid - THRESHOLD) * 6 + 5) // 10)


def split_sum(random: Random, total: int, parts: int, low: int, high: int) -> list[int]:
    """`parts` whole numbers within [low, high] whose sum is `total` exactly."""
    if not parts * low <= total <= parts * high:
        raise ValueError("no such split")
    numbers = []
    for left in range(parts, 0, -1):
        least = max(low, total - (left - 1) * high)
        most = min(high, total - (left - 1) * low)
        centre = total // left
        reach = min(centre - least, most - centre)
        numbers.append(centre + random.randint(-reach, reach) if left > 1 else total)
        total -= numbers[-1]
    random.shuffle(numbers)
    return numbers


def closed_2024(random: Random) -> list[Story]:
    """110 people whose amounts make 1,876,543.22."""
    dues = split_sum(random, CLOSED_2024_TOTAL, CLOSED_2024_PEOPLE, 14_000_00, 19_900_00)
    return [Story(-1, self_paid_for(due)) for due in dues]


def first_2025(random: Random) -> list[Story]:
    """58 people, 600,000.00; the first is the ladder story (13,200.00), the last has the bill reversed later."""
    others = FIRST_2025_TOTAL - due_for(32_000_00) - due_for(REVERSED_SELF)
    dues = split_sum(random, others, FIRST_2025_PEOPLE - 2, 2_000_00, 18_000_00)
    return [LADDER, *(Story(-1, self_paid_for(due)) for due in dues), Story(-1, REVERSED_SELF)]


def growth_2025(random: Random, first: Sequence[Story]) -> list[Story]:
    """The year-end self-paid costs of the first round's people: 50,000 for the ladder, less for the reversed bill."""
    grown = [Story(-1, LADDER.self_paid + 18_000_00, LADDER.tallies)]
    for story in first[1:-1]:
        paid = due_for(story.self_paid)
        more = random.randint(0, (CAP - paid) // 100) * 100
        grown.append(Story(-1, self_paid_for(paid + more) if more else story.self_paid))
    return [*grown, Story(-1, LEFT_AFTER_REVERSAL)]


def newcomers_2025(random: Random, already: Sequence[Story], grown: Sequence[Story]) -> list[Story]:
    """129 people of the second round only; the first finds 2,000 of charity at the door (35,000 are left)."""
    more = sum(max(0, due_for(net(g)) - due_for(net(a))) for a, g in zip(already, grown, strict=True))
    people = SECOND_2025_PEOPLE - len(grown)
    found = Story(-1, 40_000_00, {"red_cross": 3_000_00}, {"charity": 2_000_00}, "changed")
    rest = SECOND_2025_NEED - more - due_for(net(found)) - AT_CAP * CAP
    dues = split_sum(random, rest, people - 1 - AT_CAP, 8_000_00, 19_900_00)
    capped = [Story(-1, random.randint(44_000_00, 110_000_00)) for _ in range(AT_CAP)]
    below = [Story(-1, self_paid_for(due)) for due in dues]
    return [found, *below, *capped]


def running_2026(random: Random) -> list[Story]:
    """412 people above the screening line, heavy-tailed; some with tallies, some with finds at the door."""
    stories = []
    for n in range(RUNNING_2026_PEOPLE):
        self_paid = 5_100_00 + min(int(random.lognormvariate(13.9, 0.9)), 190_000_00)
        tallies = {"charity": random.randint(5, 30) * 100_00} if n % 6 == 0 else {}
        if n % 9 == 0:
            tallies["temporary_relief"] = random.randint(3, 12) * 100_00
        story = Story(-1, self_paid, tallies)
        if n % 23 == 5:
            story.found, story.result = {"other": random.randint(5, 20) * 100_00}, "changed"
        stories.append(story)
    return stories


def net(story: Story) -> int:
    """Self-paid after tallies and finds at the door, fen."""
    return story.self_paid - sum({**story.tallies, **story.found}.values())
