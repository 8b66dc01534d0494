"""Every expression of a diagram is FEEL, and a timer's constant is a time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from app.engine.calendar import read_time
from app.engine.checks.diagram import Diagram
from app.engine.elements import NS
from app.engine.script_engine import compiled
from app.feel import FeelError, FeelSyntaxError
from app.kernel.errors import Fault

_TIMERS = ("timeDate", "timeDuration")
_EXPRESSIONS = ("conditionExpression", "completionCondition", *_TIMERS)


def check_expressions(diagram: Diagram) -> list[Fault]:
    """Faults of conditions, parameters and timers, with line and column inside the expression."""
    faults = []
    for node, shown, text in _expressions(diagram):
        try:
            compiled(text)
        except FeelSyntaxError as error:
            hint = "；FEEL 用一个等号比较" if "==" in text else ""
            message = f"{shown}第 {error.line} 行第 {error.column} 列：{error.message}{hint}"
            faults.append(diagram.fault(node, "feel_syntax", message))
    return faults + [fault for tag in _TIMERS for node in diagram.every(tag) for fault in _timer_faults(diagram, node)]


def _expressions(diagram: Diagram) -> Iterator[tuple[Any, str, str]]:
    """(element, how it is called, text)."""
    for tag in _EXPRESSIONS:
        for node in diagram.every(tag):
            yield node, "表达式", (node.text or "").strip()
    for parameter in diagram.root.iterfind(".//spiff:parameter", NS):
        yield parameter.getparent(), f"参数 {parameter.get('id')} ", parameter.get("value") or ""


def _timer_faults(diagram: Diagram, node: Any) -> list[Fault]:
    """What reads no data can be tried now; the rest is known when it runs."""
    text = (node.text or "").strip()
    try:
        expression = compiled(text)
        if expression.names and not _is_bare_time(text):
            return []
        value = expression.evaluate({})
        if isinstance(value, str):
            value = read_time(value)
    except FeelSyntaxError:
        return []  # told above
    except (FeelError, ValueError):
        value = None
    if isinstance(value, date | datetime | timedelta):
        return []
    return [diagram.fault(node, "timer_invalid", '定时应为日期或时长，如 duration("P3D")、date("2026-05-01")')]


def _is_bare_time(text: str) -> bool:
    """P3D without quotes reads as a variable's name."""
    try:
        read_time(text)
    except ValueError:
        return False
    return True
