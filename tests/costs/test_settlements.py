"""A table of bills becomes a snapshot without ID numbers, or is refused with every faulty cell."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pyarrow.parquet as pq
import pytest
from sqlalchemy import func, select

from app.costs.models import Snapshot
from app.costs.snapshots import verified_path
from app.costs.year_costs import year_costs
from app.intake.files import read_file
from app.intake.models import StoredFile
from app.kernel.errors import Denied, Invalid
from tests.intake.tables import (
    BILL_HEADERS,
    KNOWN,
    bill,
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
from tests.intake.tables import PEOPLE_HEADERS as PEOPLE

__all__ = ["check_file", "county", "engine", "import_file", "settings"]

KNOWN_ID = id_number(KNOWN[0])
OTHER_ID = id_number(KNOWN[1])


def known_bill(n=1, **cells):
    return bill(n, **{"身份证号": KNOWN_ID} | cells)


def reversal(n, original, **cells):
    """Takes back the whole of a bill of `known_bill`."""
    negative = {
        "医疗总费用": "-1000",
        "政策范围内费用": "-800",
        "目录外自费": "-200",
        "基本医保": "-500",
        "大病保险": "-100",
    }
    return known_bill(n, **negative | {"冲销原编号": f"JS{original:06}"} | cells)


WRONG_BILLS = {
    "no number": ([known_bill(结算编号="")], "cell_missing", "结算编号"),
    "no hospital": ([known_bill(医疗机构=" ")], "cell_missing", "医疗机构"),
    "no date": ([known_bill(结算日期="")], "cell_missing", "结算日期"),
    "no total": ([known_bill(医疗总费用="")], "cell_missing", "医疗总费用"),
    "no ID number": ([known_bill(身份证号="")], "id_missing", "身份证号"),
    "an ID number of a float": ([known_bill(身份证号="3.30683E+17")], "id_as_number", "身份证号"),
    "a total in words": ([known_bill(医疗总费用="一千")], "not_an_amount", "医疗总费用"),
    "NaN": ([known_bill(医疗总费用="NaN")], "not_an_amount", "医疗总费用"),
    "a power of ten": ([known_bill(医疗总费用="1e5")], "amount_scientific", "医疗总费用"),
    "a huge amount": ([known_bill(医疗总费用="99999999999")], "amount_too_large", "医疗总费用"),
    "parts of a fen": ([known_bill(医疗总费用="1000.001")], "amount_decimals", "医疗总费用"),
    "a negative bill": ([known_bill(基本医保="-1")], "amount_negative", "基本医保"),
    "paid more than it cost": ([known_bill(基本医保="950.00")], "paid_over_total", "医疗总费用"),
    "parts above the total": ([known_bill(政策范围内费用="900")], "parts_over_total", "医疗总费用"),
    "a day after today": ([known_bill(结算日期="2026-03-03")], "date_in_future", "结算日期"),
    "a number twice": ([known_bill(1), known_bill(1)], "settlement_repeated", "结算编号"),
    "a positive reversal": ([known_bill(1), known_bill(2, 冲销原编号="JS000001")], "reversal_positive", None),
    "more taken back than was": (
        [known_bill(1, 医疗总费用="900", 政策范围内费用="", 目录外自费=""), reversal(2, 1)],
        "reversal_too_large", "冲销原编号",
    ),
    "taken back twice": ([known_bill(1), reversal(2, 1), reversal(3, 1)], "reversal_too_large", "冲销原编号"),
    "somebody else's bill taken back": (
        [known_bill(1, 身份证号=OTHER_ID), reversal(2, 1)], "reversal_other_person", "冲销原编号",
    ),
    "a reversal of a reversal": ([known_bill(1), reversal(2, 1), reversal(3, 2)], "reversal_of_reversal", "冲销原编号"),
}  # fmt: skip


@pytest.mark.parametrize("make", [to_csv, to_xlsx])
@pytest.mark.parametrize("case", WRONG_BILLS)
def test_a_wrong_bill_is_named_with_row_and_column(case, make, check_file):
    rows, code, column = WRONG_BILLS[case]
    with pytest.raises(Invalid) as refused:
        check_file("settlements", make(BILL_HEADERS, *rows), "a.csv" if make is to_csv else "a.xlsx")
    faults = refused.value.faults
    assert {fault.code for fault in faults} == {code}
    assert column is None or {fault.detail["column"] for fault in faults} == {column}
    assert all(fault.detail["row"] == len(rows) + 1 for fault in faults)


WRONG_HEADERS = {
    "an amount nobody knows": ([*BILL_HEADERS, "慈善总会"], [*known_bill(), "1"], "column_unknown"),
    "an electronic payer missing": (
        [h for h in BILL_HEADERS if h != "医疗救助"], known_bill()[:10] + known_bill()[11:], "column_missing",
    ),
    "the date missing": (
        [h for h in BILL_HEADERS if h != "结算日期"], known_bill()[:3] + known_bill()[4:], "column_missing",
    ),
    "one column under two names": ([*BILL_HEADERS, "医院"], [*known_bill(), "x"], "duplicate_header"),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG_HEADERS)
def test_a_table_with_other_columns_is_refused(case, check_file):
    headers, row, code = WRONG_HEADERS[case]
    with pytest.raises(Invalid) as refused:
        check_file("settlements", to_xlsx(headers, row))
    assert {fault.code for fault in refused.value.faults} == {code}


def test_every_fault_of_every_bill_is_told_at_once(check_file):
    rows = [known_bill(1, 医疗总费用="x", 结算日期="y"), known_bill(2), known_bill(3, 身份证号="1", 大病保险="z")]
    with pytest.raises(Invalid) as refused:
        check_file("settlements", to_csv(BILL_HEADERS, *rows), "a.csv")
    places = {(fault.detail["row"], fault.detail["column"]) for fault in refused.value.faults}
    assert places == {(2, "医疗总费用"), (2, "结算日期"), (4, "身份证号"), (4, "大病保险")}


def test_amounts_as_people_write_them_are_read_exactly(check_file):
    rows = [
        known_bill(1, 医疗总费用="１,０００.10", 政策范围内费用="", 目录外自费="", 基本医保="￥0.10", 大病保险="500元"),
        known_bill(2, 医疗总费用=1000.1, 政策范围内费用="", 目录外自费="", 基本医保=0.1 + 0.2, 大病保险=""),
    ]  # fmt: skip
    plan, _ = check_file("settlements", to_xlsx(BILL_HEADERS, *rows))
    bills = plan.bills.sort_by("settlement_no")
    assert bills["total"].to_pylist() == [Decimal("1000.10"), Decimal("1000.10")]
    assert bills["basic_insurance"].to_pylist() == [Decimal("0.10"), Decimal("0.30")]
    assert bills["critical_illness"].to_pylist() == [Decimal("500.00"), Decimal("0.00")]


def test_bills_of_unknown_people_are_kept_out_and_listed(check_file):
    rows = [known_bill(1), bill(2, 身份证号=id_number(77)), bill(3, 身份证号=id_number(78))]
    plan, warnings = check_file("settlements", to_csv(BILL_HEADERS, *rows), "a.csv")
    assert (plan.rows, plan.left_out, plan.bills.num_rows) == (3, 2, 1)
    assert [(warning.code, warning.detail["row"]) for warning in warnings] == [
        ("person_unknown", 3),
        ("person_unknown", 4),
    ]


def test_a_table_of_strangers_is_refused(check_file):
    with pytest.raises(Invalid) as refused:
        check_file("settlements", to_csv(BILL_HEADERS, bill(1, 身份证号=id_number(77))), "a.csv")
    assert refused.value.faults[0].code == "nobody_known"


def test_a_reversal_of_a_bill_elsewhere_is_kept_with_a_warning(check_file):
    plan, warnings = check_file("settlements", to_csv(BILL_HEADERS, reversal(2, 1)), "a.csv")
    assert (plan.bills.num_rows, [warning.code for warning in warnings]) == (1, ["original_not_here"])


def test_an_import_freezes_a_snapshot_without_id_numbers(database, import_file, settings):
    import_file("people", to_csv(PEOPLE, person(1)), "p.csv")
    rows = [bill(1), bill(2, 结算日期="2025-05-01"), bill(3, 身份证号=id_number(9))]
    ended = import_file("settlements", to_xlsx(BILL_HEADERS, *rows), params={"scheme": "shengzhou", "name": "五月"})
    assert (ended.run.state, ended.codes) == ("done", {"person_unknown"})
    with database.reading() as session:
        snapshot = session.get(Snapshot, ended.run.result["snapshot_id"])
        assert (snapshot.rows, snapshot.left_out, snapshot.name, snapshot.kind) == (2, 1, "五月", "settlements")
        assert (snapshot.period_from, snapshot.period_to) == (date(2025, 3, 1), date(2025, 5, 1))
        path = verified_path(session, snapshot)
        (cost,) = year_costs(session, snapshot.id, 2025, date(2026, 3, 1), ["basic_insurance", "critical_illness"])
        assert read_file(session, snapshot.file_id).startswith(b"PK")
        stored = session.get(StoredFile, snapshot.file_id)
    assert (cost.total, cost.self_paid, cost.bills) == (Decimal("2000.00"), Decimal("800.00"), 2)
    assert "id_number" not in pq.read_schema(path).names
    assert id_number(1).encode() not in path.read_bytes()
    assert stored.purpose == "import"
    assert not (settings.files_dir / stored.hash[:2] / stored.hash).read_bytes().startswith(b"PK")


def test_a_refused_table_leaves_no_snapshot(database, import_file, settings):
    import_file("people", to_csv(PEOPLE, person(1)), "p.csv")
    ended = import_file("settlements", to_csv(BILL_HEADERS, bill(1), bill(2, 基本医保="2000")), "a.csv")
    assert (ended.run.state, ended.codes) == ("failed", {"paid_over_total"})
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Snapshot)) == 0
    assert not list(settings.snapshots_dir.glob("*")) if settings.snapshots_dir.exists() else True


def test_the_same_bills_in_another_order_are_the_same_snapshot(database, import_file):
    import_file("people", to_csv(PEOPLE, person(1)), "p.csv")
    rows = [bill(n, 结算日期=f"2025-0{1 + n % 9}-01") for n in range(1, 30)]
    one = import_file("settlements", to_csv(BILL_HEADERS, *rows), "a.csv")
    other = import_file("settlements", to_xlsx(BILL_HEADERS, *reversed(rows)))
    assert one.run.result["snapshot_id"] == other.run.result["snapshot_id"]


def test_params_that_make_no_sense_are_refused(import_file):
    good = {"scheme": "shengzhou"}
    for params in ({}, {"scheme": "nowhere"}, good | {"year": 2025}, good | {"name": ""}):
        with pytest.raises(Invalid):
            import_file("settlements", to_csv(BILL_HEADERS, bill()), "a.csv", params=params)


def test_only_the_bureau_imports_settlements(import_file):
    with pytest.raises(Denied):
        import_file("settlements", to_csv(BILL_HEADERS, bill()), "a.csv", login="civil_affairs_officer")
