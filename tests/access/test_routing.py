from __future__ import annotations

import pytest
from sqlalchemy import select

from app.access.models import Area, UserMembership
from app.access.routing import find_holder
from app.access.scope import area_filter, in_scope, visible_areas
from app.kernel.actors import SYSTEM
from app.kernel.errors import NotFound
from tests.access.people import TODAY, make_county


def test_a_visit_goes_to_the_grid_and_a_check_to_its_township(database):
    with database.writing() as session:
        county = make_county(session)
        visit = find_holder(session, "grid_worker", county.grids[4].id, TODAY)
        check = find_holder(session, "township_clerk", county.grids[4].id, TODAY)
        office = find_holder(session, "ybj_officer", county.grids[4].id, TODAY)
    assert (visit.unit_id, visit.fallback) == (county.units["g5"].id, False)
    assert (check.unit_id, office.unit_id) == (county.units["t2"].id, county.units["ybj"].id)


def test_a_grid_without_a_worker_falls_visibly_to_its_township(database):
    with database.writing() as session:
        county = make_county(session)
        for place in session.scalars(select(UserMembership).where(UserMembership.unit_id == county.units["g5"].id)):
            place.valid_to = TODAY.replace(day=1)
        session.commit()
        holder = find_holder(session, "grid_worker", county.grids[4].id, TODAY)
    assert (holder.unit_id, holder.fallback) == (county.units["t2"].id, True)


def test_a_role_that_nobody_fills_is_named(database):
    with database.writing() as session:
        county = make_county(session)
        with pytest.raises(NotFound) as refused:
            find_holder(session, "hospital_desk", county.grids[0].id, TODAY)
        with pytest.raises(NotFound) as unknown:
            find_holder(session, "ybj_officer", 10**6, TODAY)
    assert (refused.value.code, refused.value.detail["role"]) == ("no_unit_for_role", "hospital_desk")
    assert unknown.value.code == "area_unknown"


def test_everyone_sees_the_areas_below_their_own(database):
    with database.writing() as session:
        county = make_county(session)
        seen = {
            login: set(session.scalars(select(Area.id).where(area_filter(county.actor(login), Area.path))))
            for login in ("ybj_officer", "clerk_1", "grid_worker_1")
        }
        nobody = session.scalars(select(Area.id).where(area_filter(SYSTEM, Area.path))).all()
    assert len(seen["ybj_officer"]) == 1 + 3 + 6 + 12
    assert len(seen["clerk_1"]) == 1 + 2 + 4
    assert seen["grid_worker_1"] == {county.grids[0].id}
    assert nobody == []


def test_scope_never_confuses_area_1_with_area_11(database):
    with database.writing() as session:
        county = make_county(session)
    actor = county.actor("clerk_1")
    assert in_scope(actor, f"{county.townships[0].path}99/")
    assert not in_scope(actor, county.townships[0].path[:-1] + "1/")
    assert not in_scope(actor, county.county.path)
    assert visible_areas(actor, "ybj_officer") == ()
