"""Cells: tests of a value against what a cell says. Literal bounds get closures of their own, for speed."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from app.feel import nodes as n
from app.feel.compiler import COMPILERS, Compiler, Run, Scope
from app.feel.errors import FeelEvaluationError
from app.feel.logic import COMPARE
from app.feel.reading import reads
from app.feel.values import Range, kind_of, same, within

Test = Callable[[object, Scope], bool | None]
NUMBER_TESTS: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "=": Decimal.__eq__,
    "!=": Decimal.__ne__,
    "<": Decimal.__lt__,
    "<=": Decimal.__le__,
    ">": Decimal.__gt__,
    ">=": Decimal.__ge__,
}


def compile_tests(compiler: Compiler, node: n.Tests) -> Test:
    """A whole cell. null stands for unknown where a value is null; a kind that does not fit is a fault."""
    if not node.tests:
        return lambda _value, _scope: True
    tests = [compile_test(compiler, test) for test in node.tests]
    positive = tests[0] if len(tests) == 1 else _any_of(tests)
    if not node.negated:
        return positive

    def negative(value: object, scope: Scope) -> bool | None:
        answer = positive(value, scope)
        return None if answer is None else not answer

    return negative


def _any_of(tests: list[Test]) -> Test:
    def any_of(value: object, scope: Scope) -> bool | None:
        answer: bool | None = False
        for test in tests:
            found = test(value, scope)
            if found:
                return True
            if found is None:
                answer = None
        return answer

    return any_of


def each_test(text: str, node: n.Tests) -> list[Test]:
    """The tests of a cell one by one: the order of allowed values is their priority."""
    return [compile_test(Compiler(text, strict=False), test) for test in node.tests]


def compile_test(compiler: Compiler, node: n.Node) -> Test:
    if isinstance(node, n.Compare):
        return _compare(compiler, node)
    run = compiler.compile(node)
    if isinstance(node, n.Literal):
        return _equals(compiler, node)
    span = _constant(node, run)
    if span is not None:
        return _guarded(compiler, node, lambda value, _: None if value is None else within(value, span))
    if isinstance(node, n.Interval):
        return _guarded(compiler, node, lambda value, scope: _inside(value, run({**scope, "?": value})))
    if "?" in reads(node):
        return _contains(node, _asks(run)) or _asks(run)
    return _guarded(compiler, node, lambda value, scope: _answers(value, run({**scope, "?": value})))


def _inside(value: object, span: object) -> bool | None:
    return within(value, span) if value is not None and isinstance(span, Range) else None


def _constant(node: n.Node, run: Run) -> Range | None:
    """An interval between literals, built beforehand; a wrong one is left to fail where it is used."""
    if not isinstance(node, n.Interval):
        return None
    if not all(end is None or isinstance(end, n.Literal) for end in (node.low, node.high)):
        return None
    try:
        span = run({})
    except FeelEvaluationError:
        return None
    return span if isinstance(span, Range) else None


def _equals(compiler: Compiler, node: n.Literal) -> Test:
    wanted, kind = node.value, type(node.value)
    if wanted is None:
        return lambda value, _: value is None
    slow = _guarded(compiler, node, lambda value, _: belongs(value, wanted))
    return lambda value, scope: value == wanted if type(value) is kind else slow(value, scope)


def _asks(run: Run) -> Test:
    """A test that speaks of the value as `?` and answers by itself."""

    def asks(value: object, scope: Scope) -> bool | None:
        answer = run({**scope, "?": value})
        return answer if type(answer) is bool else None

    return asks


def _contains(node: n.Node, otherwise: Test) -> Test | None:
    """`list contains(?, "tk")`, asked without building a scope."""
    match node:
        case n.Call(
            callee=n.Name(name="list contains"), arguments=(n.Name(name="?"), n.Literal(value=str() as wanted))
        ):

            def contains(value: object, scope: Scope) -> bool | None:
                if type(value) is list and "list contains" not in scope:
                    return wanted in value
                return otherwise(value, scope)

            return contains
    return None


def _compare(compiler: Compiler, node: n.Compare) -> Test:
    bound, compare, numbers = compiler.compile(node.bound), COMPARE[node.op], NUMBER_TESTS[node.op]
    inequality = node.op not in {"=", "!="}

    def slow(value: object, scope: Scope) -> bool | None:
        if inequality and value is None:
            return None
        return compare(value, bound({**scope, "?": value}))

    guarded = _guarded(compiler, node, slow)
    constant = _number(node.bound)
    if constant is None:
        return guarded

    def quick(value: object, scope: Scope) -> bool | None:
        return numbers(value, constant) if type(value) is Decimal else guarded(value, scope)

    return quick


def _number(node: n.Node) -> Decimal | None:
    if isinstance(node, n.Literal) and isinstance(node.value, Decimal):
        return node.value
    if isinstance(node, n.Negate) and isinstance(node.operand, n.Literal):
        value = node.operand.value
        return value.copy_negate() if isinstance(value, Decimal) else None
    return None


def _guarded(compiler: Compiler, node: n.Node, test: Test) -> Test:
    """The compiler's guard for a test: the value rides in the scope only when a fault must be placed."""
    place = compiler.guard(node, _raise_held)

    def guarded(value: object, scope: Scope) -> bool | None:
        try:
            return test(value, scope)
        except FeelEvaluationError as fault:
            place({"": fault})
            return None

    return guarded


def _raise_held(scope: Scope) -> object:
    fault = scope[""]
    raise fault if isinstance(fault, FeelEvaluationError) else TypeError(fault)


def _answers(value: object, found: object) -> bool | None:
    """A cell may also be a condition on other names: then true is enough, unless the value is a boolean."""
    if type(found) is bool and type(value) is not bool:
        return found
    return belongs(value, found)


def belongs(value: object, wanted: object) -> bool | None:
    """Whether a value is what a cell's expression gives: equal, in the list, or in the interval."""
    if isinstance(wanted, Range):
        return None if value is None else within(value, wanted)
    if isinstance(wanted, list):
        return any(same(value, item) or (isinstance(item, Range) and _lies(value, item)) for item in wanted) or same(
            value, wanted
        )
    if isinstance(value, list):
        return any(same(item, wanted) for item in value)
    if value is not None and wanted is not None and type(value) is not type(wanted):
        raise FeelEvaluationError(f"{kind_of(value)} 不能与 {kind_of(wanted)} 比较")
    return same(value, wanted)


def _lies(value: object, span: Range) -> bool:
    end = span.low if span.low is not None else span.high
    return type(value) is type(end) and within(value, span)


def _in(compiler: Compiler, node: n.In) -> Run:
    value = compiler.compile(node.value)
    test = _any_of([compile_test(compiler, test) for test in node.tests])
    return compiler.guard(node, lambda scope: test(value(scope), scope))


def _interval_of(compiler: Compiler, node: n.Compare) -> Run:
    """A bare `< 5` outside a cell stands for the open interval."""
    bound, closed = compiler.compile(node.bound), node.op.endswith("=")
    if node.op.startswith("<"):
        return lambda scope: Range(None, low_closed=False, high=bound(scope), high_closed=closed)
    return lambda scope: Range(bound(scope), low_closed=closed, high=None, high_closed=False)


COMPILERS.update({n.In: _in, n.Compare: _interval_of})
