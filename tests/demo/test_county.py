"""The stories come out to the fen, whatever the size of the county."""

import pytest

from app.demo.county import plan_county
from app.demo.stories import due_for, net, self_paid_for
from app.kernel.idnumbers import normalise_id_number


@pytest.fixture(scope="module", params=[(1_000, 5_000, 1), (3_000, 20_000, 7)])
def plan(request):
    return plan_county(*request.param)


def test_the_same_seed_gives_the_same_county():
    assert plan_county(1_200, 6_000, 3) == plan_county(1_200, 6_000, 3)


def test_another_seed_gives_another_county():
    assert plan_county(1_200, 6_000, 3).people != plan_county(1_200, 6_000, 4).people


def test_every_identity_number_is_valid_and_belongs_to_one_person(plan):
    numbers = [person.id_number for person in plan.people]
    assert all(normalise_id_number(number) == number for number in numbers)
    assert len(set(numbers)) == len(numbers)


def test_the_closed_round_leaves_123456_78(plan):
    assert 2_000_000_00 - sum(due_for(net(s)) for s in plan.closed_round) == 123_456_78


def test_the_first_round_of_2025_pays_600000_to_58_people(plan):
    assert len(plan.first_round) == 58
    assert sum(due_for(net(s)) for s in plan.first_round) == 600_000_00


def test_the_second_round_needs_sixty_percent_more_than_there_is(plan):
    paid = {s.person: due_for(net(s)) for s in plan.first_round}
    paying = {"tk", "db", "dib", "ybnr_zcx"}
    listed = [
        s
        for s in plan.second_round
        if net(s) > 10_000_00 and paying & {c for c, _, _ in plan.people[s.person].categories}
    ]
    assert len(listed) == 187
    assert sum(max(0, due_for(net(s)) - paid.get(s.person, 0)) for s in listed) == 2_517_530_85


def test_bills_leave_each_story_what_it_says(plan):
    left: dict[int, int] = {}
    for bill in plan.bills:
        if bill.settled_on.year == 2025:
            left[bill.person] = left.get(bill.person, 0) + bill.self_paid
    assert {s.person: left[s.person] for s in plan.second_round} == {s.person: s.self_paid for s in plan.second_round}


@pytest.mark.parametrize("due", [1, 2, 3, 4, 123_45, 13_200_00, 19_999_99])
def test_a_self_paid_cost_can_be_found_for_every_amount_due(due):
    assert due_for(self_paid_for(due)) == due
