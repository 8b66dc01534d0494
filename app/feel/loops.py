"""for, some, every, filters and function definitions: the forms whose body sees names of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from collections.abc import Iterator as Walk
from datetime import date, timedelta
from decimal import Decimal

from app.feel import nodes as n
from app.feel.compiler import COMPILERS, Compiler, Run, Scope
from app.feel.errors import FeelEvaluationError
from app.feel.numbers import whole
from app.feel.types import FeelType, coerce
from app.feel.values import Function, Range, kind_of, listed, unlisted

MOST_STEPS = 1_000_000  # a slip like 1..10**12 must end in a message, not in a hung worker
Source = tuple[str, Callable[[Scope], Iterable[object]]]


def steps(first: object, last: object) -> Iterable[object]:
    """The values from first to last, up or down, both included: whole numbers or dates."""
    first, last = unlisted(first), unlisted(last)
    if isinstance(first, Decimal) and isinstance(last, Decimal):
        start, end = whole(first), whole(last)
        return map(Decimal, _counted(start, end))
    if type(first) is date and type(last) is date:
        days = _counted(0, (last - first).days)
        return (first + timedelta(days=day) for day in days)
    raise FeelEvaluationError(f"不能从 {kind_of(first)} 数到 {kind_of(last)}")


def _counted(start: int, end: int) -> range:
    if abs(end - start) >= MOST_STEPS:
        raise FeelEvaluationError(f"循环超过 {MOST_STEPS} 次")
    return range(start, end + 1) if start <= end else range(start, end - 1, -1)


def over(value: object) -> Iterable[object]:
    if isinstance(value, Range):
        first, last = value.low, value.high
        found = list(steps(first, last))
        return found[(0 if value.low_closed else 1) : (len(found) if value.high_closed else -1)]
    if value is None:
        raise FeelEvaluationError("没有可以遍历的列表")
    return listed(value)


def _sources(compiler: Compiler, iterators: Sequence[n.Iterator]) -> list[Source]:
    return [(iterator.name, _source(compiler, iterator)) for iterator in iterators]


def _source(compiler: Compiler, iterator: n.Iterator) -> Callable[[Scope], Iterable[object]]:
    first = compiler.compile(iterator.source)
    if iterator.last is None:
        return lambda scope: over(first(scope))
    last = compiler.compile(iterator.last)
    return lambda scope: steps(first(scope), last(scope))


def _walk(sources: list[Source], scope: Scope) -> Walk[Scope]:
    """Every combination; one scope object is reused, later iterators turn fastest."""
    if not sources:
        yield scope
        return
    (name, source), rest = sources[0], sources[1:]
    for value in source(scope):
        scope[name] = value
        yield from _walk(rest, scope)


def _for(compiler: Compiler, node: n.For) -> Run:
    sources, body = _sources(compiler, node.iterators), compiler.compile(node.body)

    def loop(scope: Scope) -> object:
        results: list[object] = []
        for inner in _walk(sources, {**scope, "partial": results}):
            # `partial` must see each result at once; a function made in the body keeps a scope of its own.
            results.append(body(dict(inner)))  # noqa: PERF401
        return results

    return compiler.guard(node, loop)


def _quantified(compiler: Compiler, node: n.Quantified) -> Run:
    sources, condition = _sources(compiler, node.iterators), compiler.compile(node.condition)
    every = node.every

    def ask(scope: Scope) -> object:
        answer: object = every
        for inner in _walk(sources, dict(scope)):
            truth = condition(inner)
            if truth is (not every):
                return truth
            if type(truth) is not bool:
                answer = None
                _refuse_unclear(truth, strict=compiler.strict)
        return answer

    return compiler.guard(node, ask)


def _refuse_unclear(truth: object, *, strict: bool) -> None:
    if strict and truth is not None:
        raise FeelEvaluationError(f"条件应为真或假，实为 {kind_of(truth)}")


def _filter(compiler: Compiler, node: n.Filter) -> Run:
    source, condition = compiler.compile(node.source), compiler.compile(node.condition)
    constant = node.condition.value if isinstance(node.condition, n.Literal) else None
    if isinstance(node.condition, n.Negate):
        constant = condition({}) if isinstance(node.condition.operand, n.Literal) else None

    def select(scope: Scope) -> object:
        value = source(scope)
        if value is None:
            return _filtered_nothing(strict=compiler.strict)
        items = listed(value)
        if isinstance(constant, Decimal):
            return item_at(items, constant)
        answers = [condition(item_scope(scope, item)) for item in items or [None]]
        if isinstance(answers[0], Decimal):
            return item_at(items, answers[0])
        if compiler.strict and items:
            _check_answers(answers)
        return [item for item, answer in zip(items, answers, strict=False) if answer is True]

    return compiler.guard(node, select)


def _filtered_nothing(*, strict: bool) -> list[object]:
    if strict:
        raise FeelEvaluationError("没有可以筛选的列表")
    return []


def _check_answers(answers: list[object]) -> None:
    for answer in answers:
        if answer is not None and type(answer) is not bool:
            raise FeelEvaluationError(f"筛选条件应为真或假，实为 {kind_of(answer)}")


def item_scope(scope: Scope, item: object) -> Scope:
    if type(item) is dict:
        return {**scope, "item": item, **item}
    return {**scope, "item": item}


def item_at(items: list[object], index: Decimal) -> object:
    """The item at a 1-based index, from the end when negative; null where there is none."""
    at = whole(index)
    if at == 0 or abs(at) > len(items):
        return None
    return items[at - 1 if at > 0 else at]


class Defined(Function):
    """A function written in FEEL; it sees the names of the place where it was written."""

    def __init__(
        self,
        parameters: Sequence[tuple[str, FeelType | None]],
        body: Run,
        scope: Scope,
        name: str = "function",
    ) -> None:
        self.parameters = tuple(name for name, _ in parameters)
        self.name = name
        self._types = [kind for _, kind in parameters]
        self.body = body
        self.scope = scope

    def call(self, arguments: Sequence[object]) -> object:
        if len(arguments) != len(self.parameters):
            raise FeelEvaluationError(f"函数 {self.name} 需要 {len(self.parameters)} 个参数，给了 {len(arguments)} 个")
        values = [
            argument if kind is None else coerce(argument, kind, f"参数“{name}”")
            for name, kind, argument in zip(self.parameters, self._types, arguments, strict=True)
        ]
        return self.body({**self.scope, **dict(zip(self.parameters, values, strict=True))})


def _function(compiler: Compiler, node: n.FunctionOf) -> Run:
    if node.external:
        return compiler.guard(node, _refuse_external)
    body = compiler.compile(node.body)
    return lambda scope: Defined(node.parameters, body, scope)


def _refuse_external(_: Scope) -> object:
    raise FeelEvaluationError("不支持外部（Java、PMML）函数")


COMPILERS.update({n.For: _for, n.Quantified: _quantified, n.Filter: _filter, n.FunctionOf: _function})
