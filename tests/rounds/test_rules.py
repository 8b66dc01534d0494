"""SZ-SELFPAID, the lines, and A-SZ-4: which source of a payer counts."""

from __future__ import annotations

from decimal import Decimal

import pytest

from app.rounds.rules import Candidate, is_over_line, is_paying, self_paid, source_in_force


def yuan(text: str) -> Decimal:
    return Decimal(text)


def candidate(source, amount, order=1):
    return Candidate(source, yuan(amount), order)


def test_self_paid_is_the_total_less_every_payment():
    payments = ["90000.00", "25000.00", "15000.00", "5000.00", "8000.00", "2000.00", "3000.00"]
    result = self_paid(yuan("180000.00"), map(yuan, payments))
    assert (result.amount, result.over_paid) == (yuan("32000.00"), False)


def test_payments_above_the_cost_are_clamped_to_zero_and_flagged():
    result = self_paid(yuan("1000.00"), [yuan("1000.01")])
    assert (result.amount, result.over_paid) == (yuan("0.00"), True)


def test_payments_equal_to_the_cost_leave_nothing_and_are_no_fault():
    assert not self_paid(yuan("1000.00"), [yuan("1000.00")]).over_paid


def test_a_line_is_passed_only_by_more_than_the_line():
    assert is_over_line(yuan("5000.01"), yuan("5000.00"))
    assert not is_over_line(yuan("5000.00"), yuan("5000.00"))


def test_one_paying_category_among_others_is_enough_and_relief_alone_is_not():
    paying = ["tk", "db", "dib", "ybnr_zcx"]
    assert is_paying(["disabled_1_2", "dib"], paying)
    assert not is_paying(["lsjz"], paying)


@pytest.mark.parametrize(
    ("kind", "candidates", "winner"),
    [
        ("electronic", [candidate("settlement", "100"), candidate("visit", "300", 9)], "settlement"),
        ("electronic", [candidate("settlement", "100"), candidate("correction", "300", 2)], "correction"),
        ("electronic", [candidate("visit", "300")], None),
        ("evidenced", [candidate("tally", "0"), candidate("visit", "2000", 2)], "visit"),
        ("evidenced", [candidate("visit", "2000", 2), candidate("correction", "1500", 3)], "correction"),
        ("evidenced", [candidate("correction", "1500", 2), candidate("visit", "2000", 3)], "visit"),
        ("evidenced", [candidate("settlement", "0"), candidate("tally", "800", 2)], "tally"),
        ("evidenced", [candidate("settlement", "500"), candidate("tally", "800", 2)], "settlement"),
        ("evidenced", [candidate("settlement", "500"), candidate("tally", "0", 2)], "settlement"),
        ("evidenced", [], None),
    ],
)
def test_one_source_of_a_payer_counts_and_never_a_sum(kind, candidates, winner):
    found = source_in_force(kind, candidates)
    assert (found and found.source) == winner


def test_the_verified_figure_replaces_the_tallied_one_as_in_case_sz_13():
    tallied = {"basic_insurance": "40000.00", "charity": "0.00", "red_cross": "3000.00"}
    verified = tallied | {"charity": "2000.00"}
    kinds = {"basic_insurance": "electronic"}
    after = [
        source_in_force(
            kinds.get(payer, "evidenced"),
            [candidate("tally", amount), candidate("visit", verified[payer], 2)],
        ).amount
        for payer, amount in tallied.items()
    ]
    assert self_paid(yuan("80000.00"), map(yuan, tallied.values())).amount == yuan("37000.00")
    assert self_paid(yuan("80000.00"), after).amount == yuan("35000.00")
