"""kill -9 of the server among hundreds of completions: what was acknowledged is there, and nothing is there twice."""

from __future__ import annotations

import random

import pytest

from tests.crash.doors import Doors, open_doors
from tests.web.client import Town

pytestmark = pytest.mark.crash
CASES = 150  # four completions each


@pytest.fixture
def doors(product, database, open_house):
    county, cases = open_doors(database, CASES)
    town = Town(product, county)
    logins = [f"grid_worker_{n}" for n in range(1, 13)] + [f"clerk_{n}" for n in range(1, 4)]
    tokens = {login: town.person(login).token for login in logins}
    return Doors(open_house(database), county, cases, tokens)


def test_completions_among_kills_are_kept_and_happen_once(doors):
    dice = random.Random(7)  # noqa: S311 moments to kill at, not secrets
    kills = []

    def kill_now_and_then(done):
        while not done.wait(dice.uniform(0.3, 2.0)):
            if len(kills) == 6:
                doors.house.kill("serve")
                doors.house.start("serve")
            else:
                doors.house.kill_child()
            kills.append(1)
            doors.house.wait_until_it_answers()

    doors.house.serve()
    doors.work(0.15, kill_now_and_then)
    doors.must_be_whole()
    doors.must_answer_alike()
    assert len(kills) >= 5
    assert doors.seen["broken"] >= 5
    assert doors.seen["hung up"] >= 20
    assert "incident" not in doors.house.log
    assert doors.seen.keys() <= {"broken", "hung up", 200, 503}
