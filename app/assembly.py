"""The one place where the rooms are put together: what each hands over, and the application made of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Flask
from flask_sqlalchemy import SQLAlchemy

from app.access import api as access_api
from app.access import operations as access_operations
from app.access.authentication import authenticate
from app.engine.engine import Engine
from app.engine.rerouting import reroute_open_tasks
from app.kernel.crypto import Cipher
from app.kernel.dates import Clock, system_clock
from app.kernel.db import Base, Database
from app.kernel.settings import Settings
from app.web import api as web_api
from app.web.openapi import publish
from app.web.problems import handle_problems
from app.web.routes import Blueprint, guard_request
from app.web.security import harden
from app.web.surroundings import Surroundings

# What each room hands over; every table is written out, nothing is found by scanning.
BLUEPRINTS: list[Blueprint] = [*web_api.BLUEPRINTS, *access_api.BLUEPRINTS]
OPERATORS: dict[str, Any] = {}
JOB_HANDLERS: dict[str, Any] = {**access_operations.JOB_HANDLERS}
BULK_HANDLERS: dict[str, Any] = {}
PERIODIC: dict[str, int] = {**access_operations.PERIODIC}
LISTENERS: dict[str, list[Any]] = {"places_changed": [reroute_open_tasks]}


def assemble(settings: Settings, clock: Clock | None, database: Database | None) -> Flask:
    """See `app.create_app`."""
    clock = clock or system_clock
    database = database or Database(settings.database_url, Cipher(settings.secret_key))
    engine = Engine(settings.resources, OPERATORS, JOB_HANDLERS, BULK_HANDLERS, LISTENERS, PERIODIC)
    database.info.update(engine=engine, settings=settings, clock=clock, listeners=LISTENERS)
    flask = Flask("nuanxin", static_folder=None)
    flask.json.ensure_ascii = False  # type: ignore[attr-defined]
    flask.extensions["nuanxin"] = Surroundings(database, clock, settings, authenticate)
    flask.extensions["nuanxin_database"] = database
    flask.extensions["nuanxin_engine"] = engine
    flask.config["SQLALCHEMY_DATABASE_URI"] = database.url
    _Alchemy(database).init_app(flask)
    harden(flask, settings.max_upload_mb, secure=settings.secure_cookies)
    handle_problems(flask)
    flask.before_request(guard_request)
    publish(flask, BLUEPRINTS)
    return flask


class _Alchemy(SQLAlchemy):
    """Flask-SQLAlchemy over the plain Base and our one engine, for `flask shell` and extensions.

    Views take their sessions from web.current, which know the cipher and the claim of the request.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        super().__init__(model_class=Base, disable_autonaming=True)

    def _apply_driver_defaults(self, options: dict[str, Any], app: Flask) -> None:
        """The engine exists already; there is nothing to decide."""

    def _make_engine(self, bind_key: str | None, options: Mapping[str, Any], app: Flask) -> Any:  # noqa: ARG002 theirs
        return self._database.engine
