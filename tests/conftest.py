"""Fixtures that every room shares: a real database of each kind, a clock that stands still."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from app.kernel.crypto import Cipher
from app.kernel.dates import fixed_clock
from app.kernel.db import Database
from app.schema import whole_schema
from tests.postgres import empty_postgresql, find_postgresql

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)  # a Monday, 09:00 in the county


_KEPT: dict[str, Database] = {}


@pytest.fixture(scope="session")
def cipher() -> Cipher:
    return Cipher(b"a secret for tests only")


@pytest.fixture
def clock():
    return fixed_clock(NOW)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory, cipher) -> Path:
    path = tmp_path_factory.mktemp("template") / "empty.db"
    database = Database(f"sqlite:///{path}", cipher)
    whole_schema().create_all(database.engine)
    database.dispose()  # the last connection to close folds the write-ahead log into the file
    return path


@pytest.fixture(scope="session")
def postgresql_template(cipher) -> Iterator[tuple[str, str]]:
    """(server url without a database, name of a template database)."""
    with find_postgresql() as server:
        name = f"nuanxin_t_{uuid.uuid4().hex[:12]}"
        admin = create_engine(f"{server}/postgres", isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        database = Database(f"{server}/{name}", cipher)
        whole_schema().create_all(database.engine)
        database.dispose()
        yield server, name
        with admin.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        admin.dispose()


@pytest.fixture(scope="session")
def postgresql_database(postgresql_template) -> Iterator[str]:
    """A database that the tests of this process share, one after the other."""
    server, template = postgresql_template
    name = f"nuanxin_t_{uuid.uuid4().hex[:12]}"
    admin = create_engine(f"{server}/postgres", isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
        connection.execute(text(f"ALTER DATABASE {name} SET synchronous_commit = off"))  # no test cuts the power
    yield f"{server}/{name}"
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request) -> str:
    """An empty database with the whole schema, this test's alone while it runs."""
    if request.param == "sqlite":
        template = request.getfixturevalue("sqlite_template")
        path = template.with_name("nuanxin.db")
        for old in path.parent.glob("nuanxin.db*"):  # with its write-ahead log
            old.unlink()
        shutil.copy(template, path)
        return f"sqlite:///{path}"
    url = request.getfixturevalue("postgresql_database")
    empty_postgresql(url, [table.name for table in whole_schema().sorted_tables])
    return url


@pytest.fixture
def database(database_url, cipher) -> Iterator[Database]:
    """Kept from test to test, so that a statement is compiled once a process and not once a test."""
    if database_url not in _KEPT:
        _KEPT[database_url] = Database(database_url, cipher)
    database = _KEPT[database_url]
    database.info.clear()
    yield database
    database.dispose()
