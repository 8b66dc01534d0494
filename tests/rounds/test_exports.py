"""The printed lists: title, 元, totals, signature line, and a page of their own for whom nobody could reach."""

from __future__ import annotations

import io

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from app.access.models import Audit
from app.kernel.errors import Denied, NotFound
from app.rounds.cases import cases_of
from app.rounds.drafts import Verdict, draft_rows
from app.rounds.exports import export_list
from app.rounds.lists import freeze_list
from app.rounds.rounds import get_round
from app.rounds.schemes import scheme_named
from tests.rounds.place import id_number, make_round, yuan

COSTS = {
    0: {"total_cost": "80000.00", "basic_insurance": "40000.00"},
    1: {"total_cost": "20000.00", "basic_insurance": "1000.00"},
}


@pytest.fixture
def export(database, place, clock):
    """Freezes a list with those verdicts and gives the workbook of it."""

    def freeze_and_export(stage, verdicts=None, login="ybj_officer", meta=None):
        with database.writing() as session:
            if not place.round_id:
                make_round(session, place, COSTS)
            round_ = get_round(session, place.round_id)
            scheme = scheme_named(session, "shengzhou")
            by_case = {place.cases[n]: verdict for n, verdict in (verdicts or {}).items()}
            rows = draft_rows(session, scheme, cases_of(session, round_.id), by_case)
            freeze_list(session, place.actor("ybj_officer"), clock, round_, stage, rows, meta=meta)
            found = export_list(session, place.actor(login), clock, round_.id, stage)
        return found, load_workbook(io.BytesIO(found.content))

    return freeze_and_export


def texts(sheet):
    return [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]


def test_the_verification_list_is_printed_with_title_unit_totals_and_signatures(export, database):
    found, book = export("verification")
    words = texts(book.active)
    assert words[0] == "嵊州市暖心无忧基金2025年度第1轮需核实名单"
    assert found.filename == f"{words[0]}.xlsx"
    assert "单位：元" in words
    assert {"基本医保", "自负医疗费用", "合计", "低保对象"} <= set(words)
    assert any(word.startswith("制表人：胡医保") and "审核人：" in word and "审批人：" in word for word in words)
    assert id_number(1) not in words
    assert sum(word.startswith("=SUM(") for word in words) == 3
    with database.reading() as session:
        assert "list_downloaded" in set(session.scalars(select(Audit.kind)))


def test_the_unreachable_stand_on_a_page_of_their_own(export):
    verdicts = {
        0: Verdict(yuan("13200.00")), 1: Verdict(yuan("1500.00"), section="unreachable", reason="两次上门未遇"),
    }  # fmt: skip
    _found, book = export("subsidy", verdicts)
    assert book.sheetnames == ["名单", "联系不上人员"]
    assert texts(book["联系不上人员"])[0].endswith("（联系不上人员）")
    said = "联系不上人员：1人，补助金额 1,500.00 元；全部：2人，补助金额 14,700.00 元"
    assert said in texts(book["联系不上人员"])
    for sheet in book.worksheets:
        assert "小计" in texts(sheet)
        assert "合计" not in texts(sheet)
    assert "两次上门未遇" in texts(book["联系不上人员"])
    assert "两次上门未遇" not in texts(book["名单"])


def test_the_final_list_says_amount_and_decision_of_each_row(export):
    verdicts = {0: Verdict(yuan("13200.00"), decision="approve"), 1: Verdict(yuan("0.00"), decision="defer")}
    _found, book = export("final", verdicts, meta={"reviewed_by": "裘民政", "approved_by": "章秘书"})
    words = texts(book.active)
    assert any("审核人：裘民政" in word and "审批人：章秘书" in word for word in words)
    assert {"补助金额", "会议意见", "同意", "暂缓", "13200.0"} <= set(words)


def test_the_second_version_says_so_in_its_title(export):
    export("verification")
    _found, book = export("verification", {0: Verdict(reason="更正")})
    assert texts(book.active)[0].endswith("（第2稿）")


def test_a_list_that_is_not_there_and_a_reader_who_may_not_are_refused(export, database, place, clock):
    export("verification")
    with database.writing() as session:
        with pytest.raises(NotFound):
            export_list(session, place.actor("ybj_officer"), clock, place.round_id, "final")
        with pytest.raises(Denied):
            export_list(session, place.actor("grid_worker"), clock, place.round_id, "verification")


def test_who_gets_nothing_because_the_fund_is_used_up_is_told_so_in_words(export):
    verdicts = {
        0: Verdict(yuan("13200.00"), decision="approve"),
        1: Verdict(yuan("0.00"), decision="approve", outcome="exhausted", reason="按名单顺序"),
    }
    _found, book = export("final", verdicts)
    words = texts(book.active)
    assert "基金用完；按名单顺序" in words
    assert "exhausted" not in words


def test_nothing_is_cut_long_texts_go_on_and_the_signatures_stand_in_one_line(export):
    _found, book = export("verification", meta={"reviewed_by": "裘民政", "approved_by": "章秘书"})
    sheet = book.active
    category = next(cell for row in sheet.iter_rows() for cell in row if cell.value == "低保对象")
    assert category.alignment.wrap_text
    signed = next(cell for row in sheet.iter_rows() for cell in row if str(cell.value).startswith("制表人"))
    names = [part.split("：")[1].strip("　") for part in str(signed.value).replace("审", "|审").split("|")]
    assert names == ["胡医保", "裘民政", "章秘书"]
    assert not signed.alignment.wrap_text
    last = sheet.max_column
    assert any((area.min_row, area.max_col) == (signed.row, last) for area in sheet.merged_cells.ranges)
