"""A table is read cell by cell as Excel shows it, and what we write can be printed, filled in and read again."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from decimal import Decimal

import openpyxl
import pytest

from app.intake.cells import CellFault, compact, read_amount
from app.intake.workbooks import Column, Page, neutralise, read_table, write_workbook
from tests.intake.tables import to_csv, to_xlsx


def rows_of(content, name="a.xlsx", **options):
    (sheet,) = read_table(content, name, **options).sheets
    return [list(row.values) for row in sheet.rows]


def test_numbers_are_decimals_as_excel_shows_them():
    content = to_xlsx(["金额", "备注"], [0.1 + 0.2, "x"], [1234.5, "y"], [1e11, "z"])
    assert [row[0] for row in rows_of(content)] == [Decimal("0.3"), Decimal("1234.5"), Decimal(100000000000)]


def test_dates_are_dates_and_empty_cells_are_none():
    assert rows_of(to_xlsx(["日期", "备注"], [date(2025, 3, 1), ""])) == [[date(2025, 3, 1), None]]


def test_rows_keep_the_numbers_that_excel_shows():
    content = to_xlsx(["甲", "乙"], ["1", "2"], [], ["3", "4"], above=[["标题"], []])
    (sheet,) = read_table(content, "a.xlsx").sheets
    assert (sheet.header_row, [row.number for row in sheet.rows]) == (3, [4, 6])
    fault = sheet.fault(next(iter(sheet.rows)), "乙", "code", "原因")
    assert (fault.where, fault.message) == ("名册!B4", "“名册”第4行“乙”：原因")


def test_a_table_that_starts_in_column_c_keeps_its_columns():
    def decorate(_workbook, sheet):
        sheet.write_row(4, 2, ["身份证号", "金额"])
        sheet.write_row(5, 2, ["1", "2"])

    (sheet,) = read_table(to_xlsx([], decorate=decorate), "a.xlsx", wanted=["金额"]).sheets
    (row,) = sheet.rows
    assert (sheet.place("金额"), sheet.cell(row, "金额"), sheet.fault(row, "金额", "c", "m").where) == (
        3,
        "2",
        "名册!D6",
    )


def test_rows_may_be_gone_through_twice():
    (sheet,) = read_table(to_csv(["甲", "乙"], ["1", "2"]), "a.csv").sheets
    assert [row.number for row in sheet.rows] == [row.number for row in sheet.rows] == [2]


def test_hidden_sheets_are_not_read():
    def decorate(workbook, _sheet):
        hidden = workbook.add_worksheet("旧数据")
        hidden.write_row(0, 0, ["甲", "乙"])
        hidden.hide()

    content = to_xlsx(["甲", "乙"], ["1", "2"], decorate=decorate)
    assert [sheet.name for sheet in read_table(content, "a.xlsx").sheets] == ["名册"]


def test_formulas_give_their_stored_value_where_that_is_allowed():
    def decorate(_workbook, sheet):
        sheet.write_formula(1, 1, "=SUM(A2)", None, 12.5)

    content = to_xlsx(["甲", "金额"], ["1", 0], decorate=decorate)
    assert rows_of(content)[0][1] == Decimal("12.5")
    assert rows_of(content, formulas=False)[0][1].code == "cell_formula"


AMOUNTS = {
    "1234.5": "1234.50", "1,234.50": "1234.50", "１２３４": "1234.00", "￥8": "8.00", "8元": "8.00", " 8 ": "8.00",
    "007": "7.00", "1.10": "1.10", "0": "0.00", "+5": "5.00",
}  # fmt: skip
NO_AMOUNTS = {
    "1e5": "amount_scientific", "1E+05": "amount_scientific", "NaN": "not_an_amount", "Infinity": "not_an_amount",
    "-1": "amount_negative", "1.234": "amount_decimals", "12,34": "not_an_amount", "abc": "not_an_amount",
    "9" * 30: "amount_too_large", "999999999": "amount_too_large", "1.2.3": "not_an_amount", "--1": "not_an_amount",
    "1 2 x": "not_an_amount", "=1+1": "not_an_amount", "一百": "not_an_amount", "Ⅷ": "not_an_amount",
}  # fmt: skip


@pytest.mark.parametrize(("text", "amount"), AMOUNTS.items())
def test_amounts_as_people_write_them_are_understood(text, amount):
    assert str(read_amount(text)) == amount


@pytest.mark.parametrize(("text", "code"), NO_AMOUNTS.items())
def test_what_is_no_amount_is_refused_with_the_reason(text, code):
    with pytest.raises(CellFault) as refused:
        read_amount(text)
    assert refused.value.code == code


@pytest.mark.parametrize("value", [Decimal("NaN"), Decimal("Infinity"), Decimal("1E+20"), True, date(2025, 1, 1)])
def test_a_cell_that_is_no_money_is_refused(value):
    with pytest.raises(CellFault):
        read_amount(value)


def written(**page):
    columns = [Column("身份证号", width=20), Column("金额", "money", total=True, editable=True), Column("日期", "date")]
    rows = [["330683199001011234", Decimal("1234.50"), date(2025, 1, 1)], ["=cmd()", Decimal("0.50"), None]]
    return write_workbook([Page("名单", columns, rows, title="名单", unit="单位：元", **page)])


def test_a_written_workbook_can_be_read_again():
    content = written(notes=["请于周五前填报"], signature="经办：", watermark="残联 2026-03-02")
    rows = rows_of(content, wanted=["身份证号", "金额"])
    assert rows[0] == ["330683199001011234", Decimal("1234.5"), date(2025, 1, 1)]
    assert rows[2][:2] == ["合计", Decimal(1235)]


def test_a_written_formula_is_only_text():
    book = openpyxl.load_workbook(io.BytesIO(written()))
    cell = book["名单"]["A5"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == ("=cmd()", "s", True)
    assert neutralise("=cmd()") == "'=cmd()"
    assert neutralise("张三") == "张三"


def test_a_protected_page_lets_only_the_asked_cells_be_filled():
    book = openpyxl.load_workbook(io.BytesIO(written(protected=True)))
    sheet = book["名单"]
    assert sheet.protection.sheet
    assert (sheet["A4"].protection.locked, sheet["B4"].protection.locked) == (True, False)
    assert [str(rule.sqref) for rule in sheet.data_validations.dataValidation] == ["B4:B5"]


def test_id_numbers_are_text_and_amounts_are_formatted():
    sheet = openpyxl.load_workbook(io.BytesIO(written()))["名单"]
    assert (sheet["A4"].number_format, sheet["B4"].number_format) == ("@", "#,##0.00")
    assert sheet.page_setup.orientation == "landscape"


def test_a_watermark_is_on_every_printed_page():
    content = written(watermark="残联&张三")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        xml = archive.read("xl/worksheets/sheet1.xml").decode()
    assert "残联&amp;&amp;张三" in xml


def test_an_empty_cell_is_compared_as_the_empty_text():
    assert [compact(value) for value in (None, "", " ３３ ０６ ", Decimal(12))] == ["", "", "3306", "12"]


def test_a_long_text_gets_the_lines_it_needs():
    columns = [Column("类别", width=24), Column("金额", "money")]
    rows = [["低保对象", Decimal(1)], ["因病纳入低保或低边的支出型困难人员", Decimal(1)], ["字" * 100, Decimal(1)]]
    sheet = openpyxl.load_workbook(io.BytesIO(write_workbook([Page("名单", columns, rows)]))).active
    assert all(sheet.cell(n, 1).alignment.wrap_text for n in (2, 3, 4))
    heights = [sheet.row_dimensions[n].height for n in (2, 3, 4)]
    assert (heights[0], heights[1]) == (None, 2 * 14 + 2)
    assert heights[2] >= 8 * 14
