"""One wish about thousands of items: chunks of a commit each, a savepoint a row, exactly once through any crash.

The rows' results, the counters and the resume point are written in the commit of the chunk they belong to.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app.access.actors import get_actor
from app.engine.engine import BulkHandler, engine_of
from app.engine.jobs import clock_of, enqueue
from app.engine.models import BULK_ROWS, BulkRow, BulkRun
from app.kernel.actors import Actor
from app.kernel.dates import Clock, local_date
from app.kernel.db import cipher_of
from app.kernel.errors import Fault, Invalid, NotFound, NuanxinError
from app.kernel.idempotency import remember

log = logging.getLogger("nuanxin.bulk")

CHUNK_SECONDS = 0.1
_CHUNK = 100
_MOST = 100_000
COMPLETE, CLAIM, ASSIGN = "engine.complete_tasks", "engine.claim_tasks", "engine.assign_tasks"
_TOGETHER = 25  # rows that share a savepoint, where the kind can take several
_ROW = (
    update(BULK_ROWS)
    .where(BulkRow.bulk_id == bindparam("bulk"), BulkRow.n == bindparam("row"))
    .values(state=bindparam("state"), result=bindparam("result"))
)


@dataclass(frozen=True)
class Together:
    """A bulk handler that can also take several rows at once, all or none; `many` gives their results in order.

    If any of them cannot be done, `many` raises and the rows are run `one` by one.
    """

    one: BulkHandler
    many: Callable[[Session, Actor, Clock, list[dict[str, Any]], dict[str, Any]], list[dict[str, Any]]]

    def __call__(self, *given: Any) -> dict[str, Any] | None:
        return self.one(*given)


def start_bulk(
    session: Session, actor: Actor, clock: Clock, kind: str, items: list[dict[str, Any]], common: dict[str, Any]
) -> int:
    """Store the run and its rows and enqueue the job; the bulk id. Does not commit.

    `items` and `common` are stored in clear: ids and decisions only. Raises Invalid.
    """
    if kind not in engine_of(session).bulk_handlers:
        raise Invalid([Fault("/kind", "bulk_kind_unknown", "没有这种批量操作")])
    if not 0 < len(items) <= _MOST:
        raise Invalid([Fault("/items", "bulk_size", f"批量操作须为1至{_MOST}项")])
    run = BulkRun(
        kind=kind, common=common, state="queued", total=len(items), done=0, refused=0, next_n=0,
        created_by=actor.user_id, created_by_name=actor.name, created_at=clock(),
    )  # fmt: skip
    session.add(run)
    session.flush()
    rows = [{"bulk_id": run.id, "n": n, "item": item, "state": "waiting"} for n, item in enumerate(items)]
    session.connection().execute(insert(BULK_ROWS), rows)
    enqueue(session, "engine.run_bulk", {"bulk_id": run.id})
    return run.id


def run_bulk(session: Session, payload: dict[str, Any]) -> None:
    """Job `engine.run_bulk`: one chunk, and the job for the next."""
    run = session.get_one(BulkRun, payload["bulk_id"], with_for_update=True, populate_existing=True)
    if run.state == "done":
        return
    clock = clock_of(session)
    actor = get_actor(session, run.created_by, local_date(clock()))
    results = _run_chunk(session, actor, clock, run)
    if results:
        session.connection().execute(_ROW, results)
    refused = sum(result["state"] == "refused" for result in results)
    run.done += len(results) - refused
    run.refused += refused
    run.next_n += len(results)
    if run.next_n >= run.total:
        run.state, run.finished_at = "done", clock()
    else:
        run.state = "running"
        enqueue(session, "engine.run_bulk", payload)
    session.flush()


def _run_chunk(session: Session, actor: Actor, clock: Clock, run: BulkRun) -> list[dict[str, Any]]:
    handler = engine_of(session).bulk_handlers[run.kind]
    wanted = (BulkRow.bulk_id == run.id, BulkRow.n >= run.next_n)
    rows = session.execute(select(BulkRow.n, BulkRow.item).where(*wanted).order_by(BulkRow.n).limit(_CHUNK)).all()
    until = time.monotonic() + CHUNK_SECONDS
    size = _TOGETHER if isinstance(handler, Together) else 1
    results: list[dict[str, Any]] = []
    for first in range(0, len(rows), size):
        piece = rows[first : first + size]
        told = _run_piece(session, actor, clock, handler, [item for _, item in piece], run.common)
        results += [
            {"bulk": run.id, "row": n, "state": state, "result": result}
            for (n, _), (state, result) in zip(piece, told, strict=True)
        ]
        if time.monotonic() > until:
            break
    return results


def _run_piece(
    session: Session, actor: Actor, clock: Clock, handler: BulkHandler, items: list[Any], common: dict[str, Any]
) -> list[tuple[str, dict[str, Any] | None]]:
    if isinstance(handler, Together) and len(items) > 1:
        try:
            with session.begin_nested():
                return [("done", result) for result in handler.many(session, actor, clock, items, common)]
        except OperationalError:
            raise  # the database, not a row: the chunk is tried again
        except Exception as error:  # noqa: BLE001 one by one each row says for itself what is wrong with it
            log.info("%s rows are run one by one: %s", len(items), type(error).__name__)
    return [_run_row(session, actor, clock, handler, item, common) for item in items]


def _run_row(
    session: Session, actor: Actor, clock: Clock, handler: BulkHandler, item: dict[str, Any], common: dict[str, Any]
) -> tuple[str, dict[str, Any] | None]:
    try:
        with session.begin_nested():
            return "done", handler(session, actor, clock, item, common)
    except NuanxinError as error:
        return "refused", refusal(error)
    except OperationalError:
        raise  # the database, not the row: the chunk is tried again
    except Exception:
        log.exception("a row of a bulk run failed")
        return "refused", {"code": "unexpected_error", "message": "内部错误，已记入日志"}


def refusal(error: NuanxinError) -> dict[str, Any]:
    """As problem+json says it: code, message, detail, and the faults of an Invalid."""
    told: dict[str, Any] = {"code": error.code, "message": error.message, **error.detail}
    if isinstance(error, Invalid):
        told["faults"] = [{"where": f.where, "code": f.code, "message": f.message} for f in error.faults]
    return told


def complete_in_bulk(
    session: Session, actor: Actor, clock: Clock, items: list[dict[str, Any]], form: dict[str, Any]
) -> int:
    """Complete many tasks in the background; items {task_id, form, etag}. The bulk id.

    Forms are stored encrypted, as drafts are: they hold whatever people type.
    """
    rows, common = hide_forms(session, items, form)
    return begin_bulk(session, actor, clock, COMPLETE, rows, common)


def begin_bulk(
    session: Session, actor: Actor, clock: Clock, kind: str, rows: list[dict[str, Any]], common: dict[str, Any]
) -> int:
    """Start a run that was asked for over HTTP; the bulk id. Commits."""
    bulk_id = start_bulk(session, actor, clock, kind, rows, common)
    remember(session, str(bulk_id))
    session.commit()
    return bulk_id


def try_item(
    session: Session, actor: Actor, clock: Clock, kind: str, item: dict[str, Any], common: dict[str, Any]
) -> tuple[str, dict[str, Any] | None]:
    """What a run would make of this row now, (done | refused, result): it is done, and undone at once."""
    told = _run_row(session, actor, clock, engine_of(session).bulk_handlers[kind], item, common)
    session.rollback()
    return told


def hide_forms(
    session: Session, items: list[dict[str, Any]], form: dict[str, Any]
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Rows and common part of a bulk completion, the forms encrypted."""
    rows = [
        {"task_id": item["task_id"], "etag": item.get("etag"), "form_enc": _hide(session, item.get("form"))}
        for item in items
    ]
    return rows, {"form_enc": _hide(session, form)}


