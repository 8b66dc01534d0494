"""How FEEL's `string()` writes a value."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from app.feel.numbers import plain
from app.feel.temporal import write_date_time, write_duration, write_time
from app.feel.values import Range, YearsMonths, kind_of


def write(value: object) -> str:
    """A value as text; strings stand bare on the outside and quoted inside lists and contexts."""
    return value if isinstance(value, str) else write_nested(value)


def write_nested(value: object) -> str:  # noqa: C901, PLR0911  # one case a kind  # one line a kind
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            escaped = value.replace("\\", "\\\\").replace('"', '\\"')
            return f'"{escaped}"'
        case Decimal():
            return plain(value)
        case datetime():
            return write_date_time(value)
        case date():
            return value.isoformat()
        case time():
            return write_time(value)
        case timedelta() | YearsMonths():
            return write_duration(value)
        case list():
            return f"[{', '.join(map(write_nested, value))}]"
        case dict():
            return f"{{{', '.join(f'{_key(key)}: {write_nested(item)}' for key, item in value.items())}}}"
        case Range():
            return _range(value)
        case _:
            return kind_of(value)


def _key(key: str) -> str:
    return key if key and all(part.isalnum() or part in "_ " for part in key) else write_nested(key)


def _range(value: Range) -> str:
    if value.low is None:
        return f"{'<=' if value.high_closed else '<'}{write_nested(value.high)}"
    if value.high is None:
        return f"{'>=' if value.low_closed else '>'}{write_nested(value.low)}"
    opening, closing = "[" if value.low_closed else "(", "]" if value.high_closed else ")"
    return f"{opening}{write_nested(value.low)}..{write_nested(value.high)}{closing}"
