"""Somebody at the door who is on no list: registered, asked about, visited."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.engine.models import Task
from app.kernel.errors import Conflict, Denied, Invalid
from app.registry.models import CategorySpan, Person
from app.registry.people import find_person_by_id_number
from app.rounds.models import Case, TallyRequest
from app.visits.finds import Find, report_find
from tests.rounds.place import add_snapshot, id_number

BILLS = [(1, "50000.00", {"basic_insurance": "20000.00"}), (2, "8000.00", {})]


@pytest.fixture
def door(doorstep, clock):
    door = doorstep({0: {"total_cost": "100000.00"}})
    with door.database.writing() as session:
        snapshot = add_snapshot(session, door.place, clock, BILLS)
    door.set_round(settlement_snapshot_id=snapshot)
    return door


def grid_of(door, n):
    return door.place.county.grids[n].id


def report(door, login, name, number, area_id) -> Case:
    with door.database.writing() as session:
        return report_find(session, door.actor(login), door.clock, Find(door.round_id, name, number, area_id))


def area_of(door, who):
    with door.database.reading() as session:
        return session.get_one(Person, door.place.people[who]).residence_area_id


def worker_of(door, who):
    return f"grid_worker_{[g.id for g in door.place.county.grids].index(area_of(door, who)) + 1}"


def test_a_known_person_gets_a_case_a_visit_and_a_small_tally(door):
    found = report(door, worker_of(door, 1), "周002", id_number(2), area_of(door, 1))
    assert (found.origin, found.stage, found.eligible) == ("door", "verifying", True)
    assert (str(found.total_cost), str(found.self_paid)) == ("50000.00", "30000.00")
    with door.database.reading() as session:
        tasks = select(Task.element_id).where(Task.subject == f"case:{found.id}", Task.state == "open")
        assert session.scalars(tasks).all() == ["visit"]
        requests = session.scalars(select(TallyRequest)).all()
        assert {request.kind for request in requests} == {"door"}
        assert len(requests) == 9


def test_an_unknown_person_is_registered_without_any_category(door):
    found = report(door, "grid_worker_1", "新来的", id_number(500), grid_of(door, 0))
    with door.database.reading() as session:
        person = find_person_by_id_number(session, id_number(500))
        assert (person.name, person.recognising_area_id, person.id) == ("新来的", grid_of(door, 0), found.person_id)
        assert session.scalars(select(CategorySpan).where(CategorySpan.person_id == person.id)).all() == []
    assert (found.eligible, found.categories) == (False, [])


def test_a_wrong_number_and_a_foreign_area_are_told_together(door):
    with pytest.raises(Invalid) as refused:
        report(door, "grid_worker_1", "新来的", id_number(500)[:-1] + "0", grid_of(door, 5))
    assert {(fault.where, fault.code) for fault in refused.value.faults} == {
        ("/id_number", "not_an_id_number"),
        ("/area_id", "area_not_yours"),
    }
    with pytest.raises(Invalid):
        report(door, "grid_worker_1", "新来的", id_number(500), 999_999)


def test_a_name_that_differs_from_the_register_is_refused(door):
    with pytest.raises(Invalid) as refused:
        report(door, worker_of(door, 1), "别人", id_number(2), area_of(door, 1))
    assert refused.value.faults[0].code == "name_differs"


def test_people_of_another_area_are_civil_affairs_business(door):
    with pytest.raises(Conflict) as refused:
        report(door, "grid_worker_1", "周002", id_number(2), grid_of(door, 0))
    assert refused.value.code == "person_elsewhere"
    assert report(door, "civil_affairs_officer", "周002", id_number(2), grid_of(door, 0)).origin == "door"


def test_who_is_on_the_list_already_is_not_found_again(door):
    with pytest.raises(Conflict) as refused:
        report(door, worker_of(door, 0), "周001", id_number(1), area_of(door, 0))
    assert refused.value.code == "already_in_round"


def test_finds_belong_to_the_third_step(door):
    door.set_round(stage="tallying")
    with pytest.raises(Conflict) as refused:
        report(door, worker_of(door, 1), "周002", id_number(2), area_of(door, 1))
    assert refused.value.code == "round_not_verifying"
    with door.database.reading() as session:
        assert len(session.scalars(select(Case)).all()) == 1


def test_an_officer_at_a_desk_finds_nobody_at_a_door(door):
    with pytest.raises(Denied):
        report(door, "ybj_officer", "周002", id_number(2), area_of(door, 1))


def test_who_was_left_below_the_line_is_taken_up_again(door):
    door.visit(0, "changed", figures=door.found(0, crowd_funding="95000.00"))
    door.check(0)
    assert door.case(0).stage == "below_line"
    found = report(door, door.worker(0), "周001", id_number(1), area_of(door, 0))
    assert (found.id, found.stage) == (door.place.cases[0], "verifying")
    door.visit(0, "changed", figures=door.found(0, crowd_funding="60000.00"))
    door.check(0)
    case = door.case(0)
    assert (case.stage, str(case.self_paid), case.reason) == ("verified", "40000.00", None)
    assert [state for *_, state in door.differences(0)] == ["settled", "settled"]
