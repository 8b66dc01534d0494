"""Preparer, reviewer and approver are different people for each document, even when one account holds every role."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.access.actors import get_actor
from app.access.models import Unit
from app.access.provision import add_membership, add_user
from app.engine.tasks import complete_task
from app.kernel.actors import Actor
from app.kernel.errors import Conflict, Denied
from app.kernel.roles import ROLES
from app.meetings.sealing import seal_resolution
from app.registry.models import Payee
from app.registry.payees import decide_payee, submit_payee
from tests.access.people import TODAY, password_hash
from tests.fund.test_api import Desk
from tests.meetings.council import make_council
from tests.visits.doorstep import make_doorstep
from tests.web.client import Town, make_app

COSTS = {0: {"total_cost": "100000.00", "basic_insurance": "40000.00"}}


def add_boss(session) -> Actor:
    """Somebody with every role in every unit."""
    user = add_user(session, "boss", "全能者", password_hash=password_hash())
    for unit in session.scalars(select(Unit)):
        for role in ROLES:
            add_membership(session, user, unit, role)
    session.commit()
    return get_actor(session, user.id, TODAY)


@pytest.fixture
def desk(database, clock, tmp_path):
    desk = Desk(database, clock, tmp_path)
    desk.open_year()
    desk.arrive()
    desk.promise(clock, "100.00")
    with database.writing() as session:
        add_boss(session)
    return desk


def test_who_prepared_a_batch_neither_reviews_nor_approves_it_nor_settles_what_the_bank_left_open(desk):
    batch = desk.prepare("boss").json["id"]
    path = f"/payment-batches/{batch}"
    assert desk.boss.post(f"{path}/review").json["code"] == "same_person"
    assert desk.reviewer.post(f"{path}/review").status_code == 200
    assert desk.boss.post(f"{path}/approve").json["code"] == "same_person"
    assert desk.finance_officer.post(f"{path}/approve").status_code == 200
    assert desk.fund_manager.post(f"{path}/send").status_code == 200
    transfer = desk.auditor.get(f"{path}/rows").json["items"][0]["id"]
    word = {"outcome": "failed", "reason": "电话核实"}
    assert desk.boss.post(f"/transfers/{transfer}/settle", word).json["code"] == "same_person"
    assert desk.fund_manager.post(f"/transfers/{transfer}/settle", word).json["code"] == "same_person"


def test_who_reviewed_a_batch_does_not_approve_it_and_a_changed_one_is_looked_at_again(desk):
    batch = desk.prepare("ybj_officer").json["id"]
    path = f"/payment-batches/{batch}"
    assert desk.boss.post(f"{path}/review").status_code == 200
    assert desk.boss.post(f"{path}/approve").json["code"] == "same_person"
    assert desk.ybj_officer.post(f"{path}/send").json["code"] == "batch_state"


@pytest.fixture
def door(database, clock, tmp_path):
    make_settings(database, clock, tmp_path)
    door = make_doorstep(database, clock)
    door.begin(COSTS)
    with database.writing() as session:
        door.place.county.actors["boss"] = add_boss(session)
    return door


def make_settings(database, clock, folder):
    from app.kernel.settings import Settings  # noqa: PLC0415 only here
    from tests.rounds.place import ROOT  # noqa: PLC0415 only here

    settings = Settings("", folder, ROOT, b"a secret for tests only")
    database.info.update(settings=settings, clock=clock)


def test_who_visited_neither_checks_the_visit_nor_settles_its_differences(door):
    found = door.found(0, by="boss", basic_insurance="39000.00")
    door.visit(0, "changed", by="boss", figures=found)
    task = door.task(0, "township_check").id
    with door.database.writing() as session, pytest.raises(Denied) as refused:
        complete_task(session, door.actor("boss"), door.clock, task, {"accept": True})
    assert refused.value.code == "same_person"
    door.check(0)
    task = door.task(0, "bureau_check").id
    form = {"settle": [{"payer": "basic_insurance", "use": "data"}]}
    with door.database.writing() as session, pytest.raises(Denied) as refused:
        complete_task(session, door.actor("boss"), door.clock, task, form)
    assert refused.value.code == "same_person"


def test_who_proposed_an_account_does_not_confirm_it(door):
    boss, person_id = door.actor("boss"), door.place.people[0]
    account = {"kind": "self", "name": "周001", "account": "6217000012345678", "bank": "农商银行"}
    with door.database.writing() as session:
        payee = submit_payee(session, boss, door.clock, person_id, **account)
        with pytest.raises(Conflict) as refused:
            decide_payee(session, boss, door.clock, payee.id, accept=True)
        assert refused.value.code == "same_person_may_not_confirm"
        session.rollback()
        assert session.get_one(Payee, payee.id).state == "pending"


@pytest.mark.parametrize("wrote", ["proposal", "submission"])
def test_who_proposed_or_submitted_the_list_does_not_seal_it(database, clock, tmp_path, wrote):
    council = make_council(database, clock, tmp_path, [("001", "32000.00", {})])
    with database.writing() as session:
        council.county.actors["boss"] = add_boss(session)
    council.county.actors["ybj_officer" if wrote == "submission" else "nobody"] = council.actor("boss")
    if wrote == "proposal":
        form = {"base": "excess", "threshold": "10000.00", "ratio": "0.60", "cap": "20000.00"}
        standard = council.run("propose_standard", "boss", {**form, "low_income_standard": "13000.00"})["standard_id"]
        council.submit(standard)
    else:
        council.submit(council.propose())
    council.sit()
    resolution = council.resolve()
    council.decide("001", "approve")
    council.stamp(resolution)
    with database.writing() as session, pytest.raises(Denied) as refused:
        seal_resolution(session, council.actor("boss"), clock, resolution)
    assert refused.value.code == "same_person"
    assert council.resolution(resolution).state == "recorded"


def test_who_lost_a_role_is_not_answered_again_what_was_answered_before(door, tmp_path, clock):
    """The key of a request is no way around the roles that one has now."""
    town = Town(make_app(door.database, clock, tmp_path), door.place.county)
    clerk, person_id = town.person("clerk_1"), door.place.people[0]
    path, why = f"/people/{person_id}/unmask", {"reason": "核对来函"}
    assert clerk.post(path, why, key="one").status_code == 200
    admin, user = town.person("administrator"), door.place.county.users["clerk_1"].id
    admin.post(f"/users/{user}/memberships", {"unit_id": door.place.county.units["g4"].id, "role": "grid_worker"})
    admin.post(f"/users/{user}/memberships", {"unit_id": door.place.county.units["t2"].id, "role": "township_clerk"})
    first = admin.get(f"/users/{user}").json["memberships"][0]["id"]
    assert admin.send("DELETE", f"/memberships/{first}").status_code == 204
    assert clerk.get(f"/people/{person_id}").status_code == 200, "still seen as a grid worker"
    again = clerk.post(path, why, key="one")
    assert (again.status_code, "id_number" in again.text) == (404, False)
    assert town.person("clerk_1b").post(path, why, key="one").status_code == 200, "another's key is another key"
