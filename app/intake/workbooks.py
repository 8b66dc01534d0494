"""Reads a table that somebody made in Excel, WPS or a bureau's system, and refuses what cannot be read safely.

Readable are xlsx, Parquet and CSV (UTF-8 with or without mark, UTF-16 with mark, GB18030; comma, semicolon or tab).
Writing is `intake.sheets`, offered here too.
"""

from __future__ import annotations

import csv
import io
import posixpath
import zipfile
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from lxml import etree
from python_calamine import CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from app.intake.cells import Broken, Cell, is_blank
from app.intake.containers import MAX_COLUMNS, SheetFacts, inspect_workbook, refuse
from app.intake.parquet import MAGIC, read_parquet
from app.intake.sheets import Column, Page, neutralise, write_workbook
from app.intake.tables import (
    SEARCHED_ROWS,
    Row,
    Sheet,
    Table,
    cell_fault,
    find_header,
    normalise_header,
    require_distinct,
)
from app.kernel.errors import Fault, Invalid

__all__ = [
    "Column", "Page", "Row", "Sheet", "Table", "neutralise", "normalise_header", "read_table", "write_workbook",
]  # fmt: skip

_ERROR = Broken("cell_error", "单元格是错误值（如#N/A、#REF!），请更正")
_FORMULA = Broken("cell_formula", "单元格是公式，请“复制—选择性粘贴—数值”后再上传")
_NOT_COMPUTED = Broken("formula_not_computed", "公式没有计算结果，请在Excel或WPS中打开、保存后再上传")
_MAX_CSV_ROWS = 3_000_000


def read_table(content: bytes, filename: str, *, wanted: Collection[str] = (), formulas: bool = True) -> Table:
    """The sheets of a file with their header rows found; rows are read as they are gone through.

    `wanted` names the columns that tell the header row; sheets without any of them are left out. Without
    `wanted`, the first row of texts is the header. A formula gives its stored value, or with
    `formulas=False` a `Broken` cell. Raises Invalid with every fault of the file.
    """
    if not content.strip(b"\0 \r\n\t"):
        raise refuse("file_empty", "文件是空的", filename)
    if content.startswith((b"PK", b"\xd0\xcf\x11\xe0")):
        sheets = _read_xlsx(content, filename, wanted, formulas=formulas)
    elif content.startswith(MAGIC):
        sheets = read_parquet(content, filename, wanted)
    else:
        sheets = _read_csv(content, filename, wanted)
    if not sheets:
        missing = f"：表头应有“{'”“'.join(list(wanted)[:4])}”等列" if wanted else ""
        raise refuse("header_not_found", f"没有找到表头行{missing}", filename)
    return Table(filename, tuple(sheets))


@dataclass(frozen=True)
class _ExcelRows(Iterable[Row]):
    """Rows of one sheet from `first` on, blank ones left out, errors and formulas put where they are."""

    sheet: CalamineSheet
    facts: SheetFacts
    formulas: bool
    first: int = 1

    def __iter__(self) -> Iterator[Row]:
        if self.sheet.start is None:
            return
        broken = self._broken()
        left: list[Cell] = [None] * self.sheet.start[1]  # the reader gives every row, but no empty first columns
        for number, values in enumerate(self.sheet.iter_rows(), 1):
            if number < self.first or (number not in broken and not any(v != "" for v in values)):
                continue
            row = left + [_excel_cell(value) for value in values]
            for column, cell in broken.get(number, {}).items():
                row[column - 1] = cell
            yield Row(number, row)

    def _broken(self) -> dict[int, dict[int, Broken]]:
        broken: dict[int, dict[int, Broken]] = {}
        kinds = [(self.facts.empty_formulas, _NOT_COMPUTED), (self.facts.errors, _ERROR)]
        if not self.formulas:
            kinds.insert(0, (self.facts.formulas, _FORMULA))
        for places, cell in kinds:
            for number, column in places:
                broken.setdefault(number, {})[column] = cell
        return broken


def _excel_cell(value: Any) -> Cell:
    if isinstance(value, str):
        return value or None
    if isinstance(value, bool):
        return value
    if isinstance(value, (int, float)):
        return Decimal(f"{value:.15g}")  # Excel keeps and shows fifteen places
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    return str(value) if isinstance(value, (time, timedelta)) else None


def _read_xlsx(content: bytes, filename: str, wanted: Collection[str], *, formulas: bool) -> list[Sheet]:
    if not filename.lower().endswith(".xlsx"):
        _refuse_extension(filename, content)
    parts = inspect_workbook(content)
    names = _sheet_parts(content)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        found = [
            (meta.name, workbook.get_sheet_by_name(meta.name))
            for meta in workbook.sheets_metadata
            if meta.visible == SheetVisibleEnum.Visible and meta.typ == SheetTypeEnum.WorkSheet
        ]
    except Exception as error:
        raise refuse("file_damaged", "文件已损坏，打不开：请在Excel或WPS中打开并另存为xlsx", filename) from error
    sheets = []
    for name, sheet in found:
        facts = parts.get(names.get(name, ""), SheetFacts())
        read = _read_excel_sheet(name, sheet, facts, wanted, formulas=formulas)
        if read is not None:
            sheets.append(read)
    return sheets


