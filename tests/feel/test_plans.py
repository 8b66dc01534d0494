"""The fast ways to decide give what the plain way gives: plans, indexes, records told from memory."""

from __future__ import annotations

import random
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.feel import FeelError, FeelEvaluationError, UnknownName, compile_unary_tests, load_decisions
from app.feel.dmn_xml import NAMESPACES
from app.feel.evaluation import Evaluation
from app.feel.expressions import scope_of
from tests.feel.tables import decision, definitions, input_data, literal, needs, table

SUBSIDY = Path(__file__).parents[2] / "bpmn" / "shengzhou" / "subsidy.dmn"
LIMITS = {"threshold": Decimal(5000), "ratio": Decimal("0.6"), "cap": Decimal(50000)}
TIERS = [{"over": Decimal(0), "up_to": Decimal(9000), "ratio": Decimal("0.5")},
         {"over": Decimal(9000), "up_to": None, "ratio": Decimal("0.7")}]  # fmt: skip
STANDARDS = [None, {"base": "excess", **LIMITS, "tiers": None}, {"base": "whole", **LIMITS, "tiers": None},
             {"base": None, **LIMITS, "tiers": TIERS}, {"base": "odd", **LIMITS, "tiers": None}]  # fmt: skip
SINGLE = ("U", "A", "F", "UNIQUE", "ANY", "FIRST", "PRIORITY")
LISTED = ("R", "C", "OUTPUT ORDER", "RULE ORDER", "COLLECT")


def cases():
    rng = random.Random(4)  # noqa: S311  # repeatable, not secret
    for _ in range(200):
        yield {
            "cost_year": Decimal(rng.choice([2021, 2022, 2025])),
            "categories": rng.sample(["tk", "db", "zcx", "kjet"], rng.randrange(3)),
            "total_cost": rng.choice([None, Decimal(90000)]),
            "payments": rng.choice([None, {"basic": Decimal(40000)}]),
            "self_paid": rng.choice([None, Decimal(rng.randrange(-100, 10**7)).scaleb(-2), Decimal(5000)]),
            "already_paid": Decimal(rng.randrange(0, 10**6)).scaleb(-2),
            "standard": rng.choice(STANDARDS),
        }


def plainly(model, inputs):
    """Value, trace and record without a plan, one requirement at a time."""
    run = Evaluation(model.assembly(strict=True), scope_of(inputs), trace=True)
    value = run.decide("assessment")
    return value, run.recording.render(), run.recording.numbers()


def outcome(action):
    try:
        return action()
    except FeelError as error:
        return type(error).__name__


def planned(model, inputs):
    result = model.evaluate("assessment", inputs)
    assert result.value == model.evaluate("assessment", inputs, trace=False).value
    return result.value, result.trace, result.recording.numbers()


def test_a_plan_gives_value_trace_and_record_of_the_plain_way():
    model = load_decisions(SUBSIDY.read_bytes(), source="subsidy.dmn")
    assert model._plan("assessment") is not None
    outcomes = [(outcome(lambda c=c: planned(model, c)), outcome(lambda c=c: plainly(model, c))) for c in cases()]
    assert [mine for mine, _ in outcomes] == [theirs for _, theirs in outcomes]
    assert sum(not isinstance(mine, str) for mine, _ in outcomes) > 100


def test_the_order_of_inputs_does_not_matter():
    model = load_decisions(SUBSIDY.read_bytes(), source="subsidy.dmn")
    for inputs in list(cases())[:60]:
        turned = dict(reversed(inputs.items()))
        assert outcome(lambda i=inputs: planned(model, i)[::2]) == outcome(lambda i=turned: planned(model, i)[::2])


def test_a_record_told_from_memory_is_the_record_told_first():
    model = load_decisions(SUBSIDY.read_bytes(), source="subsidy.dmn")
    fresh = load_decisions(SUBSIDY.read_bytes(), source="subsidy.dmn")
    usual = {**next(cases()), "standard": STANDARDS[1], "self_paid": Decimal(9000)}
    for year in ("2025", "2025.0", "2025.00"):
        again = {**usual, "cost_year": Decimal(year)}
        model.evaluate("assessment", usual).recording.numbers()
        assert (
            model.evaluate("assessment", again).recording.numbers()
            == load_decisions(SUBSIDY.read_bytes(), source="s").evaluate("assessment", again).recording.numbers()
        )
    assert fresh.evaluate("assessment", usual).recording.numbers() == (
        model.evaluate("assessment", usual).recording.numbers()
    )


def test_a_fault_is_placed_where_it_is_though_the_fast_way_knows_no_places():
    model = load_decisions(
        definitions(input_data("x"), decision("t", literal("1 +\n  (x / 0)"), requires=needs("x"))), source="t"
    )
    with pytest.raises(FeelEvaluationError) as caught:
        model.evaluate("t", {"x": 1}, trace=False)
    assert (caught.value.line, caught.value.column) == (2, 6)  # the division


def test_a_missing_input_is_named_by_the_plan_too():
    model = load_decisions(SUBSIDY.read_bytes(), source="subsidy.dmn")
    with pytest.raises(UnknownName, match="standard"):
        model.evaluate("assessment", {k: v for k, v in next(cases()).items() if k != "standard"}, trace=False)


@pytest.mark.parametrize("namespace", sorted(NAMESPACES))
@pytest.mark.parametrize("policy", [*SINGLE, *LISTED])
def test_every_hit_policy_decides_in_every_version(namespace, policy):
    outputs = [{"name": "r", "values": '"甲", "乙"'}]
    logic = table([("x", "number")], outputs, [("> 5", '"甲"'), ("<= 5", '"乙"')], policy=policy)
    file = definitions(input_data("x"), decision("t", logic, requires=needs("x")), namespace=namespace)
    found = load_decisions(file, source="t").evaluate("t", {"x": 6}).value
    assert found == (["甲"] if policy in LISTED else "甲")


KINDS = ["a", "b", "c", "d", "e"]
CELL = st.one_of(
    st.just("-"),
    st.lists(st.sampled_from(KINDS), min_size=1, max_size=3).map(lambda some: ", ".join(f'"{k}"' for k in some)),
)
ROWS = st.lists(st.tuples(CELL, st.sampled_from(["-", "< 3", ">= 3", "[1..4]"])), min_size=4, max_size=8)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(ROWS)
def test_a_table_with_an_index_hits_the_rows_that_trying_each_cell_finds(rows):
    numbered = [(*row, str(number)) for number, row in enumerate(rows, 1)]
    logic = table([("k", "string"), ("x", "number")], [{"name": "r"}], numbered, policy="RULE ORDER")
    file = definitions(input_data("k", "string"), input_data("x"), decision("t", logic, requires=needs("k", "x")))
    model = load_decisions(file, source="t")
    tests = [(compile_unary_tests(kind), compile_unary_tests(span)) for kind, span in rows]
    for kind in [*KINDS, "z", None]:
        for x in (0, 2, 3, 4, 9):
            hit = [n for n, (a, b) in enumerate(tests, 1) if a.matches(kind, {}) and b.matches(x, {})]
            assert model.evaluate("t", {"k": kind, "x": x}, trace=False).value == (hit or None)


def test_a_value_of_another_kind_is_an_error_though_an_index_would_find_nothing():
    rows = [(f'"{kind}"', "1") for kind in KINDS]
    file = definitions(decision("t", table([("k", "Any")], [{"name": "r"}], rows)))
    with pytest.raises(FeelEvaluationError):
        load_decisions(file, source="t").evaluate("t", {"k": 5})
