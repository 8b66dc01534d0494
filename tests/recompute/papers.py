"""Reads what `nuanxin demo play` left in a folder: CSV, workbooks, JSON; amounts become Decimal, never float."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl

PAYERS = {
    "basic_insurance": "基本医保",
    "critical_illness": "大病保险",
    "medical_assistance": "医疗救助",
    "temporary_relief": "临时救助",
    "commercial_insurance": "商业健康保险",
    "red_cross": "红十字会",
    "charity": "慈善总会",
    "other": "其他",
}
UNIT_PAYERS = {"cszh": "慈善总会", "hszh": "红十字会"}
IN_SETTLEMENT = ("基本医保", "大病保险", "医疗救助", "商业健康保险")


def yuan(value: object) -> Decimal:
    """A cell or text as Decimal; an empty one is zero."""
    return Decimal(str(value).replace(",", "")) if value not in (None, "") else Decimal(0)


@dataclass(frozen=True)
class Sheet:
    """A page of a printed list: rows by column name, what the totals line says, how many the heading counts."""

    name: str
    notes: str
    header: list[str]
    first_line: int
    rows: list[dict[str, Any]]
    totals: dict[str, Any]
    cached_totals: dict[str, Any]


class Papers:
    """The folder; everything is read when asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.round = self.json("本轮.json")
        self.meeting = self.json("决议.json")
        self.cases = self.json("案件.json")
        self.people = self._people()

    def json(self, name: str) -> Any:
        return json.loads((self.folder / name).read_text(encoding="utf-8"))

    def table(self, name: str) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO((self.folder / name).read_text(encoding="utf-8-sig"))))

    def _people(self) -> dict[str, tuple[str, str]]:
        """{ID number: (case no, name)} as the template of the charity federation names everybody."""
        cells = list(openpyxl.load_workbook(self.folder / "填报-cszh.xlsx").worksheets[0].iter_rows(values_only=True))
        head = next(i for i, row in enumerate(cells) if "案号" in row)
        rows = (dict(zip(cells[head], row, strict=True)) for row in cells[head + 1 :])
        return {str(r["身份证号"]): (r["案号"], r["姓名"]) for r in rows if r["案号"]}

    def tallies(self) -> dict[str, dict[str, Decimal]]:
        """{ID number: {payer: yuan}} as units sent it: by row (CSV), by template, or any workbook, summed."""
        found: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
        for path in sorted(self.folder.glob("填报-*.csv")):
            for row in self.table(path.name):
                found[row["身份证号"]][PAYERS[row["支付方"]]] += yuan(row["金额（元）"])
        for path in sorted(self.folder.glob("填报-*.xlsx")):
            payer = UNIT_PAYERS[path.stem.removeprefix("填报-")]
            for number, amount in self._amounts_in(path):
                found[number][payer] += amount
        return found

    def _amounts_in(self, path: Path) -> Iterator[tuple[str, Decimal]]:
        rows = list(openpyxl.load_workbook(path).worksheets[0].iter_rows(values_only=True))
        named = (i for i, row in enumerate(rows) if any("身份证" in str(cell) for cell in row[1:]))
        head = next(named)  # a note in the first column may speak of ID numbers too
        number = next(i for i, cell in enumerate(rows[head]) if "身份证" in str(cell))
        amount = next(i for i, cell in enumerate(rows[head]) if "金额" in str(cell) or "（元）" in str(cell))
        yield from ((str(r[number]), yuan(r[amount])) for r in rows[head + 1 :] if r[number])

    def pages(self, stage: str) -> list[Sheet]:
        """The pages of a printed list."""
        path = self.folder / f"名单-{stage}.xlsx"
        books = [openpyxl.load_workbook(path, data_only=cached) for cached in (False, True)]
        return [_page(*sheets) for sheets in zip(*(book.worksheets for book in books), strict=True)]

    def batches(self) -> list[str]:
        return sorted(path.stem.removeprefix("付款文件-") for path in self.folder.glob("付款文件-*.csv"))

    def payment_csv(self, no: str) -> tuple[dict[str, str], list[dict[str, str]], str]:
        """(heading and stated hash, lines, the hash of the bytes above the hash line)."""
        content = (self.folder / f"付款文件-{no}.csv").read_bytes().removeprefix(b"\xef\xbb\xbf")
        body = content[: content.rindex(b"SHA256,")]
        rows = list(csv.reader(io.StringIO(content.decode())))
        head = next(i for i, row in enumerate(rows) if "付款编号" in row)
        stated = {row[0]: row[1] for row in [*rows[:head], rows[-1]]}
        lines = [dict(zip(rows[head], row, strict=True)) for row in rows[head + 1 : -1]]
        return stated, lines, hashlib.sha256(body).hexdigest()

    def payment_xlsx(self, no: str) -> tuple[dict[str, str], list[dict[str, Any]]]:
        """(heading and 校验 sheet, lines) of the same batch as a workbook."""
        book = openpyxl.load_workbook(self.folder / f"付款文件-{no}.xlsx")
        rows = list(book.worksheets[0].iter_rows(values_only=True))
        head = next(i for i, row in enumerate(rows) if "付款编号" in row)
        stated = {str(row[0]): str(row[1]) for row in [*rows[:head], *book["校验"].iter_rows(values_only=True)]}
        return stated, [dict(zip(rows[head], row, strict=True)) for row in rows[head + 1 :]]


def _page(sheet: Any, cached: Any) -> Sheet:
    cells = list(sheet.iter_rows(values_only=True))
    head = next(i for i, row in enumerate(cells) if "编号" in row)
    end = next(i for i, row in enumerate(cells) if i > head and row[0] in ("合计", "小计"))
    header = [str(cell) for cell in cells[head]]
    rows = [dict(zip(header, row, strict=True)) for row in cells[head + 1 : end]]
    counted = list(cached.iter_rows(values_only=True))[end]
    totals = [dict(zip(header, line, strict=True)) for line in (cells[end], counted)]
    notes = " ".join(str(row[0]) for row in cells[:head])
    return Sheet(sheet.title, notes, header, head + 2, rows, *totals)
