"""The whole application on a test database, and people who are logged in to it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from app.kernel.dates import Clock
from app.kernel.db import Database
from app.kernel.settings import Settings
from tests.access.people import PASSWORD, County, make_county

ROOT = Path(__file__).parents[2]


def make_app(database: Database, clock: Clock, data_dir: Path, **settings: Any) -> Flask:
    """create_app on this database and clock; files go below `data_dir`."""
    given = {"max_upload_mb": 8, **settings}
    url = database.url.render_as_string(hide_password=False)
    flask = create_app(
        Settings(url, data_dir, ROOT, b"a secret for tests only", **given), clock=clock, database=database
    )
    flask.testing = True
    return flask


@dataclass
class Person:
    """One user with a bearer token; every POST has a fresh Idempotency-Key unless one is given."""

    client: FlaskClient
    token: str

    def get(self, path: str, **options: Any) -> Any:
        return self.send("GET", path, **options)

    def post(self, path: str, json: Any = None, *, key: str | None = None, **options: Any) -> Any:
        headers = {"Idempotency-Key": key or uuid.uuid4().hex, **options.pop("headers", {})}
        return self.send("POST", path, json=json, headers=headers, **options)

    def send(self, method: str, path: str, *, headers: dict[str, str] | None = None, **options: Any) -> Any:
        """Path below /api/v1."""
        sent = {"Authorization": f"Bearer {self.token}", **(headers or {})}
        return self.client.open(f"/api/v1{path}", method=method, headers=sent, **options)


class Town:
    """An application with the county of tests/access/people.py; `town.person("ybj_officer")` is logged in."""

    def __init__(self, flask: Flask, county: County) -> None:
        self.flask = flask
        self.county = county
        self._people: dict[str, Person] = {}

    def person(self, login: str) -> Person:
        if login not in self._people:
            client = self.flask.test_client(use_cookies=False)
            body = {"login": login, "password": PASSWORD, "name": "test"}
            reply = client.post("/api/v1/tokens", json=body)
            assert reply.status_code == 201, reply.json
            self._people[login] = Person(client, reply.json["token"])
        return self._people[login]


def make_town(database: Database, clock: Clock, data_dir: Path, **settings: Any) -> Town:
    """The application, with the county in its database."""
    with database.writing() as session:
        county = make_county(session)
    return Town(make_app(database, clock, data_dir, **settings), county)
