"""An instance held open inside a transaction: its row locked, its workflow restored, saved again at the end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from sqlalchemy import bindparam, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from app.engine.engine import engine_of
from app.engine.models import INSTANCES, Task
from app.engine.retrying import ChangedBehindLock
from app.engine.specs import LoadedDefinition
from app.engine.state import Bookkeeping, pack, settle, unpack
from app.kernel.actors import Actor
from app.kernel.dates import Clock
from app.kernel.errors import Conflict, NotFound

_COLUMNS = [
    INSTANCES.c[name] for name in (
        "id", "definition_id", "scheme", "subject", "group_key", "areas", "unit_id", "state", "tree", "data", "version",
    )
]  # fmt: skip
_READ = select(*_COLUMNS).where(INSTANCES.c.id == bindparam("sought"))
_BY_ID = _READ.with_for_update()
_BY_TASK = (
    select(*_COLUMNS)
    .where(INSTANCES.c.id == select(Task.instance_id).where(Task.id == bindparam("sought")).scalar_subquery())
    .with_for_update()
)
_SAVE = (
    update(INSTANCES)
    .where(INSTANCES.c.id == bindparam("sought"), INSTANCES.c.version == bindparam("read_version"))
    .values({name: bindparam(name) for name in ("state", "tree", "data", "version", "ended_at")})
)


@dataclass
class Running:
    """`lenient`: nobody waits for this run, so a failing step becomes an incident instead of undoing everything."""

    session: Session
    actor: Actor
    clock: Clock
    connection: Connection
    row: Any  # a row of process_instance
    definition: LoadedDefinition
    workflow: BpmnWorkflow
    books: Bookkeeping
    lenient: bool = False
    attempt: int = 1  # counted in the incidents of this run
    failures: list[tuple[Any, Exception]] = field(default_factory=list)  # tokens whose step failed in this run
    opened: list[str] = field(default_factory=list)  # elements of tasks that this run opened

    @property
    def id(self) -> int:
        number: int = self.row.id
        return number

    @property
    def ended(self) -> bool:
        return bool(self.workflow.completed)

    def now(self) -> datetime:
        return self.clock()

    def tokens(self) -> Iterator[Any]:
        """Every token, of called processes too."""
        for flow in [self.workflow, *self.workflow.subprocesses.values()]:
            yield from list(flow.tasks.values())

    def find_token(self, node: int) -> Any | None:
        """The token with that number, if it still lives."""
        for flow in [self.workflow, *self.workflow.subprocesses.values()]:
            if node in flow.tasks:
                return flow.tasks[node]
        return None


def element_of(token: Any) -> str:
    """The diagram's own id; a repeated task has another name inside SpiffWorkflow."""
    name: str = getattr(token.task_spec, "bpmn_id", None) or token.task_spec.name
    return name


def lock_instance(
    session: Session, actor: Actor, clock: Clock, instance_id: int, *, lenient: bool = False
) -> Running:
    """Raises NotFound, or Conflict `instance_ended`. The row stays locked until the transaction ends."""
    return _open(session, actor, clock, _BY_ID, instance_id, lenient=lenient)


def lock_instance_of(session: Session, actor: Actor, clock: Clock, task_id: int) -> Running | None:
    """The running instance of a task, locked before the task is read; None when it has ended or never was."""
    row = session.connection().execute(_BY_TASK, {"sought": task_id}).first()
    return None if row is None or row.state != "running" else restore(session, actor, clock, row)


def read_instance(session: Session, actor: Actor, clock: Clock, instance_id: int) -> Running:
    """To look at, unlocked; an ended instance has no tokens. Raises NotFound."""
    row = session.connection().execute(_READ, {"sought": instance_id}).first()
    if row is None:
        raise NotFound
    return restore(session, actor, clock, row)


def _open(session: Session, actor: Actor, clock: Clock, query: Any, sought: int, *, lenient: bool) -> Running:
    row = session.connection().execute(query, {"sought": sought}).first()
    if row is None:
        raise NotFound
    if row.state != "running":
        raise Conflict("流程已结束", code="instance_ended")
    return restore(session, actor, clock, row, lenient=lenient)


def restore(session: Session, actor: Actor, clock: Clock, row: Any, *, lenient: bool = False) -> Running:
    """The instance of a row as a living workflow; one that has no tree yet (or no more) is a fresh one."""
    definition = engine_of(session).definition(session, row.definition_id)
    tree = row.tree or definition.fresh_tree
    workflow, books = unpack(tree, definition.spec, definition.subprocess_specs, definition.script_engine)
    return Running(session, actor, clock, session.connection(), row, definition, workflow, books, lenient)


def number_tokens(running: Running) -> None:
    """Prune spent tokens and number the new ones, before anything refers to them by number."""
    settle(running.workflow, running.books)


def saved_values(running: Running) -> dict[str, Any]:
    """The columns of the instance row after a run."""
    if running.ended:
        return {
            "state": "ended", "tree": None, "data": running.workflow.data, "version": running.row.version + 1,
            "ended_at": running.now(),
        }  # fmt: skip
    flows = settle(running.workflow, running.books)
    return {
        "state": "running", "tree": pack(flows, running.books), "data": running.row.data,
        "version": running.row.version + 1, "ended_at": None,
    }  # fmt: skip


def save_running(running: Running) -> None:
    """Write the instance row back; the lock makes a conflict impossible, the version proves it."""
    values = saved_values(running) | {"sought": running.id, "read_version": running.row.version}
    if running.connection.execute(_SAVE, values).rowcount != 1:
        raise ChangedBehindLock(f"instance {running.id}")
