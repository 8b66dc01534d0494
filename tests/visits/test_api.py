"""Step 3 over HTTP: visits and differences in pages and scopes, somebody found at the door reported once."""

from __future__ import annotations

import pytest

from tests.rounds.place import add_snapshot, id_number
from tests.web.client import Town, make_app

COSTS = {0: {"total_cost": "100000.00", "basic_insurance": "40000.00"}, 1: {"total_cost": "90000.00"}}


@pytest.fixture
def door(doorstep, clock):
    door = doorstep(COSTS, {0: {"charity": "3000.00"}})
    with door.database.writing() as session:
        snapshot = add_snapshot(session, door.place, clock, [(2, "50000.00", {})])
    door.set_round(settlement_snapshot_id=snapshot)
    return door


@pytest.fixture
def town(door, clock, tmp_path):
    return Town(make_app(door.database, clock, tmp_path), door.place.county)


def test_the_visits_of_a_case_are_shown_to_those_it_concerns(door, town):
    door.visit(0, "not_home")
    door.visit(0)
    first, second = door.place.cases
    shown = town.person(door.worker(0)).get(f"/cases/{first}/visits")
    assert [visit["result"] for visit in shown.json["items"]] == ["not_home", "confirmed"]
    assert id_number(1) not in shown.text
    other = town.person(door.worker(1)).get(f"/cases/{first}/visits")
    assert (other.status_code, other.json["code"]) == (404, "case_not_found")
    assert town.person("ybj_officer").get(f"/cases/{second}/visits").json == {"items": []}
    assert town.person("ybj_officer").get("/cases/9999/visits").status_code == 404


def test_differences_come_in_pages_and_to_units_their_own(door, town):
    door.visit(0, "changed", figures=door.found(0, charity="5000.00", basic_insurance="1.00"))
    door.visit(1, "changed", figures=door.found(1, crowd_funding="70.00", other="5.00"))
    officer = town.person("ybj_officer")
    path = f"/rounds/{door.round_id}/differences"
    found, cursor = [], ""
    for _ in range(2):
        reply = officer.get(f"{path}?limit=3" + (f"&cursor={cursor}" if cursor else ""))
        found += [(row["payer"], row["found"], row["state"]) for row in reply.json["items"]]
        cursor = reply.json["next"]
    assert cursor is None
    assert found == [
        ("charity", "5000.00", "open"), ("basic_insurance", "1.00", "open"),
        ("crowd_funding", "70.00", "open"), ("other", "5.00", "open"),
    ]  # fmt: skip
    own = town.person("liaison_cszh").get(path).json["items"]
    assert [(row["payer"], row["before"]) for row in own] == [("charity", "3000.00")]
    assert town.person("liaison_cl").get(path).json["items"] == []
    assert officer.get("/rounds/99/differences").status_code == 404
    assert officer.get(f"{path}?cursor=x").json["code"] == "bad_cursor"


def test_a_find_is_reported_once_however_often_the_phone_sends_it(door, town):
    body = {"name": "周003", "id_number": id_number(3), "area_id": door.place.county.county.id}
    civil = town.person("civil_affairs_officer")
    path = f"/rounds/{door.round_id}/door-finds"
    first, again = (civil.post(path, body, key="one") for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json == again.json
    assert (first.json["origin"], first.json["stage"]) == ("door", "verifying")
    assert id_number(3) not in first.text
    other = civil.post(path, body, key="two")
    assert (other.status_code, other.json["code"]) == (409, "already_in_round")


def test_a_wrong_find_is_told_where(door, town):
    path = f"/rounds/{door.round_id}/door-finds"
    body = {"name": "周003", "id_number": "330683196001010000", "area_id": door.place.county.grids[7].id}
    reply = town.person("grid_worker_1").post(path, body)
    assert reply.status_code == 422
    assert {fault["where"] for fault in reply.json["faults"]} == {"/id_number", "/area_id"}
    assert town.person("ybj_officer").post(path, body).status_code == 403
    assert town.person("civil_affairs_officer").post("/rounds/99/door-finds", body).status_code in (404, 422)
