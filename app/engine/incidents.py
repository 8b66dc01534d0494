"""Incidents: a step, job or message that failed with nobody there to tell; a person looks and tries again."""

from __future__ import annotations

from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from app.access import audit
from app.engine.engine import engine_of
from app.engine.jobs import AT_ONCE, clock_of, code_of, describe, enqueue
from app.engine.messages import KEPT, send_again
from app.engine.models import Incident, Job, PendingMessage, ProcessInstance
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


def say_incident(session: Session, incident: Incident) -> dict[str, str]:
    """Where it happened and what to do, in words."""
    return {"where": _WHERE[incident.kind](session, incident), "advice": _ADVICE[incident.kind]}


def _where_step(session: Session, incident: Incident) -> str:
    instance = session.get(ProcessInstance, incident.instance_id)
    if instance is None:
        return "流程环节"
    element = engine_of(session).definition(session, instance.definition_id).elements.get(incident.element_id or "")
    return f"{instance.subject} 的环节“{element.title if element else incident.element_id}”"


def _where_job(session: Session, incident: Incident) -> str:
    job = session.get(Job, incident.job_id) if incident.job_id is not None else None
    return f"后台作业 {job.kind}" if job is not None else "后台作业"


def _where_message(session: Session, incident: Incident) -> str:
    message = session.get(PendingMessage, incident.message_id) if incident.message_id is not None else None
    return f"发给 {message.correlation} 的流程消息 {message.name}" if message is not None else "流程消息"


_WHERE = {"step": _where_step, "job": _where_job, "message": _where_message}
_ADVICE = {
    "step": "请按“原因”处理（例如补齐缺少的单位、人员或资金），再点“重试”；流程停在此处，其他环节不受影响。",
    "job": "请先排除“原因”（例如磁盘已满、文件缺失），再点“重试”；重复失败请联系管理员，不会丢失已办结的工作。",
    "message": "对方流程还没有走到接收这条消息的环节。请核对对方进度后再点“重试”；流程已取消的不必重试。",
}


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
