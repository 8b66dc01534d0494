"""Every rule of money by its id, on worked examples: `nuanxin rules check` and `nuanxin rules eval`."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from app.engine.schemes import load_scheme
from app.feel import DecisionModel, FeelError, load_decisions
from app.fund.rules import fund_year
from app.kernel.errors import Invalid, NotFound
from app.kernel.money import format_yuan, parse_yuan, round_fen
from app.meetings.examples import EXAMPLES
from app.visits.rules import verify_difference

Rule = Callable[[Mapping[str, Any]], dict[str, Any]]
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?\Z")


def check_file(resources: Path, file: Path, only: str = "") -> tuple[int, int, list[str]]:
    """Run the worked examples whose rule id starts with `only`; (passed, failed, a line for each failure).

    Every key of `expected` must be there and equal, and nothing may be an error that is not expected.
    """
    rules: dict[str, Rule | None] = {}
    passed, lines = 0, []
    for case in json.loads(file.read_text(encoding="utf-8"))["cases"]:
        rule = str(case["rule"])
        if not rule.startswith(only):
            continue
        if rule not in rules:
            rules[rule] = _find_rule(resources, rule)
        found = rules[rule]
        if found is None:
            lines.append(f"{case['id']} {rule}: no scheme has this rule")
            continue
        result = _evaluate(found, case["inputs"])
        if _agrees(result, case["expected"]):
            passed += 1
        else:
            lines.append(f"{case['id']} {rule}: expected {_json(case['expected'])}, got {_json(result)}")
    return passed, len(lines), lines


def evaluate_lines(resources: Path, rule: str, lines: Iterable[str]) -> Iterator[str]:
    """One JSON of results for each JSON of inputs; a bad line is `{"error": code}`. Raises NotFound."""
    found = _find_rule(resources, rule)
    if found is None:
        raise NotFound("没有这条规则", code="rule_not_found", rule=rule)
    for line in lines:
        if line.strip():
            yield _json(_evaluate_line(found, line))


def _evaluate_line(rule: Rule, line: str) -> dict[str, Any]:
    try:
        inputs = json.loads(line, parse_float=Decimal)
    except json.JSONDecodeError:
        return {"error": "not_json"}
    return _evaluate(rule, inputs) if isinstance(inputs, dict) else {"error": "not_an_object"}


def _evaluate(rule: Rule, inputs: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return rule(inputs)
    except Invalid as error:
        return {"error": error.faults[0].code}
    except (FeelError, TypeError, AttributeError, KeyError):
        return {"error": "invalid_inputs"}


def _agrees(result: Mapping[str, Any], expected: Mapping[str, Any]) -> bool:
    if ("error" in result) != ("error" in expected):
        return False
    return all(key in result and result[key] == value for key, value in expected.items())


def _find_rule(resources: Path, rule: str) -> Rule | None:
    """The decision or function that a scheme's `rules` table names for this id."""
    for folder in sorted((resources / "bpmn").iterdir()):
        if not (folder / "scheme.json").exists():
            continue
        entry = load_scheme(resources, folder.name).rules.get(rule)
        if entry is not None and "function" in entry:
            return FUNCTIONS[entry["function"]]
        if entry is not None:
            model = load_decisions((folder / entry["file"]).read_bytes(), source=entry["file"])
            return _decision(model, entry["decision"], entry.get("given", {}))
    return None


def _decision(model: DecisionModel, decision: str, given: Mapping[str, Any]) -> Rule:
    """Missing inputs are as `given`, or null; null entries of the result are left out, numbers become yuan."""
    needed = model.inputs_needed(decision)

    def decide(inputs: Mapping[str, Any]) -> dict[str, Any]:
        filled = _fill(inputs, given)
        values = {name: _to_feel(filled.get(name)) for name in needed}
        result = model.evaluate(decision, values, trace=False).value
        if not isinstance(result, dict):
            raise TypeError(f"{decision} gives no context")
        return {name: _from_feel(value) for name, value in result.items() if value is not None}

    return decide


def _fill(inputs: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """`given` where nothing is said; a context that is given completes one that is said, and stands for none."""
    filled = dict(inputs)
    for name, value in given.items():
        said = inputs.get(name)
        if isinstance(value, dict):
            filled[name] = {**value, **said} if isinstance(said, Mapping) else said
        elif said is None:
            filled[name] = value
    return filled


def _to_feel(value: Any) -> Any:
    if isinstance(value, str) and _NUMBER.match(value):
        return Decimal(value)
    if isinstance(value, Mapping):
        return {key: _to_feel(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_to_feel(item) for item in value]
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _from_feel(value: Any) -> Any:
    return format_yuan(round_fen(value)) if isinstance(value, Decimal) else value


def _verify_difference(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Rule `shengzhou.verify_difference`: total_cost, tallied and verified by payer."""
    tallied, verified = (
        {payer: parse_yuan(amount, f"/{key}/{payer}") for payer, amount in inputs[key].items()}
        for key in ("tallied", "verified")
    )
    total = parse_yuan(inputs["total_cost"], "/total_cost")
    before, after, changed = verify_difference(total, tallied, verified)
    return {
        "self_paid_before": format_yuan(before),
        "self_paid_after": format_yuan(after),
        "changed": changed,
    }


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


FUNCTIONS: dict[str, Rule] = {
    **EXAMPLES,
    "fund.fund_year": fund_year,
    "visits.verify_difference": _verify_difference,
}
