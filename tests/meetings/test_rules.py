"""The money rules of the meeting: examples at the edges, and properties that hold for every list."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.money import FEN, ZERO
from app.meetings.rules import (
    ONE,
    STEP,
    Item,
    Terms,
    Tier,
    allocate_in_order,
    allocate_pro_rata,
    amount_due,
    fit_ratio,
    list_order,
)
from app.meetings.shortfall import apply_shortfall

EXCESS = Terms("excess", Decimal("10000.00"), Decimal("0.60"), Decimal("20000.00"))
TIERS = Terms(
    "tiers",
    None,
    None,
    None,
    (
        Tier(Decimal("10000.00"), Decimal("30000.00"), Decimal("0.50")),
        Tier(Decimal("30000.00"), None, Decimal("0.70")),
    ),
)


def yuan(text):
    return Decimal(text)


def fen(least=0, most=30_000_000):
    return st.integers(least, most).map(lambda n: Decimal(n) * FEN)


ratios = st.integers(0, 10_000).map(lambda n: n * STEP)
single = st.builds(
    Terms,
    st.sampled_from(["excess", "whole"]),
    fen(0, 2_000_000),
    ratios,
    st.none() | fen(0, 5_000_000),
)
terms = single | st.just(TIERS)


@st.composite
def lists(draw):
    rows = draw(st.lists(st.tuples(fen(), fen(0, 3_000_000)), max_size=12))
    return [Item(f"C{n:03d}", self_paid, paid) for n, (self_paid, paid) in enumerate(rows)]


def priced(items, standard):
    return [
        Item(i.case_no, i.self_paid, i.fund_paid, amount_due(standard, i.self_paid, i.fund_paid).amount) for i in items
    ]


def wanted(items):
    return sum((item.due for item in items), ZERO)


@pytest.mark.parametrize(
    ("self_paid", "due"),
    [("10000.00", "0.00"), ("10000.01", "0.01"), ("32000.00", "13200.00"), ("50000.00", "20000.00")],
)
def test_over_the_threshold_is_strict_and_the_cap_holds(self_paid, due):
    assert amount_due(EXCESS, yuan(self_paid)).due == yuan(due)


def test_the_whole_sum_counts_once_the_threshold_is_passed():
    whole = Terms("whole", yuan("10000.00"), yuan("0.30"), None)
    assert amount_due(whole, yuan("10000.00")).due == ZERO
    assert amount_due(whole, yuan("10000.01")).due == yuan("3000.00")


def test_tiers_add_up_and_are_rounded_once():
    third = yuan("0.3333")
    edges = [("0.00", "0.05"), ("0.05", "0.10"), ("0.10", None)]
    thirds = Terms("tiers", None, None, None, tuple(Tier(yuan(a), b and yuan(b), third) for a, b in edges))
    assert amount_due(thirds, yuan("0.15")).due == yuan("0.05")
    assert amount_due(TIERS, yuan("45000.00")).due == yuan("20500.00")


def test_a_later_round_pays_the_difference_and_never_claws_back():
    more = amount_due(EXCESS, yuan("50000.00"), yuan("13200.00"))
    less = amount_due(EXCESS, yuan("30000.00"), yuan("13200.00"))
    assert (more.amount, more.overpaid) == (yuan("6800.00"), ZERO)
    assert (less.amount, less.overpaid) == (ZERO, yuan("1200.00"))


def test_equal_self_paid_is_ordered_by_case_number():
    items = [Item("C2", yuan("5")), Item("C1", yuan("5")), Item("C3", yuan("9"))]
    assert [item.case_no for item in list_order(items)] == ["C3", "C1", "C2"]


def test_pro_rata_gives_the_odd_fen_to_the_largest_remainder():
    items = [Item(c, yuan("1"), ZERO, yuan(due)) for c, due in [("A", "0.01"), ("B", "0.03"), ("C", "0.03")]]
    allocation = allocate_pro_rata(items, yuan("0.05"))
    assert allocation.paid == {"A": yuan("0.01"), "B": yuan("0.02"), "C": yuan("0.02")}
    assert allocation.status == {"A": "paid_full", "B": "paid_partial", "C": "paid_partial"}
    assert allocation.balance_after == ZERO


def test_the_ratio_is_never_raised_above_what_was_resolved():
    items = priced([Item("A", yuan("20000.00"))], EXCESS)
    outcome = apply_shortfall("fit_ratio", EXCESS, items, yuan("999999.00"))
    assert (outcome.ratio, outcome.amounts, outcome.short) == (None, {"A": yuan("6000.00")}, False)


def test_who_was_paid_enough_before_gets_nothing_more_but_the_money_is_not_used_up_for_that_reason():
    paid_before = Item("A", yuan("30000.00"), fund_paid=yuan("9000.00"), due=yuan("3000.00"))
    new = Item("B", yuan("30000.00"), due=yuan("12000.00"))
    outcome = apply_shortfall("fit_ratio", EXCESS, [paid_before, new], yuan("6000.00"))
    assert outcome.amounts == {"A": yuan("0.00"), "B": yuan("6000.00")}
    assert outcome.statuses == {"A": "zero", "B": "paid_partial"}
    without_money = apply_shortfall("fit_ratio", EXCESS, [paid_before, new], yuan("0.00"))
    assert without_money.statuses == {"A": "fund_exhausted", "B": "fund_exhausted"}


def test_an_empty_fund_leaves_everybody_exhausted():
    items = priced([Item("A", yuan("20000.00"))], EXCESS)
    for rule in ("fit_ratio", "pro_rata", "list_order"):
        outcome = apply_shortfall(rule, EXCESS, items, yuan("-5.00"))
        assert (outcome.amounts, outcome.statuses) == ({"A": ZERO}, {"A": "fund_exhausted"})


@given(terms, fen(), fen(0, 1_000_000), fen(0, 3_000_000))
def test_who_bears_more_never_gets_less(standard, self_paid, more, paid):
    assert amount_due(standard, self_paid, paid).amount <= amount_due(standard, self_paid + more, paid).amount


@given(terms, fen(), fen(0, 3_000_000))
def test_an_amount_is_whole_fen_and_within_burden_and_cap(standard, self_paid, paid):
    found = amount_due(standard, self_paid, paid)
    assert found.due == found.due.quantize(FEN)
    assert ZERO <= found.amount <= found.due <= self_paid
    assert standard.cap is None or found.due <= standard.cap
    assert found.due - found.amount == paid - found.overpaid


@given(terms, lists(), fen(0, 60_000_000))
def test_the_fitted_ratio_is_the_largest_that_fits(standard, items, available):
    fit = fit_ratio(standard, items, available)
    assert fit.total == sum(fit.amounts.values(), ZERO) <= available
    assert fit.left == available - fit.total
    if fit.ratio < ONE:
        above = standard.scaled(fit.ratio + STEP)
        assert sum((amount_due(above, i.self_paid, i.fund_paid).amount for i in items), ZERO) > available


@given(terms, lists(), fen(0, 60_000_000), st.randoms(use_true_random=False))
def test_the_order_of_the_list_changes_nothing(standard, items, available, random):
    rows = priced(items, standard)
    shuffled = random.sample(rows, len(rows))
    for rule in ("fit_ratio", "pro_rata", "list_order"):
        one = apply_shortfall(rule, standard, rows, available)
        other = apply_shortfall(rule, standard, shuffled, available)
        assert (one.amounts, one.statuses, one.ratio) == (other.amounts, other.statuses, other.ratio)


@given(terms, lists(), fen(0, 60_000_000))
def test_nobody_gets_more_than_is_due_and_all_together_not_more_than_there_is(standard, items, available):
    rows = priced(items, standard)
    for rule in ("fit_ratio", "pro_rata", "list_order"):
        outcome = apply_shortfall(rule, standard, rows, available)
        assert sum(outcome.amounts.values(), ZERO) <= available
        assert all(ZERO <= outcome.amounts[row.case_no] <= row.due for row in rows)


@given(terms, lists(), fen(0, 60_000_000))
def test_pro_rata_and_list_order_spend_the_last_fen(standard, items, available):
    rows = priced(items, standard)
    for allocate in (allocate_pro_rata, allocate_in_order):
        allocation = allocate(rows, available)
        assert sum(allocation.paid.values(), ZERO) == min(available, wanted(rows))


@given(terms, lists(), fen(0, 60_000_000))
def test_in_list_order_at_most_one_row_is_paid_in_part(standard, items, available):
    rows = priced(items, standard)
    statuses = [allocate_in_order(rows, available).status[row.case_no] for row in list_order(rows) if row.due]
    assert statuses == sorted(statuses, key=["paid_full", "paid_partial", "fund_exhausted"].index)
    assert statuses.count("paid_partial") <= 1
