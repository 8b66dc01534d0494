"""The xlsx template of a tally: names locked, the unit's columns open, and what to fill in one sentence."""

from __future__ import annotations

import io
from dataclasses import dataclass

import xlsxwriter
from sqlalchemy.orm import Session
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from app.kernel.actors import Actor
from app.kernel.dates import Clock, local_date
from app.registry.people import full_id_numbers
from app.rounds.models import TallyRequest
from app.rounds.rounds import get_round
from app.rounds.schemes import payer_name, scheme_of
from app.rounds.tallies.requests import get_own_request
from app.rounds.tallies.rows import SheetRow, sheet_rows

SHEET = "填报表"
CASE_NO, NAME, ID_NUMBER, TOWNSHIP, NOTE = "案号", "姓名", "身份证号", "乡镇（街道）", "备注"
REQUEST_NO = "填报编号"  # hidden: how an upload shows which request it answers
HEADER_ROW = 3  # counted from 0
_WIDTHS = (6, 14, 12, 22, 18)
_LARGEST = 9_999_999_999  # what Excel lets people type


@dataclass(frozen=True)
class Template:
    """A file for the unit's own people: full ID numbers inside, the download is in the audit."""

    content: bytes
    filename: str


def write_template(session: Session, actor: Actor, clock: Clock, request_id: int) -> Template:
    """The unit's own template with what it has filled so far. Commits the audit row of the download.

    『Masked numbers cannot be matched』: full ID numbers as text, watermarked (policy-facts §4.1).
    """
    request = get_own_request(session, actor, request_id)
    rows = sheet_rows(session, request)
    people = [row.person_id for row in rows]
    numbers = full_id_numbers(session, actor, clock, people, f"tally_request:{request.id}")
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet(SHEET)
        _write_head(session, book, sheet, request, f"{actor.name} {local_date(clock())}")
        _write_rows(book, sheet, request, rows, numbers)
    session.commit()
    name = f"{request.unit_name}-{get_round(session, request.round_id).name}-填报表.xlsx"
    return Template(buffer.getvalue(), name)


def headings(session: Session, request: TallyRequest) -> list[str]:
    """The header row: what is locked, one column a payer ("慈善总会（元）"), a note."""
    scheme = scheme_of(session, request.round_id)
    amounts = [f"{payer_name(scheme, payer)}（元）" for payer in request.payers]
    return ["序号", CASE_NO, NAME, ID_NUMBER, TOWNSHIP, *amounts, NOTE, REQUEST_NO]


def _write_head(session: Session, book: Workbook, sheet: Worksheet, request: TallyRequest, who: str) -> None:
    scheme = scheme_of(session, request.round_id)
    ask = next((m.get("ask", "") for m in scheme.member_units if m["unit"] == request.unit_code), "")
    bold = book.add_format({"bold": True, "font_size": 14})
    head = book.add_format({"bold": True, "border": 1, "bg_color": "#E7ECF3", "text_wrap": True})
    mark = f"仅供{request.unit_name}填报使用，含身份证号，不得外传。{who} 下载"
    sheet.write_string(0, 0, f"{get_round(session, request.round_id).name} {request.unit_name}填报表", bold)
    sheet.write_string(1, 0, f"{ask}。{scheme.parameter('tally_note')}。没有发放的留空。")
    sheet.write_string(2, 0, mark, book.add_format({"font_color": "#C00000"}))
    for column, text in enumerate(headings(session, request)):
        sheet.write_string(HEADER_ROW, column, text, head)
        sheet.set_column(column, column, _WIDTHS[column] if column < len(_WIDTHS) else 18)
    sheet.freeze_panes(HEADER_ROW + 1, 3)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.repeat_rows(HEADER_ROW)
    sheet.set_header(f"&L&8{mark}")
    sheet.set_footer("&C第&P页 共&N页")


def _write_rows(
    book: Workbook, sheet: Worksheet, request: TallyRequest, rows: list[SheetRow], numbers: dict[int, str]
) -> None:
    locked = book.add_format({"border": 1, "num_format": "@", "bg_color": "#F5F5F5"})
    money = book.add_format({"border": 1, "num_format": "#,##0.00", "locked": False})
    note = book.add_format({"border": 1, "locked": False})
    first = len(_WIDTHS)
    for n, row in enumerate(rows):
        line = HEADER_ROW + 1 + n
        fixed = (str(n + 1), row.case_no, row.name, numbers[row.person_id], row.township)
        for column, text in enumerate(fixed):
            sheet.write_string(line, column, text, locked)
        for column, payer in enumerate(request.payers, first):
            amount = row.amounts[payer]
            if amount is None:
                sheet.write_blank(line, column, None, money)
            else:
                sheet.write_number(line, column, amount, money)
        sheet.write_string(line, first + len(request.payers), row.note or "", note)
        sheet.write_string(line, first + len(request.payers) + 1, str(request.id), locked)
    last = first + len(request.payers) + 1
    sheet.set_column(last, last, None, None, {"hidden": True})
    if rows:
        _add_checks(sheet, len(rows), len(request.payers))
    sheet.protect("", {"format_columns": True, "select_locked_cells": True, "autofilter": True})


def _add_checks(sheet: Worksheet, rows: int, payers: int) -> None:
    """Excel itself refuses letters and negative numbers in the open columns."""
    first = len(_WIDTHS)
    sheet.data_validation(
        HEADER_ROW + 1, first, HEADER_ROW + rows, first + payers - 1,
        {
            "validate": "decimal", "criteria": "between", "minimum": 0, "maximum": _LARGEST,
            "input_title": "金额（元）",
            "input_message": "填年度内用于医疗费用的金额，最多两位小数；没有发放的留空",
            "error_title": "不是金额", "error_message": "请填写不小于0的数字，单位为元，最多两位小数",
        },
    )  # fmt: skip
