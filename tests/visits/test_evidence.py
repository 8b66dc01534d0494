"""The evidence of a visit over HTTP: to whom the case is known, and every look on record."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.access.models import Audit
from app.demo.pictures import tiny_png
from tests.web.client import Town, make_app

COSTS = {0: {"total_cost": "100000.00", "basic_insurance": "40000.00"}, 1: {"total_cost": "90000.00"}}
SEERS = ("ybj_officer", "civil_affairs_officer", "meeting_secretary", "reviewer", "auditor")


@pytest.fixture
def door(doorstep):
    door = doorstep(COSTS, {0: {"charity": "3000.00"}})
    heir = {
        "confirmed": False, "kind": "heir", "name": "周子", "relation": "儿子", "bank": "嵊州农商行",
        "account": "6217000012345678903", "proof_file": door.upload(door.worker(0)),
    }  # fmt: skip
    door.visit(0, "changed", figures=door.found(0, charity="5000.00"), payee=heir)
    door.visit(1, "moved")
    return door


@pytest.fixture
def town(door, clock, tmp_path):
    return Town(make_app(door.database, clock, tmp_path), door.place.county)


def addresses(door, town, who):
    """{purpose: address} of the files of that person's last visit, as the case's visits are listed."""
    shown = town.person("ybj_officer").get(f"/cases/{door.place.cases[who]}/visits").json["items"][-1]
    return {file["purpose"]: f"/visits/{shown['id']}/files/{file['id']}" for file in shown["files"]}


def test_all_files_of_a_visit_open_for_those_who_check_and_decide(door, town, database):
    own, statement = addresses(door, town, 0), addresses(door, town, 1)
    assert own.keys() == {"payer:charity", "payee", "signature:visitor", "signature:household"}
    assert statement.keys() == {"statement"}
    for login in (*SEERS, door.clerk(0), door.worker(0)):
        for path in own.values():
            reply = town.person(login).get(path)
            assert (reply.status_code, reply.content_type) == (200, "image/png"), (login, path)
    pictures = {tiny_png(n) for n in range(1, door.pictures + 1)}
    assert {town.person("ybj_officer").get(path).data for path in [*own.values(), statement["statement"]]} <= pictures
    with database.reading() as session:
        looks = session.scalars(select(Audit).where(Audit.kind == "evidence_opened")).all()
        assert len(looks) == 4 * 7 + 5
        assert {row.subject for row in looks} == {door.subject(0), door.subject(1)}


def test_others_and_files_of_other_visits_are_not_found(door, town, database):
    first, second = addresses(door, town, 0)["payee"], addresses(door, town, 1)["statement"]
    for login in ("liaison_cszh", "liaison_mzj", door.worker(1), "finance_officer", "administrator"):
        reply = town.person(login).get(first)
        assert (reply.status_code, reply.json["code"]) == (404, "file_not_found"), login
    officer = town.person("ybj_officer")
    visit, file_id = door.visits(0)[-1].id, second.rsplit("/", 1)[-1]
    for path in (f"/visits/{visit}/files/{file_id}", f"/visits/{visit}/files/9999", "/visits/9999/files/1"):
        assert officer.get(path).status_code == 404, path
    with database.reading() as session:
        assert session.scalars(select(Audit).where(Audit.kind == "evidence_opened")).all() == []
