"""A Parquet table is taken over as a workbook with the same cells would be, and a damaged one is refused."""

from __future__ import annotations

import io
from datetime import date, datetime
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from app.costs.models import Snapshot
from app.intake.cells import Broken
from app.intake.files import store_file
from app.intake.workbooks import read_table
from app.kernel.errors import Invalid
from app.registry.provision import PersonRow, Recorder, add_people
from tests.conftest import NOW
from tests.intake.tables import BILL_HEADERS, bill, county, engine, id_number, import_file, settings, to_csv

__all__ = ["county", "engine", "import_file", "settings"]


def to_parquet(columns, **options) -> bytes:
    sink = io.BytesIO()
    pq.write_table(pa.table(columns), sink, **options)
    return sink.getvalue()


def bills_as_parquet(*rows) -> bytes:
    columns = {header: [row[place] or None for row in rows] for place, header in enumerate(BILL_HEADERS)}
    for header in BILL_HEADERS[4:12]:
        columns[header] = pa.array([Decimal(text) if text else None for text in columns[header]], pa.decimal128(18, 2))
    columns["结算日期"] = [date.fromisoformat(text) for text in columns["结算日期"]]
    columns["冲销原编号"] = pa.array(columns["冲销原编号"], pa.string())
    return to_parquet(columns)


def bring_in(database, county, import_file, *contents):
    """Import each of (content, name) for a county with one person; the snapshots' ids and row counts."""
    with database.writing() as session:
        add_people(session, [PersonRow("张一", id_number(1), county.grids[0].id)], Recorder(NOW))
        session.commit()
    runs = [import_file("settlements", content, name, {"scheme": "shengzhou"}) for content, name in contents]
    assert [run.run.state for run in runs] == ["done"] * len(contents)
    return [run.run.result["snapshot_id"] for run in runs]


def test_cells_are_the_same_as_those_of_a_workbook():
    content = to_parquet({
        "姓名": ["张一", "", None], "金额": pa.array([Decimal("12.30"), None, None], pa.decimal128(9, 2)),
        "数": [0.1, None, None], "日期": [datetime(2025, 3, 1, 9), None, None], "表": [[1], None, None],
    })  # fmt: skip
    (sheet,) = read_table(content, "a.parquet", wanted=["姓名"]).sheets
    (row,) = sheet.rows
    assert (row.number, list(row.values[:4])) == (2, ["张一", Decimal("12.30"), Decimal("0.1"), date(2025, 3, 1)])
    assert isinstance(row.values[4], Broken)
    assert sheet.fault(row, "金额", "code", "原因").where == "a.parquet!B2"


def test_the_same_bills_give_the_same_snapshot_from_parquet_and_from_csv(database, county, import_file):
    rows = [bill(n) for n in range(1, 4)]
    as_parquet, as_csv = bring_in(
        database, county, import_file,
        (bills_as_parquet(*rows), "a.parquet"), (to_csv(BILL_HEADERS, *rows), "a.csv"),
    )  # fmt: skip
    assert as_parquet == as_csv
    with database.reading() as session:
        assert session.get_one(Snapshot, as_parquet).rows == 3


def damage(content: bytes) -> bytes:
    return content[:20] + b"\xff" * 40 + content[60:]


@pytest.mark.parametrize("spoil", [damage, lambda content: content[:-9], lambda _content: b"PAR1PAR1"])
def test_a_damaged_file_is_refused_with_what_to_do(spoil):
    content = to_parquet({"姓名": [f"张{n}" for n in range(500)]}, compression="zstd", use_dictionary=False)
    with pytest.raises(Invalid) as refused:
        [list(sheet.rows) for sheet in read_table(spoil(content), "a.parquet", wanted=["姓名"]).sheets]
    assert [fault.code for fault in refused.value.faults] == ["parquet_broken"]


def test_a_table_without_a_wanted_column_is_told_so():
    with pytest.raises(Invalid) as refused:
        read_table(to_parquet({"甲": ["1"]}), "a.parquet", wanted=["姓名"])
    assert [fault.code for fault in refused.value.faults] == ["header_not_found"]


def test_nobody_hands_in_parquet_as_evidence(database, county, clock):
    with database.writing() as session, pytest.raises(Invalid) as refused:
        store_file(session, county.actor("ybj_officer"), clock, to_parquet({"甲": ["1"]}), "a.parquet")
    assert [fault.code for fault in refused.value.faults] == ["file_type_refused"]
