"""The worked examples of the field hold, and bad input gets a code instead of a traceback."""

import json
from pathlib import Path

import pytest

from app.kernel.errors import NotFound
from app.rulebook import check_cases, check_file, evaluate_lines

ROOT = Path(__file__).parents[2]
CASES = Path(__file__).parent / "cases.json"
EXAMPLES = json.loads(CASES.read_text(encoding="utf-8"))["cases"]
STANDARD = {"base": "excess", "threshold": "10000.00", "ratio": "0.60", "cap": "20000.00"}


def evaluate(rule, *inputs):
    lines = [text if isinstance(text, str) else json.dumps(text) for text in inputs]
    return [json.loads(line) for line in evaluate_lines(ROOT, rule, lines)]


@pytest.mark.parametrize("case", EXAMPLES, ids=lambda case: f"{case['id']}-{case['edge']}")
def test_the_worked_example_holds(case):
    assert check_cases(ROOT, [case]) == (1, 0, [])


def test_all_examples_of_the_field_are_here():
    assert len({case["id"] for case in EXAMPLES}) == json.loads(CASES.read_text(encoding="utf-8"))["meta"]["count"]


def test_a_wrong_expectation_fails_and_says_what_was_got(tmp_path):
    file = tmp_path / "cases.json"
    case = json.loads(json.dumps(EXAMPLES[0]))
    case["expected"]["subsidy"] = "13200.01"
    file.write_text(json.dumps({"cases": [case]}))
    passed, failed, lines = check_file(ROOT, file)
    assert (passed, failed) == (0, 1)
    assert "13200.00" in lines[0]


def test_an_unexpected_error_fails_even_when_nothing_else_is_expected(tmp_path):
    file = tmp_path / "cases.json"
    case = {"id": "X", "rule": "shengzhou.subsidy", "inputs": {"standard": None}, "expected": {}}
    file.write_text(json.dumps({"cases": [case]}))
    assert check_file(ROOT, file)[:2] == (0, 1)


def test_a_rule_that_no_scheme_has_fails(tmp_path):
    file = tmp_path / "cases.json"
    case = {"id": "X", "rule": "nowhere.rule", "inputs": {}, "expected": {}}
    file.write_text(json.dumps({"cases": [case]}))
    assert check_file(ROOT, file)[:2] == (0, 1)
    with pytest.raises(NotFound):
        evaluate("nowhere.rule", {})


def test_only_the_wanted_rules_are_run():
    assert check_file(ROOT, CASES, "shengzhou.fit_ratio")[0] == 4


def test_who_may_not_be_paid_gets_nothing():
    (result,) = evaluate("shengzhou.subsidy", {"categories": ["lsjz"], "self_paid": "120000.00", "standard": STANDARD})
    assert result == {"eligible": False, "self_paid": "120000.00", "subsidy": "0.00"}


def test_payments_above_the_cost_are_flagged():
    inputs = {"categories": ["db"], "total_cost": "100.00", "payments": {"a": "150.00"}, "standard": STANDARD}
    (result,) = evaluate("shengzhou.subsidy", inputs)
    assert result == {"eligible": True, "self_paid": "0.00", "subsidy": "0.00", "flag": "over_reimbursed"}


def test_money_is_shared_to_the_last_fen_pro_rata():
    items = [{"case_no": c, "self_paid": "9.00", "subsidy": "0.01"} for c in ("001", "002", "003")]
    inputs = {"available": "0.02", "items": items, "shortfall_policy": "pro_rata"}
    (result,) = evaluate("shengzhou.allocate", inputs)
    assert result["paid"] == {"001": "0.01", "002": "0.01", "003": "0.00"}
    assert result["status"] == {"001": "paid_full", "002": "paid_full", "003": "fund_exhausted"}
    assert result["balance_after"] == "0.00"


SUBSIDY, FIT = "shengzhou.subsidy", "shengzhou.fit_ratio"


@pytest.mark.parametrize(
    ("rule", "line", "code"),
    [
        (SUBSIDY, "[", "not_json"),
        (SUBSIDY, "[]", "not_an_object"),
        (SUBSIDY, {"categories": "db", "self_paid": "x", "standard": STANDARD}, "invalid_inputs"),
        (SUBSIDY, {"self_paid": "1", "standard": {"ratio": "0.5"}}, None),
        (SUBSIDY, {"categories": ["db"], "standard": STANDARD}, "cost_missing"),
        (SUBSIDY, {"categories": ["db"], "self_paid": "-1.00", "standard": STANDARD}, "negative_amount"),
        (FIT, {"available": "1.00", "standard": None, "items": []}, "standard_not_approved"),
        (FIT, {"available": 1.5, "standard": STANDARD, "items": []}, "not_an_amount"),
        (FIT, {"available": "1.00", "standard": {}, "items": []}, "threshold_missing"),
        (FIT, {"available": "1.00", "standard": STANDARD, "items": [
            {"case_no": "1", "self_paid": "1"}, {"case_no": "1", "self_paid": "1"}]}, "case_no_repeated"),
        ("shengzhou.allocate", {"available": "1.00", "items": []}, "unknown_shortfall_rule"),
        ("shengzhou.verify_difference", {}, "invalid_inputs"),
    ],
)  # fmt: skip
def test_bad_input_is_a_code(rule, line, code):
    (result,) = evaluate(rule, line)
    assert "error" in result
    assert code is None or result == {"error": code}
