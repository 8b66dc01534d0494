"""`doorstep(costs, tallied)`: a round in its third step, on a database of each kind."""

from __future__ import annotations

import pytest

from app.kernel.settings import Settings
from tests.rounds.place import ROOT
from tests.visits.doorstep import Doorstep, make_doorstep


@pytest.fixture
def database(database, tmp_path, clock):
    settings = Settings(database_url="", data_dir=tmp_path, resources=ROOT, secret_key=b"a secret for tests only")
    database.info.update(settings=settings, clock=clock)
    return database


@pytest.fixture
def doorstep(database, clock):
    def begin(costs=None, tallied=None, people: int = 3) -> Doorstep:
        door = make_doorstep(database, clock, people)
        door.begin(costs or {0: {"total_cost": "100000.00", "basic_insurance": "40000.00"}}, tallied)
        return door

    return begin
