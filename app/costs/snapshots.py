"""A snapshot is written once, named by its hash, and never read again when its bytes have changed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import audit
from app.costs.models import Snapshot
from app.intake.files import settings_of, write_once
from app.kernel.actors import Actor
from app.kernel.dates import Clock
from app.kernel.errors import Conflict, NotFound

SETTLEMENTS = "settlements"
YUAN = pa.decimal128(18, 2)
FIXED_COLUMNS: dict[str, Any] = {
    "settlement_no": pa.string(),
    "person_id": pa.int64(),
    "hospital": pa.string(),
    "settled_on": pa.date32(),
    "cost_on": pa.date32(),  # decides the year: the settlement date, of a reversal that of what it reverses
    "reversal_of": pa.string(),
    "total": YUAN,
    "in_policy": YUAN,
    "out_of_catalogue": YUAN,
    "self_priced": YUAN,
}
_ORDER = [("person_id", "ascending"), ("settled_on", "ascending"), ("settlement_no", "ascending")]


def settlement_schema(payers: Sequence[str]) -> Any:
    """The Arrow schema of a settlements snapshot: the fixed columns, then one column of yuan a payer."""
    nullable = ("reversal_of", "in_policy", "out_of_catalogue", "self_priced")
    fixed = [pa.field(name, kind, name in nullable) for name, kind in FIXED_COLUMNS.items()]
    return pa.schema([*fixed, *(pa.field(payer, YUAN, nullable=False) for payer in payers)])


def write_snapshot(
    session: Session,
    actor: Actor,
    clock: Clock,
    table: Any,
    *,
    payers: Sequence[str],
    name: str,
    file_id: int | None = None,
    left_out: int = 0,
) -> Snapshot:
    """Freeze bills as a snapshot of kind settlements; the same bills give the same snapshot. Does not commit.

    `table` is an Arrow table with the columns of `settlement_schema(payers)`, amounts in yuan (decimal128), no
    ID number; `cost_on` may be missing and is then found. Rows may come in any order.
    """
    table = table if "cost_on" in table.column_names else with_cost_days(table)
    schema = settlement_schema(payers)
    table = table.select(schema.names).cast(schema).sort_by(_ORDER).combine_chunks()
    content = _as_parquet(table)
    digest = hashlib.sha256(content).hexdigest()
    known = session.scalar(select(Snapshot).where(Snapshot.hash == digest))
    if known is not None:
        return known
    write_once(settings_of(session).snapshots_dir / f"{digest}.parquet", content)
    days = pc.min_max(table["settled_on"]).as_py()
    snapshot = Snapshot(
        kind=SETTLEMENTS, hash=digest, path=f"{digest}.parquet", size=len(content), rows=table.num_rows,
        left_out=left_out, payers=list(payers), period_from=days["min"], period_to=days["max"], name=name[:200],
        file_id=file_id, created_by=actor.user_id, created_at=clock(),
    )  # fmt: skip
    session.add(snapshot)
    session.flush()
    detail = {"hash": digest, "rows": table.num_rows, "left_out": left_out}
    audit.record(session, actor, clock, "snapshot_written", subject=f"snapshot:{snapshot.id}", detail=detail)
    return snapshot


def with_cost_days(table: Any) -> Any:
    """Adds `cost_on`: of a reversal the day of the bill it reverses, if that is in the table, else its own."""
    days = table["settled_on"].combine_chunks().cast(pa.date32())
    is_reversal = pc.is_valid(table["reversal_of"]).combine_chunks()
    reversals = table.filter(is_reversal)
    if reversals.num_rows:
        wanted = reversals["reversal_of"].combine_chunks()
        originals = table.filter(pc.is_in(table["settlement_no"], value_set=wanted))
        day_of = dict(zip(originals["settlement_no"].to_pylist(), originals["settled_on"].to_pylist(), strict=True))
        own = reversals["settled_on"].to_pylist()
        found = [day_of.get(number, day) for number, day in zip(wanted.to_pylist(), own, strict=True)]
        days = pc.replace_with_mask(days, is_reversal, pa.array(found, pa.date32()))
    return table.append_column("cost_on", days)


def get_snapshot(session: Session, snapshot_id: int) -> Snapshot:
    """Raises NotFound `snapshot_not_found`."""
    snapshot = session.get(Snapshot, snapshot_id)
    if snapshot is None:
        raise NotFound("没有这份数据快照", code="snapshot_not_found")
    return snapshot


def list_snapshots(session: Session, limit: int, before: int | None = None) -> list[Snapshot]:
    """Newest first; `before` is the last id of the page before."""
    query = select(Snapshot).order_by(Snapshot.id.desc()).limit(limit)
    return list(session.scalars(query if before is None else query.where(Snapshot.id < before)))


def verified_path(session: Session, snapshot: Snapshot) -> Path:
    """Where its file lies, after its hash was found right; raises Conflict `snapshot_damaged`."""
    path = settings_of(session).snapshots_dir / snapshot.path
    try:
        state = path.stat()
        digest = _hash_file(path, state.st_mtime_ns, state.st_size)
    except FileNotFoundError as error:
        raise _damaged(snapshot) from error
    if digest != snapshot.hash:
        raise _damaged(snapshot)
    return path


def _damaged(snapshot: Snapshot) -> Conflict:
    message = "结算数据快照缺失或已被改动，请从备份恢复后再统计"
    return Conflict(message, code="snapshot_damaged", snapshot_id=snapshot.id)


@lru_cache(maxsize=64)
def _hash_file(path: Path, mtime_ns: int, size: int) -> str:  # noqa: ARG001 they are the cache's key
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _as_parquet(table: Any) -> Any:
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd", store_decimal_as_integer=True, write_statistics=True)
    return sink.getvalue()
