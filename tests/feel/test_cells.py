"""Cells of decision tables."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from app.feel import FeelEvaluationError, FeelSyntaxError, compile_unary_tests

CASES = [
    ("-", [None, 1, "a"], []),
    ("< 5000", [0, Decimal("4999.99")], [5000, 5001]),
    ("<= 5000", [5000], [Decimal("5000.01")]),
    ("> -5", [-4], [-5]),
    ("!= 3", [2], [3]),
    ("[5000..20000)", [5000, Decimal("19999.99")], [Decimal("4999.99"), 20000]),
    ("(5000..20000]", [20000], [5000]),
    ("]5000..20000[", [5001], [5000, 20000]),
    ('"特困", "孤儿"', ["特困", "孤儿"], ["低保", None]),
    ('not("特困", "孤儿")', ["低保"], ["特困", "孤儿"]),
    ("not([1..3])", [4], [1, 2, 3]),
    ("1, > 10", [1, 11], [2, 10]),
    ("null", [None], [0, "", False]),
    ("true", [True], [False, None]),
    ("? * 2 > 起付线", [6], [5]),
    ("起付线", [10], [9]),
    (">= 起付线", [10, 11], [9]),
    ("名单", [1, 2], [3]),
    ('date("2024-01-01")', [date(2024, 1, 1)], [date(2024, 1, 2)]),
    ('>= @"2024-01-01"', [date(2024, 1, 1)], [date(2023, 12, 31)]),
]
CONTEXT = {"起付线": 10, "名单": [1, 2]}


@pytest.mark.parametrize(("text", "value"), [(text, value) for text, hits, _ in CASES for value in hits])
def test_a_cell_hits(text, value):
    assert compile_unary_tests(text).matches(value, CONTEXT) is True


@pytest.mark.parametrize(("text", "value"), [(text, value) for text, _, misses in CASES for value in misses])
def test_a_cell_misses(text, value):
    assert compile_unary_tests(text).matches(value, CONTEXT) is False


def test_an_unknown_value_never_hits_a_comparison_and_is_no_error():
    assert compile_unary_tests("< 5000").matches(None, {}) is False
    assert compile_unary_tests("[1..5]").matches(None, {}) is False


@pytest.mark.parametrize(("text", "value"), [("< 5000", "4999"), ('"特困"', 1), ("[1..5]", "3"), ("true", "true")])
def test_a_value_of_another_kind_is_an_error_when_strict(text, value):
    with pytest.raises(FeelEvaluationError):
        compile_unary_tests(text).matches(value, {})
    assert compile_unary_tests(text, strict=False).matches(value, {}) is False


@pytest.mark.parametrize("text", ["< ", "1,", "not(1", ">> 3", "1 2", ""])
def test_a_cell_that_is_none_is_refused(text):
    with pytest.raises(FeelSyntaxError):
        compile_unary_tests(text)


def test_a_cell_names_what_else_it_reads():
    assert compile_unary_tests(">= 起付线, ? > 上限").names == {"起付线", "上限"}
