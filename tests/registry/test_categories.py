"""Only civil affairs recognises; a category held on any day of the year counts for the whole year."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from app.access.models import Audit
from app.kernel.errors import Conflict, Denied, Invalid
from app.registry.categories import (
    SpanDraft,
    categories_in_year,
    categories_on,
    end_category,
    recognise_category,
    spans_of,
)
from app.registry.provision import PersonRow, Recorder, add_people
from tests.conftest import NOW
from tests.intake.tables import county, engine, id_number, settings

__all__ = ["county", "engine", "settings"]


@pytest.fixture
def add_person(database, county):
    """`add_person(1, SpanDraft(...), …)` -> id."""

    def add(n, *spans):
        with database.writing() as session:
            (person_id,) = add_people(
                session, [PersonRow(f"张{n}", id_number(n), county.grids[0].id, categories=spans)], Recorder(NOW)
            )
            session.commit()
            return person_id

    return add


def test_one_day_of_the_year_is_enough(database, add_person):
    spans = {
        (date(2024, 1, 1), date(2024, 12, 31)): False,
        (date(2024, 1, 1), date(2025, 1, 1)): True,
        (date(2025, 12, 31), None): True,
        (date(2026, 1, 1), None): False,
        (date(2020, 1, 1), None): True,
    }
    ids = [add_person(n, SpanDraft("db", *span)) for n, span in enumerate(spans)]
    with database.reading() as session:
        found = categories_in_year(session, 2025)
    assert [person_id in found for person_id in ids] == list(spans.values())


def test_several_categories_are_held_at_once(database, add_person):
    first = add_person(1, SpanDraft("db", date(2025, 1, 1)), SpanDraft("disabled_1_2", date(2020, 1, 1)))
    second = add_person(2, SpanDraft("tk", date(2025, 1, 1)))
    with database.reading() as session:
        assert categories_in_year(session, 2025, [first]) == {first: {"db", "disabled_1_2"}}
        assert categories_in_year(session, 2025, []) == {}
        assert categories_on(session, date(2024, 6, 1), [first, second]) == {first: {"disabled_1_2"}}


def test_civil_affairs_recognises_and_ends_a_category(database, county, add_person, clock):
    person_id, officer = add_person(1), county.actor("civil_affairs_officer")
    with database.writing() as session:
        span = recognise_category(session, officer, clock, person_id, SpanDraft("dib", date(2026, 1, 1)))
        end_category(session, officer, clock, span.id, date(2026, 2, 28), "收入增加")
    with database.reading() as session:
        (span,) = spans_of(session, person_id)
        kinds = session.scalars(select(Audit.kind).where(Audit.subject == f"person:{person_id}")).all()
    assert (span.category, span.valid_to, span.recognised_on) == ("dib", date(2026, 2, 28), date(2026, 3, 2))
    assert span.recognised_by == county.units["mzj"].id
    assert kinds == ["category_recognised", "category_ended"]


def test_nobody_else_sets_a_category(database, county, add_person, clock):
    person_id = add_person(1)
    for login in ("ybj_officer", "clerk_1", "grid_worker_1", "reviewer", "administrator"):
        with database.writing() as session, pytest.raises(Denied):
            recognise_category(session, county.actor(login), clock, person_id, SpanDraft("db", date(2026, 1, 1)))
    with database.reading() as session:
        assert spans_of(session, person_id) == []


def test_spans_of_one_category_never_overlap(database, county, add_person, clock):
    person_id = add_person(1, SpanDraft("db", date(2025, 1, 1), date(2025, 6, 30)))
    officer = county.actor("civil_affairs_officer")
    with database.writing() as session:
        with pytest.raises(Conflict) as refused:
            recognise_category(session, officer, clock, person_id, SpanDraft("db", date(2025, 6, 30)))
        assert refused.value.code == "span_overlaps"
        recognise_category(session, officer, clock, person_id, SpanDraft("db", date(2025, 7, 1)))
        assert len(spans_of(session, person_id)) == 2


def test_every_fault_of_a_recognition_is_told(database, county, add_person, clock):
    person_id, officer = add_person(1), county.actor("civil_affairs_officer")
    draft = SpanDraft("rich", date(1960, 1, 1), date(1950, 1, 1))
    with database.writing() as session, pytest.raises(Invalid) as refused:
        recognise_category(session, officer, clock, person_id, draft)
    assert [fault.code for fault in refused.value.faults] == ["category_unknown", "dates_reversed", "before_birth"]
