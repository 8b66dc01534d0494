"""Writes the workbooks that people print, sign and fill in: one look for every list of the house."""

from __future__ import annotations

import io
import tempfile
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import ceil
from typing import Any, Literal

import xlsxwriter

from app.intake.cells import LARGEST
from app.kernel.money import ZERO

Kind = Literal["text", "money", "int", "date"]
Value = str | Decimal | int | date | None
_WIDTHS: dict[Kind, float] = {"text": 14, "money": 14, "int": 7, "date": 12}
_FORMATS: dict[Kind, str] = {"text": "@", "money": "#,##0.00", "int": "0", "date": "yyyy-mm-dd"}
_LOOKS: dict[Kind, dict[str, Any]] = {"text": {"text_wrap": True, "indent": 1}, "int": {"align": "center"}}
_INDENT = 2  # of a text cell, in places of its column
_LINE = 14  # points
_SMALLER = Fraction(10, 11)  # a column is measured in 11 point signs, its cells are written in 10
_BORDER = {"border": 1, "font_size": 10, "valign": "vcenter"}
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # the wide ones count in some settings
_LAST_ROW = 1_048_575


@dataclass(frozen=True)
class Column:
    """`total` adds a sum below; `editable` stays unlocked on a protected page, `choices` become a drop-down."""

    title: str
    kind: Kind = "text"
    width: float | None = None
    total: bool = False
    editable: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Page:
    """One sheet. `rows` may be a generator; `watermark` is printed in header and footer of every page.

    `notes` are lines between title and table, `unit` stands at the right above it ("单位：元"), `total` names the
    row of sums. Texts that are longer than their column is wide go on in the next line; nothing is cut.
    """

    name: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Value]]
    title: str = ""
    unit: str = ""
    notes: Sequence[str] = ()
    total: str = "合计"
    signature: str = ""
    watermark: str = ""
    protected: bool = False
    hidden: bool = False


def write_workbook(pages: Sequence[Page]) -> bytes:
    """The bytes of an xlsx; rows go to disk as they come, so 50,000 of them need little memory."""
    content = io.BytesIO()
    with tempfile.TemporaryDirectory(prefix="nuanxin-xlsx-") as folder:
        options = {"constant_memory": True, "tmpdir": folder, "strings_to_formulas": False,
                   "strings_to_urls": False, "strings_to_numbers": False}  # fmt: skip
        with xlsxwriter.Workbook(content, options) as workbook:
            for page in pages:
                _PageWriter(workbook, page).write()
    return content.getvalue()


def neutralise(text: str) -> str:
    """For CSV: a text that a spreadsheet would run as a formula gets an apostrophe in front."""
    return f"'{text}" if text.startswith(_DANGEROUS) else text


def _count_lines(value: Value, column: Column) -> int:
    """How many lines a text needs in its column; a Chinese sign takes two places."""
    if not isinstance(value, str) or column.kind != "text":
        return 1
    if 2 * len(value) <= (column.width or _WIDTHS["text"]) - _INDENT:
        return 1  # even if every sign were Chinese
    places = sum(2 if unicodedata.east_asian_width(sign) in "WFA" else 1 for sign in value)
    return max(1, ceil(places * _SMALLER / ((column.width or _WIDTHS["text"]) - _INDENT)))


