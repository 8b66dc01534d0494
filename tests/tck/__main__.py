"""A line for each failure, last line `N passed, M failed`; exit status 1 when any failed."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

from lxml import etree

from app.feel.errors import FeelError
from app.feel.model import DecisionModel, read_model
from app.feel.values import same
from tests.tck.cases import Case, Expectation, read_cases

TOLERANCE = Decimal("1e-8")  # the kit compares decimals that its authors computed in doubles


def close(actual: object, expected: object) -> bool:
    if isinstance(actual, Decimal) and isinstance(expected, Decimal):
        return abs(actual - expected) <= TOLERANCE * max(1, abs(expected))
    if isinstance(actual, list) and isinstance(expected, list):
        return len(actual) == len(expected) and all(map(close, actual, expected))
    if isinstance(actual, dict) and isinstance(expected, dict):
        return actual.keys() == expected.keys() and all(close(actual[key], expected[key]) for key in actual)
    return same(actual, expected)


def actual_value(model: DecisionModel, case: Case, wanted: Expectation) -> object:
    inputs = dict(case.inputs)
    for name, namespace in case.namespaces.items():
        for path in model.import_paths(namespace):
            inner = inputs
            for imported in path:
                inner = inner.setdefault(imported, {})
            inner[name] = case.inputs[name]
    if case.service is not None:
        result = model.invoke(case.service, inputs, strict=False)
        several = len(case.expectations) > 1 and isinstance(result, dict)
        return result.get(wanted.name) if several else result
    return model.evaluate(wanted.name, inputs, strict=False, trace=False).value


def failures(model: DecisionModel, case: Case) -> Iterator[tuple[str, str]]:
    """(name of the decision, what is wrong); an empty text for a check that passed."""
    for wanted in case.expectations:
        expected = None if wanted.error else wanted.value
        try:
            actual = actual_value(model, case, wanted)
        except FeelError as fault:
            yield wanted.name, "" if wanted.error else f"raised {type(fault).__name__}: {fault}"
            continue
        yield wanted.name, "" if close(actual, expected) else f"expected {expected!r}, got {actual!r}"


def run_file(path: Path) -> Iterator[tuple[str, str]]:
    """(name of the check, what is wrong or nothing)."""
    model_name, cases = read_cases(path)
    library = {}
    for other in path.parent.glob("*.dmn"):
        library[etree.parse(str(other)).getroot().get("namespace")] = other.read_bytes()
    model_path = path.parent / model_name
    if not model_path.exists():
        model_path = next(path.parent.glob("0*.dmn"), None) or next(path.parent.glob("*.dmn"))
    model = read_model(model_path.read_bytes(), model_path.name, library)
    for case in cases:
        for name, wrong in failures(model, case):
            yield f"{path.parent.name} {path.stem} {case.id} {name}", wrong


def run_folder(folder: Path) -> tuple[int, list[str]]:
    """(number of checks that passed, a line for each that failed)."""
    passed, failed = 0, []
    for path in sorted(folder.rglob("*-test-*.xml")):
        for name, wrong in run_file(path):
            if wrong:
                failed.append(f"{name}: {wrong}")
            else:
                passed += 1
    return passed, failed


def main(folder: str) -> int:
    passed, failed = run_folder(Path(folder))
    for line in failed:
        print(line)
    print(f"{passed} passed, {len(failed)} failed")
    return 0 if passed and not failed else 1


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m tests.tck DIR")
    sys.exit(main(sys.argv[1]))
