"""How a decision came about: kept as values while deciding, rendered as JSON only when somebody asks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

from app.feel.values import Function
from app.feel.writing import write

KEY = "\0trace"  # rides in the scope; no FEEL name can hold this sign
Json = dict[str, Any]


class TraceStep(Protocol):
    """A part of a decision's logic that is told: a table, or an expression in a box."""

    def render(self) -> Json: ...


Steps = list[TraceStep]


class Tracer:
    """Collects the steps of the decision being evaluated; required decisions have steps of their own."""

    def __init__(self) -> None:
        self.steps: Steps = []

    def add(self, step: TraceStep) -> None:
        self.steps.append(step)

    def begin(self) -> Steps:
        """Start the steps of another decision; give what is returned back to `resume`."""
        outer, self.steps = self.steps, []
        return outer

    def resume(self, outer: Steps) -> Steps:
        inner, self.steps = self.steps, outer
        return inner


@dataclass(frozen=True)
class Told:
    """A decision in the trace: the names it reads, and the decisions it requires, each with whether it is told here."""

    id: str
    name: str
    reads: tuple[str, ...]
    required: tuple[tuple[str, bool], ...]


class Recording:
    """What one evaluation did, in values. The scope holds every input and result by name."""

    def __init__(self, told: Mapping[str, Told], scope: Mapping[str, object]) -> None:
        self._told = told
        self._scope = scope
        self._given = [name for name in scope if name != KEY]  # what a decision that declares nothing may read
        self._done: dict[str, tuple[Steps, object]] = {}
        self._last = ""

    def add(self, id_: str, steps: Steps, value: object) -> None:
        self._done[id_] = steps, value
        self._last = id_

    def render(self) -> Json:
        """The whole tree as JSON: decision, name, inputs, required, steps, result."""
        return self._render(self._last)

    def _render(self, id_: str) -> Json:
        told, (steps, value) = self._told[id_], self._done[id_]
        return {
            "decision": id_,
            "name": told.name,
            "inputs": jsonable({name: self._scope[name] for name in told.reads or self._given}),
            "required": [self._render(one) if whole else self._mention(one) for one, whole in told.required],
            "steps": [step.render() for step in steps],
            "result": jsonable(value),
        }

    def _mention(self, id_: str) -> Json:
        return {"decision": id_, "name": self._told[id_].name, "result": jsonable(self._done[id_][1])}

    def required(self) -> Iterator[tuple[str, object, Steps]]:
        """(id, value, steps) of each decision that the one asked for needs, requirements first."""
        return self._below(self._last)

    def _below(self, id_: str) -> Iterator[tuple[str, object, Steps]]:
        for one, whole in self._told[id_].required:
            if whole:
                yield from self._below(one)
                steps, value = self._done[one]
                yield one, value, steps


def jsonable(value: object) -> object:
    """A FEEL value for JSON: numbers as strings, digit for digit as computed; dates as ISO 8601."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, Mapping):
        return {str(key): jsonable(item) for key, item in value.items() if not isinstance(item, Function)}
    if isinstance(value, (list, tuple)):
        return [jsonable(item) for item in value]
    return write(value)
