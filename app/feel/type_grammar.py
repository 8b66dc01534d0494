"""How types are written: number, list<number>, context<a: number>, function<number> -> string."""

from __future__ import annotations

from collections.abc import Mapping

from app.feel.cursor import Cursor
from app.feel.lexer import syntax_error
from app.feel.types import BUILT_IN, FeelType


def parse_type(cursor: Cursor) -> FeelType:
    """A type at the cursor; an unknown name becomes a type that only a model can know."""
    at = cursor.token.start
    name = " ".join(_words(cursor))
    if cursor.at_sign("<") and name in GENERIC:
        cursor.advance()
        return GENERIC[name](cursor)
    kind = BUILT_IN.get(name.lower())
    if kind is None and name not in cursor.types:
        raise syntax_error(f"没有名为“{name}”的类型", cursor.text, at)
    return kind or cursor.types[name]


def _words(cursor: Cursor) -> list[str]:
    """The words of a type's name, dots of an imported one included."""
    first = cursor.advance()
    if first.kind != "name":
        cursor.position -= 1
        raise cursor.unexpected("应为类型名称")
    words = [first.text]
    while cursor.token.kind == "name" and " ".join([*words, cursor.token.text]) in _openings(cursor.types):
        words.append(cursor.advance().text)
    while cursor.at_sign(".") and cursor.peek().kind == "name":
        cursor.advance()
        words[-1] += "." + cursor.advance().text
    return words


def _openings(types: Mapping[str, FeelType]) -> set[str]:
    found = set()
    for name in (*BUILT_IN, *types):
        words = name.split()
        found |= {" ".join(words[: count + 1]) for count in range(len(words))}
    return found


def _list(cursor: Cursor) -> FeelType:
    element = parse_type(cursor)
    cursor.expect(">")
    return FeelType("list", element=element)


def _range(cursor: Cursor) -> FeelType:
    element = parse_type(cursor)
    cursor.expect(">")
    return FeelType("range", element=element)


def _context(cursor: Cursor) -> FeelType:
    fields: dict[str, FeelType] = {}
    while not cursor.at_sign(">"):
        name = cursor.name_before(":")
        if name is None:
            raise cursor.unexpected("应为条目名称")
        cursor.expect(":")
        fields[name] = parse_type(cursor)
        if not cursor.at_sign(">"):
            cursor.expect(",")
    cursor.advance()
    return FeelType("context", fields=fields)


def _function(cursor: Cursor) -> FeelType:
    parameters: list[FeelType] = []
    while not cursor.at_sign(">"):
        parameters.append(parse_type(cursor))
        if not cursor.at_sign(">"):
            cursor.expect(",")
    cursor.advance()
    returns = None
    if cursor.at_sign("->"):
        cursor.advance()
        returns = parse_type(cursor)
    return FeelType("function", parameters=tuple(parameters), returns=returns)


GENERIC = {"list": _list, "range": _range, "context": _context, "function": _function}
