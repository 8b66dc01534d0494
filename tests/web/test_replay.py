from __future__ import annotations

import threading

import pytest
from sqlalchemy import func, select

from app.access.models import User
from app.access.operations import sweep
from app.kernel.db import Database
from app.kernel.dates import fixed_clock
from app.web.models import IdempotencyKey
from datetime import timedelta
from tests.conftest import NOW

NEW = {"login": "wu", "name": "吴网格", "password": "long-enough-1"}


def count(database: Database, login: str = "wu") -> int:
    with database.reading() as session:
        return session.scalar(select(func.count(User.id)).where(User.login == login))


def test_a_repeated_request_is_answered_alike_and_not_done_again(town, database):
    admin = town.person("administrator")
    first = admin.post("/users", NEW, key="k")
    again = admin.post("/users", NEW, key="k")
    assert (first.status_code, first.json) == (201, first.json)
    assert (again.status_code, again.json) == (first.status_code, first.json)
    assert count(database) == 1


def test_a_key_with_another_body_or_address_is_a_conflict(town):
    admin = town.person("administrator")
    admin.post("/users", NEW, key="k")
    other_body = admin.post("/users", NEW | {"name": "别人"}, key="k")
    assert (other_body.status_code, other_body.json["code"]) == (409, "idempotency_key_reused")
    place = {"unit_id": town.county.units["g1"].id, "role": "grid_worker"}
    one, two = town.county.users["clerk_1"].id, town.county.users["clerk_2"].id
    assert admin.post(f"/users/{one}/memberships", place, key="p").status_code == 201
    assert admin.post(f"/users/{two}/memberships", place, key="p").json["code"] == "idempotency_key_reused"


def test_keys_of_different_people_and_routes_do_not_meet(town):
    admin = town.person("administrator")
    assert admin.post("/users", NEW, key="k").status_code == 201
    assert admin.post("/areas", {"code": "a", "name": "a", "level": "county"}, key="k").status_code == 201


def test_a_refused_request_leaves_its_key_free(town, database):
    admin = town.person("administrator")
    taken = NEW | {"login": "clerk_1"}
    assert admin.post("/users", taken, key="k").status_code == 409
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(IdempotencyKey)) == 0
    assert admin.post("/users", NEW, key="k").status_code == 201


@pytest.mark.parametrize("key", [None, "", "  ", "x" * 201, "sp\x7fam"])
def test_a_post_without_a_usable_key_is_refused_before_its_body_is_read(town, key):
    headers = {} if key is None else {"Idempotency-Key": key}
    reply = town.person("administrator").send(
        "POST", "/users", data=b"{", headers=headers, content_type="text/plain"
    )
    assert (reply.status_code, reply.json["code"]) == (400, "idempotency_key_missing")


def test_racing_requests_with_one_key_are_done_once_and_all_get_the_answer(town, database):
    admin = town.person("administrator")
    replies, start = [], threading.Barrier(8)

    def send():
        start.wait()
        replies.append(admin.post("/users", NEW, key="k"))

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [reply.status_code for reply in replies] == [201] * 8
    assert len({reply.json["id"] for reply in replies}) == 1
    assert count(database) == 1


def test_racing_requests_with_different_keys_for_one_name_make_one_user(town, database):
    admin = town.person("administrator")
    replies, start = [], threading.Barrier(4)

    def send():
        start.wait()
        replies.append(admin.post("/users", NEW))

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(reply.status_code for reply in replies) == [201, 409, 409, 409]
    assert count(database) == 1


def test_old_keys_are_forgotten_and_young_ones_kept(town, database):
    town.person("administrator").post("/users", NEW, key="k")
    for days, left in ((29, 1), (31, 0)):
        with database.writing() as session:
            session.info["clock"] = fixed_clock(NOW + timedelta(days=days))
            sweep(session, {})
            session.commit()
            assert session.scalar(select(func.count()).select_from(IdempotencyKey)) == left
