"""What the job runner does for this room: sealing the audit trail, and forgetting what nobody can use."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from app.access.attempts import drop_old_attempts
from app.access.audit import seal
from app.access.sessions import drop_expired
from app.kernel.dates import Clock, system_clock
from app.web.idempotency import forget_keys

KEY_LENGTH = timedelta(days=30)


def seal_audit(session: Session, _payload: dict[str, Any]) -> None:
    """Chain the rows that came since the last time; does not commit."""
    seal(session, limit=5000)


def sweep(session: Session, _payload: dict[str, Any]) -> None:
    """Drop expired log-ins, old tries, and replay keys of more than 30 days ago; does not commit."""
    clock: Clock = session.info.get("clock", system_clock)
    drop_expired(session, clock)
    drop_old_attempts(session, clock)
    forget_keys(session, clock() - KEY_LENGTH)


JOB_HANDLERS: dict[str, Callable[[Session, dict[str, Any]], None]] = {
    "access.seal_audit": seal_audit,
    "access.sweep": sweep,
}
PERIODIC = {"access.seal_audit": 60, "access.sweep": 3600}
"""Seconds between runs."""
