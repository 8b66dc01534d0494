"""Progress of a round: nobody messages it one by one, one job looks at the barrier for all who moved."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session

from app.access import audit
from app.engine.jobs import clock_of, enqueue
from app.engine.runtime import send_message
from app.kernel.actors import Actor
from app.kernel.dates import Clock
from app.kernel.errors import Conflict, Denied
from app.rounds.models import Case, Round, TallyRequest
from app.rounds.rounds import get_round

BARRIERS = {"tallies_done": "tallying", "cases_done": "verifying"}  # what is awaited in which stage
UNFINISHED = ("to_verify", "verifying")


def touch(session: Session, clock: Clock, round_id: int, barrier: str) -> None:  # noqa: ARG001 contract of the rooms above
    """Something that `barrier` (tallies_done | cases_done) waits for has moved. Does not commit.

    Touches that come before the job begins become one job.
    """
    if barrier not in BARRIERS:
        raise ValueError(f"no barrier is called {barrier}")
    payload = {"round_id": round_id, "barrier": barrier}
    enqueue(session, "rounds.check_barrier", payload, key=f"rounds.check_barrier:{round_id}:{barrier}")


def check_barrier(session: Session, payload: dict[str, Any]) -> None:
    """Job: sends the barrier's one message of this wave when nothing is left to wait for. Does not commit."""
    round_ = get_round(session, payload["round_id"])
    barrier = payload["barrier"]
    if round_.stage == BARRIERS[barrier] and not is_waiting(session, round_.id, barrier):
        _signal(session, clock_of(session), round_, barrier)


def is_waiting(session: Session, round_id: int, barrier: str) -> bool:
    """True while a tally request, or for `cases_done` a case or a small tally, is unanswered."""
    requests = select(TallyRequest.id).where(TallyRequest.round_id == round_id, TallyRequest.state == "open")
    if barrier == "tallies_done":
        return _any(session, requests.where(TallyRequest.kind != "door"))
    cases = select(Case.id).where(Case.round_id == round_id, Case.stage.in_(UNFINISHED))
    return _any(session, cases) or _any(session, requests.where(TallyRequest.kind == "door"))


def stop_visits(session: Session, actor: Actor, clock: Clock, round_id: int, reason: str) -> Round:
    """Civil affairs stops waiting: unfinished cases will go to the supplementary list at the merge.

    Raises Denied, Conflict `round_not_verifying`.
    """
    if not actor.has_role("civil_affairs_officer"):
        raise Denied
    round_ = get_round(session, round_id)
    if round_.stage != "verifying":
        raise Conflict("本轮不在上门核实阶段", code="round_not_verifying", stage=round_.stage)
    _signal(session, clock, round_, "visits_stopped")
    audit.record(session, actor, clock, "visits_stopped", subject=f"round:{round_id}", detail={"reason": reason})
    session.commit()
    return round_


def _signal(session: Session, clock: Clock, round_: Round, name: str) -> None:
    """One message a wave: a second one would stay pending and end the next wave before it began."""
    session.refresh(round_, with_for_update={"key_share": True})
    if round_.signalled_wave == round_.wave:
        return
    round_.signalled_wave = round_.wave
    send_message(session, clock, name, f"round:{round_.id}", {}, f"{name}:{round_.id}:{round_.wave}")


def _any(session: Session, query: Select[int]) -> bool:
    return bool(session.scalar(select(exists(query.with_only_columns(1)))))
