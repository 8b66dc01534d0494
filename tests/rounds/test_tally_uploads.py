"""Any workbook with an ID column and an amount column, and the template with its faulty cells marked."""

from __future__ import annotations

import io

import pytest
from openpyxl import Workbook, load_workbook
from sqlalchemy import select

from app.access.models import Audit
from app.kernel.errors import Conflict, Invalid, NotFound
from app.rounds.models import TallyRow
from app.rounds.tallies.columns import detect_columns
from app.rounds.tallies.template import write_template
from app.rounds.tallies.uploads import accept_upload, get_marked_workbook, upload_workbook
from tests.rounds.place import id_number, make_request, make_round, yuan

COSTS = {n: {"total_cost": "80000.00", "basic_insurance": "40000.00"} for n in range(3)}


@pytest.fixture
def asked(database, place):
    with database.writing() as session:
        make_round(session, place, COSTS)
        return make_request(session, place, "cszh", ["charity"]).id


@pytest.fixture
def upload(database, place, clock, asked):
    def send(content, filename="慈善.xlsx", mapping=None, login="liaison_cszh"):
        with database.writing() as session:
            return upload_workbook(session, place.actor(login), clock, asked, content, filename, mapping)

    return send


@pytest.fixture
def template(database, place, clock, asked):
    with database.writing() as session:
        return write_template(session, place.actor("liaison_cszh"), clock, asked).content


def workbook(*rows) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def edit(content, edits) -> bytes:
    """`edits`: {(row among the people from 1, column heading): value}."""
    book = load_workbook(io.BytesIO(content))
    sheet = book.active
    header = next(row for row in sheet.iter_rows() if any(cell.value == "案号" for cell in row))
    columns = {cell.value: cell.column for cell in header}
    for (n, heading), value in edits.items():
        sheet.cell(row=header[0].row + n, column=columns[heading]).value = value
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def amounts(session):
    rows = session.execute(select(TallyRow.case_id, TallyRow.amount).where(TallyRow.current))
    return {case_id: amount for case_id, amount in rows if amount is not None}


def test_any_workbook_is_matched_by_id_summed_per_person_and_compared_before_it_counts(
    database, place, clock, asked, upload
):
    found = upload(
        workbook(
            ["2025年慈善救助台账"],
            ["序号", "姓名", "身份证号码", "救助金额（元）", "发放日期"],
            [1, "周001", id_number(1), 1000, "2025-03-01"],
            [2, "周001", id_number(1), "500.50", "2025-09-01"],
            [3, "外人", id_number(40), 300, "2025-09-01"],
            [4, "坏号", "33068319600101000X", 300, "2025-09-01"],
            [5, "周002", id_number(2), None, None],
            ["合计", None, None, 2100.5, None],
        )
    )
    change = found.changes[0]
    assert (len(found.changes), change["old"], change["new"], change["rows"]) == (1, None, "1500.50", [3, 4])
    assert [row["code"] for row in found.unmatched] == ["id_invalid", "id_missing", "not_on_the_list"]
    assert found.unmatched[-1]["id_masked"].count("*") == 8
    with database.writing() as session:
        assert amounts(session) == {}
        accept_upload(session, place.actor("liaison_cszh"), clock, asked, found.id)
        assert amounts(session) == {place.cases[0]: yuan("1500.50")}


def test_no_id_number_is_kept_with_the_upload(database, place, upload):
    found = upload(workbook(["身份证号", "金额"], [id_number(1), 10], [id_number(40), 20]))
    assert id_number(40) not in str(found.unmatched)
    assert id_number(1) not in str(found.changes)


def test_a_preview_is_out_of_date_once_the_tally_has_changed(database, place, clock, asked, upload):
    first = upload(workbook(["身份证号", "金额"], [id_number(1), 10]))
    second = upload(workbook(["身份证号", "金额"], [id_number(2), 20]))
    with database.writing() as session:
        accept_upload(session, place.actor("liaison_cszh"), clock, asked, first.id)
    for upload_id, code in ((second.id, "tally_changed"), (first.id, "upload_not_open")):
        with database.writing() as session, pytest.raises(Conflict) as refused:
            accept_upload(session, place.actor("liaison_cszh"), clock, asked, upload_id)
        assert refused.value.code == code


def test_a_csv_of_a_bureau_system_in_gb18030_is_read(upload, place):
    text = f'姓名,证件号码,实发金额\n周001,{id_number(1)},"1,200.00"\n'
    found = upload(text.encode("gb18030"), "导出.csv")
    assert found.changes[0]["new"] == "1200.00"


def test_two_columns_that_sound_like_money_ask_which(upload):
    content = workbook(["身份证号", "救助金额", "报销金额"], [id_number(1), 10, 20])
    with pytest.raises(Invalid) as refused:
        upload(content)
    assert refused.value.faults[0].code == "amount_column_unclear"
    mapping = {"id_column": "身份证号", "amounts": {"charity": "救助金额"}}
    assert upload(content, mapping=mapping).changes[0]["new"] == "10.00"


