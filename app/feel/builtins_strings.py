"""FEEL's functions of strings; positions count characters from 1, or from the end when negative."""

from __future__ import annotations

import re
from decimal import Decimal

from app.feel.errors import FeelEvaluationError
from app.feel.numbers import whole
from app.feel.signatures import Registry, registrar
from app.feel.writing import write

STRINGS: Registry = {}
built_in = registrar(STRINGS)
FLAGS = {"s": re.DOTALL, "m": re.MULTILINE, "i": re.IGNORECASE, "x": re.VERBOSE}
_GROUP = re.compile(r"\\(.)|\$(\d)|(\$)", re.DOTALL)


@built_in("substring", "string: string, start position: number, length: number?")
def _substring(text: str, start: Decimal, length: Decimal | None = None) -> str:
    first = whole(Decimal(int(start)))
    if not first or abs(first) > len(text) + 1 or (length is not None and length < 1):
        raise FeelEvaluationError(f"起始位置 {first} 或长度 {length} 超出范围")
    begin = first - 1 if first > 0 else max(len(text) + first, 0)
    return text[begin:] if length is None else text[begin : begin + int(length)]


@built_in("string length", "string: string")
def _string_length(text: str) -> Decimal:
    return Decimal(len(text))


@built_in("upper case", "string: string")
def _upper_case(text: str) -> str:
    return text.upper()


@built_in("lower case", "string: string")
def _lower_case(text: str) -> str:
    return text.lower()


@built_in("substring before", "string: string, match: string")
def _substring_before(text: str, match: str) -> str:
    return text[: max(text.find(match), 0)]


@built_in("substring after", "string: string, match: string")
def _substring_after(text: str, match: str) -> str:
    at = text.find(match)
    return "" if at < 0 else text[at + len(match) :]


@built_in("contains", "string: string, match: string")
def _contains(text: str, match: str) -> bool:
    return match in text


@built_in("starts with", "string: string, match: string")
def _starts_with(text: str, match: str) -> bool:
    return text.startswith(match)


@built_in("ends with", "string: string, match: string")
def _ends_with(text: str, match: str) -> bool:
    return text.endswith(match)


def pattern_of(pattern: str, flags: str | None = None) -> re.Pattern[str]:
    """A regular expression of XPath's kind. Raises FeelEvaluationError."""
    chosen = re.NOFLAG
    for flag in flags or "":
        if flag not in FLAGS:
            raise FeelEvaluationError(f"正则表达式没有标志“{flag}”")
        chosen |= FLAGS[flag]
    try:
        return re.compile(pattern, chosen)
    except (re.error, OverflowError):
        raise FeelEvaluationError(f"“{pattern}”不是正则表达式") from None


@built_in("matches", "input: string, pattern: string, flags: string?")
def _matches(text: str, pattern: str, flags: str | None = None) -> bool:
    return pattern_of(pattern, flags).search(text) is not None


@built_in("replace", "input: string, pattern: string, replacement: string, flags: string?")
def _replace(text: str, pattern: str, replacement: str, flags: str | None = None) -> str:
    found = pattern_of(pattern, flags)

    def expand(match: re.Match[str]) -> str:
        def part(token: re.Match[str]) -> str:
            if token[1]:
                return token[1]
            number = int(token[2]) if token[2] else None
            if number is None:
                raise FeelEvaluationError("替换文本中的 $ 之后应为组号")
            return (match[number] or "") if number <= found.groups else ""

        return _GROUP.sub(part, replacement)

    return found.sub(expand, text)


@built_in("split", "string: string, delimiter: string")
def _split(text: str, delimiter: str) -> list[str]:
    return pattern_of(delimiter).split(text)


@built_in("string", "from: any|null")
def _string(value: object) -> str | None:
    return None if value is None else write(value)


@built_in("string join", "list: list, delimiter: string|null")
def _string_join(items: list[object], delimiter: str | None) -> str:
    if any(item is not None and not isinstance(item, str) for item in items):
        raise FeelEvaluationError("string join 的列表只能有字符串")
    return (delimiter or "").join(item for item in items if isinstance(item, str))


@built_in("string join", "list: list")
def _string_join_bare(items: list[object]) -> str:
    return str(_string_join(items, None))
