"""A round in its third step over HTTP, on a database of each kind, and a grid worker's phone."""

from __future__ import annotations

import pytest

from app.kernel.settings import Settings
from tests.mobile.phone import Phone
from tests.rounds.place import ROOT
from tests.visits.doorstep import make_doorstep
from tests.web.client import Town, make_app

COSTS = {n: {"total_cost": "100000.00", "basic_insurance": "40000.00"} for n in range(2)}


@pytest.fixture
def door(database, tmp_path, clock):
    settings = Settings(database_url="", data_dir=tmp_path, resources=ROOT, secret_key=b"a secret for tests only")
    database.info.update(settings=settings, clock=clock)
    door = make_doorstep(database, clock)
    door.begin(COSTS, {0: {"charity": "3000.00"}})
    return door


@pytest.fixture
def town(door, clock, tmp_path):
    return Town(make_app(door.database, clock, tmp_path), door.place.county)


@pytest.fixture
def phone(door, town):
    """The phone of the worker who lives next door to the first person."""
    return Phone(town.person(door.worker(0)))
