"""The bank's answers: each file once, each line kept, each transfer moved only as far as a line proves.

Nothing here commits.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, cast

from sqlalchemy import Table, func, insert, select
from sqlalchemy.orm import Session

from app.fund.bank.outcomes import Settling
from app.fund.bank.verdicts import PROCESSING, Known, Said, Verdict, judge
from app.fund.ledger import lock_all_accounts
from app.fund.models import Batch, ResultFile, ResultLine, Transfer
from app.fund.trail import note
from app.kernel.actors import Actor
from app.kernel.dates import Clock
from app.kernel.errors import Fault, Invalid, NotFound
from app.kernel.money import ZERO, format_yuan

_LINES = cast("Table", ResultLine.__table__)  # as a table: many rows are one statement


@dataclass(frozen=True)
class ResultRow:
    """One line as read: `result` success | failure | processing, amount in yuan, `bank_time` as ISO text."""

    row: int
    batch_no: str
    reference: str
    amount: Decimal
    result: str
    reason: str | None = None
    bank_serial: str | None = None
    bank_time: str | None = None


@dataclass(frozen=True)
class Control:
    """What the file says of itself; None where it is silent."""

    count: int | None = None
    total: Decimal | None = None


def apply_bank_result(
    session: Session,
    actor: Actor,
    clock: Clock,
    batch_id: int | None,
    rows: Sequence[ResultRow],
    *,
    file_hash: str,
    file_name: str,
    control: Control = Control(),
) -> dict[str, Any]:
    """Take a result file in; returns {"file_id", "lines", "outcomes": {outcome: count}, "repeated_file"}.

    The same hash again returns the first answer and changes nothing. A control count or total that differs
    from the lines refuses the whole file (Invalid). `batch_id` limits it to one batch. Does not commit.
    """
    lock_all_accounts(session)
    known = session.scalar(select(ResultFile).where(ResultFile.hash == file_hash))
    if known is not None:
        return {**known.summary, "repeated_file": True}
    _check_control(rows, control)
    batch_no = None if batch_id is None else _batch_no(session, batch_id)
    transfers, batch_nos = _load(session, {row.reference for row in rows})
    contradicted = _contradicted(rows)
    settling = Settling(session, actor, clock)
    settling.load(transfers.values())
    lines = []
    for row in rows:
        transfer = transfers.get(row.reference)
        outcome = _take(settling, transfer, batch_nos, batch_no, row, contradicted=row.reference in contradicted)
        lines.append(_line(row, None if transfer is None else transfer.id, outcome))
    file = _keep(session, actor, clock, batch_id, file_hash, file_name, lines)
    settling.finish(f"file:{file.id}")
    note(session, actor, clock, "bank_result", f"bank_result_file:{file.id}", **file.summary["outcomes"])
    return {**file.summary, "repeated_file": False}


def _check_control(rows: Sequence[ResultRow], control: Control) -> None:
    total = sum((row.amount for row in rows), ZERO)
    faults = []
    if not rows:
        faults.append(Fault("", "no_lines", "回盘文件没有明细行"))
    if control.count is not None and control.count != len(rows):
        faults.append(Fault("/count", "wrong_count", f"总笔数{control.count}与明细{len(rows)}笔不符"))
    if control.total is not None and control.total != total:
        said = format_yuan(control.total)
        faults.append(Fault("/total", "wrong_total", f"总金额{said}与明细合计{format_yuan(total)}不符"))
    if faults:
        raise Invalid(faults)


def _batch_no(session: Session, batch_id: int) -> str:
    no = session.scalar(select(Batch.no).where(Batch.id == batch_id))
    if no is None:
        raise NotFound("没有此付款批次")
    return no


def _load(session: Session, references: Iterable[str]) -> tuple[dict[str, Transfer], dict[int, str]]:
    wanted, transfers = sorted(references), {}
    for start in range(0, len(wanted), 500):
        query = select(Transfer).where(Transfer.reference.in_(wanted[start : start + 500]))
        found = session.scalars(query.execution_options(populate_existing=True))
        transfers.update({transfer.reference: transfer for transfer in found})
    batch_ids = {transfer.batch_id for transfer in transfers.values()}
    rows = session.execute(select(Batch.id, Batch.no).where(Batch.id.in_(batch_ids)))
    return transfers, {row.id: row.no for row in rows}


def _contradicted(rows: Sequence[ResultRow]) -> set[str]:
    said: dict[str, set[tuple[str, Decimal]]] = defaultdict(set)
    for row in rows:
        if row.result != PROCESSING:
            said[row.reference].add((row.result, row.amount))
    return {reference for reference, answers in said.items() if len(answers) > 1}


def _take(
    settling: Settling,
    transfer: Transfer | None,
    batch_nos: dict[int, str],
    only_batch: str | None,
    row: ResultRow,
    *,
    contradicted: bool,
) -> str:
    if transfer is None:
        return "unknown_line"
    own = batch_nos[transfer.batch_id]
    if own not in (row.batch_no, None) or only_batch not in (own, None):
        return "wrong_batch"
    known = Known(transfer.state, transfer.doubt, transfer.amount, transfer.bank_serial, transfer.bank_time)
    said = Said(row.result, row.amount, row.bank_serial, row.bank_time)
    verdict = judge(known, said, contradicted=contradicted)
    if verdict.outcome == "late_success" and settling.is_paid_elsewhere(transfer):
        verdict = Verdict("conflict", transfer.state, "conflict")
    settling.move(transfer, verdict, row.reason, row.bank_serial, row.bank_time)
    return verdict.outcome


def _line(row: ResultRow, transfer_id: int | None, outcome: str) -> dict[str, Any]:
    return {
        "row": row.row,
        "batch_no": row.batch_no[:40],
        "reference": row.reference[:64],
        "amount": row.amount,
        "result": row.result,
        "reason": row.reason and row.reason[:200],
        "bank_serial": row.bank_serial and row.bank_serial[:64],
        "bank_time": row.bank_time,
        "transfer_id": transfer_id,
        "outcome": outcome,
    }


def _keep(
    session: Session,
    actor: Actor,
    clock: Clock,
    batch_id: int | None,
    file_hash: str,
    file_name: str,
    lines: list[dict[str, Any]],
) -> ResultFile:
    file = ResultFile(
        hash=file_hash,
        name=file_name[:200],
        batch_id=batch_id,
        received_by=actor.user_id,
        received_at=clock(),
        summary={},
    )
    session.add(file)
    session.flush()
    outcomes = dict(Counter(line["outcome"] for line in lines))
    file.summary = {"file_id": file.id, "lines": len(lines), "outcomes": outcomes}
    session.execute(insert(_LINES), [{**line, "file_id": file.id} for line in lines])
    return file


def open_doubts(session: Session, account_id: int) -> int:
    """How many transfers of the account wait for a person to say what really happened."""
    query = select(func.count()).where(
        Transfer.doubt.in_(("wrong_amount", "conflict")),
        Transfer.batch_id.in_(select(Batch.id).where(Batch.account_id == account_id)),
    )
    return session.scalar(query) or 0
