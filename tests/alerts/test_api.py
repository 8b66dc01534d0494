"""The alerts over HTTP: everybody's own area, reports from below, the board, and what a household said masked."""

from __future__ import annotations

import pytest

from tests.alerts.conftest import SURVEY
from tests.rounds.place import id_number
from tests.web.client import Town, make_app


@pytest.fixture
def town(watch, tmp_path):
    return Town(make_app(watch.door.database, watch.door.clock, tmp_path), watch.door.place.county)


def ids(reply):
    return {item["id"] for item in reply.json["items"]}


def test_a_grid_worker_sees_only_what_was_sent_to_the_own_grid(watch, town):
    watch.raise_from("snapshot:1", "8000.00", "9000.00")
    assert ids(town.person("ybj_officer").get("/alerts")) == {1, 2}
    assert ids(town.person(watch.worker(0)).get("/alerts")) == set()
    watch.up_to_visit()
    assert ids(town.person(watch.worker(0)).get("/alerts")) == {1}
    assert ids(town.person(watch.worker(1)).get("/alerts")) == set()
    assert town.person(watch.worker(1)).get("/alerts/1").status_code == 404
    assert town.person("liaison_cl").get("/alerts").status_code == 403
    board = town.person("ybj_officer").get("/alerts/board?cost_year=2026").json
    assert board["funnel"] == {"found": 2, "visited": 0, "applied": 0, "recognised": 0, "helped": 0}
    assert sum(sum(line["states"].values()) for line in board["townships"]) == 2
    assert town.person("ybj_officer").get("/alerts?unhelped=true&overdue=true").json["items"] == []
    workbook = town.person("ybj_officer").get("/alerts?format=xlsx")
    assert (workbook.status_code, workbook.data[:2]) == (200, b"PK")


def test_what_a_household_said_is_read_by_who_needs_it_only(watch, town):
    watch.raise_from("snapshot:1", "8000.00")
    watch.up_to_visit()
    watch.do(watch.worker(), "household_visit", SURVEY)
    told = {
        login: town.person(login).get("/alerts/1").json["surveys"][0]["answers"]["income"]
        for login in ("civil_affairs_officer", "clerk_1", watch.worker(), "ybj_officer", "auditor")
    }
    assert told == {"civil_affairs_officer": "30000.00", "clerk_1": "30000.00", watch.worker(): "30000.00",
                    "ybj_officer": "***", "auditor": "***"}  # fmt: skip


def test_a_report_from_below_enters_like_any_other_alert_and_only_of_the_own_people(watch, town):
    body = {
        "scheme": "shengzhou",
        "name": "周001",
        "id_number": id_number(1),
        "told": "住院费用很高",
        "cost": "20000.00",
    }
    assert town.person(watch.worker(1)).post("/alert-reports", body).json["code"] == "person_elsewhere"
    first = town.person(watch.worker(0)).post("/alert-reports", body)
    assert (first.status_code, first.json) == (201, {"id": 1, "state": "screening"})
    assert town.person("clerk_1").post("/alert-reports", body).json["id"] == 1
    shown = town.person("ybj_officer").get("/alerts/1").json
    assert [t["source"] for t in shown["triggers"]] == ["report", "report"]
    assert shown["task_title"] == "预警排查"


def test_the_phone_takes_along_the_visits_of_a_round_and_stumbles_over_no_household(watch, town):
    watch.raise_from("snapshot:1", "8000.00")
    watch.up_to_visit()
    taken = town.person(watch.worker()).get("/mobile/visits")
    assert (taken.status_code, taken.json["visits"]) == (200, [])
