"""The whole schema in one place: every room's tables, and the migrations that build them."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, MetaData

from app.kernel.db import Base

ROOMS = (
    "web",
    "access",
    "engine",
    "intake",
    "registry",
    "costs",
    "fund",
    "rounds",
    "visits",
    "mobile",
    "meetings",
    "alerts",
    "desk",
)
_LOCK = 7_260_318  # any number: the advisory lock that lets one server migrate while others wait


def whole_schema() -> MetaData:
    """Metadata of all tables, after importing every room's models."""
    for room in ROOMS:
        for name in ("models", "definition_models"):
            if (Path(__file__).parent / room / f"{name}.py").exists():
                importlib.import_module(f"app.{room}.{name}")
    return Base.metadata


def upgrade(engine: Engine, resources: Path, revision: str = "head") -> None:
    """Bring the database to `revision`; servers that start at once wait for each other."""
    _migrate(engine, resources, lambda config: command.upgrade(config, revision))


def downgrade(engine: Engine, resources: Path, revision: str = "base") -> None:
    """Take the database back to `revision`."""
    _migrate(engine, resources, lambda config: command.downgrade(config, revision))


def _migrate(engine: Engine, resources: Path, run: Callable[[Config], None]) -> None:
    config = Config()
    config.set_main_option("script_location", str(resources / "migrations"))
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
        config.attributes["connection"] = connection
        run(config)
