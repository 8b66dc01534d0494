"""Reads the bank's result file, CSV or xlsx, and refuses it as a whole when a line cannot be understood."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from app.fund.bank.results import Control, ResultRow, apply_bank_result
from app.fund.batches import get_batch
from app.intake.cells import CellFault, read_amount, read_choice, read_text
from app.intake.imports import ImportKind, Work
from app.intake.tables import Row, Sheet
from app.intake.workbooks import read_table
from app.kernel.actors import Actor
from app.kernel.dates import Clock
from app.kernel.errors import Fault, Invalid
from app.kernel.money import ZERO

BATCH_NO, REFERENCE, AMOUNT, RESULT = "批次号", "付款编号", "金额", "结果"
REASON, BANK_SERIAL, TIME = "失败原因", "银行流水号", "时间"
COLUMNS = (BATCH_NO, REFERENCE, AMOUNT, RESULT, REASON, BANK_SERIAL, TIME)
_NEEDED = COLUMNS[:4]
_WORDS = {"成功": "success", "失败": "failure", "处理中": "processing"}
_TOTALS = ("合计", "总计")
_COUNT = re.compile(r"(\d{1,9})笔?\Z")
_MOMENT = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[ T](\d{1,2}):(\d{2})(?::(\d{2}))?)?\Z", re.ASCII)


@dataclass(frozen=True)
class ResultTable:
    """The lines, and what the file's own total row says."""

    rows: list[ResultRow]
    control: Control
    hash: str


def read_results(content: bytes, filename: str) -> ResultTable:
    """Lines under the headers of `COLUMNS` (结果 is 成功, 失败 or 处理中); a row 合计 is a control.

    Raises Invalid with every cell that cannot be read.
    """
    rows: list[ResultRow] = []
    faults: list[Fault] = []
    totals: list[Control] = []
    for sheet in read_table(content, filename, wanted=COLUMNS).sheets:
        missing = [name for name in _NEEDED if not sheet.has(name)]
        faults += [sheet.fault(sheet.header_row, name, "column_missing", "缺少这一列") for name in missing]
        for row in () if missing else sheet.rows:
            if _is_total(sheet, row):
                totals.append(_read_total(sheet, row, faults))
            else:
                rows += _read_line(sheet, row, faults)
    if faults:
        raise Invalid(faults)
    return ResultTable(rows, _add_up(totals), hashlib.sha256(content).hexdigest())


def _add_up(totals: list[Control]) -> Control:
    counts = [said.count for said in totals if said.count is not None]
    amounts = [said.total for said in totals if said.total is not None]
    return Control(sum(counts) if counts else None, sum(amounts, ZERO) if amounts else None)


def _is_total(sheet: Sheet, row: Row) -> bool:
    first = sheet.cell(row, BATCH_NO)
    return isinstance(first, str) and first.strip().startswith(_TOTALS)


def _read_total(sheet: Sheet, row: Row, faults: list[Fault]) -> Control:
    """合计 | 3笔 | 150.01: the count stands under 付款编号 or is left out."""
    try:
        total = read_amount(sheet.cell(row, AMOUNT))
        words = read_text(sheet.cell(row, REFERENCE))
    except CellFault as fault:
        faults.append(sheet.fault(row, AMOUNT, fault.code, fault.message))
        return Control()
    counted = _COUNT.match(words or "")
    if words and counted is None:
        faults.append(sheet.fault(row, REFERENCE, "not_a_count", "合计行此处应为总笔数"))
    return Control(int(counted.group(1)) if counted else None, total)


def _read_line(sheet: Sheet, row: Row, faults: list[Fault]) -> Iterator[ResultRow]:
    values: dict[str, Any] = {}
    readers: dict[str, Callable[[Any], Any]] = {
        BATCH_NO: lambda cell: read_text(cell, 40),
        REFERENCE: lambda cell: read_text(cell, 64),
        AMOUNT: read_amount,
        RESULT: lambda cell: read_choice(cell, _WORDS),
        REASON: lambda cell: read_text(cell, 200),
        BANK_SERIAL: lambda cell: read_text(cell, 64),
        TIME: _read_moment,
    }
    before = len(faults)
    for name, read in readers.items():
        try:
            values[name] = read(sheet.cell(row, name))
        except CellFault as fault:
            faults.append(sheet.fault(row, name, fault.code, fault.message))
            continue
        if values[name] is None and name in _NEEDED:
            faults.append(sheet.fault(row, name, "cell_missing", "不能为空"))
    if len(faults) == before:
        yield ResultRow(
            row.number, values[BATCH_NO], values[REFERENCE], values[AMOUNT], values[RESULT],
            values[REASON], values[BANK_SERIAL], values[TIME],
        )  # fmt: skip


def _read_moment(cell: Any) -> str | None:
    """`2026-03-02 10:00:00`, or the day alone where the file has no more; anything else is a CellFault."""
    if isinstance(cell, date):
        return cell.isoformat()
    text = None if isinstance(cell, Decimal) else read_text(cell)
    if text is None and cell in (None, ""):
        return None
    matched = _MOMENT.match(text or "")
    if matched is None:
        raise CellFault("not_a_time", "时间应如 2026-03-02 10:00:00")
    year, month, day, hour, minute, second = matched.groups()
    moment = f"{year}-{int(month):02}-{int(day):02}"
    return f"{moment} {int(hour):02}:{minute}:{second or '00'}" if hour else moment


def take_result_file(
    session: Session, actor: Actor, clock: Clock, batch_id: int | None, content: bytes, filename: str
) -> dict[str, Any]:
    """Read and apply one file; see `apply_bank_result`. Does not commit."""
    table = read_results(content, filename)
    return apply_bank_result(
        session, actor, clock, batch_id, table.rows,
        file_hash=table.hash, file_name=filename, control=table.control,
    )  # fmt: skip


def _read_params(session: Session, params: Mapping[str, Any]) -> dict[str, Any]:
    """`{"batch_id": 3}` limits the file to one batch; nothing else is taken."""
    faults = [Fault(f"/{name}", "unknown_param", "没有这个参数") for name in params if name != "batch_id"]
    batch_id = params.get("batch_id")
    if batch_id is not None and (not isinstance(batch_id, int) or isinstance(batch_id, bool)):
        faults.append(Fault("/batch_id", "not_an_id", "批次编号应为整数"))
    if faults:
        raise Invalid(faults)
    if batch_id is not None:
        get_batch(session, batch_id)
    return {"batch_id": batch_id}


def _check(work: Work) -> ResultTable:
    return read_results(work.content, work.filename)


def _store(work: Work, table: ResultTable) -> dict[str, Any]:
    summary = apply_bank_result(
        work.session, work.actor, work.clock, work.params.get("batch_id"), table.rows,
        file_hash=table.hash, file_name=work.filename, control=table.control,
    )  # fmt: skip
    return {"rows": len(table.rows), **summary}


IMPORTS: dict[str, ImportKind] = {
    "bank_results": ImportKind(
        title="银行回盘",
        roles=("ybj_officer", "fund_manager", "finance_officer"),
        read_params=_read_params,
        check=_check,
        store=_store,
    )
}
