"""`doorstep` of the visits: a round in its third step on each database, and people who ask over HTTP."""

from __future__ import annotations

import pytest

from tests.visits.conftest import database, doorstep
from tests.web.client import Town, make_app

__all__ = ["database", "doorstep"]

COSTS = {n: {"total_cost": "100000.00", "basic_insurance": "40000.00"} for n in range(3)}


@pytest.fixture
def door(doorstep):
    """Three people at home: the first was visited (the tally was wrong) and waits for the township's check."""
    door = doorstep(COSTS, {0: {"charity": "3000.00"}})
    door.visit(0, "changed", figures=door.found(0, charity="5000.00"))
    return door


@pytest.fixture
def town(door, tmp_path):
    return Town(make_app(door.database, door.clock, tmp_path), door.place.county)
