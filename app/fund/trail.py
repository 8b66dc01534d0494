"""What the fund's people do is in the audit, and the rooms above hear when a payment changes."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.access.audit import record
from app.engine.engine import engine_of
from app.fund.models import Payment
from app.kernel.actors import Actor
from app.kernel.dates import Clock


def note(session: Session, actor: Actor, clock: Clock, kind: str, subject: str, **detail: object) -> None:
    """One audit row; no names, no accounts. Does not commit."""
    record(session, actor, clock, f"fund.{kind}", subject=subject, detail=dict(detail))


def change_state(session: Session, payment: Payment, state: str) -> None:
    """Move a payment to another state and tell the listeners, in the same transaction. Does not commit."""
    before, payment.state = payment.state, state
    payment.version += 1
    if before != state:
        for listener in engine_of(session).listeners.get("payment", []):
            listener(session, payment.ref, before, state)
