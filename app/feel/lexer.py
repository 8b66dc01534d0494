"""Cuts text into tokens; names follow the standard's letters, so Chinese ones need no quoting."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from decimal import Decimal, DecimalException

from app.feel.errors import FeelSyntaxError
from app.feel.numbers import CONTEXT

_START = (
    "A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_FULL_WIDTH = "＂＊＋，－．／；＜＝＞"  # letters to the standard, but here always a slip for the plain sign
_PART = _START + "0-9\u00b7\u0300-\u036f\u203f\u2040"
_TOKEN = re.compile(
    rf"""(?P<space>(?:[\s\u180e\u200b\ufeff]+|//[^\n\r]*|/\*.*?\*/)+)
    |(?P<number>(?:[0-9]+(?:\.[0-9]+)?|(?<!\.)\.[0-9]+)(?:[eE][+-]?[0-9]+)?(?![{_START}]))
    |(?P<at>@"(?:[^"\\]|\\.)*")
    |(?P<string>"(?:[^"\\]|\\.)*")
    |(?P<name>\?|(?:(?![{_FULL_WIDTH}])[{_START}])(?:(?![{_FULL_WIDTH}])[{_PART}])*)
    |(?P<op>\.\.|\*\*|<=|>=|!=|->|[-+*/()\[\]{{}},:.=<>'’])""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{6})|(.))", re.DOTALL)
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\", "'": "'", "b": "\b", "f": "\f", "/": "/"}


@dataclass(frozen=True, slots=True)
class Token:
    """`kind` is number, string, at, name, op or end; `start` and `end` are offsets into the text."""

    kind: str
    text: str
    value: Decimal | str | None
    start: int
    end: int


def place_of(text: str, offset: int) -> tuple[int, int]:
    """1-based line and column of an offset."""
    before = text[:offset]
    return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1


def syntax_error(message: str, text: str, offset: int) -> FeelSyntaxError:
    line, column = place_of(text, offset)
    return FeelSyntaxError(message, line, column, text)


def tokenise(text: str) -> list[Token]:
    """All tokens, the last one `end`. Raises FeelSyntaxError at the first sign that is none."""
    tokens: list[Token] = []
    offset = 0
    while offset < len(text):
        match = _TOKEN.match(text, offset)
        if match is None:
            raise syntax_error(_complaint(text[offset]), text, offset)
        kind = str(match.lastgroup)
        if kind != "space":
            found = match.group()
            tokens.append(Token(kind, found, _value(kind, found, text, offset), offset, match.end()))
        offset = match.end()
    tokens.append(Token("end", "", None, len(text), len(text)))
    return tokens


def _complaint(sign: str) -> str:
    if sign == '"':
        return "字符串没有结束的引号"
    if sign in "“”＂":
        return "请用英文半角双引号书写字符串"
    if sign in _FULL_WIDTH:
        return f"请用英文半角符号代替“{sign}”"
    return f"无法识别的符号“{sign}”"


def _value(kind: str, found: str, text: str, offset: int) -> Decimal | str | None:
    if kind == "number":
        return _number(found, text, offset)
    if kind == "string":
        return _unescape(found[1:-1], text, offset)
    if kind == "at":
        return _unescape(found[2:-1], text, offset)
    return None


def _number(found: str, text: str, offset: int) -> Decimal:
    try:
        return CONTEXT.create_decimal(found)
    except DecimalException:
        raise syntax_error("数字超出范围", text, offset) from None


def _unescape(raw: str, text: str, offset: int) -> str:
    if "\\" not in raw:
        return raw

    def replace(match: re.Match[str]) -> str:
        code = match[1] or match[2]
        if code:
            return _letter(int(code, 16), text, offset)
        return _ESCAPES.get(match[3], match[0])

    plain = _ESCAPE.sub(replace, raw)
    # Two \u escapes may write one sign beyond the basic plane.
    return plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _letter(code: int, text: str, offset: int) -> str:
    if code > sys.maxunicode:
        raise syntax_error(f"没有编号为 {code:X} 的字符", text, offset)
    return chr(code)
