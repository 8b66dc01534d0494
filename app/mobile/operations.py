"""What the job runner does for this room: parts that nobody came back for are dropped."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from app.engine.jobs import clock_of
from app.mobile.uploads import sweep_uploads


def sweep(session: Session, _payload: dict[str, Any]) -> None:
    """Drop abandoned uploads; does not commit."""
    sweep_uploads(session, clock_of(session))


JOB_HANDLERS: dict[str, Callable[[Session, dict[str, Any]], None]] = {"mobile.sweep": sweep}
PERIODIC = {"mobile.sweep": 3600}
"""Seconds between runs."""