def _hide(session: Session, form: dict[str, Any] | None) -> str | None:
    return cipher_of(session).encrypt(json.dumps(form, ensure_ascii=False)) if form else None


def _reveal(session: Session, hidden: str | None) -> dict[str, Any]:
    form: dict[str, Any] = json.loads(cipher_of(session).decrypt(hidden)) if hidden else {}
    return form


def complete_item(
    session: Session, actor: Actor, clock: Clock, item: dict[str, Any], common: dict[str, Any]
) -> dict[str, Any]:
    """Bulk kind `engine.complete_tasks`: the members of the item's own form win over the common ones."""
    from app.engine.tasks import complete_within  # noqa: PLC0415 the engine knows its handlers before all its rooms

    form = _reveal(session, common["form_enc"]) | _reveal(session, item["form_enc"])
    completed = complete_within(session, actor, clock, item["task_id"], form, item["etag"])
    return {"instance_id": completed.instance_id, "ended": completed.ended}


def claim_item(
    session: Session, actor: Actor, clock: Clock, item: dict[str, Any], _common: dict[str, Any]
) -> dict[str, Any]:
    """Bulk kind `engine.claim_tasks`."""
    from app.engine.holding import claim_within  # noqa: PLC0415 as above

    return {"assignee": claim_within(session, actor, clock, item["task_id"], item.get("etag")).assignee_name}


def assign_item(
    session: Session, actor: Actor, clock: Clock, item: dict[str, Any], common: dict[str, Any]
) -> dict[str, Any]:
    """Bulk kind `engine.assign_tasks`: all to the user of `common`."""
    from app.engine.holding import assign_within  # noqa: PLC0415 as above

    task = assign_within(session, actor, clock, item["task_id"], common["user_id"], item.get("etag"))
    return {"assignee": task.assignee_name}


def get_bulk(session: Session, actor: Actor, bulk_id: int) -> BulkRun:
    """A run of one's own, or any for who oversees. Raises NotFound."""
    run = session.get(BulkRun, bulk_id, populate_existing=True)
    if run is None or (run.created_by != actor.user_id and not actor.has_role("administrator", "auditor")):
        raise NotFound
    return run


def bulk_rows(
    session: Session, actor: Actor, bulk_id: int, state: str | None = None, after: int = -1, limit: int = 50
) -> list[BulkRow]:
    """Rows in order, behind number `after`."""
    get_bulk(session, actor, bulk_id)
    wanted = select(BulkRow).where(BulkRow.bulk_id == bulk_id, BulkRow.n > after)
    if state is not None:
        wanted = wanted.where(BulkRow.state == state)
    return list(session.scalars(wanted.order_by(BulkRow.n).limit(limit)))
