"""An uploaded workbook read against the people who were asked about: changes, strangers, and faulty cells."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from app.intake.cells import CellFault, is_blank, read_amount, read_id_number, read_text
from app.intake.tables import Row, Sheet, Table
from app.intake.workbooks import read_table
from app.kernel.errors import Fault, Invalid
from app.kernel.idnumbers import mask_id_number
from app.kernel.money import ZERO, format_yuan
from app.rounds.tallies.columns import ID_WORDS, Columns, detect_columns, place_mapping, read_mapping
from app.rounds.tallies.marking import Mark
from app.rounds.tallies.template import CASE_NO, REQUEST_NO


@dataclass(frozen=True)
class Found:
    """One row with an amount: whose it is by ID number, and where it stands."""

    id_number: str
    payer: str
    amount: Decimal | None
    note: str | None
    sheet: Sheet
    row: Row
    column: str
    case_no: str | None = None


@dataclass
class Reading:
    """All that a workbook says; `marks` are the faulty cells for the workbook that goes back."""

    form: str = "workbook"  # template | workbook
    found: list[Found] = field(default_factory=list)
    unmatched: list[dict[str, Any]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)

    def refuse(self, sheet: Sheet, row: Row, column: str, code: str, message: str) -> None:
        """Notes a faulty cell."""
        self.faults.append(sheet.fault(row, column, code, message))
        self.marks.append(Mark(sheet.name, row.number, (sheet.place(column) or 0) + 1, message))

    def leave_out(self, sheet: Sheet, row: Row, code: str, message: str, who: str | None, amount: object) -> None:
        """Notes a row that belongs to nobody who was asked about; its number is masked."""
        shown = format_yuan(amount) if isinstance(amount, Decimal) else None
        masked = None if who is None else mask_id_number(who)
        entry = {"sheet": sheet.name, "row": row.number, "id_masked": masked, "amount": shown}
        self.unmatched.append(entry | {"code": code, "message": message})


def read_workbook(
    content: bytes,
    filename: str,
    payers: Mapping[str, str],
    request_id: int,
    mapping: Any = None,
) -> Reading:
    """Reads the template or any workbook with an ID column and an amount column.

    `payers` is {payer id: name}; `mapping` {"id_column", "amounts": {payer: column}, "sheet"?} overrides the
    guess. Raises Invalid for a file that cannot be read, or has no such columns.
    """
    asked = None if mapping is None else read_mapping(mapping, payers)
    table = _open(content, filename, asked)
    reading = Reading()
    used = 0
    for sheet in table.sheets:
        columns = _columns(sheet, payers, asked)
        if columns is None:
            continue
        used += 1
        if sheet.has(CASE_NO) and sheet.has(REQUEST_NO):
            reading.form = "template"
        for row in sheet.rows:
            _read_row(reading, sheet, row, columns, request_id)
    if not used:
        message = f"没有找到身份证号列和金额列（{'、'.join(payers.values())}），请修改表头或指明是哪一列"
        raise Invalid([Fault(filename, "columns_not_found", message)])
    return reading


def sum_found(found: Iterable[Found]) -> dict[tuple[str, str], list[Found]]:
    """{(ID number, payer): its rows}; one person may stand in several rows, which are added up."""
    grouped: dict[tuple[str, str], list[Found]] = defaultdict(list)
    for one in found:
        grouped[one.id_number, one.payer].append(one)
    return grouped


def total_of(rows: Iterable[Found]) -> Decimal | None:
    """Σ of the rows of one person; None when all are blank."""
    amounts = [row.amount for row in rows if row.amount is not None]
    return sum(amounts, ZERO) if amounts else None


def _open(content: bytes, filename: str, asked: Columns | None) -> Table:
    wanted = ID_WORDS if asked is None else (asked.id_column,)
    try:
        return read_table(content, filename, wanted=wanted)
    except Invalid as invalid:
        if {fault.code for fault in invalid.faults} != {"header_not_found"}:
            raise
        return read_table(content, filename)


def _columns(sheet: Sheet, payers: Mapping[str, str], asked: Columns | None) -> Columns | None:
    if asked is None:
        return detect_columns(sheet.columns, payers)
    return place_mapping(sheet.columns, asked) if asked.sheet in (None, sheet.name) else None


def _read_row(reading: Reading, sheet: Sheet, row: Row, columns: Columns, request_id: int) -> None:
    amounts = dict(_amounts(reading, sheet, row, columns))
    id_cell = sheet.cell(row, columns.id_column)
    if is_blank(id_cell) and all(amount is None for amount in amounts.values()):
        return
    if reading.form == "template" and not _is_ours(sheet, row, request_id):
        reading.refuse(sheet, row, REQUEST_NO, "other_template", "这一行来自另一次填报的模板，请下载本次的模板")
        return
    try:
        id_number = read_id_number("" if is_blank(id_cell) else id_cell)
    except CellFault as fault:
        first = next((amount for amount in amounts.values() if amount is not None), None)
        if reading.form == "template":
            reading.refuse(sheet, row, columns.id_column, fault.code, fault.message)
        else:
            reading.leave_out(sheet, row, fault.code, fault.message, None, first)
        return
    note = _note(sheet, row, columns)
    case_no = _text(sheet, row, CASE_NO) if reading.form == "template" else None
    for payer, amount in amounts.items():
        column = columns.amounts[payer]
        reading.found.append(Found(id_number, payer, amount, note, sheet, row, column, case_no))


def _amounts(reading: Reading, sheet: Sheet, row: Row, columns: Columns) -> Iterator[tuple[str, Decimal | None]]:
    for payer, column in columns.amounts.items():
        try:
            yield payer, read_amount(sheet.cell(row, column))
        except CellFault as fault:
            reading.refuse(sheet, row, column, fault.code, fault.message)
            yield payer, None


def _is_ours(sheet: Sheet, row: Row, request_id: int) -> bool:
    return _text(sheet, row, REQUEST_NO) == str(request_id)


def _note(sheet: Sheet, row: Row, columns: Columns) -> str | None:
    text = None if columns.note is None else _text(sheet, row, columns.note)
    return None if text is None else text[:200]


def _text(sheet: Sheet, row: Row, column: str) -> str | None:
    try:
        return read_text(sheet.cell(row, column), 1000)
    except CellFault:  # a remark that cannot be read is no reason to refuse the amount beside it
        return None
