"""The history of an instance is its audit rows, chained by hash: one row for everything that moved it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import audit
from app.access.models import Audit
from app.kernel.actors import Actor
from app.kernel.dates import Clock


def add_history(
    session: Session, actor: Actor, clock: Clock, instance: Any, kind: str, detail: dict[str, Any]
) -> None:
    """One row at the end of the instance's chain; the instance's row must be locked. Does not commit."""
    audit.record(session, actor, clock, kind, subject=instance.subject, instance_id=instance.id, detail=detail)


def history_of(session: Session, instance_id: int) -> list[Audit]:
    """Oldest first; whether the actor may see them is the caller's question."""
    return list(session.scalars(select(Audit).where(Audit.instance_id == instance_id).order_by(Audit.seq)))
