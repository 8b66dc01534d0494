"""PostgreSQL takes its connections away under load: acknowledged work stays, and clients are told to ask again."""

from __future__ import annotations

import random

import pytest
from sqlalchemy import create_engine, text

from tests.crash.doors import Doors, open_doors
from tests.web.client import Town

pytestmark = pytest.mark.crash
CASES = 60
_TERMINATE = text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name")


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_lost_connections_are_told_as_503_and_lose_nothing(product, database, open_house):
    county, cases = open_doors(database, CASES)
    town = Town(product, county)
    logins = [f"grid_worker_{n}" for n in range(1, 13)] + [f"clerk_{n}" for n in range(1, 4)]
    doors = Doors(open_house(database), county, cases, {login: town.person(login).token for login in logins})
    dice = random.Random(11)  # noqa: S311 moments, not secrets
    database.dispose()
    admin = create_engine(database.url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    cut = []

    def terminate_now_and_then(done):
        with admin.connect() as connection:
            while not done.wait(dice.uniform(0.05, 0.5)):
                cut.append(len(connection.execute(_TERMINATE, {"name": database.url.database}).all()))

    doors.house.serve()
    doors.work(0.0, terminate_now_and_then)
    admin.dispose()
    doors.must_be_whole()
    doors.must_answer_alike()
    assert sum(cut) >= 50
    assert doors.seen[503] >= 5
    assert doors.seen.keys() == {200, 503}
    assert "incident" not in doors.house.log
