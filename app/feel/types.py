"""FEEL's types: what `instance of` asks, and what a typed variable accepts or gently converts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import Decimal

from app.feel.errors import ValueNotAllowed
from app.feel.values import Function, Range, kind_of


@dataclass(frozen=True)
class FeelType:
    """`kind` is a FEEL kind, Any or Null; `name` is what people called it.

    `allowed` narrows it; `ranks` are the allowed values one by one, the first weighing most;
    `nodes` is how they were written, for the table check.
    """

    kind: str
    name: str = ""
    element: FeelType | None = None
    fields: Mapping[str, FeelType] | None = None
    parameters: tuple[FeelType, ...] | None = None
    returns: FeelType | None = None
    allowed: Callable[[object], bool] | None = field(default=None, compare=False)
    ranks: tuple[Callable[[object], bool], ...] = field(default=(), compare=False)
    nodes: tuple[object, ...] = field(default=(), compare=False)

    @property
    def label(self) -> str:
        return self.name or self.kind


SCALARS: dict[str, type] = {"number": Decimal, "string": str, "boolean": bool, "date": date}
SHOWN = 60  # letters of a value in a message
ANY = FeelType("Any")
BUILT_IN = {
    "any": ANY,
    "null": FeelType("null"),
    "number": FeelType("number"),
    "string": FeelType("string"),
    "boolean": FeelType("boolean"),
    "date": FeelType("date"),
    "time": FeelType("time"),
    "date and time": FeelType("date and time"),
    "datetime": FeelType("date and time"),
    "days and time duration": FeelType("days and time duration"),
    "daytimeduration": FeelType("days and time duration"),
    "years and months duration": FeelType("years and months duration"),
    "yearmonthduration": FeelType("years and months duration"),
    "list": FeelType("list"),
    "context": FeelType("context"),
    "function": FeelType("function"),
    "range": FeelType("range"),
}


def is_instance(value: object, wanted: FeelType) -> bool:
    """FEEL's `instance of`, which asks for the type and not for its allowed values."""
    return conforms(value, replace(wanted, allowed=None))


def conforms(value: object, wanted: FeelType) -> bool:
    """Whether a value is of a type, without any conversion. null is of type Null only."""
    kind = kind_of(value)
    if wanted.kind == "Any":
        fits = value is not None
    elif kind != wanted.kind:
        return False
    elif isinstance(value, list):
        element = wanted.element
        fits = element is None or all(item is None or conforms(item, element) for item in value)
    elif isinstance(value, dict):
        fits = _fields_conform(value, wanted.fields)
    elif isinstance(value, Range):
        ends = [end for end in (value.low, value.high) if end is not None]
        fits = wanted.element is None or all(conforms(end, wanted.element) for end in ends)
    elif isinstance(value, Function):
        fits = wanted.parameters is None or len(wanted.parameters) == len(value.parameters)
    else:
        fits = True
    return fits and (wanted.allowed is None or wanted.allowed(value))


def _fields_conform(value: Mapping[str, object], fields: Mapping[str, FeelType] | None) -> bool:
    if fields is None:
        return True
    return all(name in value and (value[name] is None or conforms(value[name], kind)) for name, kind in fields.items())


def coerce(value: object, wanted: FeelType, what: str) -> object:
    """The value as the type wants it: lists of one and dates convert. `what` names it in ValueNotAllowed."""
    if type(value) is SCALARS.get(wanted.kind) and wanted.allowed is None:
        return value  # nearly every value of a table
    if value is None or wanted is ANY or conforms(value, wanted):
        return value
    if wanted.kind == "list" and not isinstance(value, list) and conforms([value], wanted):
        return [value]
    if isinstance(value, list) and wanted.kind != "list" and len(value) == 1 and conforms(value[0], wanted):
        return value[0]
    if wanted.kind == "date and time" and type(value) is date:
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    raise ValueNotAllowed(f"{what}：应为 {wanted.label}，实为 {_shown(value)}")


def _shown(value: object) -> str:
    text = str(value)
    return f"{kind_of(value)} {text if len(text) <= SHOWN else text[:SHOWN] + '…'}"
