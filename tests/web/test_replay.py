from __future__ import annotations

import contextlib
import hashlib
import json
import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.access.models import Area, User
from app.access.operations import sweep
from app.access.provision import add_area
from app.kernel.dates import fixed_clock
from app.kernel.db import Database
from app.kernel.idempotency import remember
from app.web import current
from app.web.idempotency import replayable
from app.web.models import IdempotencyKey
from app.web.routes import allow
from tests.conftest import NOW

COUNTIES = select(Area.code).where(Area.level == "county").order_by(Area.id)
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
    reply = town.person("administrator").send("POST", "/users", data=b"{", headers=headers, content_type="text/plain")
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


class Desk:
    """A view of our own that notes every run; what `work` does with the session is up to the test."""

    def __init__(self, town, work):
        self.runs = 0

        @allow("administrator")
        @replayable(lambda ref: {"ref": ref})
        def view():
            with current.writing() as session:
                self.runs += 1
                work(session)

        town.flask.add_url_rule("/api/v1/try", view_func=view, methods=["POST"], endpoint="try")
        self.admin = town.person("administrator")

    def post(self, key="k", **options):
        return self.admin.send("POST", "/try", headers={"Idempotency-Key": key}, **options)


def make_area(session, code="a"):
    area = add_area(session, code, "x", "county")
    remember(session, f"area:{area.id}")


def test_an_upload_sent_again_with_another_boundary_is_the_same_request(town):
    def work(session):
        make_area(session)
        session.commit()

    desk = Desk(town, work)

    def upload(content, boundary):
        head = 'Content-Disposition: form-data; name="file"; filename="a.csv"'
        part = f"--{boundary}\r\n{head}\r\n\r\n{content}\r\n--{boundary}--"
        return desk.post(data=part.encode(), content_type=f"multipart/form-data; boundary={boundary}")

    first, again = upload("1", "abc"), upload("1", "xyz")
    assert (first.json, again.json, desk.runs) == (again.json, first.json, 2)
    assert upload("2", "abc").json["code"] == "idempotency_key_reused"


def test_a_use_case_that_rolls_back_and_tries_again_inside_keeps_its_claim(town, database):
    def work(session):
        make_area(session, "lost")
        session.rollback()
        with session.begin_nested():
            make_area(session, "kept")
        session.commit()

    desk = Desk(town, work)
    first = desk.post()
    assert desk.post().json == first.json
    with database.reading() as session:
        assert session.scalars(COUNTIES).all() == ["330683", "kept"]


def test_a_savepoint_that_fails_does_not_lose_the_claim(town, database):
    def work(session):
        make_area(session, "one")
        with contextlib.suppress(ZeroDivisionError), session.begin_nested():
            make_area(session, "two")
            raise ZeroDivisionError
        remember(session, "one")
        session.commit()

    desk = Desk(town, work)
    assert [desk.post().json, desk.post().json] == [{"ref": "one"}] * 2
    with database.reading() as session:
        assert session.scalars(COUNTIES).all() == ["330683", "one"]


def test_a_second_commit_in_one_request_is_no_second_claim(town):
    def work(session):
        make_area(session)
        session.commit()
        add_area(session, "b", "y", "county")
        session.commit()

    desk = Desk(town, work)
    first = desk.post()
    assert (first.status_code, desk.post().json) == (200, first.json)


def test_a_view_that_dies_leaves_nothing_and_may_be_asked_again(town, database):
    deaths = [ZeroDivisionError("dead")]

    def work(session):
        make_area(session)
        if deaths:
            raise deaths.pop()
        session.commit()

    desk = Desk(town, work)
    assert desk.post().status_code == 500
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(IdempotencyKey)) == 0
    assert desk.post().status_code == 200


def test_old_keys_are_forgotten_and_young_ones_kept(town, database):
    town.person("administrator").post("/users", NEW, key="k")
    for days, left in ((29, 1), (31, 0)):
        with database.writing() as session:
            session.info["clock"] = fixed_clock(NOW + timedelta(days=days))
            sweep(session, {})
            session.commit()
            assert session.scalar(select(func.count()).select_from(IdempotencyKey)) == left


def test_what_is_kept_of_a_body_cannot_be_guessed_back_without_the_key(town, database):
    """An ID number or a password behind a plain SHA-256 would be found by trying all of them."""
    number = {"id_number": "330683196001010015"}
    assert town.person("ybj_officer").post("/people/look-up", number, key="k").status_code == 200
    with database.reading() as session:
        kept = session.scalars(select(IdempotencyKey.body_hash)).one()
    for path in ("/api/v1/people/look-up?", "/api/v1/people/look-up"):
        for body in (json.dumps(number), json.dumps(number, separators=(",", ":"), sort_keys=True)):
            assert kept != hashlib.sha256(f"POST {path}\n{body}".encode()).hexdigest()
