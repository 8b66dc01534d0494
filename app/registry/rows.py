"""One row of a people table: which columns there are, and what each cell must be.

| header | also | must | meaning |
|---|---|---|---|
| 姓名 | | yes | |
| 身份证号 | 身份证号码, 公民身份号码, 证件号码 | yes | text; the person is known by it |
| 性别 | | | 男 / 女, checked against the number |
| 户主身份证号 | 户主 | | the head of the household; empty: unchanged, a new person heads one of their own |
| 认定地区代码 | 户籍地区代码, 户籍/认定地区代码 | new people | area code, any level down to the grid |
| 居住地区代码 | | | where the person lives; empty: as recognised |
| 人员类别 | 类别 | | name or id; one category a row, several rows a person |
| 认定日期 | 生效日期 | with 人员类别 | first day |
| 失效日期 | 退出日期 | | last day; empty: still in |
| 联系电话 | 电话, 手机号 | | |
| 一卡通账号 | 银行账号, 账号 | | text; the person's own account |
| 开户行 | 开户银行 | with an account | |
| 参保 | 参保类型, 险种 | | 居民 / 职工 / 未参保 |
| 供养机构 | | | where the person is cared for |
| 死亡日期 | | | |
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.intake.cells import (
    Cell,
    CellFault,
    compact,
    read_account,
    read_choice,
    read_date,
    read_id_number,
    read_phone,
    read_text,
)
from app.intake.tables import Row, Sheet
from app.kernel.errors import Fault, Invalid
from app.kernel.idnumbers import birth_date
from app.registry.categories import SpanDraft
from app.registry.provision import sex_of
from app.registry.vocabulary import CATEGORY_WORDS, INSURED, SEXES

HEADERS: dict[str, tuple[str, ...]] = {
    "name": ("姓名",),
    "id_number": ("身份证号", "身份证号码", "公民身份号码", "证件号码"),
    "sex": ("性别",),
    "head": ("户主身份证号", "户主"),
    "area": ("认定地区代码", "户籍地区代码", "户籍/认定地区代码"),
    "residence": ("居住地区代码",),
    "category": ("人员类别", "类别"),
    "valid_from": ("认定日期", "生效日期"),
    "valid_to": ("失效日期", "退出日期"),
    "phone": ("联系电话", "电话", "手机号"),
    "account": ("一卡通账号", "银行账号", "账号"),
    "bank": ("开户行", "开户银行"),
    "insured": ("参保", "参保类型", "险种"),
    "institution": ("供养机构",),
    "deceased_on": ("死亡日期",),
}
WANTED = tuple(header for names in HEADERS.values() for header in names)


def _read_head(value: Cell) -> str | None:
    return read_id_number(value) if compact(value) else None


def _read_code(value: Cell) -> str | None:
    return compact(read_text(value, 40)) or None


_READERS: dict[str, Callable[[Cell], Any]] = {
    "name": lambda value: read_text(value, 60),
    "id_number": read_id_number,
    "sex": lambda value: read_choice(value, SEXES),
    "head": _read_head,
    "area": _read_code,
    "residence": _read_code,
    "category": lambda value: read_choice(value, CATEGORY_WORDS),
    "valid_from": read_date,
    "valid_to": read_date,
    "phone": read_phone,
    "account": read_account,
    "bank": lambda value: read_text(value, 100),
    "insured": lambda value: read_choice(value, INSURED),
    "institution": lambda value: read_text(value, 100),
    "deceased_on": read_date,
}


@dataclass(frozen=True)
class PersonLine:
    """A row that could be read; `values` by the keys of HEADERS, None where the cell is empty."""

    sheet: Sheet
    columns: Mapping[str, str]
    row: Row
    values: Mapping[str, Any]

    @property
    def id_number(self) -> str:
        return str(self.values["id_number"])

    @property
    def span(self) -> SpanDraft | None:
        """The recognition that the row tells, or None."""
        if self.values["category"] is None:
            return None
        return SpanDraft(self.values["category"], self.values["valid_from"], self.values["valid_to"])

    def fault(self, key: str, code: str, message: str) -> Fault:
        return self.sheet.fault(self.row, self.columns.get(key, HEADERS[key][0]), code, message)


def columns_of(sheet: Sheet) -> dict[str, str]:
    """{key: header found}; raises Invalid when a needed one is missing or one stands under two names."""
    found: dict[str, str] = {}
    faults = []
    for key, headers in HEADERS.items():
        present = [header for header in headers if sheet.has(header)]
        if len(present) > 1:
            message = f"“{'”和“'.join(present)}”是同一项，请只保留一列"
            faults.append(sheet.fault(sheet.header_row, present[1], "duplicate_header", message))
        if present:
            found[key] = present[0]
        elif key in ("name", "id_number"):
            message = f"缺少“{headers[0]}”列"
            faults.append(sheet.fault(sheet.header_row, None, "column_missing", message))
    if faults:
        raise Invalid(faults)
    return found


def read_lines(sheet: Sheet, faults: list[Fault]) -> Iterator[PersonLine]:
    """The readable rows; what is wrong in the others is added to `faults`, every cell."""
    columns = columns_of(sheet)
    for row in sheet.rows:
        values: dict[str, Any] = dict.fromkeys(HEADERS)
        before = len(faults)
        for key, header in columns.items():
            try:
                values[key] = _READERS[key](sheet.cell(row, header))
            except CellFault as wrong:
                faults.append(sheet.fault(row, header, wrong.code, wrong.message))
        if len(faults) > before:
            continue
        line = PersonLine(sheet, columns, row, values)
        wrong_cells = list(_line_faults(line))
        faults.extend(wrong_cells)
        if not wrong_cells:
            yield line


def _line_faults(line: PersonLine) -> Iterator[Fault]:
    values = line.values
    born = birth_date(line.id_number)
    if values["name"] is None:
        yield line.fault("name", "name_missing", "缺少姓名")
    if values["sex"] is not None and values["sex"] != sex_of(line.id_number):
        yield line.fault("sex", "sex_differs", "性别与身份证号不一致，请核对")
    if values["deceased_on"] is not None and values["deceased_on"] < born:
        yield line.fault("deceased_on", "before_birth", "死亡日期早于出生日期")
    if values["account"] is not None and values["bank"] is None:
        yield line.fault("bank", "bank_missing", "填了账号，请同时填写开户行")
    yield from _span_faults(line, born)


def _span_faults(line: PersonLine, born: date) -> Iterator[Fault]:
    values = line.values
    start, end = values["valid_from"], values["valid_to"]
    if values["category"] is None:
        if start is not None or end is not None:
            yield line.fault("category", "category_missing", "填了认定或失效日期，请同时填写人员类别")
        return
    if start is None:
        yield line.fault("valid_from", "date_missing", "填了人员类别，请同时填写认定日期")
    elif start < born:
        yield line.fault("valid_from", "before_birth", "认定日期早于出生日期")
    elif end is not None and end < start:
        yield line.fault("valid_to", "dates_reversed", "失效日期早于认定日期")
