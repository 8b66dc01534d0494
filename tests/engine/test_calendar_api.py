"""The calendar over HTTP: an administrator enters a year that the package lacks, and due dates follow."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from app.access.models import Audit
from tests.web.client import Town, make_app

UNKNOWN = 2031


@pytest.fixture
def town(trial, tmp_path):
    flask = make_app(trial.database, trial.clock, tmp_path)
    trial.database.info["engine"] = trial.engine
    return Town(flask, trial.county)


def test_a_year_that_nobody_has_entered_is_marked_as_assumed(town):
    clerk = town.person("clerk_1")
    assert clerk.get(f"/calendar/{UNKNOWN}").json == {"year": UNKNOWN, "assumed": True, "overrides": {}}
    assert clerk.get("/calendar/2026").json["assumed"] is False


def test_what_an_administrator_enters_moves_later_due_dates(trial, town):
    trial.at = datetime(UNKNOWN, 9, 30, 1, tzinfo=UTC)  # a Tuesday
    holidays = {f"{UNKNOWN}-10-0{day}": False for day in range(1, 8)}
    reply = town.person("administrator").send("PUT", f"/calendar/{UNKNOWN}", json={"overrides": holidays})
    assert (reply.status_code, reply.json["assumed"], reply.json["overrides"]) == (200, False, holidays)
    trial.start("five_tasks")
    assert trial.tasks()["step_1"].due_at.date().isoformat() == f"{UNKNOWN}-10-10"
    [noted] = trial.rows(select(Audit).where(Audit.kind == "calendar_set"))
    assert (noted.subject, noted.detail) == (f"calendar:{UNKNOWN}", {"days": 7})


def test_entering_again_replaces_the_year_and_no_other(town):
    administrator = town.person("administrator")
    administrator.send("PUT", "/calendar/2026", json={"overrides": {"2026-03-02": False, "2026-03-07": True}})
    administrator.send("PUT", f"/calendar/{UNKNOWN}", json={"overrides": {f"{UNKNOWN}-10-01": False}})
    administrator.send("PUT", "/calendar/2026", json={"overrides": {"2026-03-03": False}})
    assert administrator.get("/calendar/2026").json["overrides"] == {"2026-03-03": False}
    assert administrator.get(f"/calendar/{UNKNOWN}").json["overrides"] == {f"{UNKNOWN}-10-01": False}


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({"overrides": {"2030-10-01": False}}, "/overrides/2030-10-01"),
        ({"overrides": {}}, "/overrides"),
        ({"overrides": {"tomorrow": False}}, None),
        ({"overrides": {f"{UNKNOWN}-10-01": "maybe"}}, None),
        ({"overrides": []}, None),
        ({}, None),
    ],
)
def test_a_strange_year_is_refused_and_nothing_changes(town, body, where):
    administrator = town.person("administrator")
    reply = administrator.send("PUT", f"/calendar/{UNKNOWN}", json=body)
    assert reply.status_code in (400, 422), reply.json
    assert where is None or [fault["where"] for fault in reply.json["faults"]] == [where]
    assert administrator.get(f"/calendar/{UNKNOWN}").json["overrides"] == {}


@pytest.mark.parametrize("year", [0, 1999, 2100, 99999])
def test_a_year_out_of_reach_is_not_found(town, year):
    assert town.person("administrator").get(f"/calendar/{year}").status_code == 404


def test_only_an_administrator_enters_holidays(town):
    reply = town.person("ybj_officer").send("PUT", "/calendar/2026", json={"overrides": {"2026-03-02": False}})
    assert reply.status_code == 403
