"""Every rule of money by its id, on worked examples: `nuanxin rules check` and `nuanxin rules eval`."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from app.engine.schemes import COMMON, list_schemes, load_scheme
from app.engine.specs import read_decisions
from app.feel import DecisionModel, FeelError
from app.kernel.errors import Fault, Invalid, NotFound
from app.kernel.money import format_yuan, parse_yuan, round_fen
from app.meetings.examples import EXAMPLES
from app.visits.rules import verify_difference

Rule = Callable[[Mapping[str, Any]], dict[str, Any]]
_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,12})(\.[0-9]+)?\Z")  # as much as money has; an id number is text


def check_file(resources: Path, file: Path, only: str = "") -> tuple[int, int, list[str]]:
    """Run the worked examples whose rule id starts with `only`; (passed, failed, a line for each failure)."""
    cases = json.loads(file.read_text(encoding="utf-8"))["cases"]
    return check_cases(resources, [case for case in cases if str(case["rule"]).startswith(only)])


def check_cases(resources: Path, cases: Sequence[Mapping[str, Any]]) -> tuple[int, int, list[str]]:
    """Every key of `expected` must be there and equal, and nothing may be an error that is not expected."""
    found = {rule: _find_rule(resources, rule) for rule in {case["rule"] for case in cases}}
    lines = [line for case in cases if (line := _check(found[case["rule"]], case))]
    return len(cases) - len(lines), len(lines), lines


def _check(rule: Rule | None, case: Mapping[str, Any]) -> str | None:
    if rule is None:
        return f"{case['id']} {case['rule']}: no scheme has this rule"
    result = _evaluate(rule, case["inputs"])
    if _agrees(result, case["expected"]):
        return None
    return f"{case['id']} {case['rule']}: expected {_json(case['expected'])}, got {_json(result)}"


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


def list_rules(resources: Path) -> dict[str, tuple[Path, Mapping[str, Any]]]:
    """{rule id: (folder, entry)}: those of each scheme, and those of no one scheme from bpmn/common/rules.json."""
    bpmn = resources / "bpmn"
    found = {
        rule: (bpmn / name, entry) for name in list_schemes(resources) for rule, entry in _rules_of(resources, name)
    }
    common = bpmn / COMMON / "rules.json"
    if common.is_file():
        shared = json.loads(common.read_text(encoding="utf-8"))
        found |= {rule: (bpmn / COMMON, entry) for rule, entry in shared.items()}
    return found


def _rules_of(resources: Path, scheme: str) -> Iterable[tuple[str, Mapping[str, Any]]]:
    return load_scheme(resources, scheme).rules.items()


def _find_rule(resources: Path, rule: str) -> Rule | None:
    """The decision or function that a `rules` table names for this id."""
    folder, entry = list_rules(resources).get(rule, (resources, None))
    if entry is None:
        return None
    if "function" in entry:
        return FUNCTIONS[entry["function"]]
    model = read_decisions((folder / entry["file"]).read_bytes(), entry["file"])
    return _decision(model, entry)


def _decision(model: DecisionModel, entry: Mapping[str, Any]) -> Rule:
    """Missing inputs are as `unsaid` (not named at all) or `given` (not named, or null) says, else null.

    Numbers of the result become yuan, those named in `whole` integers, dates text; what the decision leaves null
    stays null.
    """
    decision, given, unsaid = entry["decision"], entry.get("given", {}), entry.get("unsaid", {})
    whole = frozenset(entry.get("whole", ()))
    needed = model.inputs_needed(decision)

    def decide(inputs: Mapping[str, Any]) -> dict[str, Any]:
        filled = _fill({**unsaid, **inputs}, given)
        values = {name: _to_feel(filled.get(name)) for name in needed}
        result = model.evaluate(decision, values, trace=False).value
        if not isinstance(result, dict):
            raise TypeError(f"{decision} gives no context")
        return {name: int(value) if name in whole else _from_feel(value) for name, value in result.items()}

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
    if isinstance(value, Decimal):
        return format_yuan(round_fen(value))
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: _from_feel(item) for key, item in value.items()}
    return [_from_feel(item) for item in value] if isinstance(value, list) else value


def _verify_difference(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Rule `shengzhou.verify_difference`: total_cost, tallied and verified by payer."""
    tallied, verified = (
        {payer: _amount(amount, f"/{key}/{payer}") for payer, amount in inputs[key].items()}
        for key in ("tallied", "verified")
    )
    total = _amount(inputs["total_cost"], "/total_cost")
    before, after, changed = verify_difference(total, tallied, verified)
    return {
        "self_paid_before": format_yuan(before),
        "self_paid_after": format_yuan(after),
        "changed": changed,
    }


def _amount(text: object, where: str) -> Decimal:
    amount = parse_yuan(text, where)
    if amount < 0:
        raise Invalid([Fault(where, "negative_amount", "金额不能为负")])
    return amount


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


FUNCTIONS: dict[str, Rule] = {
    **EXAMPLES,
    "visits.verify_difference": _verify_difference,
}
