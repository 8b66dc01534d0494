"""How a decision came about: kept as values while deciding, rendered as JSON only when somebody asks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple, Protocol

from app.feel.values import Function
from app.feel.writing import write

KEY = "\0trace"  # rides in the scope; no FEEL name can hold this sign
Json = dict[str, Any]


class TraceStep(Protocol):
    """A part of a decision's logic that is told: a table, or an expression in a box."""

    def render(self) -> Json: ...

    def numbers(self) -> list[Any]: ...


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


class Done(NamedTuple):
    """A decision that was made: what it saw, how, and what came of it."""

    told: Told
    scope: Mapping[str, object]
    steps: Steps
    value: object


class Recording:
    """What one evaluation did, in values; `add` in the order in which decisions were finished."""

    def __init__(self, below: Sequence[str] | None = None) -> None:
        """`below` are the ids in the order of `numbers`, where somebody knows it already."""
        self._known_below = below
        self._done: dict[str, Done] = {}
        self._last = ""

    def add(self, told: Told, scope: Mapping[str, object], steps: Steps, value: object) -> None:
        self._done[told.id] = Done(told, scope, steps, value)
        self._last = told.id

    def render(self) -> Json:
        """The whole tree as JSON: decision, name, inputs, required, steps, result."""
        return self._render(self._done[self._last])

    def _render(self, done: Done) -> Json:
        required = [(self._done[id_], whole) for id_, whole in done.told.required]
        return {
            "decision": done.told.id,
            "name": done.told.name,
            "inputs": jsonable({name: done.scope[name] for name in done.told.reads if name in done.scope}),
            "required": [self._render(one) if whole else _mention(one) for one, whole in required],
            "steps": [step.render() for step in done.steps],
            "result": jsonable(done.value),
        }

    def numbers(self) -> list[list[Any]]:
        """`[decision, result, …]` of all that the one asked for requires, requirements first; see TableStep.numbers."""
        below = self._known_below
        if below is None:
            below = list(ids_below(self._last, {id_: done.told for id_, done in self._done.items()}))
        return [_numbers(self._done[id_]) for id_ in below]


def ids_below(id_: str, told: Mapping[str, Told]) -> Iterator[str]:
    """What a decision requires, each once, requirements first."""
    for one, whole in told[id_].required:
        if whole:
            yield from ids_below(one, told)
            yield one


def _numbers(done: Done) -> list[Any]:
    for step in done.steps:
        found = step.numbers()
        if found:
            return [done.told.id, jsonable(done.value), *found]
    return [done.told.id, jsonable(done.value)]


def _mention(done: Done) -> Json:
    return {"decision": done.told.id, "name": done.told.name, "result": jsonable(done.value)}


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
