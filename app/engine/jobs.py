"""Work in the background: one thin interface over the `job` table, the same on both databases."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.engine.engine import Engine
from app.kernel.dates import Clock
from app.kernel.db import Database


def enqueue(
    session: Session, kind: str, payload: dict[str, Any], *, due: datetime | None = None, key: str | None = None
) -> None:
    """Add a job to the caller's transaction; a waiting job with the same `key` makes this one superfluous."""
    raise NotImplementedError


def run_due_jobs(database: Database, engine: Engine, clock: Clock, limit: int = 1000) -> int:
    """Run what is due, one after the other, until nothing is or `limit` were run; how many were."""
    raise NotImplementedError
