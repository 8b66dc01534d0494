"""Who visits, who checks, who sees: grids, townships, two people for an account."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select, update

from app.access.models import Audit, UserMembership
from app.engine.inbox import Filters, list_tasks
from app.engine.tasks import complete_task
from app.kernel.errors import Conflict, Denied, NotFound
from app.registry.models import Payee, Person
from app.registry.payees import active_payee, confirm_payee, pending_payee, propose_payee
from app.visits.reports import visits_of_case
from tests.visits.doorstep import make_doorstep

COSTS = {0: {"total_cost": "100000.00"}}
ACCOUNT = {"confirmed": False, "kind": "self", "name": "周001", "account": "6217000012345678903", "bank": "嵊州农商行"}


def payees(door):
    with door.database.reading() as session:
        person = door.case(0).person_id
        return active_payee(session, person), pending_payee(session, person)


def give_account(door):
    """An account of one's own, proposed and confirmed at the desk."""
    with door.database.writing() as session:
        payee = propose_payee(
            session, door.actor("civil_affairs_officer"), door.clock, door.case(0).person_id,
            kind="self", name="周001", account="6217000012345678000", bank="嵊州农商行",
        )  # fmt: skip
        confirm_payee(session, door.actor("civil_affairs_officer_2"), door.clock, payee.id)
        session.commit()
        return payee.id


def test_another_account_counts_only_when_a_second_person_has_looked(doorstep):
    door = doorstep(COSTS)
    old = give_account(door)
    door.visit(0, payee=ACCOUNT)
    active, pending = payees(door)
    assert active.id == old
    assert pending.account_masked == "****8903"
    seen = door.view(door.clerk(0), 0, "township_check").context["new_payee"]
    assert seen["account"] == "****8903"
    door.check(0)
    active, pending = payees(door)
    assert (active.account_masked, pending) == ("****8903", None)


def test_a_visit_that_is_sent_back_takes_its_account_with_it(doorstep):
    door = doorstep(COSTS)
    old = give_account(door)
    door.visit(0, payee=ACCOUNT)
    door.send_back(door.clerk(0), 0, "账号与存折不符")
    door.visit(0, payee={"confirmed": True})
    door.check(0)
    active, pending = payees(door)
    assert (active.id, pending) == (old, None)


def test_a_dead_persons_account_is_paid_to_no_more(doorstep):
    door = doorstep(COSTS)
    give_account(door)
    door.visit(0, "deceased")
    assert payees(door)[0] is not None, "until the township has looked"
    door.check(0)
    assert payees(door) == (None, None)
    with door.database.reading() as session:
        person = session.get_one(Person, door.case(0).person_id)
        assert person.deceased_on is None, "civil affairs keep the register"
        told = session.scalars(select(Audit).where(Audit.kind == "death_reported")).one()
        assert (told.subject, told.detail["case_id"]) == (f"person:{person.id}", door.place.cases[0])


def test_an_heir_with_proof_takes_the_place_of_the_dead(doorstep):
    door = doorstep(COSTS)
    give_account(door)
    proof = door.upload(door.worker(0))
    heir = {**ACCOUNT, "kind": "heir", "name": "周子", "relation": "儿子", "proof_file": proof}
    door.visit(0, "deceased", payee=heir)
    door.check(0)
    active, _ = payees(door)
    assert (active.kind, active.name) == ("heir", "周子")


def test_the_residence_visits_and_the_recognising_township_checks(database, clock):
    door = make_doorstep(database, clock)
    away = door.place.county.grids[-1].id
    with database.writing() as session:
        session.execute(update(Person).where(Person.id == door.place.people[0]).values(residence_area_id=away))
        session.commit()
    door.begin(COSTS)
    assert (door.worker(0), door.clerk(0)) == ("grid_worker_12", "clerk_1")
    with pytest.raises(NotFound):
        door.visit(0, by=door.worker(0, "area_id"))
    door.visit(0)
    with pytest.raises(NotFound):
        door.check(0, by="clerk_3")
    door.check(0)
    assert door.case(0).stage == "verified"
    with database.reading() as session:
        assert len(visits_of_case(session, door.actor("clerk_3"), door.place.cases[0])) == 1
        assert len(visits_of_case(session, door.actor("clerk_1"), door.place.cases[0])) == 1


def leave(database, county, login):
    with database.writing() as session:
        session.execute(
            update(UserMembership)
            .where(UserMembership.user_id == county.users[login].id)
            .values(valid_to=date(2026, 1, 31))
        )
        session.commit()


def test_a_grid_without_a_worker_falls_to_the_township_where_two_people_share_the_work(database, clock):
    door = make_doorstep(database, clock)
    leave(database, door.place.county, "grid_worker_4")
    door.begin(COSTS)
    assert door.worker(0) == "grid_worker_4"
    task = door.task(0, "visit")
    assert (task.fallback, task.role, task.lane_role) == (True, "township_clerk", "grid_worker")
    door.visit(0, by="clerk_1")
    assert door.visits(0)[0].unit_id == door.place.county.units["t1"].id
    with pytest.raises(Denied) as refused:
        door.check(0, by="clerk_1")
    assert refused.value.code == "same_person"
    door.check(0, by="clerk_1b")
    assert door.case(0).stage == "verified"


def test_the_proposer_of_an_account_may_not_confirm_it_though_another_made_the_last_visit(database, clock):
    door = make_doorstep(database, clock)
    leave(database, door.place.county, "grid_worker_4")
    door.begin(COSTS)
    with database.writing() as session:
        propose_payee(
            session, door.actor("clerk_1"), clock, door.case(0).person_id,
            kind="self", name="周001", account=ACCOUNT["account"], bank="嵊州农商行",
        )  # fmt: skip
        session.commit()
    door.visit(0, by="clerk_1b")
    with pytest.raises(Conflict) as refused:
        door.check(0, by="clerk_1")
    assert refused.value.code == "same_person_may_not_confirm"


def test_a_grid_worker_sees_the_visits_of_no_other_grid(doorstep):
    door = doorstep({0: {"total_cost": "100000.00"}, 1: {"total_cost": "90000.00"}})
    mine, other = door.worker(0), door.worker(1)
    door.visit(0)
    door.visit(1, "not_home")
    with door.database.reading() as session:
        first, second = door.place.cases
        assert [visit.result for visit in visits_of_case(session, door.actor(mine), first)] == ["confirmed"]
        with pytest.raises(NotFound):
            visits_of_case(session, door.actor(mine), second)
        subjects = {task.subject for task in list_tasks(session, door.actor(other), Filters()).items}
        assert subjects == {f"case:{second}"}
    task = door.task(1, "visit")
    with door.database.writing() as session, pytest.raises(NotFound):
        complete_task(session, door.actor(mine), door.clock, task.id, {})


def test_a_liaison_is_shown_no_visits(doorstep):
    door = doorstep(COSTS, {0: {"charity": "3000.00"}})
    door.visit(0)
    with door.database.reading() as session, pytest.raises(NotFound):
        visits_of_case(session, door.actor("liaison_cszh"), door.place.cases[0])


def test_an_account_stands_nowhere_in_clear(doorstep):
    door = doorstep(COSTS)
    door.visit(0, payee=ACCOUNT)
    with door.database.reading() as session:
        for payee in session.scalars(select(Payee)):
            told = {name: getattr(payee, name) for name in Payee.__table__.c.keys()}  # noqa: SIM118
            assert ACCOUNT["account"] not in repr(told)
