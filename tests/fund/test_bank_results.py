"""Reading the bank's file: every cell that is wrong is named, and then nothing has happened."""

from __future__ import annotations

import io

import pytest
from openpyxl import Workbook

from app.fund.bank.result_file import IMPORTS, read_results, take_result_file
from app.fund.bank.results import Control
from app.kernel.actors import SYSTEM
from app.kernel.errors import Invalid, NotFound
from tests.fund.money import (
    add_people,
    changes,
    open_fund,
    prepare_batch,
    resources,
    send,
    states_of,
    transfers_of,
    yuan,
)

__all__ = ["add_people", "changes", "open_fund", "prepare_batch", "resources", "send"]
HEADER = "批次号,付款编号,金额（元）,结果,失败原因,银行流水号,时间"


def csv(*lines, encoding="utf-8-sig"):
    return "\r\n".join([HEADER, *lines]).encode(encoding)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "gb18030"])
def test_a_csv_is_read_in_the_banks_encodings(encoding):
    line = 'nxwy-2026-0001,nxwy-2026-0001-00001,"1,234.50",失败,账户不存在,778899,2026/3/2 9:05'
    (row,) = read_results(csv(line, encoding=encoding), "回盘.csv").rows
    assert (row.reference, row.amount, row.result) == ("nxwy-2026-0001-00001", yuan("1234.50"), "failure")
    assert (row.reason, row.bank_serial, row.bank_time) == ("账户不存在", "778899", "2026-03-02 09:05:00")


def test_a_workbook_is_read_with_numbers_and_lines_above_the_header():
    book = Workbook()
    book.active.append(["某银行代发结果"])
    book.active.append(["批次号", "付款编号", "金额", "结果"])
    book.active.append(["b", "b-1", 0.1, "成功"])
    book.active.append(["合计", "1笔", 0.1, None])
    content = io.BytesIO()
    book.save(content)
    table = read_results(content.getvalue(), "回盘.xlsx")
    assert [(row.row, row.amount, row.result) for row in table.rows] == [(3, yuan("0.10"), "success")]
    assert table.control == Control(1, yuan("0.10"))


def test_a_file_without_a_total_row_controls_nothing():
    assert read_results(csv("b,b-1,1.00,成功,,,"), "x.csv").control == Control()


@pytest.mark.parametrize(
    ("lines", "codes"),
    [
        (["b,b-1,一百,成功,,,", "b,,1.00,成功,,,", "b,b-3,1.00,也许,,,"],
         ["not_an_amount", "cell_missing", "not_a_choice"]),
        (["b,b-1,-1.00,成功,,,"], ["amount_negative"]),
        (["b,b-1,1.001,成功,,,"], ["amount_decimals"]),
        (["b,b-1,1.00,成功,,,昨天"], ["not_a_time"]),
        (["合计,三笔,1.00,,,,"], ["not_a_count"]),
        (["合计,3笔,很多,,,,"], ["not_an_amount"]),
    ],
)  # fmt: skip
def test_every_cell_that_cannot_be_read_is_named(lines, codes):
    with pytest.raises(Invalid) as caught:
        read_results(csv(*lines), "x.csv")
    assert [fault.code for fault in caught.value.faults] == codes


@pytest.mark.parametrize("content", [b"", b"\x00" * 50, b"PK\x03\x04 broken", b"a,b\r\n1,2", b"%PDF-1.7"])
def test_what_is_no_result_file_is_refused(content):
    with pytest.raises(Invalid):
        read_results(content, "x.csv")


def test_a_missing_column_is_named():
    with pytest.raises(Invalid) as caught:
        read_results("批次号,付款编号,金额\r\nb,b-1,1.00".encode(), "x.csv")
    assert [fault.code for fault in caught.value.faults] == ["column_missing"]


def test_a_file_is_taken_in_and_the_same_bytes_again_say_so(database, clock, send):
    _, batch = send("100.00", "50.00")
    with database.writing() as session:
        one, two = (transfer.reference for transfer in transfers_of(session, batch))
        no = one.rsplit("-", 1)[0]
        lines = (
            f"{no},{one},100.00,成功,,A1,2026-03-02 10:00:00",
            f"{no},{two},50.00,成功,,A2,",
            "合计,2笔,150.00,,,,",
        )
        content = csv(*lines)
        first = take_result_file(session, SYSTEM, clock, batch, content, "回盘.csv")
        session.commit()
        again = take_result_file(session, SYSTEM, clock, batch, content, "另一个名字.csv")
    assert (first["outcomes"], first["repeated_file"]) == ({"applied": 2}, False)
    assert again == {**first, "repeated_file": True}
    assert states_of(database) == ["paid", "paid"]


def test_a_total_that_does_not_add_up_changes_nothing(database, clock, send):
    _, batch = send("100.00")
    with database.writing() as session:
        (transfer,) = transfers_of(session, batch)
        line = f"nxwy-2026-0001,{transfer.reference},100.00,成功,,,"
        content = csv(line, "合计,1笔,100.01,,,,")
        with pytest.raises(Invalid, match="不符"):
            take_result_file(session, SYSTEM, clock, batch, content, "回盘.csv")
    assert states_of(database) == ["sent"]


def test_the_import_kind_checks_its_params(database, send):
    _, batch = send("100.00")
    kind = IMPORTS["bank_results"]
    with database.reading() as session:
        assert kind.read_params(session, {"batch_id": batch}) == {"batch_id": batch}
        assert kind.read_params(session, {}) == {"batch_id": None}
        with pytest.raises(Invalid):
            kind.read_params(session, {"batch_id": "1", "other": 2})
        with pytest.raises(NotFound):
            kind.read_params(session, {"batch_id": 999})
