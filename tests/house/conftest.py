"""One application for all house tests: they change nothing."""

from __future__ import annotations

import shutil

import pytest

from app.access.provision import add_user
from app.kernel.dates import fixed_clock
from app.kernel.db import Database
from tests.access.people import password_hash
from tests.conftest import NOW
from tests.web.client import Town, make_town


@pytest.fixture(scope="session")
def house(tmp_path_factory, sqlite_template, cipher):
    """A town on SQLite."""
    folder = tmp_path_factory.mktemp("house")
    shutil.copy(sqlite_template, folder / "house.db")
    database = Database(f"sqlite:///{folder / 'house.db'}", cipher)
    town: Town = make_town(database, fixed_clock(NOW), folder)
    with database.writing() as session:
        add_user(session, "bystander", "旁人", password_hash=password_hash())
        session.commit()
    yield town
    database.dispose()
