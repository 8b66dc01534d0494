"""People are known by their number, seen only where the actor answers, and unmasked only with a reason."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text

from app.access.models import Audit
from app.kernel.errors import Denied, Invalid, NotFound
from app.registry.models import Person
from app.registry.people import (
    PeopleQuery,
    find_person_by_id_number,
    full_id_numbers,
    get_visible_person,
    list_people,
    people_by_ids,
    resolve_id_numbers,
    unmask_id_number,
)
from app.registry.provision import PersonRow, Recorder, add_people
from tests.conftest import NOW
from tests.intake.tables import county, engine, id_number, settings

__all__ = ["county", "engine", "settings"]


@pytest.fixture
def add(database, county):
    """`add(PersonRow(...), …)` -> ids."""

    def add(*rows):
        with database.writing() as session:
            ids = add_people(session, rows, Recorder(NOW))
            session.commit()
            return ids

    return add


def row(county, n=1, grid=0, **more):
    return PersonRow(more.pop("name", f"张{n}"), id_number(n), county.grids[grid].id, **more)


def test_two_people_of_the_same_name_are_two_people(database, county, add):
    first, second = add(row(county, 1, name="张伟"), row(county, 2, name="张伟"))
    with database.reading() as session:
        found = list_people(session, county.actor("ybj_officer"), PeopleQuery(name="张伟"))
    assert [person.id for person in found] == [first, second]


def test_a_person_is_found_by_a_number_written_in_any_way(database, county, add):
    (person_id,) = add(row(county, 1))
    written = [
        id_number(1),
        f" {id_number(1)}\n",
        id_number(1).translate(str.maketrans("0123456789", "０１２３４５６７８９")),
    ]
    with database.reading() as session:
        assert [find_person_by_id_number(session, number).id for number in written] == [person_id] * 3
        assert find_person_by_id_number(session, id_number(2)) is None
        assert find_person_by_id_number(session, "no number") is None


def test_numbers_are_resolved_in_bulk_and_the_unknown_left_out(database, county, add):
    ids = add(*(row(county, n) for n in range(1, 40)))
    with database.reading() as session:
        found = resolve_id_numbers(session, [id_number(n) for n in range(1, 60)])
        assert found == {id_number(n): ids[n - 1] for n in range(1, 40)}
        assert people_by_ids(session, ids[:2]).keys() == set(ids[:2])
        assert people_by_ids(session, []) == resolve_id_numbers(session, []) == {}


def test_numbers_and_telephones_are_not_in_clear_in_the_database(database, county, add):
    add(row(county, 1, phone="13812345678", account="6217000012345678", bank="农商银行"))
    with database.reading() as session:
        stored = "".join(str(tuple(line)) for line in session.execute(text("SELECT * FROM person")))
        stored += "".join(str(tuple(line)) for line in session.execute(text("SELECT * FROM payee")))
    assert not [secret for secret in (id_number(1), "13812345678", "6217000012345678") if secret in stored]
    assert "****5678" in stored


def test_a_household_has_its_members_and_its_head(database, county, add):
    ids = add(row(county, 1, household="h", head=True), row(county, 2, household="h"), row(county, 3))
    with database.reading() as session:
        people = people_by_ids(session, ids)
        households = [people[person_id].household_id for person_id in ids]
        heads = dict(session.execute(text("SELECT id, head_person_id FROM household")).all())
    assert households[0] == households[1] != households[2]
    assert (heads[households[0]], heads[households[2]]) == (ids[0], ids[2])


def test_a_clerk_sees_people_recognised_or_living_in_the_township_and_nobody_else(database, county, add):
    here, away, elsewhere = add(
        row(county, 1, 0), row(county, 2, 4, residence_area_id=county.grids[0].id), row(county, 3, 8)
    )
    with database.reading() as session:
        clerk = county.actor("clerk_1")
        assert [person.id for person in list_people(session, clerk, PeopleQuery())] == [here, away]
        assert get_visible_person(session, clerk, away).id == away
        with pytest.raises(NotFound):
            get_visible_person(session, clerk, elsewhere)
        assert [p.id for p in list_people(session, county.actor("clerk_2"), PeopleQuery())] == [away]
        assert list_people(session, county.actor("grid_worker_2"), PeopleQuery()) == []


def test_a_liaison_sees_nobody_in_the_registry(database, county, add):
    add(row(county, 1))
    with database.reading() as session:
        assert list_people(session, county.actor("liaison_cl"), PeopleQuery()) == []


def test_people_are_narrowed_by_number_area_and_page(database, county, add):
    ids = add(*(row(county, n, n % 12) for n in range(1, 25)))
    officer = county.actor("ybj_officer")
    with database.reading() as session:
        by_number = list_people(session, officer, PeopleQuery(id_number=id_number(5)))
        by_area = list_people(session, officer, PeopleQuery(area_id=county.townships[0].id))
        page = list_people(session, officer, PeopleQuery(after=ids[9], limit=3))
    assert [person.id for person in by_number] == [ids[4]]
    assert {person.recognising_area_id for person in by_area} == {grid.id for grid in county.grids[:4]}
    assert [person.id for person in page] == ids[10:13]


def test_unmasking_needs_a_reason_and_leaves_a_trail(database, county, add, clock):
    (person_id,) = add(row(county, 1))
    officer = county.actor("ybj_officer")
    with database.writing() as session:
        with pytest.raises(Invalid) as refused:
            unmask_id_number(session, officer, clock, person_id, "  ")
        assert refused.value.faults[0].code == "reason_missing"
        assert unmask_id_number(session, officer, clock, person_id, "核对医院来函") == id_number(1)
    with database.reading() as session:
        (trail,) = session.scalars(select(Audit).where(Audit.kind == "id_number_shown"))
    assert (trail.actor_id, trail.subject, trail.detail) == (
        officer.user_id, f"person:{person_id}", {"reason": "核对医院来函"},
    )  # fmt: skip


def test_unmasking_is_refused_outside_the_area_and_to_other_roles(database, county, add, clock):
    (person_id,) = add(row(county, 1, 0))
    with database.writing() as session:
        with pytest.raises(NotFound):
            unmask_id_number(session, county.actor("clerk_2"), clock, person_id, "核对来函")
        with pytest.raises(Denied):
            unmask_id_number(session, county.actor("grid_worker_1"), clock, person_id, "核对来函")


def test_a_download_of_numbers_is_recorded_with_everybody_in_it(database, county, add, clock):
    ids = add(row(county, 1), row(county, 2))
    with database.writing() as session:
        numbers = full_id_numbers(session, county.actor("liaison_cl"), clock, ids, "残联填报模板")
        session.commit()
        (trail,) = session.scalars(select(Audit).where(Audit.kind == "id_numbers_downloaded"))
    assert numbers == {ids[0]: id_number(1), ids[1]: id_number(2)}
    assert trail.detail == {"purpose": "残联填报模板", "count": 2, "person_ids": sorted(ids)}


def test_what_the_number_says_is_kept(database, county, add):
    (person_id,) = add(row(county, 1))
    with database.reading() as session:
        person = session.get(Person, person_id)
    expected = "male" if int(id_number(1)[16]) % 2 else "female"
    assert (str(person.birth), person.sex, person.id_masked[:6]) == ("1970-01-01", expected, "330683")
