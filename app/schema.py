"""The whole schema in one place: every room's tables, for migrations and for tests."""

from __future__ import annotations

import importlib
from pathlib import Path

from sqlalchemy import MetaData

from app.kernel.db import Base

ROOMS = ("web", "access", "engine", "intake", "registry", "costs", "fund", "rounds", "visits", "meetings")


def whole_schema() -> MetaData:
    """Metadata of all tables, after importing every room's models."""
    for room in ROOMS:
        if (Path(__file__).parent / room / "models.py").exists():
            importlib.import_module(f"app.{room}.models")
    return Base.metadata
