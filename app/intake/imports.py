"""A table is imported whole or not at all: all rows are checked first, every wrong cell is listed.

Checking takes no lock: the run is first marked as running and committed, only the storing is one transaction.
Should the worker die in between, a watching job begins the run again.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from app.access import audit
from app.access.actors import get_actor, names_of
from app.access.scope import require_role
from app.engine.jobs import clock_of, enqueue
from app.intake.files import read_file, store_file
from app.intake.models import ImportFault, ImportRun
from app.intake.sniffing import PARQUET, XLSX, sniff_media_type
from app.intake.workbooks import read_table
from app.kernel.actors import SYSTEM, Actor
from app.kernel.dates import Clock, local_date
from app.kernel.errors import Conflict, Fault, Invalid, NotFound, NuanxinError
from app.kernel.idempotency import remember

log = logging.getLogger("nuanxin.imports")

JOB = "intake.run_import"
MAX_KEPT = 20_000  # faults kept of one run; all are counted
WATCH = timedelta(minutes=5)
_REPORT_SECONDS = 0.5


@dataclass
class Work:
    """What a kind is given: who imports which content, and where to tell progress and warnings."""

    session: Session
    actor: Actor
    clock: Clock
    run_id: int
    file_id: int
    filename: str
    content: bytes
    params: Mapping[str, Any]
    warnings: list[Fault] = field(default_factory=list)
    _reported: float = field(default_factory=time.monotonic)

    def report(self, done: int, total: int) -> None:
        """Tell how many rows are through; commits, at most twice a second, so call it while nothing is written."""
        if time.monotonic() - self._reported < _REPORT_SECONDS:
            return
        self._reported = time.monotonic()
        progress = {"rows_done": done, "rows_total": total, "changed_at": self.clock()}
        self.session.execute(update(ImportRun).where(ImportRun.id == self.run_id).values(progress))
        self.session.commit()


@dataclass(frozen=True)
class ImportKind:
    """A kind of table. `check` reads and raises Invalid with every fault, `store` writes and never commits.

    `read_params(session, params)` gives the params as stored, or raises Invalid. `check(work)` may query but must
    leave nothing written; what it returns is handed to `store(work, plan)`, whose result is shown to people.
    """

    title: str
    roles: tuple[str, ...]
    read_params: Callable[[Session, Mapping[str, Any]], dict[str, Any]]
    check: Callable[[Work], Any]
    store: Callable[[Work, Any], dict[str, Any]]


def import_kinds(session: Session) -> Mapping[str, ImportKind]:
    """The kinds that create_app put together (`Database.info["imports"]`)."""
    kinds: Mapping[str, ImportKind] = session.info["imports"]
    return kinds


def start_import(
    session: Session,
    actor: Actor,
    clock: Clock,
    kind_name: str,
    content: bytes,
    name: str,
    params: Mapping[str, Any],
) -> ImportRun:
    """Keep the file and queue its import. Raises Denied, TooLarge, Invalid (file type, kind, params)."""
    kind = import_kinds(session).get(kind_name)
    if kind is None:
        words = "、".join(import_kinds(session))
        raise Invalid([Fault("/kind", "import_kind_unknown", f"没有这种导入，可选：{words}")])
    require_role(actor, *kind.roles)
    checked = kind.read_params(session, params)
    if content and sniff_media_type(content) not in (XLSX, PARQUET, "text/csv"):
        read_table(content, name)  # says what is wrong with it
        raise Invalid([Fault("/file", "not_a_workbook", "请上传xlsx工作簿、CSV或Parquet文件")])
    stored = store_file(session, actor, clock, content, name, purpose="import")
    now = clock()
    run = ImportRun(
        kind=kind_name, file_id=stored.id, file_name=name[-200:], state="queued", attempt=0, params=checked,
        created_by=actor.user_id, created_at=now, changed_at=now,
    )  # fmt: skip
    session.add(run)
    session.flush()
    enqueue(session, JOB, {"import_id": run.id})
    detail = {"kind": kind_name, "file_id": stored.id}
    audit.record(session, actor, clock, "import_started", subject=f"import:{run.id}", detail=detail)
    remember(session, str(run.id))
    session.commit()
    return run


def run_import(session: Session, payload: dict[str, Any]) -> None:
    """The job: check, then store; the run ends as done or failed. Commits in between (see the module)."""
    clock = clock_of(session)
    run = _begin(session, clock, int(payload["import_id"]))
    if run is None:
        return
    try:
        work = _open(session, clock, run)
        kind = import_kinds(session)[run.kind]
        plan = kind.check(work)
        session.rollback()  # whatever was locked for reading
        result = kind.store(work, plan)
        _close(session, clock, run, "done", work.warnings, result)
    except NuanxinError as error:
        session.rollback()
        faults = error.faults if isinstance(error, Invalid) else [Fault(run.file_name, error.code, error.message)]
        _close(session, clock, run, "failed", faults, None)
    except Exception:
        session.rollback()
        log.exception("import %s failed", run.id)
        fault = Fault(run.file_name, "unexpected_error", "导入时发生内部错误，已记入日志，请联系管理员")
        _close(session, clock, run, "failed", [fault], None)


JOB_HANDLERS = {JOB: run_import}


@dataclass(frozen=True)
class _Run:
    """The run as this attempt began it: the row itself is only touched by statements that name the attempt."""

    id: int
    kind: str
    attempt: int
    file_id: int
    file_name: str
    params: Mapping[str, Any]
    created_by: int | None


def _begin(session: Session, clock: Clock, import_id: int) -> _Run | None:
    """Mark it as running and watch over it; None when it has ended, or another worker is at it."""
    row = session.scalars(select(ImportRun).where(ImportRun.id == import_id).with_for_update()).one()
    now = clock()
    if row.state in ("done", "failed"):
        return None
    alive = row.state == "running" and now - row.changed_at < WATCH
    enqueue(session, JOB, {"import_id": import_id}, due=now + WATCH)
    if not alive:
        row.state, row.attempt, row.changed_at = "running", row.attempt + 1, now
    run = _Run(row.id, row.kind, row.attempt, row.file_id, row.file_name, row.params, row.created_by)
    session.commit()
    return None if alive else run


def _open(session: Session, clock: Clock, run: _Run) -> Work:
    actor = get_actor(session, run.created_by, local_date(clock()))
    content = read_file(session, run.file_id)
    session.commit()
    return Work(session, actor, clock, run.id, run.file_id, run.file_name, content, run.params)


def _close(
    session: Session,
    clock: Clock,
    run: _Run,
    state: str,
    faults: Sequence[Fault],
    result: dict[str, Any] | None,
) -> None:
    bad_rows = {(fault.detail.get("sheet"), fault.detail.get("row")) for fault in faults}
    values: dict[str, Any] = {
        "state": state, "rows_bad": len(bad_rows), "faults_total": len(faults), "result": result, "changed_at": clock(),
    }  # fmt: skip
    if result is not None:
        values["rows_done"] = values["rows_total"] = result.get("rows", 0)
    mine = (ImportRun.id == run.id, ImportRun.attempt == run.attempt, ImportRun.state == "running")
    ended = session.execute(update(ImportRun).where(*mine).values(values))
    if not isinstance(ended, CursorResult) or not ended.rowcount:
        raise Conflict("这次导入已由另一个进程完成", code="import_already_ended")
    severity = "warning" if state == "done" else "fault"
    rows = [_fault_row(run.id, severity, fault) for fault in faults[:MAX_KEPT]]
    if rows:
        session.execute(insert(ImportFault), rows)
    names = names_of(session, {run.created_by} if run.created_by else set())
    actor = Actor(run.created_by, names.get(run.created_by or 0, SYSTEM.name))
    detail = {"state": state, "faults": len(faults)}
    audit.record(session, actor, clock, f"import_{state}", subject=f"import:{run.id}", detail=detail)
    session.commit()


def _fault_row(import_id: int, severity: str, fault: Fault) -> dict[str, Any]:
    sheet = fault.detail.get("sheet") or fault.where
    return {
        "import_id": import_id, "severity": severity, "sheet": str(sheet)[:60], "row": fault.detail.get("row"),
        "column": fault.detail.get("column"), "code": fault.code, "message": fault.message[:500],
    }  # fmt: skip


def get_import(session: Session, actor: Actor, import_id: int) -> ImportRun:
    """For whoever started it, whoever may import that kind, and the auditor; raises NotFound."""
    run = session.get(ImportRun, import_id)
    kind = import_kinds(session).get(run.kind) if run is not None else None
    if run is None or kind is None:
        raise NotFound(code="import_not_found")
    if run.created_by != actor.user_id and not actor.has_role("auditor", *kind.roles):
        raise NotFound(code="import_not_found")
    return run


def list_imports(session: Session, actor: Actor, limit: int, before: int | None = None) -> list[ImportRun]:
    """Newest first, as far as `get_import` would show them; `before` is the last id of the page before."""
    kinds = import_kinds(session)
    shown = [name for name, kind in kinds.items() if actor.has_role("auditor", *kind.roles)]
    mine = (ImportRun.created_by == actor.user_id) | ImportRun.kind.in_(shown)
    query = select(ImportRun).where(mine).order_by(ImportRun.id.desc()).limit(limit)
    return list(session.scalars(query if before is None else query.where(ImportRun.id < before)))


def list_import_faults(session: Session, import_id: int, limit: int, after: int = 0) -> list[ImportFault]:
    """In the order they were found."""
    query = select(ImportFault).where(ImportFault.import_id == import_id, ImportFault.id > after)
    return list(session.scalars(query.order_by(ImportFault.id).limit(limit)))
