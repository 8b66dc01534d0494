"""A table as it was found in a file: sheets, headers, rows, and how to name a cell to a person."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from app.intake.cells import Cell, is_blank
from app.kernel.errors import Fault, Invalid

SEARCHED_ROWS = 20
_UNIT = re.compile(r"[(（\[【](元|单位:?元|人民币|必填|选填)[)）\]】]\Z")


@dataclass(frozen=True)
class Row:
    """`number` counts as Excel does, from 1; `values` stand under the sheet's columns."""

    number: int
    values: Sequence[Cell]


@dataclass(frozen=True)
class Sheet:
    """A sheet with its header found; `columns` are normalised names, "" where the header is empty."""

    name: str
    header_row: int
    columns: tuple[str, ...]
    rows: Iterable[Row]  # may be gone through again and again, is never a whole list in memory
    _places: dict[str, int] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._places.update({name: place for place, name in enumerate(self.columns) if name})

    def has(self, column: str) -> bool:
        return column in self._places

    def place(self, column: str) -> int | None:
        """Where the column stands from 0, or None."""
        return self._places.get(column)

    def cell(self, row: Row, column: str) -> Cell:
        """The value under that header; None when the column or the cell is missing."""
        place = self._places.get(column)
        return row.values[place] if place is not None and place < len(row.values) else None

    def fault(self, row: Row | int, column: str | None, code: str, message: str) -> Fault:
        """A fault that names sheet, row and column."""
        number = row if isinstance(row, int) else row.number
        return cell_fault(self.name, number, column, self._places.get(column or ""), code, message)


@dataclass(frozen=True)
class Table:
    """What one file held: the visible sheets that are not empty."""

    filename: str
    sheets: tuple[Sheet, ...]


def cell_fault(sheet: str, row: int, column: str | None, place: int | None, code: str, message: str) -> Fault:
    """`where` is "Sheet1!C5" (or "Sheet1!5" for a whole row); the message repeats it in words."""
    where = f"{sheet}!{column_letters(place) if place is not None else ''}{row}"
    words = f"“{sheet}”第{row}行" + (f"“{column}”" if column else "")
    return Fault(where, code, f"{words}：{message}", {"sheet": sheet, "row": row, "column": column})


def column_letters(place: int) -> str:
    """0 -> A, 27 -> AB."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def normalise_header(value: Cell) -> str:
    """The name without spaces, stars and a unit in brackets: "医疗总费用（元）*" -> "医疗总费用"."""
    if not isinstance(value, str):
        return "" if value is None else str(value)
    text = re.sub(r"[\s*\u200b\ufeff]+", "", unicodedata.normalize("NFKC", value)).rstrip(":")
    return _UNIT.sub("", text)


def find_header(rows: Iterable[Row], wanted: Collection[str]) -> Row | None:
    """The row with most of the wanted names; without any, the first of two or more texts only."""
    best, best_hits = None, 0
    for row in rows:
        if row.number > SEARCHED_ROWS:
            break
        names = {normalise_header(value) for value in row.values if isinstance(value, str)}
        hits = len(names & set(wanted))
        if hits > best_hits:
            best, best_hits = row, hits
        filled = [value for value in row.values if not is_blank(value)]
        if not wanted and len(filled) > 1 and all(isinstance(value, str) for value in filled):
            return row
    return best


def require_distinct(sheet: str, header: Row) -> None:
    """Raises Invalid (`duplicate_header`) for each name that stands twice."""
    seen: dict[str, int] = {}
    faults = []
    for place, value in enumerate(header.values):
        name = normalise_header(value)
        if name and name in seen:
            message = f"表头“{name}”出现了两次，请删除或改名其中一列"
            faults.append(cell_fault(sheet, header.number, name, place, "duplicate_header", message))
        seen.setdefault(name, place)
    if faults:
        raise Invalid(faults)
