"""The registry as clients see it: masked, scoped, and audited where it is not."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.access.models import Audit
from app.registry.provision import PersonRow, Recorder, add_people
from tests.conftest import NOW
from tests.intake.tables import id_number

PAYEE = {"kind": "self", "name": "张1", "account": "6217000012345678", "bank": "农商银行"}


@pytest.fixture
def ids(database, town):
    grids = town.county.grids
    with database.writing() as session:
        rows = [PersonRow(f"张{n}", id_number(n), grids[n % 12].id, phone="13800001111") for n in range(12)]
        ids = add_people(session, rows, Recorder(NOW))
        session.commit()
    return ids


def test_people_come_masked_and_in_pages(town, ids):
    officer = town.person("ybj_officer")
    first = officer.get("/people?limit=5")
    second = officer.get(f"/people?limit=10&cursor={first.json['next']}")
    assert [person["id"] for person in first.json["items"] + second.json["items"]] == ids
    assert second.json["next"] is None
    for number in (id_number(n) for n in range(12)):
        assert number not in first.text + second.text
    assert first.json["items"][0]["phone_masked"] == "138****1111"


def test_a_clerk_sees_only_the_township(town, ids):
    seen = town.person("clerk_1").get("/people").json["items"]
    assert [person["id"] for person in seen] == ids[:4]
    assert town.person("clerk_1").get(f"/people/{ids[5]}").status_code == 404
    assert town.person("liaison_cl").get("/people").status_code == 403


def test_people_are_searched_by_name_area_and_number(town, ids):
    officer = town.person("ybj_officer")
    assert [p["id"] for p in officer.get("/people?name=张11").json["items"]] == [ids[11]]
    village = town.county.villages[0].id
    assert [p["id"] for p in officer.get(f"/people?area_id={village}").json["items"]] == ids[:2]
    found = officer.post("/people/look-up", {"id_number": id_number(3)}).json["items"]
    assert [person["id"] for person in found] == [ids[3]]
    assert town.person("clerk_2").post("/people/look-up", {"id_number": id_number(3)}).json["items"] == []
    assert officer.get("/people?category=rich").status_code == 422


def test_unmasking_is_answered_again_but_recorded_once(town, database, ids):
    officer = town.person("ybj_officer")
    replies = [officer.post(f"/people/{ids[1]}/unmask", {"reason": "核对来函"}, key="k") for _ in range(2)]
    assert [reply.json["id_number"] for reply in replies] == [id_number(1)] * 2
    assert officer.post(f"/people/{ids[1]}/unmask", {"reason": "核"}).status_code == 422
    assert town.person("grid_worker_1").post(f"/people/{ids[1]}/unmask", {"reason": "核对来函"}).status_code == 403
    with database.reading() as session:
        trail = session.scalars(select(Audit).where(Audit.kind == "id_number_shown")).all()
    assert [row.subject for row in trail] == [f"person:{ids[1]}"]


def test_a_category_is_recognised_and_ended_by_civil_affairs_only(town, ids):
    officer, path = town.person("civil_affairs_officer"), f"/people/{ids[0]}/categories"
    made = officer.post(path, {"category": "db", "valid_from": "2026-01-01"})
    assert (made.status_code, made.json["valid_to"]) == (201, None)
    assert town.person("ybj_officer").post(path, {"category": "tk", "valid_from": "2026-01-01"}).status_code == 403
    assert officer.post(path, {"category": "db", "valid_from": "2026-02-01"}).json["code"] == "span_overlaps"
    end = {"last_day": "2026-02-28", "note": "退出"}
    assert officer.post(f"/category-spans/{made.json['id']}/end", end).json["valid_to"] == "2026-02-28"
    assert [span["category"] for span in town.person("clerk_1").get(path).json["items"]] == ["db"]
    assert town.person("clerk_2").get(path).status_code == 404


def test_an_account_is_proposed_by_one_and_confirmed_by_another(town, ids):
    path = f"/people/{ids[1]}/payees"
    proposed = town.person("clerk_1").post(path, PAYEE)
    assert (proposed.status_code, proposed.json["state"]) == (201, "pending")
    assert PAYEE["account"] not in proposed.text
    confirm = f"/payees/{proposed.json['id']}/confirm"
    assert town.person("clerk_1").post(confirm).json["code"] == "same_person_may_not_confirm"
    assert town.person("clerk_1b").post(confirm).json["state"] == "active"
    assert town.person("clerk_2").post(confirm).status_code == 404
    assert [payee["state"] for payee in town.person("ybj_officer").get(path).json["items"]] == ["active"]


def test_every_fault_of_an_account_is_told(town, ids):
    wrong = PAYEE | {"kind": "heir", "account": "12"}
    reply = town.person("clerk_1").post(f"/people/{ids[1]}/payees", wrong)
    assert reply.status_code == 422
    assert {fault["code"] for fault in reply.json["faults"]} == {"account_invalid", "relation_missing", "proof_missing"}
