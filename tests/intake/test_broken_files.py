"""Whatever people upload, it is either understood or refused with its place, and never half stored."""

from __future__ import annotations

import io
import warnings
import zipfile
from datetime import date

import pytest
from sqlalchemy import func, select

from app.intake.workbooks import read_table
from app.kernel.errors import Invalid
from app.registry.models import Person
from tests.intake.tables import (
    PEOPLE_HEADERS,
    check_file,
    county,
    engine,
    id_number,
    import_file,
    person,
    settings,
    to_csv,
    to_xlsx,
)

__all__ = ["check_file", "county", "engine", "import_file", "settings"]

GOOD = to_xlsx(PEOPLE_HEADERS, person())
HEADER = ",".join(PEOPLE_HEADERS)


def repacked(content: bytes, changes: dict[str, bytes | None]) -> bytes:
    """The workbook with some of its parts replaced, added or (None) left out."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in changes:
                new.writestr(name, old.read(name))
        for name, part in changes.items():
            if part is not None:
                new.writestr(name, part)
    return out.getvalue()


def sheet_xml(cells: str, before: str = "") -> bytes:
    return (
        f'<?xml version="1.0"?>{before}<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f"<sheetData>{cells}</sheetData></worksheet>"
    ).encode()


def with_sheet(cells: str, before: str = "") -> bytes:
    return repacked(GOOD, {"xl/worksheets/sheet1.xml": sheet_xml(cells, before)})


def inline(reference: str, text: str) -> str:
    return f'<c r="{reference}" t="inlineStr"><is><t>{text}</t></is></c>'


def merged_header(_workbook, sheet) -> None:
    sheet.merge_range(0, 11, 0, 12, "开户信息")


def zip_bomb() -> bytes:
    return repacked(GOOD, {"xl/media/big.xml": b"\0" * (300 * 2**20)})


def lying_zip() -> bytes:
    """The directory claims that a part is small."""
    bomb = bytearray(repacked(GOOD, {"xl/worksheets/sheet2.xml": sheet_xml("x" * 5_000_000)}))
    at = bytes(bomb).rindex(b"xl/worksheets/sheet2.xml") - 46
    bomb[at + 24 : at + 28] = (1000).to_bytes(4, "little")
    return bytes(bomb)


def part_twice() -> bytes:
    content = io.BytesIO(GOOD)
    with warnings.catch_warnings(), zipfile.ZipFile(content, "a") as archive:
        warnings.simplefilter("ignore")  # Python too finds it strange
        archive.writestr("xl/workbook.xml", b"<workbook/>")
    return content.getvalue()


def encrypted_zip() -> bytes:
    content = bytearray(GOOD)
    for signature, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(signature)
        while at >= 0:
            content[at + place] |= 1
            at = content.find(signature, at + 4)
    return bytes(content)


def long_text_everywhere() -> bytes:
    """One long shared text, referred to a million times."""
    row = "".join(f'<c r="{chr(65 + i)}1" t="s"><v>0</v></c>' for i in range(20)) * 4000
    texts = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>%s</t></si></sst>'
    return repacked(GOOD, {
        "xl/worksheets/sheet1.xml": sheet_xml(f'<row r="1">{row}</row>'),
        "xl/sharedStrings.xml": texts % (b"x" * 30_000),
    })  # fmt: skip


def person_xlsx(**cells) -> bytes:
    return to_xlsx(PEOPLE_HEADERS, person(**cells))


def person_csv(**cells) -> bytes:
    return to_csv(PEOPLE_HEADERS, person(**cells))


def with_formula(value) -> bytes:
    return to_xlsx(PEOPLE_HEADERS, person(), decorate=lambda _b, s: s.write_formula(1, 0, '="张"&"三"', None, value))


FLOAT_ID = with_sheet(
    '<row r="1">' + inline("A1", "姓名") + inline("B1", "身份证号") + inline("C1", "认定地区代码") + "</row>"
    '<row r="2">' + inline("A2", "张三") + '<c r="B2"><v>3.3068319700101001E+17</v></c>'
    + inline("C2", "33068300100101") + "</row>"
)  # fmt: skip

# name: (content, file name, code expected)
WHOLE_FILES = {
    "an empty file": (b"", "a.xlsx", "file_empty"),
    "only zeros": (b"\0" * 500, "a.xlsx", "file_empty"),
    "blank lines only": (b"\r\n\r\n", "a.csv", "file_empty"),
    "a zip bomb": (zip_bomb, "a.xlsx", "file_unpacks_too_large"),
    "a zip whose directory lies": (lying_zip, "a.xlsx", "file_damaged"),
    "an encrypted zip": (encrypted_zip, "a.xlsx", "file_encrypted"),
    "an encrypted office file": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"),
        "a.xlsx",
        "file_encrypted",
    ),
    "an old xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "a.xls", "old_excel"),
    "a cut file": (GOOD[: len(GOOD) // 2], "a.xlsx", "file_damaged"),
    "a damaged part": (GOOD.replace(GOOD[200:260], b"\x55" * 60, 1), "a.xlsx", "file_damaged"),
    "a zip that is no workbook": (repacked(GOOD, {"xl/workbook.xml": None}), "a.xlsx", "not_a_workbook"),
    "macros": (repacked(GOOD, {"xl/vbaProject.bin": b"x"}), "a.xlsx", "file_has_macros"),
    "a macro workbook's name": (GOOD, "a.xlsm", "file_has_macros"),
    "a workbook called csv": (GOOD, "a.csv", "wrong_extension"),
    "a csv called xlsx": (to_csv(PEOPLE_HEADERS, person()), "a.xlsx", "wrong_extension"),
    "a web page called xls": (b"<html><table><tr><td>x</td></tr></table></html>", "a.xls", "not_a_workbook"),
    "a picture called csv": (b"\x89PNG\r\n\x1a\n\0\0\0", "a.csv", "not_a_workbook"),
    "an xml bomb": (
        with_sheet("<row/>", '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'), "a.xlsx", "file_suspicious",
    ),
    "xml in utf-16": (
        repacked(GOOD, {"xl/worksheets/sheet1.xml": sheet_xml("<row/>").decode().encode("utf-16")}),
        "a.xlsx", "file_suspicious",
    ),
    "a part twice": (part_twice, "a.xlsx", "file_suspicious"),
    "a cell at the far corner": (
        with_sheet('<row r="1048576">' + inline("XFD1048576", "x") + "</row>"), "a.xlsx", "too_many_columns",
    ),
    "a far row in a wide sheet": (
        with_sheet('<row r="1">' + inline("CV1", "x") + '</row><row r="1048576">' + inline("A1048576", "x") + "</row>"),
        "a.xlsx", "too_many_cells",
    ),
    "cells that never end": (with_sheet("<c " * 300_000), "a.xlsx", "file_suspicious"),
    "a formula after cells that never end": (with_sheet("<f " + "<c a" * 300_000), "a.xlsx", "file_suspicious"),
    "marks of errors without end": (with_sheet('<c r="A1"' + ' t="e"' * 100_000), "a.xlsx", "file_damaged"),
    "marks of texts without end": (with_sheet('<c r="A1"' + ' t="s"' * 100_000), "a.xlsx", "file_damaged"),
    "cells without a place": (with_sheet('<row r="1"><c><v>1</v></c></row>'), "a.xlsx", "file_suspicious"),
    "a text unpacked a million times": (long_text_everywhere, "a.xlsx", "file_unpacks_too_large"),
    "thousands of columns": (to_xlsx([*PEOPLE_HEADERS, *map(str, range(3000))]), "a.xlsx", "too_many_columns"),
    "thousands of csv columns": (to_csv([*PEOPLE_HEADERS, *map(str, range(3000))]), "a.csv", "too_many_columns"),
    "no header": (to_xlsx(["甲", "乙"], ["1", "2"]), "a.xlsx", "header_not_found"),
    "a sheet without anything": (to_xlsx([]), "a.xlsx", "header_not_found"),
    "a merged header": (
        to_xlsx(PEOPLE_HEADERS, person(), decorate=merged_header), "a.xlsx", "merged_header",
    ),
    "a header twice": (to_xlsx([*PEOPLE_HEADERS, "姓名 "], [*person(), "李四"]), "a.xlsx", "duplicate_header"),
    "an open quote": (f'{HEADER}\n"张三,{id_number(1)}\n'.encode(), "a.csv", "csv_broken"),
    "an unquoted comma": (f"{HEADER}\n张三{',1' * 20}\n".encode(), "a.csv", "row_too_long"),
    "bytes of no encoding": (HEADER.encode() + b"\n\xff\xfe\xff\x80\x81", "a.csv", "unknown_encoding"),
}  # fmt: skip

HEADERS_AND_ROWS = {
    "two names of one column": (to_xlsx([*PEOPLE_HEADERS, "电话"], [*person(), "1"]), "a.xlsx", "duplicate_header"),
    "a needed column missing": (to_xlsx(PEOPLE_HEADERS[1:], person()[1:]), "a.xlsx", "column_missing"),
    "a header without rows": (to_xlsx(PEOPLE_HEADERS), "a.xlsx", "no_rows"),
}

CELLS = {
    "an ID number that became a float": (FLOAT_ID, "a.xlsx", "id_as_number"),
    "an ID number as a number": (person_xlsx(身份证号=330683197001010011), "a.xlsx", "id_as_number"),
    "an ID number in scientific notation": (person_csv(身份证号="3.30683E+17"), "a.csv", "id_as_number"),
    "a masked ID number": (person_xlsx(身份证号="330683********0011"), "a.xlsx", "id_masked"),
    "a short ID number": (person_xlsx(身份证号="3306831970"), "a.xlsx", "id_length"),
    "a wrong check digit": (
        person_xlsx(身份证号=id_number(1)[:17] + ("1" if id_number(1)[17] != "1" else "2")), "a.xlsx", "id_invalid",
    ),
    "no ID number": (person_xlsx(身份证号=" 　"), "a.xlsx", "id_missing"),
    "no name": (person_xlsx(姓名=""), "a.xlsx", "name_missing"),
    "a name with a line break": (person_xlsx(姓名="张\n三"), "a.xlsx", "control_character"),
    "a name of a hundred signs": (person_xlsx(姓名="张" * 100), "a.xlsx", "text_too_long"),
    "the wrong sex": (person_xlsx(性别="男" if int(id_number(1)[16]) % 2 == 0 else "女"), "a.xlsx", "sex_differs"),
    "an unknown category": (person_xlsx(人员类别="富裕户"), "a.xlsx", "not_a_choice"),
    "a category without its day": (person_xlsx(认定日期=""), "a.xlsx", "date_missing"),
    "a day that does not exist": (person_xlsx(认定日期="2025-02-30"), "a.xlsx", "no_such_day"),
    "a day in words": (person_xlsx(认定日期="去年"), "a.xlsx", "not_a_date"),
    "a day of the year 3000": (person_xlsx(认定日期="3000-01-01"), "a.xlsx", "date_out_of_range"),
    "days the wrong way round": (person_xlsx(失效日期="2024-01-01"), "a.xlsx", "dates_reversed"),
    "an area that does not exist": (person_xlsx(认定地区代码="999"), "a.xlsx", "area_unknown"),
    "no area for a new person": (person_xlsx(认定地区代码=""), "a.xlsx", "area_missing"),
    "an account as a number": (person_xlsx(一卡通账号=6.217e15), "a.xlsx", "account_as_number"),
    "an account with letters": (person_xlsx(一卡通账号="62170000abc"), "a.xlsx", "account_invalid"),
    "an account without a bank": (person_xlsx(开户行=""), "a.xlsx", "bank_missing"),
    "a telephone of five digits": (person_xlsx(联系电话="12345"), "a.xlsx", "phone_invalid"),
    "a head nobody knows": (person_xlsx(户主身份证号=id_number(99)), "a.xlsx", "head_unknown"),
    "an error value": (with_formula("#N/A"), "a.xlsx", "cell_error"),
    "a formula": (with_formula("张三"), "a.xlsx", "cell_formula"),
    "a formula never computed": (with_formula(""), "a.xlsx", "formula_not_computed"),
    "the same person twice": (
        to_xlsx(PEOPLE_HEADERS, person(人员类别="", 认定日期=""), person(人员类别="", 认定日期="")),
        "a.xlsx", "person_repeated",
    ),
    "one number, two names": (
        to_xlsx(PEOPLE_HEADERS, person(), person(姓名="别人", 人员类别="特困")), "a.xlsx", "row_contradicts",
    ),
    "one category twice at once": (
        to_xlsx(PEOPLE_HEADERS, person(), person(认定日期="2025-06-01")), "a.xlsx", "span_overlaps",
    ),
}  # fmt: skip


def _count_people(database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(Person)) or 0


@pytest.mark.parametrize("case", WHOLE_FILES)
def test_a_broken_file_is_refused_as_a_whole(case):
    content, name, code = WHOLE_FILES[case]
    content = content() if callable(content) else content
    with pytest.raises(Invalid) as refused:
        read_table(content, name, wanted=PEOPLE_HEADERS)
    assert {fault.code for fault in refused.value.faults} == {code}
    assert all(fault.message for fault in refused.value.faults)


@pytest.mark.parametrize("case", HEADERS_AND_ROWS)
def test_a_table_that_is_not_the_one_asked_for_is_refused(case, check_file):
    content, name, code = HEADERS_AND_ROWS[case]
    with pytest.raises(Invalid) as refused:
        check_file("people", content, name)
    assert {fault.code for fault in refused.value.faults} == {code}


@pytest.mark.parametrize("case", CELLS)
def test_a_broken_cell_is_named_with_row_column_and_reason(case, check_file):
    content, name, code = CELLS[case]
    with pytest.raises(Invalid) as refused:
        check_file("people", content, name)
    faults = refused.value.faults
    assert {fault.code for fault in faults} == {code}
    for fault in faults:
        row, column = fault.detail["row"], fault.detail["column"]
        assert column in PEOPLE_HEADERS
        assert f"第{row}行" in fault.message
        assert column in fault.message


def test_every_fault_of_a_file_is_told_at_once(database, import_file):
    rows = [person(1, 身份证号="1"), person(2, 性别="?"), person(3), person(4, 认定日期="x", 联系电话="y")]
    ended = import_file("people", to_xlsx(PEOPLE_HEADERS, *rows))
    assert [(fault.row, fault.column) for fault in ended.faults] == [
        (2, "身份证号"), (3, "性别"), (5, "认定日期"), (5, "联系电话"),
    ]  # fmt: skip
    assert (ended.run.rows_bad, ended.run.faults_total) == (3, 4)
    assert _count_people(database) == 0


TOLERATED = {
    "a byte order mark": (to_csv(PEOPLE_HEADERS, person(), encoding="utf-8-sig"), "a.csv"),
    "no byte order mark": (to_csv(PEOPLE_HEADERS, person(), encoding="utf-8"), "a.csv"),
    "gb18030": (to_csv(PEOPLE_HEADERS, person(), encoding="gb18030"), "a.csv"),
    "utf-16 with tabs": (to_csv(PEOPLE_HEADERS, person(), encoding="utf-16", delimiter="\t"), "a.csv"),
    "semicolons": (to_csv(PEOPLE_HEADERS, person(), delimiter=";"), "a.csv"),
    "a title above the header": (to_xlsx(PEOPLE_HEADERS, person(), above=[["低保人员名册"], []]), "a.xlsx"),
    "stars and spaces in headers": (to_xlsx([f" {h} *" for h in PEOPLE_HEADERS], person()), "a.xlsx"),
    "full-width digits": (person_xlsx(身份证号=id_number(1).translate(str.maketrans("0123", "０１２３"))), "a.xlsx"),
    "trailing spaces": (person_xlsx(身份证号=f" {id_number(1)} ", 姓名="测试1 ", 人员类别="低保 "), "a.xlsx"),
    "a real date": (person_xlsx(认定日期=date(2025, 1, 1)), "a.xlsx"),
    "a date as Excel's number": (person_xlsx(认定日期=45658), "a.xlsx"),
    "a date with dots": (person_xlsx(认定日期="2025.1.1"), "a.xlsx"),
    "a date in Chinese": (person_xlsx(认定日期="2025年1月1日"), "a.xlsx"),
    "a compact date": (person_xlsx(认定日期="20250101"), "a.xlsx"),
    "a date with a time": (person_xlsx(认定日期="2025-01-01 00:00:00"), "a.xlsx"),
    "a telephone as a number": (person_xlsx(联系电话=13800000001), "a.xlsx"),
    "an area code as a number": (person_xlsx(认定地区代码=33068300100101), "a.xlsx"),
    "blank rows between": (to_xlsx(PEOPLE_HEADERS, [], person(), []), "a.xlsx"),
    "another sheet with notes": (
        to_xlsx(PEOPLE_HEADERS, person(), decorate=lambda book, _s: book.add_worksheet("说明").write(0, 0, "请填写")),
        "a.xlsx",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", TOLERATED)
def test_what_people_mean_is_understood(case, check_file):
    plan, warnings = check_file("people", *TOLERATED[case])
    assert warnings == []
    (entry,) = plan.entries.values()
    assert (entry.id_number, entry.values["name"], entry.values["area"]) == (id_number(1), "测试1", "33068300100101")
    assert [(span.category, span.valid_from) for _, span in entry.spans] == [("db", date(2025, 1, 1))]


@pytest.mark.parametrize("case", ["a damaged part", "an open quote"])
def test_a_broken_file_ends_the_import_and_stores_nothing(case, database, import_file):
    content, name, code = WHOLE_FILES[case]
    ended = import_file("people", content, name)
    assert (ended.run.state, ended.codes) == ("failed", {code})
    assert _count_people(database) == 0


def test_what_can_be_no_table_is_refused_at_the_door(import_file):
    for case in ("macros", "an old xls", "a zip that is no workbook", "a picture called csv"):
        content, name, code = WHOLE_FILES[case]
        with pytest.raises(Invalid) as refused:
            import_file("people", content, name)
        assert {fault.code for fault in refused.value.faults} == {code}, case
