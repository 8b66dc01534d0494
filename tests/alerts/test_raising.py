"""One open alert a person and year: repeats are added, higher costs escalate, the same costs change nothing."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pyarrow as pa

from app.alerts.raising import raise_from_import
from app.costs.snapshots import settlement_schema, write_snapshot
from app.engine.models import Task
from app.kernel.money import ZERO


def test_only_costs_over_the_line_alert_and_each_person_once(watch):
    assert watch.raise_from("snapshot:1", "5000.00", "5000.01", "30000.01") == 2
    assert [(watch.alert(n).level, str(watch.alert(n).threshold)) for n in (1, 2)] == [(1, "5000.00"), (2, "5000.00")]
    assert watch.raise_from("snapshot:1", "5000.00", "5000.01", "30000.01") == 0
    assert watch.triggers(1) == [("import", "5000.01", 1)]


def test_a_repeated_trigger_is_added_and_a_higher_level_comes_first(watch):
    watch.raise_from("snapshot:1", "8000.00")
    usual = watch.task("alert:1", "screen").rank
    assert watch.raise_from("snapshot:2", "40000.00") == 0
    assert watch.triggers() == [("import", "8000.00", 1), ("import", "40000.00", 2)]
    assert (watch.alert().level, str(watch.alert().self_paid)) == (2, "40000.00")
    raised: Task = watch.task("alert:1", "screen")
    assert raised.rank < usual


def test_an_import_of_settlements_raises_alerts_and_the_years_before_are_history(watch):
    bills = [bill(watch, 1, "2026-01-20", "20000.00"), bill(watch, 2, "2026-01-21", "4000.00")]
    assert imported(watch, bills) == 1
    assert (str(watch.alert().self_paid), watch.alert().person_id) == ("20000.00", watch.door.place.people[0])
    assert imported(watch, bills) == 0
    assert imported(watch, [bill(watch, 1, "2023-01-20", "90000.00")]) == 0


def bill(watch, who, day, total):
    return {"settlement_no": f"{day}-{who}", "person_id": watch.door.place.people[who - 1], "hospital": "人民医院",
            "settled_on": date.fromisoformat(day), "total": Decimal(total)}  # fmt: skip


def imported(watch, bills):
    """How many alerts the snapshot of these bills raises."""
    payers = ["basic_insurance"]
    rows = [{**row, "basic_insurance": ZERO} for row in bills]
    schema = settlement_schema(payers)
    columns = [[row.get(name) for row in rows] for name in schema.names if name != "cost_on"]
    names = [name for name in schema.names if name != "cost_on"]
    fields = [schema.field(name) for name in names]
    table = pa.table([pa.array(c, f.type) for c, f in zip(columns, fields, strict=True)], names=names)
    officer, clock = watch.door.actor("ybj_officer"), watch.door.clock
    with watch.door.database.writing() as session:
        snapshot = write_snapshot(session, officer, clock, table, payers=payers, name="结算")
        raised = raise_from_import(session, officer, clock, "shengzhou", snapshot)
        session.commit()
    return raised
