"""FEEL's `range("[1..3]")`: an interval from text, whose ends may only be literals."""

from __future__ import annotations

from app.feel import nodes as n
from app.feel.builtins_temporal import TEMPORAL
from app.feel.errors import FeelEvaluationError, FeelSyntaxError
from app.feel.grammar import parse_expression
from app.feel.signatures import Registry, registrar
from app.feel.values import Range, less

RANGE_TEXT: Registry = {}
built_in = registrar(RANGE_TEXT)
CONSTRUCTORS = ("date", "time", "date and time", "duration")


@built_in("range", "from: string")
def _range(text: str) -> Range:
    try:
        node = parse_expression(text)
    except FeelSyntaxError as fault:
        raise FeelEvaluationError(f"“{text}”不是区间：{fault.message}") from None
    if not isinstance(node, n.Interval) or node.low is None or node.high is None:
        raise FeelEvaluationError(f"“{text}”不是区间")
    low, high = _end(node.low), _end(node.high)
    if less(high, low):
        raise FeelEvaluationError("区间的起点大于终点")
    return Range(low, node.low_closed, high, node.high_closed)


def _end(node: n.Node) -> object:
    match node:
        case n.Literal(value=value) if value is not None:
            return value
        case n.Call(callee=n.Name(name=name), arguments=(n.Literal(value=str(text)),)) if name in CONSTRUCTORS:
            return TEMPORAL[name].call([text])
        case _:
            raise FeelEvaluationError("区间的端点应为常量")