@pytest.mark.parametrize(
    ("mapping", "code"),
    [
        ({"id_column": "身份证号", "amounts": {"charity": "没有"}}, "no_such_column"),
        ({"id_column": "身份证号", "amounts": {"red_cross": "金额"}}, "not_your_column"),
        ({"id_column": "身份证号", "amounts": {}}, "bad_mapping"),
        ({"id_column": "身份证号"}, "bad_mapping"),
        ({}, "bad_mapping"),
        ({"id_column": 5, "amounts": [1]}, "bad_mapping"),
        ([], "bad_mapping"),
    ],
)
def test_a_wrong_mapping_is_refused_with_its_place(upload, mapping, code):
    with pytest.raises(Invalid) as refused:
        upload(workbook(["身份证号", "金额"], [id_number(1), 10]), mapping=mapping)
    assert code in {fault.code for fault in refused.value.faults}


def test_the_template_is_locked_but_for_its_own_columns_and_carries_full_numbers(template, place, database):
    sheet = load_workbook(io.BytesIO(template)).active
    cells = {cell.value: cell for row in sheet.iter_rows() for cell in row if cell.value is not None}
    assert sheet.protection.sheet
    assert cells[id_number(1)].protection.locked
    assert cells[id_number(1)].data_type == "s"
    open_cells = [c for row in sheet.iter_rows() for c in row if not c.protection.locked]
    assert len(open_cells) == 3 * 2
    assert any("填报费用年度内用于医疗费用的金额" in str(text) for text in cells)
    assert "慈善总会" in sheet.oddHeader.left.text
    with database.reading() as session:
        kinds = set(session.scalars(select(Audit.kind)))
        assert {"id_numbers_downloaded", "tally_template_downloaded"} <= kinds


def test_a_filled_template_comes_back_and_is_accepted(database, place, clock, asked, upload, template):
    found = upload(edit(template, {(1, "慈善总会（元）"): 1234.5, (2, "慈善总会（元）"): "2,000.00"}))
    assert (found.form, [c["new"] for c in found.changes]) == ("template", ["1234.50", "2000.00"])
    with database.writing() as session:
        accept_upload(session, place.actor("liaison_cszh"), clock, asked, found.id)
    with database.writing() as session:
        again = write_template(session, place.actor("liaison_cszh"), clock, asked).content
    assert upload(again).changes == []
    emptied = upload(edit(again, {(1, "慈善总会（元）"): None}))
    assert [(c["old"], c["new"]) for c in emptied.changes] == [("1234.50", None)]


def test_every_faulty_cell_of_the_template_is_told_and_marked(database, place, clock, asked, upload, template):
    faulty = upload(
        edit(
            template,
            {
                (1, "慈善总会（元）"): "12o",
                (2, "慈善总会（元）"): 80000.01,
                (3, "慈善总会（元）"): 5,
                (3, "身份证号"): id_number(1),
            },
        )
    )
    assert faulty.state == "faulty"
    assert {fault["code"] for fault in faulty.faults} >= {"not_an_amount", "amount_over_cost", "case_mismatch"}
    with database.writing() as session:
        marked = get_marked_workbook(session, place.actor("liaison_cszh"), clock, asked, faulty.id)
        with pytest.raises(NotFound):
            get_marked_workbook(session, place.actor("liaison_mzj"), clock, asked, faulty.id)
        with pytest.raises(Conflict):
            accept_upload(session, place.actor("liaison_cszh"), clock, asked, faulty.id)
    sheet = load_workbook(io.BytesIO(marked)).active
    remarks = [cell.comment.text for row in sheet.iter_rows() for cell in row if cell.comment]
    reds = [c for row in sheet.iter_rows() for c in row if c.fill.start_color.rgb == "FFFFC7CE"]
    assert len(remarks) == len(reds) >= 3
    assert any("金额大于" in text for text in remarks)


def test_the_template_of_another_request_is_refused(database, place, upload, template):
    other = upload(edit(template, {(1, "填报编号"): "999", (1, "慈善总会（元）"): 5}))
    assert [fault["code"] for fault in other.faults] == ["other_template"]


@pytest.mark.parametrize(
    "content",
    [b"", b"hello", b"PK\x03\x04broken", workbook(["姓名", "金额"], ["甲", 5]), workbook(["身份证号"], ["1"])],
)
def test_what_is_no_such_table_is_refused_and_nothing_is_kept(upload, content, database):
    with pytest.raises(Invalid):
        upload(content)


@pytest.mark.parametrize(
    ("headers", "found"),
    [
        (["公民身份号码", "救助金"], ("公民身份号码", "救助金")),
        (["户主身份证号", "患者身份证号", "金额"], ("患者身份证号", "金额")),
        (["身份证号", "慈善总会", "红十字会"], ("身份证号", "慈善总会")),
        (["身份证号", "补助金额", "发放日期", "补助类别"], ("身份证号", "补助金额")),
        (["姓名", "金额"], None),
        (["身份证号", "姓名"], None),
    ],
)
def test_columns_are_found_by_the_words_of_their_headers(headers, found):
    columns = detect_columns(headers, {"charity": "慈善总会"})
    assert (columns and (columns.id_column, columns.amounts["charity"])) == found
