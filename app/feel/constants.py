"""The constants that a cell compares its value with; None where a cell cannot be told by its constants alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from app.feel import nodes as n
from app.feel.compiler import Compiler
from app.feel.errors import FeelError
from app.feel.functions import FUNCTIONS
from app.feel.values import Range, unlisted

VALUE = "?"
INEQUALITIES = frozenset({"<", "<=", ">", ">="})
Scope = Mapping[str, object]


@dataclass
class Constants:
    """`points` are asked for equality, `bounds` are ends of intervals, `members` are looked for in a list."""

    points: list[object] = field(default_factory=list)
    bounds: list[object] = field(default_factory=list)
    members: list[object] = field(default_factory=list)
    null: bool = False


class Unclear(Exception):  # a fact, and never seen outside the table check
    """The expression depends on more than constants."""


def constants_of(cell: n.Node, parameters: Scope) -> Constants | None:
    """What a cell, or allowed values, compare with; None when it reads other names or asks anything else."""
    reader = _Reader(parameters)
    try:
        for test in cell.tests if isinstance(cell, n.Tests) else (cell,):
            reader.test(test)
    except Unclear:
        return None
    return reader.found


def constant(node: n.Node, parameters: Scope) -> object:
    """The value of an expression that reads nothing but parameters. Raises Unclear."""
    if not all(name in FUNCTIONS or name in parameters for name in n.names_in(node)):
        raise Unclear
    try:
        return Compiler("", strict=True).compile(node)(dict(parameters))
    except FeelError:
        raise Unclear from None


def is_whole(value: object) -> bool:
    return isinstance(value, Decimal) and value == value.to_integral_value()


class _Reader:
    def __init__(self, parameters: Scope) -> None:
        self._parameters = parameters
        self.found = Constants()

    def test(self, test: n.Node) -> None:
        match test:
            case n.Compare(op=op, bound=bound):
                self._compared(op, bound)
            case n.Interval():
                self.found.bounds += [self._constant(end) for end in (test.low, test.high) if end is not None]
            case _ if VALUE in n.names_in(test):
                self._condition(test)
            case _:
                self._given(self._constant(test))

    def _condition(self, node: n.Node) -> None:
        """A condition on `?`: comparisons with constants and membership, joined by and, or, not."""
        match node:
            case n.Binary(op="and" | "or"):
                self._condition(node.left)
                self._condition(node.right)
            case n.Binary(op=op, left=n.Name(name="?"), right=other):
                self._compared(op, other)
            case n.Binary(op=op, left=other, right=n.Name(name="?")):
                self._compared(op, other)
            case n.Between(value=n.Name(name="?")):
                self.found.bounds += [self._constant(node.low), self._constant(node.high)]
            case n.In(value=n.Name(name="?")):
                for test in node.tests:
                    self.test(test)
            case n.Call(callee=n.Name(name="not"), arguments=(inner,)):
                self._condition(inner)
            case n.Call(callee=n.Name(name="list contains"), arguments=(n.Name(name="?"), wanted)):
                self.found.members.append(self._constant(wanted))
            case n.Quantified(iterators=(n.Iterator(name=item, source=n.Name(name="?"), last=None),)):
                self._membership(node.condition, item)
            case _:
                raise Unclear

    def _membership(self, node: n.Node, item: str) -> None:
        """What `some item in ? satisfies …` asks of each item."""
        match node:
            case n.Binary(op="=" | "!=", left=n.Name(name=name), right=wanted) if name == item:
                self.found.members.append(self._constant(wanted))
            case n.In(value=n.Name(name=name), tests=tests) if name == item:
                self._members([self._constant(test) for test in tests])
            case n.Call(callee=n.Name(name="list contains"), arguments=(wanted, n.Name(name=name))) if name == item:
                self._members(self._constant(wanted))
            case _:
                raise Unclear

    def _compared(self, op: str, bound: n.Node) -> None:
        if op not in {*INEQUALITIES, "=", "!="}:
            raise Unclear
        self._add(self._constant(bound), self.found.bounds if op in INEQUALITIES else self.found.points)

    def _constant(self, node: n.Node) -> object:
        return constant(node, self._parameters)

    def _members(self, wanted: object) -> None:
        if not isinstance(wanted, list):
            raise Unclear
        for each in wanted:
            if isinstance(each, list):
                self._members(each)
            elif isinstance(each, Range):
                raise Unclear
            else:
                self.found.members.append(each)

    def _given(self, value: object) -> None:
        """A cell gives a value, a list of them, or an interval."""
        if isinstance(value, Range):
            self.found.bounds += [end for end in (value.low, value.high) if end is not None]
        elif isinstance(value, list):
            for item in value:
                self._given(item)
        else:
            self._add(value, self.found.points)

    def _add(self, value: object, into: list[object]) -> None:
        value = unlisted(value)
        if isinstance(value, (list, dict, Range)):
            raise Unclear
        if value is None:
            self.found.null = True
        else:
            into.append(value)
