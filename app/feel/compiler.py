"""Turns nodes into closures once, so that evaluating a decision is calling functions and nothing else.

Every closure raises FeelEvaluationError on a type fault. `guard` decides what becomes of it: strict adds the
place and lets it through; lenient makes this one node null, as the standard has it. `compile_text` makes strict
closures without any guard and, when one fails, asks again with guards, which find the place.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from app.feel import nodes as n
from app.feel.arithmetic import TABLES, negate, operate
from app.feel.errors import FeelEvaluationError, UnknownName
from app.feel.functions import CLOCK_FUNCTIONS, FUNCTIONS
from app.feel.lexer import place_of
from app.feel.logic import COMPARE, conjunction, disjunction
from app.feel.paths import read_path
from app.feel.types import is_instance
from app.feel.values import Function, Range, kind_of, less, unlisted

Scope = dict[str, object]
Run = Callable[[Scope], object]
NUMBERS = frozenset({Decimal})
EQUAL_KINDS = frozenset({Decimal, str, bool})
QUICK = {"=": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
ORDINARY = 6000  # digits; below it no sum or product of two numbers overflows decimal128


class Compiler:
    """Compiles the nodes of one text."""

    def __init__(self, text: str, *, strict: bool, placing: bool = True) -> None:
        self.text = text
        self.strict = strict
        self.bare = strict and not placing

    def compile(self, node: n.Node) -> Run:
        return COMPILERS[type(node)](self, node)

    def guard(self, node: n.Node, run: Run) -> Run:
        if self.bare:
            return run
        return self._placed(node, run) if self.strict else _nulled(run)

    def _placed(self, node: n.Node, run: Run) -> Run:
        line, column = place_of(self.text, node.at)
        text = self.text

        def placed(scope: Scope) -> object:
            try:
                return run(scope)
            except FeelEvaluationError as fault:
                fault.place(line, column, text)
                raise
            except RecursionError:
                raise FeelEvaluationError("函数调用嵌套过深") from None

        return placed


def compile_text(text: str, node: n.Node, *, strict: bool) -> Run:
    """A whole expression. Strict is fast as long as nothing fails; the failing one is run again to find the place."""
    if not strict or isinstance(node, n.Literal):
        return Compiler(text, strict=strict).compile(node)
    fast = Compiler(text, strict=True, placing=False).compile(node)

    def run(scope: Scope) -> object:
        try:
            return fast(scope)
        except FeelEvaluationError as fault:
            if fault.line is not None:
                raise
        except RecursionError:
            raise FeelEvaluationError("函数调用嵌套过深") from None
        return Compiler(text, strict=True).compile(node)(scope)

    return run


def _nulled(run: Run) -> Run:
    def nulled(scope: Scope) -> object:
        try:
            return run(scope)
        except (FeelEvaluationError, RecursionError):
            return None  # the standard's answer to a type fault, asked for with strict=False

    return nulled


def _literal(_: Compiler, node: n.Literal) -> Run:
    value = node.value
    return lambda _: value


def _name(compiler: Compiler, node: n.Name) -> Run:
    name = node.name
    built_in = FUNCTIONS.get(name)
    if built_in is None and not compiler.strict:
        built_in = CLOCK_FUNCTIONS.get(name)

    def read(scope: Scope) -> object:
        try:
            return scope[name]
        except KeyError:
            if built_in is None:
                raise UnknownName(name) from None
            return built_in

    return compiler.guard(node, read)


def _path(compiler: Compiler, node: n.Path) -> Run:
    source, name = compiler.compile(node.source), node.name
    if compiler.bare and isinstance(node.source, n.Name):
        return _entry(source, node.source.name, name)
    return compiler.guard(node, lambda scope: read_path(source(scope), name))


def _entry(source: Run, variable: str, name: str) -> Run:
    """`standard.cap`, the most usual path: an entry of a context in scope."""

    def read(scope: Scope) -> object:
        value = scope.get(variable)
        if type(value) is dict and name in value:
            return value[name]
        return read_path(source(scope), name)

    return read


def _binary(compiler: Compiler, node: n.Binary) -> Run:
    left, right, op = compiler.compile(node.left), compiler.compile(node.right), node.op
    if op == "and":
        return compiler.guard(node, conjunction(left, right, strict=compiler.strict))
    if op == "or":
        return compiler.guard(node, disjunction(left, right, strict=compiler.strict))
    if op in COMPARE:
        return compiler.guard(node, _comparison(node, left, right))
    fast: Callable[[Any, Any], object] = TABLES[op][Decimal, Decimal]
    exact = op in {"+", "-", "*"}  # these cannot fail on two numbers of ordinary size

    def compute(scope: Scope) -> object:
        a, b = left(scope), right(scope)
        if exact and type(a) is Decimal and type(b) is Decimal and a.adjusted() + b.adjusted() < ORDINARY:
            return fast(a, b)
        return operate(op, a, b)

    return compiler.guard(node, compute)


def _comparison(node: n.Binary, left: Run, right: Run) -> Run:
    compare = COMPARE[node.op]
    if isinstance(node.right, n.Literal) and node.right.value is None and node.op in {"=", "!="}:
        return (lambda scope: left(scope) is None) if node.op == "=" else (lambda scope: left(scope) is not None)
    quick: Callable[[Any, Any], bool] = QUICK[node.op]
    kinds = EQUAL_KINDS if node.op in {"=", "!="} else NUMBERS

    def compared(scope: Scope) -> object:
        a, b = left(scope), right(scope)
        return quick(a, b) if type(a) in kinds and type(a) is type(b) else compare(a, b)

    return compared


def _negate(compiler: Compiler, node: n.Negate) -> Run:
    operand = compiler.compile(node.operand)
    if isinstance(node.operand, n.Literal) and isinstance(node.operand.value, Decimal):
        value = negate(node.operand.value)
        return lambda _: value
    return compiler.guard(node, lambda scope: negate(operand(scope)))


def _between(compiler: Compiler, node: n.Between) -> Run:
    value, low, high = (compiler.compile(part) for part in (node.value, node.low, node.high))

    def between(scope: Scope) -> object:
        middle = value(scope)
        return not less(middle, low(scope)) and not less(high(scope), middle)

    return compiler.guard(node, between)


def _instance_of(compiler: Compiler, node: n.InstanceOf) -> Run:
    value, wanted = compiler.compile(node.value), node.type
    return compiler.guard(node, lambda scope: is_instance(value(scope), wanted))


def _if(compiler: Compiler, node: n.If) -> Run:
    condition, then, otherwise = (compiler.compile(part) for part in (node.condition, node.then, node.otherwise))
    strict = compiler.strict

    def choose(scope: Scope) -> object:
        answer = condition(scope)
        if answer is True:
            return then(scope)
        if answer is False:
            return otherwise(scope)
        answer = unlisted(answer)
        if strict and answer is not None and type(answer) is not bool:
            raise FeelEvaluationError(f"if 的条件应为真或假，实为 {kind_of(answer)}")
        return then(scope) if answer is True else otherwise(scope)

    return compiler.guard(node, choose) if strict else choose


def _list(compiler: Compiler, node: n.ListOf) -> Run:
    items = [compiler.compile(item) for item in node.items]
    return lambda scope: [item(scope) for item in items]


def _context(compiler: Compiler, node: n.Context) -> Run:
    entries = [(key, compiler.compile(value)) for key, value in node.entries]
    keys = {key for key, _ in entries}
    unique = len(keys) == len(entries)
    if compiler.bare and unique and keys.isdisjoint(n.names_in(node)):
        return lambda scope: {key: value(scope) for key, value in entries}

    def build(scope: Scope) -> object:
        if not unique:
            raise FeelEvaluationError("上下文中有重复的条目名称")
        inner, built = dict(scope), {}
        for key, value in entries:
            inner[key] = built[key] = value(inner)
        return built

    return compiler.guard(node, build)


def _interval(compiler: Compiler, node: n.Interval) -> Run:
    low = compiler.compile(node.low) if node.low else None
    high = compiler.compile(node.high) if node.high else None

    def build(scope: Scope) -> object:
        start, end = low(scope) if low else None, high(scope) if high else None
        if (low and start is None) or (high and end is None):
            raise FeelEvaluationError("区间的端点为空")
        if low and high and less(end, start):
            raise FeelEvaluationError("区间的起点大于终点")
        return Range(start, node.low_closed, end, node.high_closed)

    return compiler.guard(node, build)


def _call(compiler: Compiler, node: n.Call) -> Run:
    callee = compiler.compile(node.callee)
    arguments, names = [compiler.compile(argument) for argument in node.arguments], node.names
    if compiler.bare and names is None and isinstance(node.callee, n.Name) and node.callee.name in FUNCTIONS:
        return _built_in(node.callee.name, arguments)

    def call(scope: Scope) -> object:
        function = callee(scope)
        if not isinstance(function, Function):
            raise FeelEvaluationError(f"{kind_of(function)} 不是函数")
        values = [argument(scope) for argument in arguments]
        if names is None:
            return function.call(values)
        return function.call_named(dict(zip(names, values, strict=True)))

    return compiler.guard(node, call)


def _built_in(name: str, arguments: list[Run]) -> Run:
    """A call of the standard's function, unless the scope has one of that name."""
    built_in = FUNCTIONS[name]

    def call(scope: Scope) -> object:
        function = scope.get(name, built_in)
        if not isinstance(function, Function):
            raise FeelEvaluationError(f"{kind_of(function)} 不是函数")
        return function.call([argument(scope) for argument in arguments])

    return call


COMPILERS: dict[type[n.Node], Callable[[Compiler, Any], Run]] = {
    n.Literal: _literal,
    n.Name: _name,
    n.Path: _path,
    n.Binary: _binary,
    n.Negate: _negate,
    n.Between: _between,
    n.InstanceOf: _instance_of,
    n.If: _if,
    n.ListOf: _list,
    n.Context: _context,
    n.Interval: _interval,
    n.Call: _call,
}
