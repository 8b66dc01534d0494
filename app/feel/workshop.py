"""Where the texts of one DMN file are compiled; faults are collected, so that all are listed at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from app.feel.compiler import Compiler, Run, Scope, compile_text
from app.feel.cursor import Vocabulary
from app.feel.errors import Fault, FeelEvaluationError, FeelSyntaxError
from app.feel.functions import CLOCK_FUNCTIONS, FUNCTIONS
from app.feel.grammar import parse_expression, parse_unary_tests
from app.feel.nodes import Node, Tests, names_in
from app.feel.reading import reads
from app.feel.sheets import Records
from app.feel.types import ANY, BUILT_IN, FeelType
from app.feel.unary import Test, compile_tests


@dataclass(frozen=True)
class Spot:
    """Where in the file a text stands; `row` is 1-based."""

    element: str | None = None
    row: int | None = None
    cell: str | None = None


@dataclass
class Workshop:
    """`names` are the variables in scope, `local` those of them that a box binds.

    `open_scope` lets unknown names through, to be supplied as inputs; `read` collects the names read from outside.
    `owner` is the decision or function at work, `records` are what the table check reads.
    """

    file: str
    strict: bool
    types: Mapping[str, FeelType] = field(default_factory=dict)
    members: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    local: frozenset[str] = frozenset()
    open_scope: bool = False
    faults: list[Fault] = field(default_factory=list)
    read: set[str] = field(default_factory=set)
    owner: str | None = None
    records: Records = field(default_factory=Records)

    def knowing(self, names: Iterable[str]) -> Workshop:
        """The same workshop for a part of the file where more names are bound; shares its faults."""
        bound = frozenset(names)
        return replace(self, names=self.names | bound, local=self.local | bound)

    def fault(self, code: str, message: str, spot: Spot, line: int | None = None, column: int | None = None) -> None:
        self.faults.append(Fault(self.file, code, message, spot.element, spot.row, spot.cell, line, column))

    def expression(self, text: str, spot: Spot) -> Run:
        return self.parsed_expression(text, spot)[0]

    def parsed_expression(self, text: str, spot: Spot) -> tuple[Run, Node | None]:
        """A compiled expression and its node; None when it is no FEEL, which is a fault."""
        node = self._parsed(lambda: parse_expression(text, self._vocabulary()), spot)
        if node is None:
            return _refuse(text), None
        self._check_names(node, text, spot)
        return compile_text(text, node, strict=self.strict), node

    def tests(self, text: str, spot: Spot) -> tuple[Test, Tests]:
        """A compiled cell, and its tests in order (the order of output values is their priority)."""
        node = self._parsed(lambda: parse_unary_tests(text, self._vocabulary()), spot)
        if not isinstance(node, Tests):
            refuse = _refuse(text)
            return (lambda _, scope: bool(refuse(scope))), Tests(0, (), negated=False)
        self._check_names(node, text, spot)
        return compile_tests(Compiler(text, strict=self.strict), node), node

    def type_of(self, reference: str | None, spot: Spot) -> FeelType:
        """The type that a typeRef names; an unknown one is a fault."""
        if not reference:
            return ANY
        name = " ".join(reference.split())
        known = self.types.get(name) or BUILT_IN.get(name.rpartition(":")[2].lower())
        if known is None:
            self.fault("unknown_type", f"没有名为“{name}”的类型", spot)
            return ANY
        return known

    def _vocabulary(self) -> Vocabulary:
        return Vocabulary(self.names, self.members, self.types)

    def _parsed(self, parse: Callable[[], Node], spot: Spot) -> Node | None:
        try:
            return parse()
        except FeelSyntaxError as fault:
            self.fault("syntax", fault.message, spot, fault.line, fault.column)
            return None

    def _check_names(self, node: Node, text: str, spot: Spot) -> None:
        self.records.mentioned.update(names_in(node))
        for name in sorted(reads(node) - {"?"}):
            if name in self.local:
                continue
            if name in self.names or (name not in FUNCTIONS and name not in CLOCK_FUNCTIONS and self.open_scope):
                self.read.add(name)
            elif name in CLOCK_FUNCTIONS:
                self.fault("reads_clock", f"决策须可重算，不能使用 {name}()，请把日期作为输入传入", spot)
            elif name not in FUNCTIONS:
                self.fault("unknown_name", f"“{text}”中的“{name}”没有声明为输入，也不是函数", spot)


def _refuse(text: str) -> Run:
    def refuse(_: Scope) -> object:
        raise FeelEvaluationError(f"无法理解的表达式“{text}”")

    return refuse
