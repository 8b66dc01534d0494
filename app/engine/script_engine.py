"""SpiffWorkflow evaluates nothing itself: every expression is FEEL, scripts and its service calls are refused."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from SpiffWorkflow.bpmn.script_engine.python_engine import PythonScriptEngine

from app.feel import Expression, compile_expression

_compiled = lru_cache(maxsize=4096)(compile_expression)


def compiled(text: str) -> Expression:
    """The expression, parsed once; raises FeelSyntaxError with line and column."""
    return _compiled(text)


class FeelScriptEngine(PythonScriptEngine):  # type: ignore[misc]  # SpiffWorkflow ships no types
    """Sends `evaluate` to app.feel; there is nothing that could `execute`."""

    def validate(self, expression: str) -> None:
        """Raises FeelSyntaxError."""
        compiled(expression)

    def evaluate(self, task: Any, expression: str, external_context: Any = None) -> Any:
        """The value of a FEEL expression over the task's data."""
        return compiled(expression).evaluate({**task.data, **(external_context or {})})

    def execute(self, _task: Any, script: str, _external_context: Any = None) -> None:
        """Diagrams hold no code; the deployment check refuses them, and so does the engine."""
        raise PermissionError(f"a diagram may not run code: {script[:60]!r}")

    def call_service(self, _task: Any, **_kwargs: Any) -> Any:
        """Operators are called by engine/advance.py, where their errors stay what they are."""
        raise PermissionError("service tasks are run by the engine, not by SpiffWorkflow")
