"""The one place where the rooms are put together: what each hands over, and the application made of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from werkzeug.middleware.proxy_fix import ProxyFix

from app.access import api as access_api
from app.access import operations as access_operations
from app.access.authentication import authenticate
from app.alerts import api as alerts_api
from app.alerts import operations as alerts_operations
from app.alerts.raising import raise_from_import
from app.costs import api as costs_api
from app.costs import imports as costs_imports
from app.desk import api as desk_api
from app.engine import api as engine_api
from app.engine import handlers as engine_handlers
from app.engine.catalogue import deploy_scheme
from app.engine.engine import BulkHandler, Engine, JobHandler, Operator
from app.engine.rerouting import reroute_open_tasks
from app.engine.schemes import list_schemes
from app.fund import api as fund_api
from app.fund import operations as fund_operations
from app.fund.bank import result_file as fund_imports
from app.intake import api as intake_api
from app.intake import imports as intake_imports
from app.intake.exports import write_table
from app.kernel.actors import SYSTEM
from app.kernel.crypto import Cipher
from app.kernel.dates import Clock, system_clock
from app.kernel.db import Base, Database
from app.kernel.settings import Settings
from app.meetings import api as meetings_api
from app.meetings import operations as meetings_operations
from app.meetings.payouts import follow_payment
from app.mobile import api as mobile_api
from app.mobile import operations as mobile_operations
from app.pages.api import serve_pages
from app.proof import api as proof_api
from app.registry import api as registry_api
from app.registry import imports as registry_imports
from app.rounds import api as rounds_api
from app.rounds import operations as rounds_operations
from app.scenarios import api as scenarios_api
from app.visits import api as visits_api
from app.visits import operations as visits_operations
from app.web import api as web_api
from app.web.openapi import publish
from app.web.problems import handle_problems
from app.web.routes import Blueprint, guard_request
from app.web.security import harden
from app.web.surroundings import Surroundings

# What each room hands over: every table is written out here, nothing is found by scanning.
BLUEPRINTS: list[Blueprint] = [
    *web_api.BLUEPRINTS,
    *access_api.BLUEPRINTS,
    *engine_api.BLUEPRINTS,
    *intake_api.BLUEPRINTS,
    *registry_api.BLUEPRINTS,
    *costs_api.BLUEPRINTS,
    *fund_api.BLUEPRINTS,
    *rounds_api.BLUEPRINTS,
    *visits_api.BLUEPRINTS,
    *mobile_api.BLUEPRINTS,
    *meetings_api.BLUEPRINTS,
    *alerts_api.BLUEPRINTS,
    *proof_api.BLUEPRINTS,
    *desk_api.BLUEPRINTS,
    *scenarios_api.BLUEPRINTS,
]
OPERATORS: dict[str, Operator] = {
    **fund_operations.OPERATORS,
    **rounds_operations.OPERATORS,
    **visits_operations.OPERATORS,
    **meetings_operations.OPERATORS,
    **alerts_operations.OPERATORS,
}
JOB_HANDLERS: dict[str, JobHandler] = {
    **access_operations.JOB_HANDLERS,
    **engine_handlers.JOB_HANDLERS,
    **intake_imports.JOB_HANDLERS,
    **fund_operations.JOB_HANDLERS,
    **rounds_operations.JOB_HANDLERS,
    **mobile_operations.JOB_HANDLERS,
}
BULK_HANDLERS: dict[str, BulkHandler] = {
    **engine_handlers.BULK_HANDLERS,
    **visits_operations.BULK_HANDLERS,
    **meetings_operations.BULK_HANDLERS,
    **alerts_operations.BULK_HANDLERS,
}
PERIODIC: dict[str, int] = {**access_operations.PERIODIC, **engine_handlers.PERIODIC, **mobile_operations.PERIODIC}
IMPORTS: dict[str, intake_imports.ImportKind] = {
    **registry_imports.IMPORTS,
    **costs_imports.IMPORTS,
    **fund_imports.IMPORTS,
}
LISTENERS: dict[str, list[Callable[..., Any]]] = {
    "places_changed": [reroute_open_tasks],
    "payment": [follow_payment],
    "settlements": [raise_from_import],
}


def assemble(settings: Settings, clock: Clock | None, database: Database | None) -> Flask:
    """See `app.create_app`."""
    clock = clock or system_clock
    database = database or Database(settings.database_url, Cipher(settings.secret_key))
    engine = Engine(settings.resources, OPERATORS, JOB_HANDLERS, BULK_HANDLERS, LISTENERS, PERIODIC)
    database.info.update(engine=engine, settings=settings, clock=clock, listeners=LISTENERS, imports=IMPORTS)
    flask = Flask("nuanxin", static_folder=None)
    flask.json.ensure_ascii = False  # type: ignore[attr-defined]
    flask.extensions["nuanxin"] = Surroundings(database, clock, settings, authenticate, write_table)
    flask.extensions["nuanxin_database"] = database
    flask.extensions["nuanxin_engine"] = engine
    flask.extensions["nuanxin_deploy"] = lambda: _deploy_all(database, engine, clock)
    flask.config["SQLALCHEMY_DATABASE_URI"] = database.url
    _Alchemy(database).init_app(flask)
    harden(flask, settings.max_upload_mb, secure=settings.secure_cookies)
    handle_problems(flask)
    flask.before_request(guard_request)
    _trust(flask, settings.trusted_proxies)
    publish(flask, BLUEPRINTS)
    serve_pages(flask)
    return flask


def _trust(flask: Flask, proxies: int) -> None:
    """Address and scheme of a request are what the last `proxies` proxies say; without any, what we see."""
    if proxies:
        flask.wsgi_app = ProxyFix(flask.wsgi_app, x_for=proxies, x_proto=proxies, x_host=0)  # type: ignore[method-assign]


def _deploy_all(database: Database, engine: Engine, clock: Clock) -> None:
    """Deploy every scheme of the resources; what is deployed already stays as it is. Raises Invalid."""
    for scheme in list_schemes(engine.resources):
        with database.writing() as session:
            deploy_scheme(session, SYSTEM, clock, scheme)


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
