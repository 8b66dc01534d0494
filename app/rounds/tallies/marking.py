"""The workbook that goes back: every faulty cell red, with a remark that says what to do."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass

from openpyxl import load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

_RED = PatternFill("solid", start_color="FFFFC7CE", end_color="FFFFC7CE")
_AUTHOR = "暖心"


@dataclass(frozen=True)
class Mark:
    """One faulty cell, rows and columns counted from 1."""

    sheet: str
    row: int
    column: int
    message: str


def mark_workbook(content: bytes, marks: Iterable[Mark]) -> bytes:
    """The same xlsx with the marks in it; formulas and everything else stay as they were."""
    book = load_workbook(io.BytesIO(content))
    messages: dict[tuple[str, int, int], list[str]] = {}
    for mark in marks:
        messages.setdefault((mark.sheet, mark.row, mark.column), []).append(mark.message)
    for (name, row, column), texts in messages.items():
        cell = book[name].cell(row=row, column=column)
        cell.fill = _RED
        cell.comment = Comment("\n".join(texts), _AUTHOR)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()
