"""The trail: what was done, by whom, chained by hash so that a row cannot be changed or lost unnoticed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.orm import Session

from app.access.models import Audit
from app.kernel.actors import Actor
from app.kernel.dates import Clock
from app.kernel.errors import Fault

_TABLE = Audit.__table__
_INSERT = insert(Audit).inline()
_NEWEST = (
    select(_TABLE.c.seq, _TABLE.c.hash)
    .where(_TABLE.c.instance_id == bindparam("of_instance"))
    .order_by(_TABLE.c.seq.desc())
    .limit(1)
)


def record(
    session: Session,
    actor: Actor,
    clock: Clock,
    kind: str,
    *,
    subject: str | None = None,
    instance_id: int | None = None,
    detail: dict[str, Any] | None = None,
    prev_hash: str | None = None,
    seq: int | None = None,
) -> str:
    """Write one row and return its hash; does not commit.

    `detail` holds ids and decisions, never an ID number, account or name in clear. Rows of an instance chain:
    whoever knows the instance's last hash and number passes `prev_hash` and `seq` (the new row's number) and
    saves a look-up.
    """
    if instance_id is not None and seq is None:
        seq, prev_hash = _next_place(session, instance_id)
    row = _row(actor, clock(), kind, subject, instance_id, detail or {}, seq, prev_hash)
    session.connection().execute(_INSERT, row)
    return str(row["hash"])


def record_first(
    session: Session, actor: Actor, clock: Clock, kind: str, rows: Sequence[tuple[str, int, dict[str, Any]]]
) -> None:
    """The first row of many new instances at once: (subject, instance id, detail) each; does not commit."""
    now = clock()
    content = [_row(actor, now, kind, subject, instance_id, detail, 1, None) for subject, instance_id, detail in rows]
    session.connection().execute(_INSERT, content)


def _row(
    actor: Actor, at: datetime, kind: str, subject: str | None, instance_id: int | None,
    detail: dict[str, Any], seq: int | None, prev_hash: str | None,
) -> dict[str, Any]:  # fmt: skip
    row = {
        "at": at, "actor_id": actor.user_id, "actor_name": actor.name, "kind": kind, "subject": subject,
        "instance_id": instance_id, "seq": seq, "detail": detail, "prev_hash": prev_hash,
    }  # fmt: skip
    return row | {"hash": _hash(row)}


def _next_place(session: Session, instance_id: int) -> tuple[int, str | None]:
    last = session.connection().execute(_NEWEST, {"of_instance": instance_id}).first()
    return (1, None) if last is None else ((last.seq or 0) + 1, last.hash)


def seal(session: Session, limit: int = 1000) -> int:
    """Chain up to `limit` rows that are not sealed yet; returns how many. Does not commit.

    Two sealers at once collide on `sealed_no`, and one of them is rolled back.
    """
    last = session.execute(
        select(Audit.sealed_no, Audit.sealed_hash)
        .where(Audit.sealed_no.is_not(None)).order_by(Audit.sealed_no.desc()).limit(1)
    ).first()  # fmt: skip
    number, chain = (last.sealed_no, last.sealed_hash) if last else (0, "")
    waiting = session.execute(
        select(Audit.id, Audit.hash).where(Audit.sealed_no.is_(None)).order_by(Audit.id).limit(limit)
    ).all()
    seals = []
    for number, row in enumerate(waiting, number + 1):  # noqa: B020 the count goes on where the chain ended
        chain = _link(chain, row.hash)
        seals.append({"id": row.id, "sealed_no": number, "sealed_hash": chain})
    if seals:
        session.execute(update(Audit), seals)
    return len(seals)


def verify_chain(session: Session) -> list[Fault]:
    """Every row whose content, place in its instance or place in the sealed chain is not what was written."""
    return [*_verify_seals(session), *_verify_instances(session)]


def _verify_seals(session: Session) -> Iterator[Fault]:
    chain, number = "", 0
    sealed_first = (Audit.sealed_no.is_(None), Audit.sealed_no, Audit.id)
    for row in session.scalars(select(Audit).order_by(*sealed_first).execution_options(yield_per=1000)):
        if _hash({column: getattr(row, column) for column in _HASHED}) != row.hash:
            yield _fault(row.id, "audit_row_changed", "内容与写入时不一致")
        if row.sealed_no is None:
            continue
        chain, number = _link(chain, row.hash), number + 1
        if (row.sealed_no, row.sealed_hash) != (number, chain):
            yield _fault(row.id, "audit_seal_broken", "封存链断开")
            chain, number = row.sealed_hash or "", row.sealed_no


def _verify_instances(session: Session) -> Iterator[Fault]:
    columns = select(Audit.id, Audit.instance_id, Audit.seq, Audit.prev_hash, Audit.hash)
    ordered = columns.where(Audit.instance_id.is_not(None)).order_by(Audit.instance_id, Audit.seq)
    instance: int | None = None
    expected: tuple[int, str | None] = (1, None)
    for row in session.execute(ordered.execution_options(yield_per=1000)):
        if row.instance_id != instance:
            instance, expected = row.instance_id, (1, None)
        if (row.seq, row.prev_hash) != expected:
            yield _fault(row.id, "audit_gap", "同一流程的记录不连续")
        expected = (row.seq + 1, row.hash)


def count_unsealed(session: Session) -> int:
    """Rows that wait for the sealer."""
    return session.scalar(select(func.count()).select_from(_TABLE).where(Audit.sealed_no.is_(None))) or 0


_HASHED = ("at", "actor_id", "actor_name", "kind", "subject", "instance_id", "seq", "detail", "prev_hash")


def _hash(row: dict[str, Any]) -> str:
    values = (row[column] for column in _HASHED)
    content = [value.isoformat() if isinstance(value, datetime) else value for value in values]
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _link(chain: str, row_hash: str) -> str:
    return hashlib.sha256(f"{chain}{row_hash}".encode()).hexdigest()


def _fault(row_id: int, code: str, message: str) -> Fault:
    return Fault(f"audit:{row_id}", code, message)
