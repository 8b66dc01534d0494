"""Snapshots as clients see them."""

from __future__ import annotations

import io

from app.engine.jobs import run_due_jobs
from app.registry.provision import PersonRow, Recorder, add_people
from tests.conftest import NOW
from tests.intake.tables import BILL_HEADERS, bill, id_number, to_csv


def test_an_imported_table_is_listed_as_a_snapshot(town, database, clock):
    with database.writing() as session:
        add_people(session, [PersonRow("张一", id_number(1), town.county.grids[0].id)], Recorder(NOW))
        session.commit()
    officer = town.person("ybj_officer")
    data = {
        "file": (io.BytesIO(to_csv(BILL_HEADERS, bill(1), bill(2))), "a.csv"),
        "kind": "settlements",
        "params": '{"scheme": "shengzhou", "name": "三月"}',
    }
    queued = officer.post("/imports", data=data)
    assert queued.status_code == 202, queued.json
    run_due_jobs(database, town.flask.extensions["nuanxin_engine"], clock)
    (snapshot,) = officer.get("/snapshots").json["items"]
    assert (snapshot["name"], snapshot["rows"], snapshot["left_out"]) == ("三月", 2, 0)
    assert snapshot["payers"][:2] == ["basic_insurance", "critical_illness"]
    assert officer.get(f"/snapshots/{snapshot['id']}").json == snapshot
    assert officer.get(f"/snapshots/{snapshot['id'] + 1}").json["code"] == "snapshot_not_found"
    assert officer.get(f"/snapshots/{2**70}").status_code == 404
    assert town.person("clerk_1").get("/snapshots").status_code == 403
