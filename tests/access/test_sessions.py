from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import event, select

from app.access import attempts
from app.access.models import ApiToken, Audit, UserSession
from app.kernel.dates import fixed_clock
from app.web.surroundings import COOKIE
from tests.access.people import PASSWORD
from tests.conftest import NOW
from tests.web.client import make_app

LOGIN = {"login": "clerk_1", "password": PASSWORD}


def test_a_cookie_log_in_can_read_and_needs_its_csrf_token_to_write(town):
    browser = town.flask.test_client()
    opened = browser.post("/api/v1/session", json=LOGIN)
    assert opened.status_code == 200
    cookie = opened.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    me = browser.get("/api/v1/me").json
    assert (me["login"], me["csrf_token"]) == ("clerk_1", opened.json["csrf_token"])
    assert [role["id"] for role in me["roles"]] == ["township_clerk"]
    assert me["memberships"][0]["unit"]["code"] == "t1"

    refused = browser.post("/api/v1/tokens", json={"name": "手机"})
    assert (refused.status_code, refused.json["code"]) == (403, "csrf_token_wrong")
    wrong = browser.delete("/api/v1/session", headers={"X-CSRF-Token": "猜".encode().decode("latin-1")})
    assert wrong.json["code"] == "csrf_token_wrong"
    csrf = {"X-CSRF-Token": opened.json["csrf_token"]}
    assert browser.post("/api/v1/tokens", json={"name": "手机"}, headers=csrf).status_code == 201

    value = browser.get_cookie(COOKIE).value
    assert browser.delete("/api/v1/session", headers=csrf).status_code == 204
    browser.set_cookie(COOKIE, value)
    assert browser.get("/api/v1/me").status_code == 401


def test_secure_cookies_are_a_setting(town, database, clock, tmp_path):
    flask = make_app(database, clock, tmp_path, secure_cookies=True)
    opened = flask.test_client().post("/api/v1/session", json=LOGIN)
    assert "Secure" in opened.headers["Set-Cookie"]
    assert "Strict-Transport-Security" in opened.headers


def test_only_hashes_of_secrets_are_kept(town, database):
    opened = town.flask.test_client().post("/api/v1/session", json=LOGIN)
    person = town.person("clerk_1")
    secret = opened.headers["Set-Cookie"].split("=", 1)[1].split(";")[0]
    with database.reading() as session:
        kept = {
            *session.scalars(select(UserSession.token_hash)),
            *session.scalars(select(ApiToken.token_hash)),
        }
    assert len(kept) == 2
    assert kept.isdisjoint({secret, person.token})


def test_a_token_is_listed_without_its_secret_and_can_be_revoked(town):
    person = town.person("clerk_1")
    listed = person.get("/tokens").json["items"]
    assert [token["name"] for token in listed] == ["test"]
    assert "token" not in listed[0]
    stranger = town.person("clerk_2")
    assert stranger.send("DELETE", f"/tokens/{listed[0]['id']}").json["code"] == "token_unknown"
    assert person.send("DELETE", f"/tokens/{listed[0]['id']}").status_code == 204
    assert person.get("/tokens").status_code == 401


@pytest.mark.parametrize("login", ["clerk_1", "nobody-has-this-name"])
def test_five_wrong_tries_lock_a_name_whether_or_not_it_exists(town, database, tmp_path, login):
    browser = town.flask.test_client()
    wrong = {"login": login, "password": "a-wrong-password"}
    replies = [browser.post("/api/v1/session", json=wrong) for _ in range(7)]
    assert [reply.status_code for reply in replies] == [401] * 5 + [429] * 2
    assert {reply.json["code"] for reply in replies} == {"login_failed", "too_many_logins"}
    assert replies[-1].headers["Retry-After"] == "900"
    locked = browser.post("/api/v1/tokens", json={"login": login, "password": PASSWORD, "name": "x"})
    assert locked.status_code == 429
    assert browser.post("/api/v1/session", json=LOGIN | {"login": "clerk_2"}).status_code == 200

    later = make_app(database, fixed_clock(NOW + timedelta(minutes=16)), tmp_path).test_client()
    reply = later.post("/api/v1/session", json={"login": login, "password": PASSWORD})
    assert reply.status_code == (200 if login == "clerk_1" else 401)


def test_a_right_password_forgets_the_wrong_ones_before_it(town):
    browser = town.flask.test_client()
    for _ in range(3):
        for _ in range(4):
            assert browser.post("/api/v1/session", json=LOGIN | {"password": "x"}).status_code == 401
        assert browser.post("/api/v1/session", json=LOGIN).status_code == 200


def test_one_address_cannot_try_many_names(town, monkeypatch):
    monkeypatch.setattr(attempts, "TRIES_BY_ADDRESS", 6)  # of 100, to be quick
    browser = town.flask.test_client()
    tries = [browser.post("/api/v1/session", json={"login": f"n{n}", "password": "x"}).status_code for n in range(8)]
    assert tries == [401] * 6 + [429] * 2


def test_sessions_and_tokens_end_with_their_time(town, database, tmp_path):
    browser = town.flask.test_client()
    browser.post("/api/v1/session", json=LOGIN)
    cookie, token = browser.get_cookie(COOKIE).value, town.person("clerk_1").token
    for after, statuses in ((11, (200, 200)), (13, (401, 200)), (24 * 91, (401, 401))):
        later = make_app(database, fixed_clock(NOW + timedelta(hours=after)), tmp_path).test_client()
        later.set_cookie(COOKIE, cookie)
        by_cookie = later.get("/api/v1/me").status_code
        by_token = later.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"}).status_code
        assert (by_cookie, by_token) == statuses


NOBODY = ["Bearer", "Bearer ", "Bearer x", "Basic YTpi", "bearer \xff\xfe", "Bearer " + "x" * 5000, "", "\x7f"]


def test_strange_credentials_are_nobody(town):
    for header in NOBODY:
        reply = town.flask.test_client().get("/api/v1/me", headers={"Authorization": header})
        assert (reply.status_code, reply.json["code"]) == (401, "unauthenticated"), header


def test_a_caller_is_recognised_with_one_statement(town, database):
    person = town.person("ybj_officer")
    person.get("/me")
    statements = []

    def note(_connection, _cursor, statement, *_rest):
        statements.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    assert person.get("/units?limit=1").status_code == 200
    event.remove(database.engine, "before_cursor_execute", note)
    queries = [s for s in statements if not s.startswith("BEGIN")]
    assert sum("api_token" in s for s in queries) == 1
    assert len(queries) == 3  # who calls, the units, their roles


def test_log_ins_and_refusals_are_in_the_trail(town, database):
    browser = town.flask.test_client()
    browser.post("/api/v1/session", json=LOGIN | {"password": "x"})
    browser.post("/api/v1/session", json=LOGIN)
    with database.reading() as session:
        kinds = session.scalars(select(Audit.kind).order_by(Audit.id)).all()
    assert kinds == ["login_failed", "session_opened"]
