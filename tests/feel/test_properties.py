"""Laws that hold for any input, tried on many random ones from a fixed seed."""

from __future__ import annotations

import itertools
import random
from decimal import Decimal

import pytest

from app.feel import FeelError, compile_expression, compile_unary_tests, load_decisions
from tests.feel.tables import decision, definitions, input_data, needs, table

FRAGMENTS = [
    "1",
    "0",
    "-3",
    "2.5",
    '"a"',
    "x",
    "l",
    "c",
    "true",
    "null",
    "+",
    "-",
    "*",
    "/",
    "**",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ",",
    ":",
    ".",
    "..",
    "<",
    ">=",
    "=",
    "in",
    "and",
    "or",
    "not(",
    "if",
    "then",
    "else",
    "for",
    "return",
    "some",
    "every",
    "satisfies",
    "between",
    "instance",
    "of",
    "number",
    "list<",
    "function(",
    '@"2024-01-01"',
    '@"P1D"',
    '@"P1M"',
    "date(",
    "sum(",
    "sort(",
    "?",
    "9999999999999999999999999999999999999",
    "1e6000",
    "1e60000",
    "substring(",
    "string(",
    "range(",
    "modulo(",
    "exp(",
    "replace(",
    "item",
]


def seeded(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311  # repeatable, not secret


def money(rng: random.Random) -> Decimal:
    return Decimal(rng.randrange(-(10**12), 10**12)).scaleb(-2)


def test_sums_of_money_are_exact_in_any_order():
    rng = seeded(1)
    total = compile_expression("sum(l)")
    for _ in range(300):
        amounts = [money(rng) for _ in range(rng.randrange(1, 30))]
        fen = sum(int(amount * 100) for amount in amounts)
        shuffled = rng.sample(amounts, len(amounts))
        assert int(total.evaluate({"l": amounts}) * 100) == int(total.evaluate({"l": shuffled}) * 100) == fen


def test_rounding_half_up_to_the_fen_agrees_with_integers():
    rng = seeded(2)
    rounded = compile_expression("round half up(x * r, 2)")
    for _ in range(1000):
        fen, rate = rng.randrange(0, 10**10), rng.randrange(0, 10**4)
        found = rounded.evaluate({"x": Decimal(fen).scaleb(-2), "r": Decimal(rate).scaleb(-4)})
        assert int(found * 100) == (fen * rate * 2 + 10**4) // (2 * 10**4)


def test_exactly_one_of_the_tiers_hits_whatever_the_amount():
    rng = seeded(3)
    bounds = sorted({Decimal(rng.randrange(1, 10**7)).scaleb(-2) for _ in range(8)})
    cells = [
        f"< {bounds[0]}",
        *(f"[{a}..{b})" for a, b in itertools.pairwise(bounds)),
        f">= {bounds[-1]}",
    ]
    rows = [(cell, str(number)) for number, cell in enumerate(cells)]
    logic = table([("x", "number")], [{"name": "r"}], rows)
    model = load_decisions(definitions(input_data("x"), decision("t", logic, requires=needs("x"))), source="t")
    for amount in [*bounds, *(money(rng) for _ in range(500))]:
        assert model.evaluate("t", {"x": amount}).value == sum(bound <= amount for bound in bounds)


def test_a_cell_and_its_negation_never_agree_on_a_number():
    rng = seeded(4)
    for _ in range(500):
        low, high = sorted((rng.randrange(100), rng.randrange(100)))
        text = rng.choice([f"[{low}..{high}]", f"({low}..{high})", f"< {low}", f"{low}, {high}", f">= {high}"])
        value = rng.randrange(100)
        assert compile_unary_tests(text).matches(value, {}) != compile_unary_tests(f"not({text})").matches(value, {})


@pytest.mark.parametrize("strict", [True, False])
def test_no_text_whatever_ends_in_anything_but_a_value_or_one_of_our_errors(strict):
    rng = seeded(5)
    context = {"x": 5, "l": [1, 2, 3], "c": {"a": 1}}
    for _ in range(4000):
        text = " ".join(rng.choice(FRAGMENTS) for _ in range(rng.randrange(1, 9)))
        for compiled in (compile_expression, compile_unary_tests):
            try:
                made = compiled(text, strict=strict)
                _ = made.evaluate(context) if compiled is compile_expression else made.matches(5, context)
            except FeelError:
                continue
