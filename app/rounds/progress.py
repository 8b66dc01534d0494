"""Progress of a round: nobody messages it one by one, a debounced job looks at the barrier."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from app.engine.jobs import enqueue
from app.kernel.dates import Clock

DEBOUNCE = timedelta(seconds=2)
BARRIERS = ("tallies_done", "cases_done")


def touch(session: Session, clock: Clock, round_id: int, barrier: str) -> None:
    """Something that `barrier` (tallies_done | cases_done) waits for has moved. Does not commit.

    Touches within two seconds become one job.
    """
    if barrier not in BARRIERS:
        raise ValueError(f"no barrier is called {barrier}")
    seconds = DEBOUNCE.total_seconds()
    slot = int(clock().timestamp() // seconds) + 1
    due = clock() + timedelta(seconds=seconds)
    key = f"rounds.check_barrier:{round_id}:{barrier}:{slot}"
    enqueue(session, "rounds.check_barrier", {"round_id": round_id, "barrier": barrier}, due=due, key=key)
