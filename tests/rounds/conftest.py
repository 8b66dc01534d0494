"""A database that knows its engine and settings, and a county with three people in it."""

from __future__ import annotations

import pytest

from app.engine.engine import Engine
from app.kernel.settings import Settings
from tests.rounds.place import ROOT, make_place
from tests.rounds.story import make_story


@pytest.fixture
def database(database, tmp_path, clock):
    settings = Settings(database_url="", data_dir=tmp_path, resources=ROOT, secret_key=b"a secret for tests only")
    database.info.update(engine=Engine(ROOT, {}), settings=settings, clock=clock)
    return database


@pytest.fixture
def place(database):
    with database.writing() as session:
        return make_place(session)


@pytest.fixture
def story(database, place, clock):
    return make_story(database, place, clock)