def _refuse_extension(filename: str, content: bytes) -> None:
    if content.startswith(b"PK") and filename.lower().endswith((".xlsm", ".xltm", ".xlam")):
        raise refuse("file_has_macros", "请另存为不含宏的xlsx", filename)
    if content.startswith(b"PK"):
        raise refuse("wrong_extension", "文件内容与扩展名不符：工作簿请以.xlsx为扩展名", filename)


def _sheet_parts(content: bytes) -> dict[str, str]:
    """{sheet name: name of its part in the container}."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            book = etree.fromstring(archive.read("xl/workbook.xml"), parser)
            links = etree.fromstring(archive.read("xl/_rels/workbook.xml.rels"), parser)
    except (KeyError, etree.XMLSyntaxError) as error:
        raise refuse("file_damaged", "文件已损坏，打不开：请在Excel或WPS中打开并另存为xlsx") from error
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    found = {}
    for sheet in book.iter("{*}sheet"):
        link = next((value for key, value in sheet.attrib.items() if key.endswith("}id")), None)
        target = targets.get(link, "")
        found[sheet.get("name", "")] = posixpath.normpath(posixpath.join("xl", target)).lstrip("/")
    return found


def _read_excel_sheet(
    name: str, sheet: CalamineSheet, facts: SheetFacts, wanted: Collection[str], *, formulas: bool
) -> Sheet | None:
    header = find_header(_ExcelRows(sheet, facts, formulas), wanted)
    if header is None:
        return None
    for (top, left), (_bottom, right) in sheet.merged_cell_ranges or ():
        if top + 1 == header.number and right > left:
            message = "表头有合并单元格，请取消合并，每列一个名称、表头只占一行"
            raise Invalid([cell_fault(name, header.number, None, left, "merged_header", message)])
    require_distinct(name, header)
    columns = tuple(normalise_header(value) for value in header.values)
    return Sheet(name, header.number, columns, _ExcelRows(sheet, facts, formulas, header.number + 1))


@dataclass(frozen=True)
class _CsvRows(Iterable[Row]):
    """Rows of a CSV text; the number is that of the record, as Excel shows it."""

    text: str
    delimiter: str
    first: int = 1

    def __iter__(self) -> Iterator[Row]:
        reader = csv.reader(io.StringIO(self.text, newline=""), delimiter=self.delimiter, strict=True)
        for number, values in enumerate(reader, 1):
            if number >= self.first and any(values):
                yield Row(number, values)


def _read_csv(content: bytes, filename: str, wanted: Collection[str]) -> list[Sheet]:
    text = _decode(content, filename)
    if text.lstrip().startswith(("<!DOCTYPE", "<html", "<HTML", "<?xml", "<table", "<TABLE")):
        raise refuse("not_a_workbook", "这是网页格式的“假Excel”，请在Excel或WPS中打开并另存为xlsx", filename)
    if not filename.lower().endswith((".csv", ".txt")):
        raise refuse("wrong_extension", "文件内容不是工作簿：请另存为xlsx，或以.csv为扩展名", filename)
    rows = _CsvRows(text, _delimiter(text))
    try:
        header = find_header(rows, wanted)
        if header is None:
            return []
        body = _CsvRows(text, rows.delimiter, header.number + 1)
        faults = _ragged(header.values, body, filename)
    except csv.Error as error:
        raise refuse("csv_broken", "CSV中的引号不成对或某一格过长，请用Excel重新保存", filename) from error
    require_distinct(filename, header)
    if faults:
        raise Invalid(faults)
    return [Sheet(filename, header.number, tuple(normalise_header(v) for v in header.values), body)]


def _decode(content: bytes, filename: str) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: Sequence[str] = ("utf-16",)
    elif b"\0" in content:
        raise refuse("not_a_workbook", "这不是表格文件（xlsx或CSV）", filename)
    else:
        encodings = ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:  # not that one; the last failure is told below
            continue
    raise refuse("unknown_encoding", "认不出文件的编码，请另存为xlsx或UTF-8编码的CSV", filename)


def _delimiter(text: str) -> str:
    lines = text[:20_000].splitlines()[:SEARCHED_ROWS]
    return max(",\t;", key=lambda sign: sum(line.count(sign) for line in lines))


def _ragged(header: Sequence[Cell], rows: Iterable[Row], filename: str) -> list[Fault]:
    """Rows with more cells than the header: an unquoted comma inside an amount would shift all others."""
    if len(header) > MAX_COLUMNS:
        raise refuse("too_many_columns", f"表格有{len(header)}列，最多{MAX_COLUMNS}列", filename)
    faults = []
    for place, row in enumerate(rows):
        if place >= _MAX_CSV_ROWS:
            raise refuse("too_many_rows", f"超过{_MAX_CSV_ROWS}行，请拆分后分次上传", filename)
        if len(row.values) > len(header) and not all(is_blank(v) for v in row.values[len(header) :]):
            message = "这一行的格数多于表头，可能有未加引号的逗号"
            faults.append(cell_fault(filename, row.number, None, None, "row_too_long", message))
    return faults
