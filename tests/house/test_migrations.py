"""Migrations build what the models say, and take it away again."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.exc import DatabaseError

from app.kernel.db import Database
from app.schema import downgrade, upgrade, whole_schema
from tests.bare import bare_database

RESOURCES = Path(__file__).parents[2]


@pytest.fixture(params=["sqlite", "postgresql"])
def migrated(request, tmp_path, cipher):
    with bare_database(request, tmp_path) as url:
        database = Database(url, cipher)
        upgrade(database.engine, RESOURCES)
        yield database
        database.dispose()


def test_there_is_one_head():
    assert len(ScriptDirectory(str(RESOURCES / "migrations")).get_heads()) == 1


def test_migrations_and_models_agree(migrated):
    with migrated.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        differences = compare_metadata(context, whole_schema())
    assert differences == []


def test_upgrading_twice_changes_nothing(migrated):
    upgrade(migrated.engine, RESOURCES)
    assert "round" in inspect(migrated.engine).get_table_names()


def test_downgrading_leaves_only_alembics_own_table(migrated):
    downgrade(migrated.engine, RESOURCES)
    assert inspect(migrated.engine).get_table_names() == ["alembic_version"]


def test_the_migrated_database_refuses_to_change_an_audit_row(migrated):
    row = "INSERT INTO audit (at, actor_name, kind, detail, hash) VALUES ('2026-01-01', 'x', 'x', '{}', 'x')"
    with migrated.engine.begin() as connection:
        connection.execute(text(row))
    with pytest.raises(DatabaseError, match="append-only"), migrated.engine.begin() as connection:
        connection.execute(text("UPDATE audit SET kind = 'y'"))


def test_migrated_and_created_schemas_have_the_same_triggers(migrated, request, cipher, sqlite_template):
    names = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    }[migrated.url.get_backend_name()]
    is_sqlite = migrated.url.get_backend_name() == "sqlite"
    created_url = f"sqlite:///{sqlite_template}" if is_sqlite else request.getfixturevalue("postgresql_database")
    created = create_engine(created_url)
    with migrated.engine.connect() as one, created.connect() as other:
        found = set(one.scalars(text(names)))
        assert found == set(other.scalars(text(names)))
    created.dispose()
    assert found
