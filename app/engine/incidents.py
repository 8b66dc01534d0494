"""Incidents: a step, job or message that failed with nobody there to tell; a person looks and tries again."""

from __future__ import annotations

from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from app.access import audit
from app.engine.jobs import AT_ONCE, clock_of, code_of, describe, enqueue
from app.engine.messages import KEPT, send_again
from app.engine.models import Incident, Job, PendingMessage
from app.engine.running import Running, element_of, lock_instance
from app.kernel.actors import SYSTEM, Actor
from app.kernel.dates import Clock
from app.kernel.errors import Conflict, Denied, NotFound

_MAY_RETRY = ("administrator", "ybj_officer")


def note_failures(running: Running) -> None:
    """After the tokens have their numbers: remember which are stuck, and why. Does not commit."""
    now = running.now()
    for token, error in running.failures:
        running.books.stuck.append(token.id)
        running.connection.execute(insert(Incident), {
            "kind": "step", "state": "open", "at": now, "changed_at": now, "instance_id": running.id,
            "element_id": element_of(token), "node": token.id, "code": code_of(error),
            "message": describe(error), "attempts": running.attempt,
        })  # fmt: skip
    running.failures.clear()


def list_incidents(session: Session, actor: Actor, state: str, after: int | None, limit: int) -> list[Incident]:
    """Newest first, below the id `after`. Raises Denied."""
    if not actor.has_role(*_MAY_RETRY, "auditor"):
        raise Denied
    wanted = select(Incident).where(Incident.state == state)
    if after is not None:
        wanted = wanted.where(Incident.id < after)
    return list(session.scalars(wanted.order_by(Incident.id.desc()).limit(limit)))


def get_incident(session: Session, actor: Actor, incident_id: int) -> Incident:
    """Raises NotFound, Denied."""
    if not actor.has_role(*_MAY_RETRY, "auditor"):
        raise Denied
    incident = session.get(Incident, incident_id, populate_existing=True)
    if incident is None:
        raise NotFound
    return incident


def retry_incident(session: Session, actor: Actor, clock: Clock, incident_id: int) -> None:
    """Try the step, job or message again, in the background.

    Raises NotFound, Denied, Conflict `incident_not_open` (somebody was quicker).
    """
    if not actor.has_role(*_MAY_RETRY):
        raise Denied
    incident = session.get(Incident, incident_id, with_for_update=True, populate_existing=True)
    if incident is None:
        raise NotFound
    if incident.state != "open":
        raise Conflict("该异常已在处理或已处理", code="incident_not_open")
    _RETRY[incident.kind](session, clock, incident)
    incident.changed_at, incident.changed_by = clock(), actor.user_id
    audit.record(session, actor, clock, "incident_retried", detail={"incident_id": incident_id})
    session.commit()


def _retry_step(session: Session, _clock: Clock, incident: Incident) -> None:
    incident.state = "retrying"
    enqueue(session, "engine.retry_step", {"incident_id": incident.id, "instance_id": incident.instance_id})


def _retry_job(session: Session, _clock: Clock, incident: Incident) -> None:
    incident.state = "resolved"  # a job that fails again becomes an incident of its own
    again = update(Job).where(Job.id == incident.job_id, Job.state == "dead")
    session.connection().execute(again.values(state="ready", due_at=AT_ONCE, attempts=0))


def _retry_message(session: Session, clock: Clock, incident: Incident) -> None:
    incident.state = "resolved"
    stopped = (PendingMessage.id == incident.message_id, PendingMessage.state.in_(("expired", "failed")))
    session.connection().execute(update(PendingMessage).where(*stopped).values(expires_at=clock() + KEPT))
    send_again(session, stopped)


_RETRY = {"step": _retry_step, "job": _retry_job, "message": _retry_message}


def retry_step(session: Session, payload: dict[str, Any]) -> None:
    """Job `engine.retry_step`: run on from the step; failing again is a new incident that counts the attempts."""
    from app.engine.runtime import move_on  # noqa: PLC0415 running on notes failures

    incident = session.get_one(Incident, payload["incident_id"], with_for_update=True, populate_existing=True)
    try:
        running = lock_instance(session, SYSTEM, clock_of(session), payload["instance_id"], lenient=True)
    except Conflict:
        incident.state = "resolved"  # the instance ended without this step
        return
    running.books.stuck = [node for node in running.books.stuck if node != incident.node]
    running.attempt = incident.attempts + 1
    move_on(running, "step_retried", {"element": incident.element_id, "incident_id": incident.id})
    incident.state, incident.changed_at = "resolved", running.now()
    session.flush()
