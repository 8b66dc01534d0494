"""The workbook that goes back: every faulty cell red, with a remark that says what to do."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterable
from dataclasses import dataclass

from openpyxl import load_workbook
from openpyxl.cell import MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

log = logging.getLogger("nuanxin.tallies")

_LARGEST = 5 * 2**20  # bytes; a tally of 5,000 people has 0.3 MiB
_RED = PatternFill("solid", start_color="FFFFC7CE", end_color="FFFFC7CE")
_AUTHOR = "暖心"


@dataclass(frozen=True)
class Mark:
    """One faulty cell, rows and columns counted from 1."""

    sheet: str
    row: int
    column: int
    message: str


def mark_workbook(content: bytes, marks: Iterable[Mark]) -> bytes | None:
    """The same xlsx with the marks in it; None for what only the other reader understands, the faults are told anyway.

    Formulas and everything else stay as they were.
    """
    if not content.startswith(b"PK") or len(content) > _LARGEST:
        return None
    try:
        return _mark(content, marks)
    except Exception as error:  # openpyxl raises whatever a strange style sheet makes it trip over
        log.warning("a workbook could not be marked", exc_info=error)
        return None


def _mark(content: bytes, marks: Iterable[Mark]) -> bytes:
    book = load_workbook(io.BytesIO(content))
    messages: dict[tuple[str, int, int], list[str]] = {}
    for mark in marks:
        messages.setdefault((mark.sheet, mark.row, mark.column), []).append(mark.message)
    for (name, row, column), texts in messages.items():
        cell = book[name].cell(row=row, column=column)
        if isinstance(cell, MergedCell):
            continue
        cell.fill = _RED
        cell.comment = Comment("\n".join(texts), _AUTHOR)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()
