"""Tables and texts of a file as parsed, kept for the table check; evaluating a decision never looks here."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.feel import nodes as n
from app.feel.types import FeelType
from app.feel.unary import Test


@dataclass(frozen=True)
class Cell:
    """`whole` is a cell that says `-`."""

    text: str
    node: n.Tests
    test: Test
    whole: bool


@dataclass(frozen=True)
class Column:
    label: str
    text: str
    node: n.Node | None
    type: FeelType
    allowed: Cell | None


@dataclass(frozen=True)
class Line:
    """A row; `outputs` are None where a cell did not parse."""

    number: int
    cells: tuple[Cell, ...]
    outputs: tuple[n.Node | None, ...]
    annotations: dict[str, str]


@dataclass(frozen=True)
class Sheet:
    """A table. `ranks` are the output values of each column by priority, `bound` names that a box gives."""

    element: str | None
    owner: str | None
    name: str
    policy: str
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    ranks: tuple[tuple[Test, ...], ...]
    defaults: tuple[n.Node | None, ...]
    bound: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Text:
    """A literal expression, with the decision that it stands in."""

    element: str | None
    owner: str | None
    name: str
    text: str
    node: n.Node


@dataclass
class Records:
    """All of one file. `mentioned` are the names that any text of it speaks of, those inside filters too."""

    sheets: list[Sheet] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)
    mentioned: set[str] = field(default_factory=set)
