"""Properties of the money that hold for every list, every standard and every fund, tables and rules alike."""

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from app.kernel.money import FEN, ZERO
from app.meetings.assessing import assess
from app.meetings.rules import STEP, Terms, amount_due, list_order
from app.meetings.shortfall import apply_shortfall
from tests.meetings.test_decision_tables import MODEL
from tests.meetings.test_rules import fen, lists, priced, ratios, single, terms, wanted
from tests.proof.given import Person

RULES = ("fit_ratio", "pro_rata", "list_order")


def unpaid(items, standard):
    """The same people in their first round of the year."""
    return priced([type(item)(item.case_no, item.self_paid) for item in items], standard)


@given(terms, lists(), fen(0, 60_000_000), st.sampled_from(RULES))
def test_the_fund_is_never_overspent_and_nothing_is_cut_while_it_reaches(standard, items, available, rule):
    rows = priced(items, standard)
    outcome = apply_shortfall(rule, standard, rows, available)
    assert sum(outcome.amounts.values(), ZERO) <= available
    assert outcome.short == (wanted(rows) > available)
    if not outcome.short:
        assert outcome.amounts == {row.case_no: row.due for row in rows}


@given(terms, lists(), fen(0, 60_000_000))
def test_pro_rata_spends_the_fund_to_the_fen_and_nobody_is_a_fen_off_the_exact_share(standard, items, available):
    rows = priced(items, standard)
    outcome = apply_shortfall("pro_rata", standard, rows, available)
    if outcome.short:
        assert sum(outcome.amounts.values(), ZERO) == available
        for row in rows:
            exact = row.due * available / wanted(rows)
            assert abs(outcome.amounts[row.case_no] - exact) < FEN


@given(single, lists(), fen(0, 60_000_000))
def test_a_step_more_than_the_fitted_ratio_does_not_fit(standard, items, available):
    outcome = apply_shortfall("fit_ratio", standard, priced(items, standard), available)
    if outcome.ratio is None:
        return
    assert outcome.ratio <= standard.ratio
    more = standard.scaled(outcome.ratio + STEP)
    assert sum((amount_due(more, i.self_paid, i.fund_paid).amount for i in items), ZERO) > available


@given(terms, lists(), fen(0, 60_000_000), st.sampled_from(RULES))
def test_in_a_first_round_who_bears_more_never_gets_less(standard, items, available, rule):
    rows = unpaid(items, standard)
    outcome = apply_shortfall(rule, standard, rows, available)
    given_out = [outcome.amounts[row.case_no] for row in sorted(rows, key=lambda row: row.self_paid)]
    same = [outcome.amounts[row.case_no] for row in reversed(list_order(rows))]
    if rule == "fit_ratio":
        assert given_out == sorted(given_out)
    assert same == sorted(same)


@settings(max_examples=100, deadline=None)
@given(terms, ratios, st.lists(st.tuples(fen(), fen(0, 3_000_000)), min_size=1, max_size=8))
def test_the_tables_and_the_rules_agree_to_the_fen_also_at_a_fitted_ratio(standard, ratio, rows):
    scaled: Terms = standard.scaled(ratio)
    people = [Person(n, self_paid) for n, (self_paid, _) in enumerate(rows)]
    found = assess(MODEL, 2025, scaled, people, {n: paid for n, (_, paid) in enumerate(rows)})
    for assessment, (self_paid, paid) in zip(found, rows, strict=True):
        expected = amount_due(scaled, self_paid, paid)
        assert (assessment.due, assessment.amount, assessment.overpaid) == (
            expected.due, expected.amount, expected.overpaid,
        )  # fmt: skip
        assert assessment.amount == assessment.amount.quantize(FEN)
        assert Decimal(0) <= assessment.amount <= assessment.due <= max(self_paid, ZERO)
