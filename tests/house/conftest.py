"""One application for all house tests, which change nothing; and one a database for the strange calls."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import create_engine, text

from app.access.provision import add_user
from app.kernel.dates import fixed_clock
from app.kernel.db import Database
from tests.access.people import password_hash
from tests.conftest import NOW
from tests.web.client import Town, make_town


@pytest.fixture(scope="session")
def house(tmp_path_factory, sqlite_template, cipher) -> Iterator[Town]:
    """A town on SQLite, with somebody in it who has no role at all."""
    folder = tmp_path_factory.mktemp("house")
    shutil.copy(sqlite_template, folder / "house.db")
    with open_town(f"sqlite:///{folder / 'house.db'}", cipher, folder) as town:
        yield town


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def any_house(request, tmp_path_factory, cipher) -> Iterator[Town]:
    """The same on each database."""
    if request.param == "sqlite":
        yield request.getfixturevalue("house")
        return
    server, template = request.getfixturevalue("postgresql_template")
    name = f"nuanxin_t_{uuid.uuid4().hex[:12]}"
    admin = create_engine(f"{server}/postgres", isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
    with open_town(f"{server}/{name}", cipher, tmp_path_factory.mktemp("house")) as town:
        yield town
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@contextmanager
def open_town(url: str, cipher, folder) -> Iterator[Town]:
    database = Database(url, cipher)
    town = make_town(database, fixed_clock(NOW), folder)
    with database.writing() as session:
        add_user(session, "bystander", "旁人", password_hash=password_hash())
        session.commit()
    yield town
    database.dispose()
