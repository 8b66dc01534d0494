"""List versions: frozen as printed, hashed, never changed; a correction is the next version."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from app.kernel.actors import Actor
from app.kernel.dates import Clock
from app.kernel.money import ZERO, format_yuan
from app.rounds.models import ListRow, ListVersion, Round


@dataclass(frozen=True)
class RowDraft:
    """One row as it will be printed, amounts in yuan; rows are numbered in the order given."""

    case_id: int
    person_name: str
    id_masked: str
    category: str
    township: str
    total_cost: Decimal
    payments: Mapping[str, Decimal]
    self_paid: Decimal
    amount: Decimal | None = None
    section: str = "main"
    decision: str | None = None
    outcome: str | None = None
    reason: str | None = None


def freeze_list(
    session: Session,
    actor: Actor,
    clock: Clock,
    round_: Round,
    stage: str,
    rows: Sequence[RowDraft],
    resolution_id: int | None = None,
    meta: Mapping[str, Any] | None = None,
) -> ListVersion:
    """The next version of that stage's list (preliminary | verification | subsidy | final). Does not commit.

    Its total is Σ amount, or Σ self-paid where no row has an amount.
    """
    version = ListVersion(
        round_id=round_.id,
        stage=stage,
        n=_next_number(session, round_.id, stage),
        hash=hash_rows(rows),
        row_count=len(rows),
        total=_total(rows),
        resolution_id=resolution_id,
        prepared_by=actor.user_id,
        created_at=clock(),
        meta=dict(meta or {}),
    )
    session.add(version)
    session.flush()
    if rows:
        session.execute(insert(ListRow), [_values(version.id, no, row) for no, row in enumerate(rows, 1)])
    return version


def latest_list(session: Session, round_id: int, stage: str) -> ListVersion | None:
    """The newest version of that stage, or None before there is one."""
    query = select(ListVersion).where(ListVersion.round_id == round_id, ListVersion.stage == stage)
    return session.scalar(query.order_by(ListVersion.n.desc()).limit(1))


def rows_of(session: Session, version: ListVersion) -> list[ListRow]:
    """The rows of one version in printed order."""
    query = select(ListRow).where(ListRow.list_version_id == version.id).order_by(ListRow.no)
    return list(session.scalars(query))


def hash_rows(rows: Sequence[RowDraft]) -> str:
    """SHA-256 over the rows as canonical JSON, amounts as "1234.50", in printed order."""
    printed = [_printed(row) for row in rows]
    text = json.dumps(printed, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _printed(row: RowDraft) -> dict[str, Any]:
    values = asdict(row)
    values["payments"] = {payer: format_yuan(amount) for payer, amount in sorted(row.payments.items())}
    for name in ("total_cost", "self_paid", "amount"):
        values[name] = None if values[name] is None else format_yuan(values[name])
    return values


def _values(version_id: int, no: int, row: RowDraft) -> dict[str, Any]:
    values = asdict(row)
    values["payments"] = {payer: format_yuan(amount) for payer, amount in sorted(row.payments.items())}
    return values | {"list_version_id": version_id, "no": no}


def _next_number(session: Session, round_id: int, stage: str) -> int:
    query = select(func.max(ListVersion.n)).where(ListVersion.round_id == round_id)
    return (session.scalar(query.where(ListVersion.stage == stage)) or 0) + 1


def _total(rows: Sequence[RowDraft]) -> Decimal:
    amounts = [row.amount for row in rows if row.amount is not None]
    return sum(amounts, ZERO) if amounts else sum((row.self_paid for row in rows), ZERO)
