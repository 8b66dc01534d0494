"""Starting instances, one or thousands: rows in bulk, and no diagram is compiled or predicted twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import bindparam, insert, update
from sqlalchemy.orm import Session

from app.access.audit import record_first
from app.engine.advance import run_on
from app.engine.catalogue import current_definition
from app.engine.models import INSTANCES, TASKS
from app.engine.projection import collect_rows, withdraw_vanished, write_waits
from app.engine.running import Running, number_tokens, restore, saved_values
from app.kernel.actors import Actor
from app.kernel.dates import Clock

_INSERT = insert(INSTANCES).returning(INSTANCES, sort_by_parameter_order=True)
_OPEN_TASKS = insert(TASKS)
_SAVE = (
    update(INSTANCES)
    .where(INSTANCES.c.id == bindparam("sought"))
    .values({name: bindparam(name) for name in ("state", "tree", "data", "version", "ended_at")})
)


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
    """The fast path for many; ids in the order of `starts`. Does not commit.

    Raises NotFound when a process is not deployed or nobody holds its first task; then none was started.
    """
    if not starts:
        return []
    definition_ids = _definition_ids(session, starts)
    now = clock()
    rows = [
        {
            "definition_id": definition_id, "scheme": start.scheme, "process_key": start.process_key,
            "subject": start.subject, "group_key": start.group, "areas": start.areas, "unit_id": start.unit_id,
            "state": "running", "tree": None, "data": start.data, "version": 0, "started_at": now,
            "started_by": actor.user_id,
        }
        for start, definition_id in zip(starts, definition_ids, strict=True)
    ]  # fmt: skip
    inserted = session.connection().execute(_INSERT, rows).all()
    runs = [_run_first(session, actor, clock, row) for row in inserted]
    _write(session, actor, clock, runs)
    return [run.id for run in runs]


def _definition_ids(session: Session, starts: Sequence[Start]) -> list[str]:
    current: dict[tuple[str, str], str] = {}
    for start in starts:
        key = (start.scheme, start.process_key)
        if start.definition_id is None and key not in current:
            current[key] = current_definition(session, *key).id
    return [start.definition_id or current[start.scheme, start.process_key] for start in starts]


def _run_first(session: Session, actor: Actor, clock: Clock, row: Any) -> Running:
    running = restore(session, actor, clock, row)
    running.workflow.task_tree.data.update(row.data)
    run_on(running)
    return running


def _write(session: Session, actor: Actor, clock: Clock, runs: list[Running]) -> None:
    rows: dict[str, list[dict[str, Any]]] = {"tasks": [], "subscriptions": [], "timers": []}
    saved = []
    for run in runs:
        number_tokens(run)
        for kind, found in collect_rows(run).items():
            rows[kind].extend(found)
        withdraw_vanished(run)
        saved.append(saved_values(run) | {"sought": run.id})
    connection = session.connection()
    if rows["tasks"]:
        connection.execute(_OPEN_TASKS, rows["tasks"])
    write_waits(session, rows)
    connection.execute(_SAVE, saved)
    begun = [(run.row.subject, run.id, {"opened": run.opened}) for run in runs]
    record_first(session, actor, clock, "instance_started", begun)
