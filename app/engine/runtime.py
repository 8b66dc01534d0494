"""Starting, moving and cancelling process instances, inside the caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from app.engine.messages import send_message, send_messages
from app.kernel.actors import Actor
from app.kernel.dates import Clock

__all__ = ["Start", "cancel_instance", "send_message", "send_messages", "start_instance", "start_instances"]


@dataclass(frozen=True)
class Start:
    """What a new instance is about; `subject` ("case:12") is also what messages find it by."""

    scheme: str
    process_key: str
    subject: str
    group: str | None = None
    areas: dict[str, int] = field(default_factory=dict)
    unit_id: int | None = None
    data: dict[str, Any] = field(default_factory=dict)
    definition_id: str | None = None


def start_instance(session: Session, actor: Actor, clock: Clock, start: Start) -> int:
    """Start one process and run it to its first human tasks; the instance's id. Does not commit."""
    return start_instances(session, actor, clock, [start])[0]


def start_instances(session: Session, actor: Actor, clock: Clock, starts: Sequence[Start]) -> list[int]:
    """The fast path for many; ids in the order of `starts`. Does not commit."""
    raise NotImplementedError


def cancel_instance(session: Session, actor: Actor, clock: Clock, instance_id: int, reason: str) -> None:
    """End a running instance: its open tasks are cancelled, the reason stands in its history. Does not commit."""
    raise NotImplementedError
