"""Comparisons that say otherwise than the words beside them: 超过5000元 is `> 5000`, 5000元以上 is `>= 5000`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.feel import nodes as n
from app.feel.constants import INEQUALITIES, Unclear, constant
from app.feel.dmn_xml import Element, child
from app.feel.errors import Fault
from app.feel.numbers import plain
from app.feel.sheets import Column, Line, Sheet, Text
from app.feel.surroundings import Surroundings, path_of
from app.feel.wording import ABOVE, AFTER, BARE_WORDS, BEFORE, BELOW, numbers_said, sides_said

SIDES = {">": BELOW, "<=": BELOW, ">=": ABOVE, "<": ABOVE}
FLIPPED = {">": "<", "<": ">", ">=": "<=", "<=": ">="}
SAYS = {BELOW: "不含本数的一侧起算（> 或 <=）", ABOVE: "含本数（>= 或 <）"}


@dataclass(frozen=True)
class Bound:
    """A comparison with a line: `side` is where the line itself counts, `number` what it is if that is known."""

    op: str
    side: str
    number: Decimal | None
    names: tuple[str, ...]


class Contradictions:
    """Of one file; `documents` are the descriptions of decisions and functions by id."""

    def __init__(self, source: str, around: Surroundings, elements: dict[str, Element]) -> None:
        self._source = source
        self._around = around
        self._described = {id_: _description(element) for id_, element in elements.items()}
        self._labels = {id_: element.get("label") or "" for id_, element in elements.items()}

    def in_sheet(self, sheet: Sheet) -> Iterator[Fault]:
        for column in sheet.columns:
            for message in self._in_column(column):
                yield self._fault(sheet.element, sheet.name, message, None, column.label)
        for line in sheet.lines:
            for message, label in self._in_line(sheet, line):
                yield self._fault(sheet.element, sheet.name, message, line.number, label)

    def in_text(self, text: Text) -> Iterator[Fault]:
        label, bounds = self._labels.get(text.owner or "", ""), list(self._bounds(text.node))
        said = [label, self._described.get(text.owner or "", "")]
        for message in [*self._by_number(bounds, said), *_by_word(bounds, label)]:
            yield self._fault(text.element, text.name, message, None, None)

    def _fault(self, element: str | None, name: str, message: str, row: int | None, label: str | None) -> Fault:
        return Fault(self._source, "contradicts_annotation", f"决策“{name}”：{message}", element, row, label)

    def _in_column(self, column: Column) -> Iterator[str]:
        bounds = list(self._bounds(column.node))
        yield from self._by_number(bounds, [column.label])
        yield from _by_word(bounds, column.label)

    def _in_line(self, sheet: Sheet, line: Line) -> Iterator[tuple[str, str]]:
        written = "。".join(line.annotations.values())
        for column, cell in zip(sheet.columns, line.cells, strict=True):
            bounds = list(self._bounds(cell.node))
            said = [written, column.label, self._described.get(sheet.owner or "", "")]
            for message in [*self._by_number(bounds, said), *_by_name(bounds, written)]:
                yield message, column.label

    def _by_number(self, bounds: Sequence[Bound], texts: Sequence[str]) -> Iterator[str]:
        """The nearest text that speaks of the number decides; one that speaks of it both ways says nothing."""
        for bound in bounds:
            for text in texts:
                said = [each for each in numbers_said(text) if bound.number in each.values]
                if said:
                    if {each.side for each in said} == {_other(bound.side)}:
                        yield _message(bound, said[0].quote)
                    break

    def _bounds(self, node: n.Node | None) -> Iterator[Bound]:
        if node is None:
            return
        for op, limit in _comparisons(node):
            number = self._number(limit)
            path = path_of(limit)
            names = () if path is None else (path[-1], self._around.labels.get(path[-1], path[-1]))
            yield Bound(op, SIDES[op], number, names)
        for inner in n.children(node):
            yield from self._bounds(inner)

    def _number(self, node: n.Node) -> Decimal | None:
        """A number as written, or as a parameter of the file has it."""
        try:
            value = constant(node, self._around.constants)
        except Unclear:
            return None
        return value if isinstance(value, Decimal) else None


def _comparisons(node: n.Node) -> list[tuple[str, n.Node]]:
    """What a node itself compares with, seen from the value that is compared."""
    match node:
        case n.Compare(op=op, bound=bound) if op in INEQUALITIES:
            return [(op, bound)]
        case n.Interval(low=low, high=high):
            ends = [(">=" if node.low_closed else ">", low), ("<=" if node.high_closed else "<", high)]
            return [(op, end) for op, end in ends if end is not None]
        case n.Between(low=low, high=high):
            return [(">=", low), ("<=", high)]
        case n.Binary(op=op, left=left, right=right) if op in INEQUALITIES:
            return [(FLIPPED[op], left)] if _is_constant(left) else [(op, right)]
    return []


def _is_constant(node: n.Node) -> bool:
    try:
        constant(node, {})
    except Unclear:
        return False
    return True


def _by_word(bounds: Sequence[Bound], label: str) -> Iterator[str]:
    """A label without a number, such as 超过起付线, over an expression with a single comparison."""
    sides = sides_said(label)
    if len(bounds) == 1 and not re.search(r"\d", label) and sides == {_other(bounds[0].side)}:
        yield _message(bounds[0], label)


def _by_name(bounds: Sequence[Bound], text: str) -> Iterator[str]:
    """A word right beside the name of the line: 超过起付线, 起付线以上."""
    text = "".join(text.split())
    for bound in bounds:
        for name in map(re.escape, dict.fromkeys(bound.names)):
            found = re.search(
                rf"({BARE_WORDS}){name}(?!以|的?部分)|(?<!超过){name}(以上|以下|以内|以外)(?!的?部分)", text
            )
            if found and (BEFORE.get(found[1]) or AFTER.get(found[2])) == _other(bound.side):
                yield _message(bound, found[0])
                break


def _message(bound: Bound, quote: str) -> str:
    line = plain(bound.number) if bound.number is not None else (bound.names[:1] or ("界线",))[0]
    return f"写明“{quote}”，应{SAYS[_other(bound.side)]}，而这里写的是 {bound.op} {line}"


def _other(side: str) -> str:
    return ABOVE if side == BELOW else BELOW


def _description(element: Element) -> str:
    found = child(element, "description")
    return "" if found is None else "".join(found.itertext()).strip()
