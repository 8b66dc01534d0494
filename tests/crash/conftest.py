"""A county with the product's schemes deployed, and a twin of its database; tests start the processes."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import create_engine, select, text

from app.engine.models import Definition, DefinitionBlob
from app.kernel.crypto import Cipher
from app.kernel.dates import system_clock
from app.kernel.db import Database
from tests.crash.processes import SECRET, House, stamp
from tests.web.client import make_app

_deployed: list[tuple[type[Any], dict[str, Any]]] = []  # of the first deployment: checking the schemes takes seconds


@pytest.fixture(scope="session")
def cipher() -> Cipher:
    return Cipher(SECRET.encode())


@pytest.fixture
def product(database, tmp_path) -> Flask:
    """The application in this process, on the clock of the wall, with every scheme deployed."""
    flask = make_app(database, system_clock, tmp_path / "data")
    deploy(flask, database)
    return flask


@pytest.fixture
def open_house(product, tmp_path) -> Iterator[Callable[..., House]]:
    """`open_house(database)`: the same as real processes, which are all gone after the test."""
    with ExitStack() as after:

        def make(database: Database) -> House:
            stamp(database)
            house = House(database, tmp_path)
            after.callback(house.kill_all)
            return house

        yield make


def deploy(flask: Flask, database: Database) -> None:
    if not _deployed:
        flask.extensions["nuanxin_deploy"]()
    with database.writing() as session:
        if _deployed:
            session.add_all(table(**values) for table, values in _deployed)
            session.commit()
            return
        for table in (Definition, DefinitionBlob):
            names = table.__table__.c.keys()
            _deployed.extend((table, {n: getattr(row, n) for n in names}) for row in session.scalars(select(table)))


@contextmanager
def twin_of(database: Database) -> Iterator[Database]:
    """A second database with the same content."""
    database.dispose()
    if database.url.get_backend_name() == "sqlite":
        path = Path(str(database.url.database)).with_name("twin.db")
        shutil.copy(str(database.url.database), path)
        yield from _opened(f"sqlite:///{path}", database)
        return
    name = f"nuanxin_t_{uuid.uuid4().hex[:12]}"
    admin = create_engine(database.url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {database.url.database}"))
    try:
        yield from _opened(database.url.set(database=name), database)
    finally:
        with admin.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        admin.dispose()


def _opened(url: Any, other: Database) -> Iterator[Database]:
    twin = Database(url, other.cipher)
    try:
        yield twin
    finally:
        twin.dispose()