class _PageWriter:
    def __init__(self, workbook: Any, page: Page) -> None:
        self._page = page
        self._sheet = workbook.add_worksheet(page.name)
        self._last = max(len(page.columns) - 1, 0)
        self._row = 0
        self._totals = [ZERO for _ in page.columns]
        self._title = workbook.add_format({"bold": True, "font_size": 16, "align": "center", "valign": "vcenter"})
        self._note = workbook.add_format({"font_size": 9, "text_wrap": True, "valign": "vcenter"})
        self._signature = workbook.add_format({"font_size": 11, "valign": "vcenter"})
        self._unit = workbook.add_format({"font_size": 9, "align": "right"})
        self._head = workbook.add_format(
            {**_BORDER, "bold": True, "bg_color": "#E8EEF4", "align": "center", "text_wrap": True}
        )
        self._cells = [self._format(workbook, column) for column in page.columns]
        self._quoted = [self._format(workbook, column, quote_prefix=True) for column in page.columns]
        self._sum = {
            kind: workbook.add_format({**_BORDER, "bold": True, "num_format": number})
            for kind, number in _FORMATS.items()
        }

    def _format(self, workbook: Any, column: Column, **more: Any) -> Any:
        paint: dict[str, Any] = {"bg_color": "#FFFBE6"} if column.editable and self._page.protected else {}
        paint |= _LOOKS.get(column.kind, {})
        return workbook.add_format(
            {**_BORDER, "num_format": _FORMATS[column.kind], "locked": not column.editable, **paint, **more}
        )

    def write(self) -> None:
        self._set_up_paper()
        self._write_above()
        header = self._row
        for place, column in enumerate(self._page.columns):
            self._sheet.write_string(header, place, column.title, self._head)
        self._sheet.freeze_panes(header + 1, 0)
        self._sheet.repeat_rows(header)
        self._row += 1
        for row in self._page.rows:
            self._write_row(row)
        if self._row > header + 1:
            self._sheet.autofilter(header, 0, self._row - 1, self._last)
            self._validate(header + 1, self._row - 1)
            self._write_totals(header + 1)
        if self._page.signature:
            self._row += 1
            self._write_across(self._page.signature, self._signature, 30)
        if self._page.protected:
            self._sheet.protect("", {"autofilter": True, "sort": True, "format_columns": True})
        if self._page.hidden:
            self._sheet.hide()

    def _set_up_paper(self) -> None:
        self._sheet.set_landscape()
        self._sheet.set_paper(9)  # A4
        self._sheet.fit_to_pages(1, 0)
        self._sheet.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.7)
        mark = self._page.watermark.replace("&", "&&")[:200]
        self._sheet.set_header(f"&L{mark}" if mark else "")
        self._sheet.set_footer(f"&L{mark}&R第 &P 页，共 &N 页" if mark else "&R第 &P 页，共 &N 页")
        for place, column in enumerate(self._page.columns):
            self._sheet.set_column(place, place, column.width or _WIDTHS[column.kind])

    def _write_above(self) -> None:
        above = [(self._page.title, self._title, 30), *((note, self._note, 18) for note in self._page.notes)]
        for text, style, height in [*above, (self._page.unit, self._unit, 15)]:
            if text:
                self._write_across(text, style, height)

    def _write_across(self, text: str, style: Any, height: float) -> None:
        """One line over the whole width of the table."""
        self._sheet.set_row(self._row, height)
        if self._last:
            self._sheet.merge_range(self._row, 0, self._row, self._last, text, style)
        else:
            self._sheet.write_string(self._row, 0, text, style)
        self._row += 1

    def _write_row(self, row: Sequence[Value]) -> None:
        lines = max(map(_count_lines, row, self._page.columns), default=1)
        if lines > 1:
            self._sheet.set_row(self._row, lines * _LINE + 2)  # no program fits the height by itself
        for place, (value, column) in enumerate(zip(row, self._page.columns, strict=True)):
            style = self._cells[place]
            if value is None or value == "":
                self._sheet.write_blank(self._row, place, None, style)
            elif isinstance(value, str):
                style = self._quoted[place] if value.startswith(_DANGEROUS) else style
                self._sheet.write_string(self._row, place, value, style)
            elif isinstance(value, date):
                self._sheet.write_datetime(self._row, place, value, style)
            else:
                self._sheet.write_number(self._row, place, value, style)
                if column.total:
                    self._totals[place] += value
        self._row += 1

    def _validate(self, first: int, last: int) -> None:
        for place, column in enumerate(self._page.columns):
            if not column.editable:
                continue
            if column.choices:
                self._sheet.data_validation(
                    first, place, last, place, {"validate": "list", "source": list(column.choices)}
                )
            elif column.kind == "money":
                self._sheet.data_validation(
                    first, place, last, place,
                    {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": LARGEST,
                     "error_title": "金额有误", "error_message": "请填写金额（元），不能为负数，最多两位小数"},
                )  # fmt: skip

    def _write_totals(self, first: int) -> None:
        if not any(column.total for column in self._page.columns):
            return
        last = self._row - 1
        for place, column in enumerate(self._page.columns):
            if column.total:
                letters = xlsxwriter.utility.xl_col_to_name(place)
                formula = f"=SUM({letters}{first + 1}:{letters}{last + 1})"
                self._sheet.write_formula(self._row, place, formula, self._sum[column.kind], self._totals[place])
            else:
                self._sheet.write_string(self._row, place, "" if place else self._page.total, self._sum["text"])
        self._row += 1
