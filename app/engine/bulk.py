"""One wish about thousands of items: chunks of a commit each, a savepoint a row, exactly once through any crash."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from app.kernel.actors import Actor
from app.kernel.dates import Clock


def start_bulk(
    session: Session, actor: Actor, clock: Clock, kind: str, items: list[dict[str, Any]], common: dict[str, Any]
) -> int:
    """Store the run and its rows and enqueue the job; the bulk id. Does not commit."""
    raise NotImplementedError
