"""A run that dies with its worker is begun again, and never stored twice."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.engine.jobs import run_due_jobs
from app.intake.files import missing_files, read_file, store_file
from app.intake.imports import WATCH, run_import, start_import
from app.intake.models import ImportRun
from app.kernel.dates import fixed_clock
from app.kernel.errors import Conflict, NotFound, TooLarge
from app.registry.models import Person
from tests.conftest import NOW
from tests.intake.tables import PEOPLE_HEADERS, county, engine, import_file, person, settings, to_csv

__all__ = ["county", "engine", "import_file", "settings"]


@pytest.fixture
def queued(database, county, clock):
    actor = county.actor("civil_affairs_officer")
    with database.writing() as session:
        return start_import(session, actor, clock, "people", to_csv(PEOPLE_HEADERS, person(1)), "a.csv", {}).id


def state_of(database, import_id):
    with database.reading() as session:
        run = session.get(ImportRun, import_id)
        return run.state, run.attempt, session.scalar(select(func.count()).select_from(Person))


def test_a_run_whose_worker_died_is_begun_again_by_the_watch(database, engine, clock, queued):
    with database.writing() as session:
        run = session.get(ImportRun, queued)
        run.state, run.attempt, run.changed_at = "running", 1, NOW - timedelta(hours=1)
        session.commit()
    run_due_jobs(database, engine, clock)
    assert state_of(database, queued) == ("done", 2, 1)


def test_a_run_that_is_alive_is_left_alone(database, engine, clock, queued):
    with database.writing() as session:
        run = session.get(ImportRun, queued)
        run.state, run.attempt, run.changed_at = "running", 1, NOW
        session.commit()
    run_due_jobs(database, engine, clock)
    assert state_of(database, queued) == ("running", 1, 0)
    run_due_jobs(database, engine, fixed_clock(NOW + 2 * WATCH))
    assert state_of(database, queued) == ("done", 2, 1)


def test_an_ended_run_is_not_run_again(database, engine, clock, queued):
    run_due_jobs(database, engine, clock)
    with database.writing() as session:
        session.info.update(engine=engine, clock=clock)
        run_import(session, {"import_id": queued})
    run_due_jobs(database, engine, fixed_clock(NOW + 2 * WATCH))
    assert state_of(database, queued) == ("done", 1, 1)


def test_a_person_disabled_since_imports_nothing(database, engine, county, clock, queued):
    with database.writing() as session:
        session.merge(county.users["civil_affairs_officer"]).state = "disabled"
        session.commit()
    run_due_jobs(database, engine, clock)
    assert state_of(database, queued) == ("failed", 1, 0)


def test_a_file_that_changed_on_disk_is_never_given_out(database, county, clock, settings):
    with database.writing() as session:
        stored = store_file(session, county.actor("grid_worker_1"), clock, b"%PDF-1.7 x", "../a:b.pdf")
        session.commit()
        assert (stored.name, read_file(session, stored.id)) == ("a_b.pdf", b"%PDF-1.7 x")
        (path,) = (p for p in settings.files_dir.rglob("*") if p.is_file())
        path.write_bytes(path.read_bytes()[:-1] + b"\0")
        with pytest.raises(Conflict) as refused:
            read_file(session, stored.id)
        assert refused.value.code == "file_damaged"
        assert missing_files(session, [stored.id, 99]) == {99}
        with pytest.raises(NotFound):
            read_file(session, 99)


def test_a_file_over_the_limit_is_too_large(database, county, clock, settings):
    content = b"%PDF-" + b"x" * settings.max_upload_mb * 2**20
    with database.writing() as session, pytest.raises(TooLarge):
        store_file(session, county.actor("grid_worker_1"), clock, content, "a.pdf")
