"""Forms that open with a word or a bracket: if, for, some, every, function, lists, contexts, intervals."""

from __future__ import annotations

from collections.abc import Callable

from app.feel import nodes as n
from app.feel.cursor import ADDITION, COMPARISONS, Cursor
from app.feel.type_grammar import parse_type
from app.feel.types import FeelType


def _if(cursor: Cursor) -> n.Node:
    at = cursor.advance().start
    condition = cursor.expression()
    cursor.expect("then")
    then = cursor.expression()
    cursor.expect("else")
    return n.If(at, condition, then, cursor.expression())


def _for(cursor: Cursor) -> n.Node:
    at = cursor.advance().start
    with cursor.knowing(["partial"]) as table:
        iterators = _iterators(cursor, table.add)
        cursor.expect("return")
        return n.For(at, iterators, cursor.expression())


def _quantified(cursor: Cursor) -> n.Node:
    word = cursor.advance()
    with cursor.knowing(()) as table:
        iterators = _iterators(cursor, table.add)
        cursor.expect("satisfies")
        return n.Quantified(word.start, word.text == "every", iterators, cursor.expression())


def _iterators(cursor: Cursor, bind: Callable[[str], None]) -> tuple[n.Iterator, ...]:
    found: list[n.Iterator] = []
    while not found or cursor.at_sign(","):
        if found:
            cursor.advance()
        at = cursor.token.start
        name = cursor.name_before("in")
        if name is None:
            raise cursor.unexpected("应为循环变量的名称")
        cursor.expect("in")
        source = cursor.expression()
        last = None
        if cursor.at_sign(".."):
            cursor.advance()
            last = cursor.expression()
        found.append(n.Iterator(at, name, source, last))
        bind(name)
    return tuple(found)


def _function(cursor: Cursor) -> n.Node:
    at = cursor.advance().start
    cursor.expect("(")
    parameters: list[tuple[str, FeelType | None]] = []
    while not cursor.at_sign(")"):
        name = cursor.name_before(":", ",", ")")
        if name is None:
            raise cursor.unexpected("应为参数名称")
        kind = None
        if cursor.at_sign(":"):
            cursor.advance()
            kind = parse_type(cursor)
        parameters.append((name, kind))
        if not cursor.at_sign(")"):
            cursor.expect(",")
    cursor.advance()
    external = cursor.at_word("external")
    if external:
        cursor.advance()
    with cursor.knowing([name for name, _ in parameters]):
        return n.FunctionOf(at, tuple(parameters), cursor.expression(), external)


def _not(cursor: Cursor) -> n.Node:
    word = cursor.advance()
    if not cursor.at_sign("("):
        raise cursor.unexpected("not 之后应为括号")
    return n.Name(word.start, "not")


def _parenthesis(cursor: Cursor) -> n.Node:
    at = cursor.advance().start
    if cursor.at_sign(*COMPARISONS):
        node: n.Node = _open_ended(cursor, at)
        cursor.expect(")")
        return node
    inner = _bound(cursor)
    if cursor.at_sign(".."):
        return _interval(cursor, at, inner, low_closed=False)
    cursor.expect(")")
    return inner


def _open_ended(cursor: Cursor, at: int) -> n.Node:
    sign = cursor.advance().text
    bound = cursor.expression(ADDITION)
    if sign == "=":
        return n.Interval(at, bound, low_closed=True, high=bound, high_closed=True)  # low and high, both closed
    if sign == "!=":
        raise cursor.unexpected("!= 不能构成区间")
    closed = sign.endswith("=")
    if sign.startswith("<"):
        return n.Interval(at, None, low_closed=False, high=bound, high_closed=closed)
    return n.Interval(at, bound, low_closed=closed, high=None, high_closed=False)


def _bracket(cursor: Cursor) -> n.Node:
    at = cursor.advance().start
    items: list[n.Node] = []
    while not cursor.at_sign("]"):
        items.append(_bound(cursor))
        if len(items) == 1 and cursor.at_sign(".."):
            return _interval(cursor, at, items[0], low_closed=True)
        if not cursor.at_sign("]"):
            cursor.expect(",")
    cursor.advance()
    return n.ListOf(at, tuple(items))


def _reversed_bracket(cursor: Cursor) -> n.Node:
    at = cursor.advance().start
    return _interval(cursor, at, _bound(cursor), low_closed=False)


def _bound(cursor: Cursor) -> n.Node:
    """An expression inside brackets of its own, where a stray `[` is a filter again."""
    outer, cursor.open_intervals = cursor.open_intervals, 0
    node = cursor.expression()
    cursor.open_intervals = outer
    return node


def _interval(cursor: Cursor, at: int, low: n.Node, *, low_closed: bool) -> n.Node:
    cursor.expect("..")
    cursor.open_intervals += 1
    high = cursor.expression()
    cursor.open_intervals -= 1
    if not cursor.at_sign("]", ")", "["):
        raise cursor.unexpected("区间应以 ] 、) 或 [ 结束")
    return n.Interval(at, low, low_closed, high, cursor.advance().text == "]")


def _context(cursor: Cursor) -> n.Node:
    at = cursor.advance().start
    entries: list[tuple[str, n.Node]] = []
    with cursor.knowing(()) as table:
        while not cursor.at_sign("}"):
            key = _key(cursor)
            cursor.expect(":")
            entries.append((key, cursor.expression()))
            table.add(key)
            if not cursor.at_sign("}"):
                cursor.expect(",")
    cursor.advance()
    return n.Context(at, tuple(entries))


def _key(cursor: Cursor) -> str:
    if cursor.token.kind == "string":
        return str(cursor.advance().value)
    name = cursor.name_before(":")
    if name is None:
        raise cursor.unexpected("应为条目名称")
    return name


FORMS: dict[str, Callable[[Cursor], n.Node]] = {
    "if": _if, "for": _for, "some": _quantified, "every": _quantified, "function": _function, "not": _not,
}  # fmt: skip
BRACKETS: dict[str, Callable[[Cursor], n.Node]] = {
    "(": _parenthesis, "[": _bracket, "]": _reversed_bracket, "{": _context,
}  # fmt: skip
