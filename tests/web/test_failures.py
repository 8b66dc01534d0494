from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from app.kernel.crypto import Cipher
from app.kernel.db import Database
from app.web.routes import allow_public
from tests.web.client import make_app


def add_view(flask: Flask, view) -> None:
    flask.add_url_rule("/api/v1/try", view_func=allow_public(view), endpoint="try")


def test_the_unforeseen_gets_a_number_that_is_in_the_log(town, caplog):
    def fail():
        raise RuntimeError("secret inner words")

    add_view(town.flask, fail)
    reply = town.flask.test_client().get("/api/v1/try")
    assert (reply.status_code, reply.json["code"]) == (500, "unexpected")
    assert "secret inner words" not in reply.text
    assert reply.json["incident"] in caplog.text


def test_a_route_that_names_nobody_is_closed(town):
    town.flask.add_url_rule("/api/v1/try", view_func=lambda: "open", endpoint="try")
    reply = town.flask.test_client().get("/api/v1/try")
    assert (reply.status_code, reply.json["code"]) == (403, "route_without_roles")


@pytest.mark.parametrize("url", ["postgresql+psycopg://nobody@127.0.0.1:1/none", "sqlite:////nowhere/at/all.db"])
def test_a_database_that_cannot_be_reached_is_said_to_be_away(clock, tmp_path, url):
    client = make_app(Database(url, Cipher(b"x")), clock, tmp_path).test_client()
    reply = client.get("/api/v1/health")
    assert (reply.status_code, reply.json["code"], reply.headers["Retry-After"]) == (503, "unavailable", "5")
    assert client.post("/api/v1/session", json={"login": "a", "password": "b"}).status_code == 503


def test_a_mistake_of_ours_in_sql_is_not_called_an_outage(town, database):
    def fail():
        with database.reading() as session:
            session.execute(text("SELECT nothing FROM nowhere"))

    add_view(town.flask, fail)
    assert town.flask.test_client().get("/api/v1/try").status_code == 500


def test_a_locked_sqlite_is_said_to_be_away(town):
    def fail():
        raise OperationalError("BEGIN", {}, __import__("sqlite3").OperationalError("database is locked"))

    add_view(town.flask, fail)
    assert town.flask.test_client().get("/api/v1/try").status_code == 503
