"""What can go wrong with an expression or a table, told with the place where it went wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

SHOWN = 80  # letters of an expression in a message


class FeelError(Exception):
    """Anything this package refuses."""


class FeelSyntaxError(FeelError):
    """The text is not FEEL. `line` and `column` are 1-based and point into `text`."""

    def __init__(self, message: str, line: int, column: int, text: str) -> None:
        super().__init__(f"第 {line} 行第 {column} 列：{message}（{text[:SHOWN]!r}）")
        self.message = message
        self.line = line
        self.column = column
        self.text = text


class FeelEvaluationError(FeelError):
    """A value does not fit what is done with it. Place and text are None until an expression adds them."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message
        self.line: int | None = None
        self.column: int | None = None
        self.text: str | None = None

    def place(self, line: int, column: int, text: str) -> None:
        """Remember the innermost place only: that is where the fault is."""
        if self.line is None:
            self.line, self.column, self.text = line, column, text

    def __str__(self) -> str:
        if self.line is None:
            return self.message
        return f"第 {self.line} 行第 {self.column} 列：{self.message}（{(self.text or '')[:SHOWN]!r}）"


class UnknownName(FeelEvaluationError):
    """The expression reads a name that nobody supplied."""

    def __init__(self, name: str) -> None:
        super().__init__(f"没有名为“{name}”的变量或函数")
        self.name = name


class HitPolicyViolated(FeelEvaluationError):
    """Rows hit together that may not: `rows` are 1-based row numbers."""

    def __init__(self, table: str, policy: str, rows: Sequence[int]) -> None:
        listed = "、".join(str(row) for row in rows)
        super().__init__(f"决策表“{table}”（{policy}）：第 {listed} 行同时命中，结果不唯一")
        self.table = table
        self.policy = policy
        self.rows = tuple(rows)


class ValueNotAllowed(FeelEvaluationError):
    """An input or output is outside its type or its allowed values."""


class DecisionNotFound(FeelEvaluationError):
    """No decision has this id or name."""


@dataclass(frozen=True)
class Fault:
    """One thing wrong with a DMN file. `row` is 1-based; `line` and `column` point into the expression."""

    file: str
    code: str
    message: str
    element: str | None = None
    row: int | None = None
    cell: str | None = None
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        places = (self.element, f"第 {self.row} 行" if self.row else None, self.cell)
        return " · ".join([self.file, *(place for place in places if place), self.message])


class DecisionFaults(FeelError):
    """Everything wrong with a DMN file, all at once."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = list(faults)
