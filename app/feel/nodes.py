"""The parsed shape of an expression; `at` is the offset in the text, for messages that point."""

from __future__ import annotations

from collections.abc import Iterator as Walk
from dataclasses import dataclass, fields

from app.feel.types import FeelType


@dataclass(frozen=True, slots=True)
class Node:
    at: int


@dataclass(frozen=True, slots=True)
class Literal(Node):
    value: object


@dataclass(frozen=True, slots=True)
class Name(Node):
    name: str


@dataclass(frozen=True, slots=True)
class Path(Node):
    source: Node
    name: str


@dataclass(frozen=True, slots=True)
class Filter(Node):
    source: Node
    condition: Node


@dataclass(frozen=True, slots=True)
class Call(Node):
    callee: Node
    arguments: tuple[Node, ...]
    names: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Negate(Node):
    operand: Node


@dataclass(frozen=True, slots=True)
class Binary(Node):
    """`op` is one of + - * / ** = != < <= > >= and or."""

    op: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Between(Node):
    value: Node
    low: Node
    high: Node


@dataclass(frozen=True, slots=True)
class In(Node):
    value: Node
    tests: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class InstanceOf(Node):
    value: Node
    type: FeelType


@dataclass(frozen=True, slots=True)
class If(Node):
    condition: Node
    then: Node
    otherwise: Node


@dataclass(frozen=True, slots=True)
class Iterator(Node):
    """`for name in source`, or `for name in source..last`."""

    name: str
    source: Node
    last: Node | None


@dataclass(frozen=True, slots=True)
class For(Node):
    iterators: tuple[Iterator, ...]
    body: Node


@dataclass(frozen=True, slots=True)
class Quantified(Node):
    every: bool
    iterators: tuple[Iterator, ...]
    condition: Node


@dataclass(frozen=True, slots=True)
class ListOf(Node):
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Context(Node):
    entries: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class Interval(Node):
    low: Node | None
    low_closed: bool
    high: Node | None
    high_closed: bool


@dataclass(frozen=True, slots=True)
class FunctionOf(Node):
    parameters: tuple[tuple[str, FeelType | None], ...]
    body: Node
    external: bool


@dataclass(frozen=True, slots=True)
class Compare(Node):
    """A cell's `< 5`: the other side is the value tested."""

    op: str
    bound: Node


@dataclass(frozen=True, slots=True)
class Tests(Node):
    """A cell. No tests at all stands for `-`: anything goes."""

    tests: tuple[Node, ...]
    negated: bool


def children(node: Node) -> Walk[Node]:
    """All nodes directly below, those inside pairs of name and node included."""
    pending: list[object] = [getattr(node, field.name) for field in fields(node)]
    while pending:
        value = pending.pop()
        if isinstance(value, Node):
            yield value
        elif isinstance(value, tuple):
            pending.extend(value)


def depth_of(node: Node) -> int:
    """Levels of the tree, counted without recursion."""
    level, depth = [node], 0
    while level:
        depth += 1
        level = [child for parent in level for child in children(parent)]
    return depth


def names_in(node: Node) -> Walk[str]:
    """Every name in a text, wherever it stands."""
    if isinstance(node, Name):
        yield node.name
    for child in children(node):
        yield from names_in(child)
