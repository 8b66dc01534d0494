"""Higher rooms hear when units, areas or memberships change: open tasks may have another holder then."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.kernel.actors import Actor
from app.kernel.dates import Clock

EVENT = "places_changed"


def announce_places_changed(session: Session, actor: Actor, clock: Clock) -> None:
    """Call the listeners that create_app put into the session, in the same transaction; does not commit."""
    session.flush()
    for listener in session.info.get("listeners", {}).get(EVENT, ()):
        listener(session, actor, clock)
