"""The whole-fen arithmetic is the decision table's, to the fen; what is solved for is the edge itself."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.feel import load_decisions
from app.kernel.money import FEN, from_fen, to_fen
from app.meetings.assessing import assess
from app.meetings.rules import STEP, Item, Terms, Tier, fit_ratio
from app.scenarios.evaluators import follows_terms, is_paid
from app.scenarios.rules import (
    SOLVABLE,
    Claim,
    NoSolution,
    fit_terms,
    next_value,
    solve_terms,
    terms_with,
    wanted_amounts,
)

TABLE = Path(__file__).parents[2] / "bpmn/shengzhou/subsidy.dmn"
MODEL = load_decisions(TABLE.read_bytes(), source=TABLE.name)
PAYING, OTHERS = ("tk", "db", "dib", "ybnr_zcx"), ("lsjz", "mental", "fading", "guer")


@dataclass(frozen=True)
class Row:
    person_id: int
    categories: tuple[str, ...]
    self_paid: Decimal
    total_cost: Decimal = Decimal(200_000)
    eligible: bool = True


def fen(least=0, most=30_000_000):
    return st.integers(least, most).map(from_fen)


ratios = st.integers(0, 10_000).map(lambda n: n * STEP)
caps = st.none() | fen(0, 5_000_000)
single = st.builds(Terms, st.sampled_from(["excess", "whole"]), fen(0, 2_000_000), ratios, caps)


@st.composite
def tiered(draw):
    edges = sorted(draw(st.sets(st.integers(0, 6_000_000), min_size=2, max_size=5)))
    tops = [*map(from_fen, edges[1:]), draw(st.sampled_from([None, from_fen(edges[-1] + 1_000_000)]))]
    tiers = tuple(Tier(from_fen(low), top, draw(ratios)) for low, top in zip(edges, tops, strict=True))
    return Terms("tiers", None, None, draw(caps), tiers)


terms_of_any_form = single | tiered()
fitted = st.tuples(terms_of_any_form, ratios).map(lambda pair: pair[0].scaled(pair[1]))
people = st.tuples(st.lists(st.sampled_from(PAYING + OTHERS), max_size=3, unique=True), fen(), fen(0, 3_000_000))


@settings(max_examples=120, deadline=None)
@given(terms_of_any_form | fitted, st.lists(people, min_size=1, max_size=12))
def test_an_amount_is_the_tables_to_the_fen(terms, drawn):
    edge = terms.threshold or terms.tiers[0].over if terms.base == "tiers" or terms.threshold else FEN
    drawn = [*drawn, (["db"], edge, Decimal(0)), (["db"], edge + FEN, Decimal(0))]
    rows = [Row(n, tuple(held), self_paid) for n, (held, self_paid, _) in enumerate(drawn)]
    already = {n: paid for n, (_, _, paid) in enumerate(drawn)}
    said = assess(MODEL, 2025, terms, rows, already)
    claims = [
        Claim(to_fen(row.self_paid), to_fen(already[row.person_id]), is_paid(MODEL, 2025, row.categories))
        for row in rows
    ]
    assert wanted_amounts(terms, claims) == [to_fen(a.amount) if a.eligible else None for a in said]
    assert all(follows_terms(MODEL, 2025, row.categories) for row in rows)


claims = st.builds(Claim, st.integers(0, 30_000_000), st.integers(0, 3_000_000), st.booleans())
claims_of_any_size = st.lists(claims, min_size=1, max_size=15)


def total_of(claims):
    return lambda terms: sum(filter(None, wanted_amounts(terms, claims)))


@given(terms_of_any_form, claims_of_any_size, st.integers(-100_000, 40_000_000))
def test_the_fitted_ratio_is_the_meetings(terms, claims, free):
    paying = [(f"{n:03}", claim) for n, claim in enumerate(claims) if claim.eligible]
    items = [Item(no, from_fen(claim.self_paid), from_fen(claim.already_paid)) for no, claim in paying]
    highest = Decimal(1) if terms.base == "tiers" else terms.ratio
    fit = fit_ratio(terms, items, max(from_fen(free), Decimal(0)), highest)
    ratio, scaled = fit_terms(terms, total_of(claims), free)
    assert (ratio, total_of(claims)(scaled)) == (fit.ratio, to_fen(fit.total))


@given(st.sampled_from(SOLVABLE), terms_of_any_form, claims_of_any_size, st.integers(0, 40_000_000))
def test_what_is_solved_fits_and_one_step_more_does_not(what, terms, claims, free):
    if terms.base == "tiers" and what == "threshold":
        return
    start = terms_with("ratio", terms, Decimal(1)) if what == "ratio" and terms.base != "tiers" else terms
    total, highest = total_of(claims), max(claim.self_paid for claim in claims)
    dearest = {"ratio": Decimal(1), "threshold": Decimal(0), "cap": from_fen(highest)}[what]
    reaches = total(terms_with(what, start, dearest)) <= free
    found = solve(what, start, lambda tried: total(tried) - free, highest)
    if isinstance(found, str):
        assert found == ("fund_exceeds_need" if reaches else "smallest_does_not_fit")
        return
    value, solved = found
    assert total(solved) <= free < total(terms_with(what, start, next_value(what, value)))


def solve(*question):
    """The value with its terms, or why there is none."""
    try:
        return solve_terms(*question)
    except NoSolution as none:
        return none.code


PLAIN = Terms("excess", Decimal("10000.00"), Decimal("0.60"), Decimal("20000.00"))
ONE = [Claim(3_200_000, 0, eligible=True)]


@pytest.mark.parametrize(
    ("what", "free", "code", "words"),
    [
        ("ratio", 99_999_999, "fund_exceeds_need", "资金多于需要：比例为 100% 时仍余 979,999.99 元"),
        ("cap", 99_999_999, "fund_exceeds_need", "不封顶仍余 986,799.99 元"),
        ("threshold", 99_999_999, "fund_exceeds_need", "起付线降到 0 元仍余 980,799.99 元"),
        ("ratio", -1, "money_already_spoken_for", "即使这份名单一分不补，资金仍差 0.01 元"),
        ("ratio", 1, "smallest_does_not_fit", "资金太少：比例为 0.0001 时已超出"),
        ("cap", 0, "smallest_does_not_fit", "资金太少：每人只补 1 分已超出"),
    ],
)
def test_why_there_is_no_solution_is_said_in_words(what, free, code, words):
    terms = PLAIN.scaled(Decimal(1)) if what == "ratio" else PLAIN
    with pytest.raises(NoSolution) as none:
        solve_terms(what, terms, lambda tried: total_of(ONE)(tried) - free, 3_200_000)
    assert none.value.code == code
    assert words in none.value.message
