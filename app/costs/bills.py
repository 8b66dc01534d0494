"""A table of settlements read in batches: every cell, then what must hold between the cells of a bill.

| header | also | must | meaning |
|---|---|---|---|
| 结算编号 | 结算单号, 结算流水号 | yes | one of its own for each bill and each reversal |
| 身份证号 | 身份证号码, 公民身份号码, 证件号码 | yes | text; not kept in the snapshot |
| 医疗机构 | 定点医疗机构, 医院 | yes | |
| 结算日期 | | yes | decides the cost year (A-GEN-4) |
| 医疗总费用 | 总医疗费用, 总费用 | yes | yuan |
| 政策范围内费用 | 政策内费用 | | yuan |
| 目录外自费 | 自费 | | yuan, part of what is self-paid |
| 自主定价 | | | yuan |
| one a payer, by its name in the scheme | its id | electronic payers | yuan; empty is 0 |
| 冲销原编号 | 冲销结算编号 | reversals | the bill that this one takes back; all its amounts are negative or 0 |
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from app.costs.columns import Wrong, add_up, or_zero, places, read_amounts, read_each
from app.engine.schemes import Scheme
from app.intake.cells import Cell, CellFault, read_date, read_id_number, read_text
from app.intake.tables import Row, Sheet
from app.kernel.errors import Fault, Invalid
from app.kernel.money import ZERO

BATCH = 20_000
FIXED: dict[str, tuple[str, ...]] = {
    "settlement_no": ("结算编号", "结算单号", "结算流水号"),
    "id_number": ("身份证号", "身份证号码", "公民身份号码", "证件号码"),
    "hospital": ("医疗机构", "定点医疗机构", "医院"),
    "settled_on": ("结算日期",),
    "total": ("医疗总费用", "总医疗费用", "总费用"),
    "in_policy": ("政策范围内费用", "政策内费用"),
    "out_of_catalogue": ("目录外自费", "自费"),
    "self_priced": ("自主定价",),
    "reversal_of": ("冲销原编号", "冲销结算编号"),
}
MUST = ("settlement_no", "id_number", "hospital", "settled_on", "total")
PARTS = ("in_policy", "out_of_catalogue", "self_priced")
IGNORED = {"序号", "姓名", "备注", "险种", "参保类型", "医疗类别", "诊断", "入院日期", "出院日期"}
WANTED = tuple(name for names in FIXED.values() for name in names)


@dataclass(frozen=True)
class BillColumns:
    """Where each column of a bill stands in a sheet: {key: header found}; payers among the keys."""

    headers: Mapping[str, str]
    payers: tuple[str, ...]


def settlement_payers(scheme: Scheme) -> dict[str, tuple[str, ...]]:
    """{payer id: headers} of those that the settlement data of this scheme tell."""
    return {payer: (str(said["name"]), payer) for payer, said in scheme.payers.items() if said.get("settlement")}


def columns_of(sheet: Sheet, scheme: Scheme) -> BillColumns:
    """Raises Invalid: needed columns that are missing, columns nobody knows (an amount would be lost)."""
    payers = settlement_payers(scheme)
    must = {*MUST, *(payer for payer in payers if scheme.payers[payer].get("kind") == "electronic")}
    found: dict[str, str] = {}
    faults = []
    for key, names in {**FIXED, **payers}.items():
        present = [name for name in names if sheet.has(name)]
        if len(present) > 1:
            message = f"“{'”和“'.join(present)}”是同一项，请只保留一列"
            faults.append(sheet.fault(sheet.header_row, present[1], "duplicate_header", message))
        if present:
            found[key] = present[0]
        elif key in must:
            faults.append(sheet.fault(sheet.header_row, None, "column_missing", f"缺少“{names[0]}”列"))
    known = {*IGNORED, *(name for names in [*FIXED.values(), *payers.values()] for name in names)}
    for name in sheet.columns:
        if name and name not in known:
            message = "认不出这一列：请删除，或按模板改名（其他部门的补助由各部门填报）"
            faults.append(sheet.fault(sheet.header_row, name, "column_unknown", message))
    if faults:
        raise Invalid(faults)
    return BillColumns(found, tuple(payers))


def read_bills(sheet: Sheet, scheme: Scheme, today: date, faults: list[Fault]) -> Iterator[Any]:
    """Arrow tables of up to 20,000 bills, `row` being the place in the sheet; faults of every cell are added."""
    columns = columns_of(sheet, scheme)
    for rows in _batches(sheet.rows):
        batch = _Batch(sheet, columns, rows, faults)
        yield batch.read(today)


def _batches(rows: Iterable[Row]) -> Iterator[Sequence[Row]]:
    batch: list[Row] = []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


class _Batch:
    def __init__(self, sheet: Sheet, columns: BillColumns, rows: Sequence[Row], faults: list[Fault]) -> None:
        self._sheet = sheet
        self._columns = columns
        self._rows = rows
        self._faults = faults

    def read(self, today: date) -> Any:
        before = len(self._faults)
        data: dict[str, Any] = {
            "row": pa.array([row.number for row in self._rows], pa.int32()),
            "settlement_no": self._texts("settlement_no", 64),
            "id_number": self._column("id_number", read_id_number, pa.string()),
            "hospital": self._texts("hospital", 100),
            "settled_on": self._column("settled_on", read_date, pa.date32()),
            "reversal_of": self._texts("reversal_of", 64),
        }
        for key in ("total", *PARTS, *self._columns.payers):
            data[key] = self._amounts(key)
        self._check_present(data)
        self._note(pc.greater(data["settled_on"], today), "settled_on", "date_in_future", "结算日期晚于今天")
        if len(self._faults) == before:
            self._check_signs(data)
            self._check_sums(data)
        for payer in self._columns.payers:
            data[payer] = or_zero(data[payer])
        return pa.table(data)

    def _cells(self, key: str) -> list[Cell]:
        header = self._columns.headers.get(key)
        place = self._sheet.place(header) if header else None
        if place is None:
            return [None] * len(self._rows)
        return [row.values[place] if place < len(row.values) else None for row in self._rows]

    def _texts(self, key: str, longest: int) -> Any:
        return self._column(key, lambda cell: read_text(cell, longest), pa.string())

    def _column(self, key: str, reader: Any, kind: Any) -> Any:
        wrong: Wrong = {}
        values = read_each(self._cells(key), reader, wrong)
        self._tell(key, wrong)
        return pa.array(values, kind)

    def _amounts(self, key: str) -> Any:
        wrong: Wrong = {}
        amounts = read_amounts(self._cells(key), wrong)
        self._tell(key, wrong)
        return amounts

    def _tell(self, key: str, wrong: Mapping[int, CellFault]) -> None:
        for place, fault in wrong.items():
            self._fault(place, key, fault.code, fault.message)

    def _fault(self, place: int, key: str, code: str, message: str) -> None:
        header = self._columns.headers.get(key)
        self._faults.append(self._sheet.fault(self._rows[place], header, code, message))

    def _note(self, mask: Any, key: str, code: str, message: str) -> None:
        for place in places(mask):
            self._fault(place, key, code, message)

    def _check_present(self, data: Mapping[str, Any]) -> None:
        told = {(f.detail.get("row"), f.detail.get("column")) for f in self._faults}
        for key in ("settlement_no", "hospital", "settled_on", "total"):
            for place in places(pc.is_null(data[key])):
                if (self._rows[place].number, self._columns.headers[key]) not in told:
                    self._fault(place, key, "cell_missing", f"缺少{self._columns.headers[key]}")

    def _check_signs(self, data: Mapping[str, Any]) -> None:
        """A bill is not negative; a reversal is nowhere positive and names what it takes back."""
        reversal = pc.is_valid(data["reversal_of"])
        for key in ("total", *PARTS, *self._columns.payers):
            amount = or_zero(data[key])
            negative, positive = pc.less(amount, ZERO), pc.greater(amount, ZERO)
            message = "金额为负：冲销须填写“冲销原编号”，其他结算不能为负数"
            self._note(pc.and_(negative, pc.invert(reversal)), key, "amount_negative", message)
            self._note(pc.and_(positive, reversal), key, "reversal_positive", "冲销的金额应为负数")

    def _check_sums(self, data: Mapping[str, Any]) -> None:
        """Total >= payments and total >= in policy + out of catalogue, both taken as absolute amounts."""
        total = pc.abs(or_zero(data["total"]))
        paid = pc.abs(add_up([data[payer] for payer in self._columns.payers], len(self._rows)))
        parts = pc.abs(add_up([data["in_policy"], data["out_of_catalogue"]], len(self._rows)))
        message = "各方支付合计大于医疗总费用，请核对"
        self._note(pc.greater(paid, total), "total", "paid_over_total", message)
        message = "政策范围内费用与目录外自费之和大于医疗总费用，请核对"
        self._note(pc.greater(parts, total), "total", "parts_over_total", message)
