"""Every list is a workbook too: `format=xlsx` gives all its pages at once, to whoever may see them, masked as shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import wraps
from typing import Any, Literal, TypeVar, cast

import marshmallow as ma
from flask import Response, request

from app.kernel.dates import SHANGHAI
from app.kernel.errors import Invalid
from app.web import current
from app.web.downloads import XLSX, send_bytes
from app.web.surroundings import Table, surroundings

View = TypeVar("View", bound=Callable[..., Any])
MOST_ROWS = 50_000
_BITE = 1_000  # rows a page while a list is written
_PAGING = ("format", "limit", "cursor", "sort")
_YES_NO = {True: "是", False: "否"}


@dataclass(frozen=True)
class Heading:
    """A column: Chinese title, member of the list's item ("unit.name" goes inside), and its codes in words."""

    title: str
    member: str
    kind: Literal["text", "money", "int", "date", "instant"] = "text"
    words: Mapping[str, str] = field(default_factory=dict)
    width: float | None = None
    say: Callable[[Any], str] | None = None  # for what is no plain value


def exported(
    item: type[ma.Schema], title: str, *headings: Heading, more: Callable[..., Sequence[Heading]] | None = None
) -> Callable[[View], View]:
    """The innermost decorator of a list's view; `more(**path)` gives columns that depend on what is listed."""

    def decorate(view: View) -> View:
        @wraps(view)
        def answer(query: dict[str, Any], **path: Any) -> Any:
            if query.pop("format") != "xlsx":
                return view(query, **path)
            columns = [*headings, *(more(**path) if more else ())]
            pages = _pages(view, query, path)
            first = next(pages)  # whatever is refused is refused before a workbook is begun
            rows = _rows(columns, item, _items(first, pages))
            return _send(Table(title, columns, rows, _subject(), _narrowed(query)))

        cast("Any", answer).nuanxin_export = title
        return cast("View", answer)

    return decorate


def _pages(view: View, query: dict[str, Any], path: dict[str, Any]) -> Iterator[Mapping[str, Any]]:
    cursor = None
    while True:
        reply = view({**query, "limit": _BITE, "cursor": cursor}, **path)
        page = reply[0] if isinstance(reply, tuple) else reply
        yield page
        cursor = page["next"]
        if cursor is None:
            return


def _items(first: Mapping[str, Any], others: Iterable[Mapping[str, Any]]) -> Iterator[Sequence[Any]]:
    count = len(first["items"])
    yield first["items"]
    for page in others:
        count += len(page["items"])
        if count > MOST_ROWS:
            raise Invalid([], f"超过 {MOST_ROWS:,} 行，请先缩小筛选范围再导出", code="too_many_rows", most=MOST_ROWS)
        yield page["items"]


def _rows(
    columns: Sequence[Heading], item: type[ma.Schema], pages: Iterable[Sequence[Any]]
) -> Iterator[list[str | Decimal | int | date | None]]:
    schema = item(only={column.member.partition(".")[0] for column in columns})
    for items in pages:
        for shown in schema.dump(items, many=True):
            yield [_cell(column, _find(shown, column.member)) for column in columns]


def _find(shown: Any, member: str) -> Any:
    for name in member.split("."):
        shown = shown.get(name) if isinstance(shown, Mapping) else None
    return shown


def _cell(column: Heading, value: Any) -> str | Decimal | int | date | None:
    if value is None or value == "":
        return None
    if column.say is not None:
        return column.say(value)
    if column.kind == "money":
        return Decimal(value)
    if column.kind == "date":
        return date.fromisoformat(value)
    if column.kind == "instant":
        return f"{datetime.fromisoformat(value).astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
    return int(value) if column.kind == "int" else _say(column.words, value)


def _say(words: Mapping[str, str], value: Any) -> str:
    if isinstance(value, bool):
        return _YES_NO[value]
    if isinstance(value, list):
        return "、".join(_say(words, one) for one in value)
    if isinstance(value, Mapping):
        return "；".join(f"{words.get(name, name)}：{_say(words, one)}" for name, one in value.items())
    return words.get(str(value), str(value))


def _send(table: Table) -> Response:
    around = surroundings()
    content = around.write_table(around.database, current.actor(), around.clock, table)
    return send_bytes(content, f"{table.title}.xlsx", XLSX)


def _subject() -> str:
    return request.path.removeprefix("/api/v1")[:64]


def _narrowed(query: Mapping[str, Any]) -> list[str]:
    """Names of the filters that narrow it; their values may be people's names, which no trail may hold."""
    return sorted(name for name, value in query.items() if name not in _PAGING and value not in (None, False))
