"""Comparison and three-valued and/or: one false decides an and, one true an or, else unknown is null."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.feel.errors import FeelEvaluationError
from app.feel.values import equal, kind_of, less, unlisted

Run = Callable[[dict[str, object]], object]


def _truth(value: object) -> bool | None:
    value = unlisted(value)
    if value is None or type(value) is bool:
        return value
    raise FeelEvaluationError(f"{kind_of(value)} 不是真假值")


def conjunction(left: Run, right: Run, *, strict: bool) -> Run:
    """`and`, left first: false on the left spares the right."""
    return _joined(left, right, decisive=False, strict=strict)


def disjunction(left: Run, right: Run, *, strict: bool) -> Run:
    """`or`, left first: true on the left spares the right."""
    return _joined(left, right, decisive=True, strict=strict)


def _joined(left: Run, right: Run, *, decisive: bool, strict: bool) -> Run:
    def join(scope: dict[str, object]) -> object:
        fault = None
        try:
            first = left(scope)
            first = first if type(first) is bool else _truth(first)
        except FeelEvaluationError as unclear:
            if strict:
                raise  # a fault must not hide behind whatever the right side happens to be
            first, fault = None, unclear
        if first is decisive:
            return decisive
        second = right(scope)
        second = second if type(second) is bool else _truth(second)
        if second is decisive:
            return decisive
        if fault is not None:
            raise fault
        return None if first is None or second is None else not decisive

    return join


COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": equal,
    "!=": lambda a, b: not equal(a, b),
    "<": less,
    "<=": lambda a, b: not less(b, a),
    ">": lambda a, b: less(b, a),
    ">=": lambda a, b: not less(a, b),
}
