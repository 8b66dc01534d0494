"""Messages to instances: sent in the caller's transaction, delivered by a job, kept until somebody awaits them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.kernel.dates import Clock


@dataclass(frozen=True)
class Message:
    """`correlation` is the subject of the receiver ("round:3"); the same `key` sent twice is one message."""

    name: str
    correlation: str
    payload: dict[str, Any]
    key: str


def send_message(
    session: Session, clock: Clock, name: str, correlation: str, payload: dict[str, Any], key: str,
    expires: datetime | None = None,
) -> None:  # fmt: skip
    """Send one message; not awaited within its time (30 days unless told) it becomes an incident. Does not commit."""
    send_messages(session, clock, [Message(name, correlation, payload, key)], expires)


def send_messages(
    session: Session, clock: Clock, messages: Sequence[Message], expires: datetime | None = None
) -> None:
    """The fast path: one job delivers them all in chunks. Does not commit."""
    raise NotImplementedError
