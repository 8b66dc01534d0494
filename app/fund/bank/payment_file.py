"""The file that goes to the bank: CSV and xlsx with control count, control total and one hash for both."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Sequence
from typing import Any

import xlsxwriter
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.fund.models import Batch, Transfer
from app.kernel.db import cipher_of
from app.kernel.money import format_yuan

COLUMNS = ("序号", "收款人", "账号", "开户行", "金额（元）", "用途", "付款编号")
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
_WIDTHS = (6, 14, 26, 28, 16, 24, 30)
_AMOUNT = 4


def batch_rows(session: Session, batch: Batch) -> list[list[str]]:
    """Rows as the bank gets them, with full accounts: whoever calls this must leave an audit row."""
    cipher = cipher_of(session)
    query = select(Transfer).where(Transfer.batch_id == batch.id, Transfer.state != "dropped")
    return [
        [
            str(serial),
            neutral(transfer.payee_name),
            neutral(cipher.decrypt(transfer.account_enc)),
            neutral(transfer.bank),
            format_yuan(transfer.amount),
            neutral(batch.purpose),
            transfer.reference,
        ]
        for serial, transfer in enumerate(session.scalars(query.order_by(Transfer.serial)), start=1)
    ]


def neutral(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def seal_of(session: Session, batch: Batch) -> str:
    """The SHA-256 (hex) of the CSV before its last line: what is reviewed, approved and sent."""
    session.flush()
    return hashlib.sha256(_csv_body(batch, batch_rows(session, batch))).hexdigest()


def _header(batch: Batch) -> list[tuple[str, str]]:
    return [("批次号", batch.no), ("总笔数", str(batch.count)), ("总金额", format_yuan(batch.total))]


def _csv_body(batch: Batch, rows: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerows(_header(batch))
    writer.writerow(COLUMNS)
    writer.writerows(rows)
    return text.getvalue().encode()


def write_csv(batch: Batch, rows: Sequence[Sequence[str]]) -> bytes:
    """UTF-8 with a byte order mark; the last line holds the SHA-256 of all lines above it."""
    body = _csv_body(batch, rows)
    return b"\xef\xbb\xbf" + body + f"SHA256,{hashlib.sha256(body).hexdigest()}\r\n".encode()


def write_xlsx(batch: Batch, rows: Sequence[Sequence[str]]) -> bytes:
    """The same rows; accounts are text, amounts numbers; the sheet 校验 holds the hash of the CSV."""
    content = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(content, options) as workbook:
        workbook.set_properties({"title": batch.no, "created": batch.prepared_at.replace(tzinfo=None)})
        _fill_payments(workbook, batch, rows)
        checks = workbook.add_worksheet("校验")
        checks.set_column(0, 1, 70)
        for at, pair in enumerate([*_header(batch), ("SHA256", batch.content_hash)]):
            checks.write_row(at, 0, pair)
    return content.getvalue()


def _fill_payments(workbook: Any, batch: Batch, rows: Sequence[Sequence[str]]) -> None:
    sheet = workbook.add_worksheet("付款清单")
    bold = workbook.add_format({"bold": True, "border": 1})
    text = workbook.add_format({"num_format": "@", "border": 1})
    money = workbook.add_format({"num_format": "#,##0.00", "border": 1})
    sheet.set_landscape()
    sheet.set_paper(9)
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width)
    for at, pair in enumerate(_header(batch)):
        sheet.write_row(at, 0, pair, text)
    sheet.write_row(3, 0, COLUMNS, bold)
    for at, row in enumerate(rows, start=4):
        for column, cell in enumerate(row):
            if column == _AMOUNT:
                sheet.write_number(at, column, float(cell), money)  # xlsx knows no other number
            else:
                sheet.write_string(at, column, cell, text)
