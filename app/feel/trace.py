"""How a decision came about, as JSON: stored with every amount, so that it can be explained years later."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from app.feel.values import Function
from app.feel.writing import write

KEY = "\0trace"  # rides in the scope; no FEEL name can hold this sign
Steps = list[dict[str, object]]


class Tracer:
    """Collects the steps of the decision being evaluated; required decisions have steps of their own."""

    def __init__(self) -> None:
        self.steps: Steps = []

    def add(self, step: dict[str, object]) -> None:
        self.steps.append(step)

    def begin(self) -> Steps:
        """Start the steps of another decision; give what is returned back to `resume`."""
        outer, self.steps = self.steps, []
        return outer

    def resume(self, outer: Steps) -> Steps:
        inner, self.steps = self.steps, outer
        return inner


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
