"""Which names an expression reads from outside; the deployment check compares them with what is supplied."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from app.feel import nodes as n
from app.feel.functions import FUNCTIONS


def reads(node: n.Node) -> frozenset[str]:
    """Free names, those inside filters left out: there a name may be an entry of the item."""
    return frozenset(_names(node, frozenset()))


def _names(node: n.Node, bound: frozenset[str]) -> Iterator[str]:  # noqa: C901  # one case a form
    match node:
        case n.Name(name=name):
            if name not in bound:
                yield name
        case n.Call(callee=n.Name(name=name)) if name in FUNCTIONS:
            for argument in node.arguments:
                yield from _names(argument, bound)
        case n.Filter(source=source, condition=condition):
            yield from _names(source, bound)
            yield from (name for name in _names(condition, bound) if name == "?")
        case n.For(iterators=iterators, body=body):
            yield from _loop(iterators, body, bound | {"partial"})
        case n.Quantified(iterators=iterators, condition=condition):
            yield from _loop(iterators, condition, bound)
        case n.Context(entries=entries):
            for key, value in entries:
                yield from _names(value, bound)
                bound |= {key}
        case n.FunctionOf(parameters=parameters, body=body):
            yield from _names(body, bound | {name for name, _ in parameters})
        case _:
            for child in n.children(node):
                yield from _names(child, bound)


def _loop(iterators: Sequence[n.Iterator], body: n.Node, bound: frozenset[str]) -> Iterator[str]:
    for iterator in iterators:
        yield from _names(iterator.source, bound)
        if iterator.last is not None:
            yield from _names(iterator.last, bound)
        bound |= {iterator.name}
    yield from _names(body, bound)
