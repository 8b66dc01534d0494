"""Year costs are exact, the same each time, and read only what was frozen."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pyarrow as pa
import pytest

from app.costs.models import Snapshot
from app.costs.snapshots import settlement_schema, verified_path, write_snapshot
from app.costs.year_costs import year_costs
from app.kernel.errors import Conflict, Invalid, NotFound
from tests.intake.tables import county, engine, settings

__all__ = ["county", "engine", "settings"]

PAYERS = ("basic_insurance", "critical_illness")


def bills(*rows) -> pa.Table:
    """Rows of (number, person, day, total, basic, critical, reversal of)."""
    schema = settlement_schema(PAYERS)
    lines = [
        {
            "settlement_no": number, "person_id": person, "hospital": "医院", "settled_on": date.fromisoformat(day),
            "total": Decimal(total), "basic_insurance": Decimal(basic), "critical_illness": Decimal(critical),
            "reversal_of": reversed_,
        }
        for number, person, day, total, basic, critical, reversed_ in rows
    ]  # fmt: skip
    return pa.Table.from_pylist(lines, schema).drop_columns(["cost_on"])


@pytest.fixture
def freeze(database, county, clock):
    """`freeze(rows…)` -> snapshot id."""

    def freeze(*rows):
        with database.writing() as session:
            snapshot = write_snapshot(
                session, county.actor("ybj_officer"), clock, bills(*rows), payers=PAYERS, name="试"
            )
            session.commit()
            return snapshot.id

    return freeze


@pytest.fixture
def costs(database):
    """`costs(snapshot_id, 2025)` -> {person: (total, self_paid, bills)}."""

    def costs(snapshot_id, year=2025, cut_off=date(2026, 3, 1), payers=PAYERS, **narrow):
        with database.reading() as session:
            found = year_costs(session, snapshot_id, year, cut_off, payers, **narrow)
        return {cost.person_id: (str(cost.total), str(cost.self_paid), cost.bills) for cost in found}

    return costs


def test_bills_of_a_year_are_added_up_to_the_fen(freeze, costs):
    snapshot = freeze(
        ("a", 1, "2025-01-01", "0.10", "0.00", "0.00", None), ("b", 1, "2025-12-31", "0.20", "0.07", "0.00", None),
        ("c", 1, "2024-12-31", "99.00", "0.00", "0.00", None), ("d", 2, "2026-01-01", "5.00", "0.00", "0.00", None),
    )  # fmt: skip
    assert costs(snapshot) == {1: ("0.30", "0.23", 2)}
    assert costs(snapshot, 2024) == {1: ("99.00", "99.00", 1)}


def test_bills_after_the_cut_off_do_not_count_and_the_day_itself_does(freeze, costs):
    snapshot = freeze(
        ("a", 1, "2025-06-30", "10.00", "0.00", "0.00", None), ("b", 1, "2025-07-01", "7.00", "0.00", "0.00", None)
    )
    assert costs(snapshot, cut_off=date(2025, 6, 30)) == {1: ("10.00", "10.00", 1)}


def test_a_reversal_nets_out_and_is_no_bill(freeze, costs):
    snapshot = freeze(
        ("a", 1, "2025-02-01", "100.00", "60.00", "0.00", None),
        ("b", 1, "2025-02-03", "-100.00", "-60.00", "0.00", "a"),
        ("c", 1, "2025-02-04", "80.00", "50.00", "10.00", None),
    )
    assert costs(snapshot) == {1: ("80.00", "20.00", 2)}


def test_a_reversal_counts_in_the_year_of_the_bill_that_it_takes_back(freeze, costs):
    snapshot = freeze(
        ("a", 1, "2025-12-30", "100.00", "60.00", "0.00", None),
        ("b", 1, "2026-01-05", "-100.00", "-60.00", "0.00", "a"),
    )
    assert costs(snapshot, 2025) == {1: ("0.00", "0.00", 1)}
    assert costs(snapshot, 2026) == {}
    assert costs(snapshot, 2025, date(2025, 12, 31)) == {1: ("100.00", "40.00", 1)}


def test_self_paid_is_never_below_zero(freeze, costs):
    snapshot = freeze(("a", 1, "2025-02-01", "100.00", "60.00", "50.00", None))
    assert costs(snapshot) == {1: ("100.00", "0.00", 1)}


def test_the_minimum_is_included_and_people_can_be_named(freeze, costs):
    snapshot = freeze(*((f"n{n}", n, "2025-02-01", f"{n}000.00", "0.00", "0.00", None) for n in range(1, 7)))
    assert list(costs(snapshot, minimum=Decimal("4000.00"))) == [4, 5, 6]
    assert list(costs(snapshot, minimum=Decimal("4000.01"))) == [5, 6]
    assert list(costs(snapshot, person_ids=[5, 1, 99])) == [1, 5]
    assert costs(snapshot, person_ids=[]) == {}


def test_payers_are_told_apart(database, freeze):
    snapshot = freeze(("a", 1, "2025-02-01", "100.00", "60.00", "15.50", None))
    with database.reading() as session:
        (both,) = year_costs(session, snapshot, 2025, date(2026, 1, 1), PAYERS)
        (one,) = year_costs(session, snapshot, 2025, date(2026, 1, 1), PAYERS[:1])
        (none,) = year_costs(session, snapshot, 2025, date(2026, 1, 1), [])
    assert both.payments == {"basic_insurance": Decimal("60.00"), "critical_illness": Decimal("15.50")}
    assert (one.payments, one.self_paid) == ({"basic_insurance": Decimal("60.00")}, Decimal("40.00"))
    assert (none.payments, none.self_paid) == ({}, Decimal("100.00"))


def test_a_payer_that_the_snapshot_lacks_is_refused(freeze, costs):
    snapshot = freeze(("a", 1, "2025-02-01", "1.00", "0.00", "0.00", None))
    for payer in ("charity", 'x"; DROP TABLE bills; --'):
        with pytest.raises(Invalid) as refused:
            costs(snapshot, payers=[payer])
        assert refused.value.faults[0].code == "payer_not_in_snapshot"
    with pytest.raises(NotFound):
        costs(snapshot + 1)


def test_a_changed_snapshot_is_never_read(database, settings, freeze, costs):
    snapshot_id = freeze(("a", 1, "2025-02-01", "1.00", "0.00", "0.00", None))
    assert costs(snapshot_id)
    with database.reading() as session:
        path = verified_path(session, session.get(Snapshot, snapshot_id))
    content = path.read_bytes()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    with pytest.raises(Conflict) as refused:
        costs(snapshot_id)
    assert refused.value.code == "snapshot_damaged"
    path.unlink()
    with pytest.raises(Conflict):
        costs(snapshot_id)


def test_the_order_of_the_bills_changes_neither_hash_nor_result(freeze, costs):
    rows = [(f"n{n}", n % 7, f"2025-0{1 + n % 9}-11", f"{n}.{n % 100:02}", "0.01", "0.00", None) for n in range(1, 200)]
    first, second = freeze(*rows), freeze(*reversed(rows))
    assert first == second
    assert costs(first) == costs(second)
    assert list(costs(first)) == sorted(costs(first))
