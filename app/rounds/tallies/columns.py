"""Which columns of a stranger's workbook are the ID number, the amounts and the remark; pure.

A unit may upload any workbook with an ID column and an amount column (policy-facts §4.1).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.intake.tables import normalise_header
from app.kernel.errors import Fault, Invalid

ID_WORDS = (
    "身份证号",
    "身份证号码",
    "身份证",
    "证件号",
    "证件号码",
    "公民身份号码",
    "公民身份证号码",
    "居民身份证号",
)
_ID = re.compile("身份证|证件号|身份号码")
_NOT_OWN_ID = re.compile("户主|监护|代领|经办|开户|收款")
_AMOUNT = re.compile("金额|补助|救助|赔付|给付|补贴|报销|理赔|援助|资助|发放额|实发")
_NO_AMOUNT = re.compile("日期|时间|类别|类型|原因|项目|方式|标准|单位|备注|次数|人数|编号|批次|账号|名称|年度")
_NOTE = re.compile("备注|说明")


@dataclass(frozen=True)
class Columns:
    """Where to look: column names as they stand in the header; `sheet` None is every sheet that fits."""

    id_column: str
    amounts: dict[str, str]  # payer -> column
    note: str | None = None
    sheet: str | None = None


def detect_columns(columns: Sequence[str], payers: Mapping[str, str]) -> Columns | None:
    """The columns of one sheet, or None when it has no ID column or no amount column.

    `payers` is {payer id: name}. A unit with one payer may call its column anything that sounds like money.
    Raises Invalid (`amount_column_unclear`) when several would do.
    """
    id_column = _find_id(columns)
    if id_column is None:
        return None
    named = {payer: column for payer, name in payers.items() if (column := _named(columns, name)) is not None}
    if not named and len(payers) == 1:
        only = _only_amount(columns)
        named = {} if only is None else {next(iter(payers)): only}
    return Columns(id_column, named, _find_note(columns)) if named else None


def read_mapping(mapping: Any, payers: Mapping[str, str]) -> Columns:
    """What the user says himself: {"id_column", "amounts": {payer: column}, "sheet"?}."""
    given = mapping if isinstance(mapping, dict) else {}
    amounts = given.get("amounts")
    amounts = amounts if isinstance(amounts, dict) else {}
    words = [given.get("id_column"), *amounts.values(), given.get("sheet", "-")]
    if not amounts or not all(isinstance(word, str) and word.strip() for word in words):
        message = '请以 {"id_column": 列名, "amounts": {项目: 列名}} 指明身份证号列和金额列'
        raise Invalid([Fault("/mapping", "bad_mapping", message)])
    unknown = [payer for payer in amounts if payer not in payers]
    if unknown:
        message = "不是本单位填报的项目"
        raise Invalid([Fault(f"/mapping/amounts/{payer}", "not_your_column", message) for payer in unknown])
    named = {payer: normalise_header(column) for payer, column in amounts.items()}
    return Columns(normalise_header(given["id_column"]), named, sheet=given.get("sheet"))


def place_mapping(columns: Sequence[str], wanted: Columns) -> Columns:
    """The same columns in one sheet, with its remark; Invalid (`no_such_column`) names each that is missing."""
    missing = [name for name in (wanted.id_column, *wanted.amounts.values()) if name not in columns]
    if missing:
        raise Invalid([Fault("/mapping", "no_such_column", f"表中没有“{name}”列") for name in missing])
    return replace(wanted, note=_find_note(columns))


def _find_note(columns: Sequence[str]) -> str | None:
    return next((column for column in columns if _NOTE.search(column)), None)


def _find_id(columns: Sequence[str]) -> str | None:
    found = [column for column in columns if _ID.search(column) and not _NOT_OWN_ID.search(column)]
    exact = [column for column in found if column in ID_WORDS]
    return next(iter(exact or found), None)


def _named(columns: Sequence[str], name: str) -> str | None:
    if name in columns:
        return name
    return next((c for c in columns if name in c and not _NO_AMOUNT.search(c.replace(name, ""))), None)


def _only_amount(columns: Sequence[str]) -> str | None:
    found = [column for column in columns if _AMOUNT.search(column) and not _NO_AMOUNT.search(column)]
    found = [column for column in found if "金额" in column] or found
    if len(found) > 1:
        message = f"有多列像是金额：{'、'.join(found)}，请指明用哪一列"
        raise Invalid([Fault("/mapping", "amount_column_unclear", message, {"columns": found})])
    return found[0] if found else None
