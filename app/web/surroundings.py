"""What create_app hands to the views: database, clock, settings, and the way to find out who calls."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import current_app
from sqlalchemy.orm import Session

from app.kernel.actors import Actor
from app.kernel.dates import Clock
from app.kernel.db import Database
from app.kernel.settings import Settings

COOKIE = "nuanxin_session"


@dataclass(frozen=True)
class Credentials:
    """What the request shows to prove who sends it; at most one of the two is used."""

    cookie: str | None = None
    bearer: str | None = None


@dataclass(frozen=True)
class Caller:
    """Who was recognised; `csrf_token` is what unsafe requests with a cookie must repeat."""

    actor: Actor
    csrf_token: str | None = None


Authenticate = Callable[[Session, Clock, Credentials], Caller | None]


@dataclass(frozen=True)
class Table:
    """A list to be written as a workbook: `subject` is its address, `narrowed` the names of its filters in use."""

    title: str
    headings: Sequence[Any]
    rows: Iterable[Sequence[Any]]
    subject: str
    narrowed: Sequence[str]


WriteTable = Callable[[Database, Actor, Clock, Table], bytes]


@dataclass(frozen=True)
class Surroundings:
    """One a Flask application."""

    database: Database
    clock: Clock
    settings: Settings
    authenticate: Authenticate
    write_table: WriteTable


def surroundings() -> Surroundings:
    """Those of the application that is handling this request."""
    found = current_app.extensions["nuanxin"]
    if not isinstance(found, Surroundings):
        raise TypeError("create_app puts the surroundings into the extensions")
    return found
