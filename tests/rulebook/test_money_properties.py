"""What must hold of the money of Jiaxing and Longgang whatever the amounts are."""

from decimal import Decimal
from functools import cache
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from app.feel import load_decisions

BPMN = Path(__file__).parents[2] / "bpmn"
CAP, PERSON, FAMILY, LIMIT, LINE = (Decimal(n) for n in (120000, 30000, 50000, 100000, 50000))
FEN = Decimal("0.01")
CODES = ["1", "2", "3", "4", "5", "5_child", "child_disease"]

amounts = st.integers(0, 30_000_000).map(lambda fen: Decimal(fen) / 100)
small = st.integers(0, 6_000_000).map(lambda fen: Decimal(fen) / 100)
categories = st.lists(st.sampled_from(CODES), max_size=4)
families = st.lists(st.tuples(st.sampled_from(["1", "2", "3", "4"]), small), max_size=5)
examples = settings(max_examples=60, deadline=None)


@cache
def model(file):
    return load_decisions((BPMN / file).read_bytes(), source=file)


def decide(file, decision, **inputs):
    needed = dict.fromkeys(model(file).inputs_needed(decision))
    return model(file).evaluate(decision, {**needed, **inputs}, trace=False).value


def assist(codes, cost, used=Decimal(0)):
    said = {"categories": codes, "in_policy_cost": cost, "used_this_year": used, "designated": True}
    return decide("jiaxing/assistance.dmn", "assistance", **said)["assistance"]


def resolve(family):
    members = [{"id": str(n), "category": code, "self_paid": paid} for n, (code, paid) in enumerate(family)]
    return decide("jiaxing/burden.dmn", "burden_cap", members=members)


def pay_items(category, bases, used=Decimal(0)):
    items = [{"kind": "inpatient", "base": base} for base in bases]
    said = {"category": category, "bases": items, "used_this_year": used}
    return decide("longgang/protection.dmn", "assistance", **said)


@examples
@given(categories, amounts, amounts, amounts)
def test_assistance_grows_with_the_cost_and_stays_within_cost_and_cap(codes, cost, more, used):
    paid = assist(codes, cost, used)
    assert 0 <= paid <= min(cost, max(Decimal(0), CAP - used))
    assert assist(codes, cost + more, used) >= paid


@examples
@given(categories, st.sampled_from(CODES), amounts)
def test_one_category_more_never_lowers_the_assistance(codes, another, cost):
    assert assist([*codes, another], cost) >= assist(codes, cost)


@examples
@given(families)
def test_the_family_share_is_handed_out_to_the_fen(family):
    found = resolve(family)
    assert sum(found["family"].values(), Decimal(0)) == found["family_excess"]
    assert found["total"] == sum(found["individual"].values(), Decimal(0)) + found["family_excess"]


@examples
@given(families)
def test_what_is_left_is_within_both_limits_and_nobody_gets_more_than_he_paid(family):
    found = resolve(family)
    left = {n: dict(enumerate(p for _, p in family))[int(n)] - x for n, x in found["individual"].items()}
    left = {n: rest - found["family"][n] for n, rest in left.items()}
    assert all(0 <= rest <= PERSON for rest in left.values())
    assert sum(left.values(), Decimal(0)) <= FAMILY


@examples
@given(families.filter(bool), small)
def test_paying_more_oneself_never_lowers_what_is_resolved(family, more):
    (code, paid), *others = family
    assert resolve([(code, paid + more), *others])["total"] >= resolve(family)["total"]


@examples
@given(families)
def test_the_order_of_members_does_not_change_the_sum(family):
    assert resolve(family[::-1])["total"] == resolve(family)["total"]


@examples
@given(st.lists(st.tuples(st.dates(), amounts), max_size=6))
def test_bills_in_any_order_come_to_the_same_and_no_year_passes_the_cap(bills):
    timeline = [{"category": "2", "recognised": "1900-01-01"}]

    def total(rows):
        said = [{"date": day.isoformat(), "base": base} for day, base in rows]
        found = decide("jiaxing/assistance.dmn", "assistance_bills", timeline=timeline, bills=said,
                       used_this_year=Decimal(0))  # fmt: skip
        return found["total"]

    assert total(bills) == total(bills[::-1])
    assert total(bills) <= CAP * len({day.year for day, _ in bills})


@examples
@given(amounts)
def test_city_and_district_carry_all_of_it_and_differ_by_a_fen_at_most(total):
    parts = decide("jiaxing/assistance_fund.dmn", "assistance_fund", total=total)
    assert parts["city"] + parts["district"] == total
    assert 0 <= parts["city"] - parts["district"] <= FEN


@examples
@given(st.lists(amounts, max_size=4), amounts, amounts)
def test_longgang_shares_one_limit_whatever_the_items(bases, more, used):
    found = pay_items("db", bases, used)
    assert found["total"] == sum(found["per_item"], Decimal(0)) <= max(Decimal(0), LIMIT - used)
    assert pay_items("db", [*bases, more], used)["total"] >= found["total"]
    assert pay_items("db", bases[::-1], used)["total"] == found["total"]
    assert pay_items("tk", bases, used)["total"] >= found["total"]


@examples
@given(amounts, amounts, small)
def test_critical_illness_grows_with_the_cost_and_never_passes_it(base, more, deductible):
    def pay(cost):
        return decide("longgang/protection.dmn", "critical_illness", normal_deductible=deductible, base=cost)["paid"]

    assert 0 <= pay(base) <= base
    assert pay(base + more) >= pay(base)


@examples
@given(amounts, amounts, st.booleans())
def test_high_cost_leaves_the_line_at_most_to_whoever_kept_the_rules(total, charity, kept):
    payments = {"charity": charity}
    found = decide("longgang/protection.dmn", "high_cost", total_cost=total, payments=payments, guided=kept,
                   referred=True)  # fmt: skip
    assert found["self_paid"] - found["subsidy"] <= (LINE if kept else found["self_paid"])
    assert kept or found["subsidy"] == 0
