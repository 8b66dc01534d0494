"""Work in the background: one thin interface over the `job` table, the same on both databases.

A job is leased in one short commit and run in another, which first deletes its row (so nobody else can have it
while we hold it) and notes it in `job_done`; a killed worker leaves the row leased, and it comes again when the
lease is over.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.orm import Session

from app.engine.engine import Engine
from app.engine.models import NEVER, Incident, Job, JobDone
from app.kernel.dates import Clock, system_clock
from app.kernel.db import Database, is_postgresql
from app.kernel.errors import NuanxinError

log = logging.getLogger("nuanxin.jobs")

AT_ONCE = datetime(1970, 1, 1, tzinfo=UTC)
LEASE = timedelta(seconds=120)
BATCH = 8
MAX_ATTEMPTS = 5
_PAUSE = 0.002  # seconds; without it another SQLite writer waited 28 s


@dataclass(frozen=True)
class Lease:
    """A job that is ours for now; `attempts` counts this one."""

    id: int
    kind: str
    payload: dict[str, Any]
    attempts: int
    holder: str


def enqueue(
    session: Session, kind: str, payload: dict[str, Any], *, due: datetime | None = None, key: str | None = None
) -> None:
    """Add a job to the caller's transaction; a job with the same `key` that has not begun makes it superfluous.

    On PostgreSQL such a job is then held back until the caller commits, so that it sees the caller's work.
    """
    row = {
        "kind": kind, "key": key, "payload": payload, "state": "ready", "due_at": due or AT_ONCE,
        "attempts": 0, "created_at": clock_of(session)(),
    }  # fmt: skip
    if key is None:
        session.connection().execute(insert(Job), row)
    elif not is_postgresql(session):
        session.connection().execute(insert_sqlite(Job).on_conflict_do_nothing(), row)
    else:
        _insert_or_hold(session, row)


def _insert_or_hold(session: Session, row: dict[str, Any]) -> None:
    held = select(Job.id).where(Job.key == row["key"]).with_for_update(read=True)
    connection = session.connection()
    while not connection.execute(insert_postgresql(Job).on_conflict_do_nothing(), row).rowcount:
        if connection.execute(held).first():
            return


def clock_of(session: Session) -> Clock:
    """The clock that the session was opened with, or the wall clock."""
    clock: Clock = session.info.get("clock", system_clock)
    return clock


job_context = clock_of  # the name other rooms know it by


def run_due_jobs(database: Database, engine: Engine, clock: Clock, limit: int = 1000, holder: str = "drain") -> int:
    """Run what is due, one after the other, until nothing is or `limit` were run; how many were."""
    count = 0
    while count < limit:
        leases = lease_jobs(database, clock, holder, min(BATCH, limit - count))
        if not leases:
            break
        for lease in leases:
            run_job(database, engine, clock, lease)
            count += 1
    return count


def lease_jobs(database: Database, clock: Clock, holder: str, limit: int) -> list[Lease]:
    """Take up to `limit` due jobs, oldest first; also those whose lease is over because their worker died."""
    now = clock()
    due = select(Job.id).where(Job.due_at <= now).order_by(Job.due_at, Job.id).limit(limit)
    taken = (
        update(Job)
        .where(Job.id.in_(due.with_for_update(skip_locked=True).scalar_subquery()))
        .values(state="leased", due_at=now + LEASE, attempts=Job.attempts + 1, leased_by=holder, key=None)
        .returning(Job.id, Job.kind, Job.payload, Job.attempts)
    )
    with database.reading() as session:
        if session.connection().execute(due.limit(1)).first() is None:
            return []
    with database.writing() as session:
        rows = session.connection().execute(taken).all()
        session.commit()
    leases = [Lease(id_, kind, payload, attempts, holder) for id_, kind, payload, attempts in rows]
    return sorted(leases, key=lambda lease: lease.id)


def run_job(database: Database, engine: Engine, clock: Clock, lease: Lease) -> None:
    """Run one leased job in one transaction; a failure is noted, retried with backoff, at last an incident."""
    try:
        with database.writing() as session:
            session.info.update(engine=engine, clock=clock)
            _perform(session, engine, lease)
    except Exception as error:  # whatever a handler raises must not end the worker
        log.warning("job %s %s failed, attempt %s", lease.id, lease.kind, lease.attempts, exc_info=error)
        _note_failure(database, clock, lease, error)
    if database.url.get_backend_name() == "sqlite":
        time.sleep(_PAUSE)


def _perform(session: Session, engine: Engine, lease: Lease) -> None:
    connection = session.connection()
    mine = (Job.id == lease.id, Job.leased_by == lease.holder, Job.attempts == lease.attempts)
    if not connection.execute(delete(Job).where(*mine)).rowcount:
        return  # the lease ran out and another worker has it
    key = f"job:{lease.id}"
    dialect_insert = insert_postgresql if is_postgresql(session) else insert_sqlite
    done = dialect_insert(JobDone).on_conflict_do_nothing()
    if connection.execute(done, {"key": key, "at": clock_of(session)()}).rowcount:
        engine.job_handlers[lease.kind](session, lease.payload)
    session.commit()


def _note_failure(database: Database, clock: Clock, lease: Lease, error: Exception) -> None:
    now = clock()
    final = lease.attempts >= MAX_ATTEMPTS
    due = NEVER if final else now + timedelta(seconds=5 * 2**lease.attempts)
    mine = (Job.id == lease.id, Job.leased_by == lease.holder, Job.attempts == lease.attempts)
    with database.writing() as session:
        noted = update(Job).where(*mine).values(
            state="dead" if final else "ready", due_at=due, leased_by=None, last_error=describe(error)
        )  # fmt: skip
        if session.connection().execute(noted).rowcount and final:
            session.add(Incident(
                kind="job", state="open", at=now, changed_at=now, job_id=lease.id, element_id=lease.kind,
                instance_id=lease.payload.get("instance_id"), code=code_of(error), message=describe(error),
                attempts=lease.attempts,
            ))  # fmt: skip
        session.commit()


def release_leases(database: Database, holder: str) -> None:
    """Give back what a worker leased and has not begun, when it stops in order."""
    with database.writing() as session:
        given_back = update(Job).where(Job.leased_by == holder, Job.state == "leased")
        session.connection().execute(
            given_back.values(state="ready", due_at=AT_ONCE, leased_by=None, attempts=Job.attempts - 1)
        )
        session.commit()


def describe(error: Exception) -> str:
    """For the incident: a refusal's own words, of anything else only its kind (its text may hold personal data)."""
    return error.message if isinstance(error, NuanxinError) else f"内部错误（{type(error).__name__}），已记入日志"


def code_of(error: Exception) -> str:
    return error.code if isinstance(error, NuanxinError) else "unexpected_error"
