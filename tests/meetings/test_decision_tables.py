"""The drawn tables say the same as the pure rules, for every standard; two roads to one fen."""

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings

from app.feel import load_decisions
from app.meetings.rules import amount_due
from app.meetings.terms import feel_terms
from tests.meetings.test_rules import EXCESS, fen, terms

FOLDER = Path(__file__).parents[2] / "bpmn" / "shengzhou"
MODEL = load_decisions((FOLDER / "subsidy.dmn").read_bytes(), source="subsidy.dmn")


def assess(standard, self_paid, paid=Decimal(0), categories=("db",), cost_year=2025, **inputs):
    given = {"total_cost": None, "payments": None, "self_paid": self_paid, "already_paid": paid} | inputs
    given |= {"standard": standard and feel_terms(standard), "categories": list(categories)}
    return MODEL.evaluate("assessment", given | {"cost_year": Decimal(cost_year)}, trace=False).value


@settings(max_examples=200, deadline=None)
@given(terms, fen(), fen(0, 3_000_000))
def test_the_table_and_the_rules_agree(standard, self_paid, paid):
    found = assess(standard, self_paid, paid)
    expected = amount_due(standard, self_paid, paid)
    assert (found["due"], found["amount"], found["overpaid"]) == (
        expected.due,
        expected.amount,
        expected.overpaid,
    )


@pytest.mark.parametrize("category", ["tk", "db", "dib", "ybnr_zcx"])
def test_the_four_categories_of_annex_3_are_paid(category):
    assert assess(EXCESS, Decimal(32000), categories=["disabled_1_2", category])["due"] == Decimal("13200.00")


@pytest.mark.parametrize("categories", [[], ["lsjz"], ["disabled_1_2", "fading"]])
def test_others_are_watched_but_never_paid(categories):
    found = assess(EXCESS, Decimal(120000), categories=categories)
    assert (found["eligible"], found["due"]) == (False, 0)


def test_the_rules_hold_from_their_first_year_on():
    assert assess(EXCESS, Decimal(32000), cost_year=2021)["eligible"] is False


def test_payments_above_the_cost_are_clamped_and_flagged():
    found = assess(EXCESS, None, total_cost=Decimal(100), payments={"charity": Decimal(150)})
    assert (found["self_paid"], found["flag"], found["amount"]) == (0, "over_reimbursed", 0)


def test_every_row_of_money_names_document_and_clause():
    for decision in MODEL.decisions.values():
        for rule in decision.rules:
            assert any(text.strip() for text in rule.annotations.values()), (decision.id, rule)
