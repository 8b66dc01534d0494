"""Reads the kit's test files: inputs and expected values with their XSD types."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from lxml import etree

from app.feel.errors import FeelError
from app.feel.temporal import parse_date, parse_date_time, parse_duration, parse_time

NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
PARSERS = {
    "string": str,
    "decimal": Decimal,
    "double": Decimal,
    "integer": Decimal,
    "float": Decimal,
    "boolean": lambda text: {"true": True, "false": False, "1": True, "0": False}[text],
    "date": parse_date,
    "time": parse_time,
    "dateTime": parse_date_time,
    "duration": parse_duration,
}


@dataclass(frozen=True)
class Expectation:
    name: str
    kind: str
    error: bool
    value: object


@dataclass(frozen=True)
class Case:
    id: str
    service: str | None
    inputs: dict[str, object]
    namespaces: dict[str, str]
    expectations: list[Expectation]


class Unreadable:
    """Stands for an expected value that cannot be held; nothing equals it, so the check fails visibly."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return self.text


def read_cases(path: Path) -> tuple[str, Iterator[Case]]:
    """(name of the model file, its cases)."""
    root = etree.parse(str(path)).getroot()
    return root.findtext("{*}modelName", "").strip(), (_case(e) for e in root.iterfind("{*}testCase"))


def _case(element) -> Case:
    inputs, namespaces = {}, {}
    for node in element.iterfind("{*}inputNode"):
        inputs[node.get("name")] = read_value(node)
        if node.get("namespace"):
            namespaces[node.get("name")] = node.get("namespace")
    service = element.get("invocableName") if element.get("type") in {"decisionService", "bkm"} else None
    expectations = []
    for node in element.iterfind("{*}resultNode"):
        expected = node.find("{*}expected")
        value = None if expected is None else read_value(expected)
        expectations.append(Expectation(node.get("name"), node.get("type"), node.get("errorResult") == "true", value))
    return Case(element.get("id"), service, inputs, namespaces, expectations)


def read_value(element) -> object:
    """A value, a list or a context of components."""
    items = element.find("{*}list")
    if items is not None:
        return None if items.get(NIL) == "true" else [read_value(item) for item in items.iterfind("{*}item")]
    components = element.findall("{*}component")
    if components:
        return {part.get("name"): read_value(part) for part in components}
    value = element.find("{*}value")
    if value is None or value.get(NIL) == "true" or element.get(NIL) == "true":
        return None
    kind = (value.get(TYPE) or "string").rpartition(":")[2]
    text = value.text or ""
    try:
        return PARSERS[kind](text if kind == "string" else text.strip())
    except (
        FeelError,
        ArithmeticError,
        KeyError,
    ) as fault:  # a value the calendar cannot hold must not stop the run
        return Unreadable(f"{kind} {text}: {fault}")
