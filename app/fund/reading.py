"""What the fund shows: accounts, entries, batches and payments, by pages and with accounts masked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.fund.models import (
    Batch,
    FundAccount,
    FundEntry,
    FundLine,
    FundYear,
    Payment,
    Reservation,
    ResultFile,
    Transfer,
)
from app.kernel.errors import NotFound


def get_account(session: Session, account_id: int) -> FundAccount:
    """Raises NotFound."""
    account = session.get(FundAccount, account_id)
    if account is None:
        raise NotFound("没有此基金账户")
    return account


def list_accounts(session: Session) -> list[dict[str, Any]]:
    """Every account with its years."""
    years: dict[int, list[FundYear]] = {}
    for year in session.scalars(select(FundYear).order_by(FundYear.year)):
        years.setdefault(year.account_id, []).append(year)
    return [
        {"id": a.id, "scheme": a.scheme, "code": a.code, "name": a.name, "years": years.get(a.id, [])}
        for a in session.scalars(select(FundAccount).order_by(FundAccount.id))
    ]


def list_entries(session: Session, account_id: int, year: int | None, after: int, limit: int) -> list[dict[str, Any]]:
    """Entries by id with their lines; an entry over many payments shows one line a pair of books."""
    query = select(FundEntry).where(FundEntry.account_id == account_id, FundEntry.id > after)
    if year is not None:
        query = query.where(FundEntry.year == year)
    entries = session.scalars(query.order_by(FundEntry.id).limit(limit)).all()
    lines: dict[int, dict[tuple[str, str], Any]] = {}
    wanted = select(FundLine.entry_id, FundLine.debit, FundLine.credit, FundLine.amount)
    for line in session.execute(wanted.where(FundLine.entry_id.in_([entry.id for entry in entries]))):
        sums = lines.setdefault(line.entry_id, {})
        sums[line.debit, line.credit] = sums.get((line.debit, line.credit), 0) + line.amount
    return [
        {
            "id": entry.id, "year": entry.year, "kind": entry.kind, "ref": entry.ref, "at": entry.at,
            "booked_on": entry.booked_on, "memo": entry.memo,
            "lines": [
                {"debit": debit, "credit": credit, "amount": amount}
                for (debit, credit), amount in lines.get(entry.id, {}).items()
            ],
        }
        for entry in entries
    ]  # fmt: skip


def list_batches(
    session: Session, account_id: int | None, state: str | None, before: int | None, limit: int
) -> Sequence[Batch]:
    """The newest first."""
    query = select(Batch).order_by(Batch.id.desc()).limit(limit)
    if account_id is not None:
        query = query.where(Batch.account_id == account_id)
    if state is not None:
        query = query.where(Batch.state == state)
    return session.scalars(query if before is None else query.where(Batch.id < before)).all()


def list_transfers(session: Session, batch_id: int, after: int, limit: int) -> Sequence[Transfer]:
    """The rows of a batch by serial, those that left it included."""
    query = select(Transfer).where(Transfer.batch_id == batch_id, Transfer.serial > after)
    return session.scalars(query.order_by(Transfer.serial).limit(limit)).all()


def list_payments(
    session: Session, account_id: int | None, year: int | None, states: Sequence[str] | None,
    promises: Sequence[str] | None, after: int, limit: int,
) -> Sequence[Payment]:  # fmt: skip
    """Payments by id, in one of the states, out of one of the reservations (by their names)."""
    query = select(Payment).where(Payment.id > after).order_by(Payment.id).limit(limit)
    for column, wanted in ((Payment.account_id, account_id), (Payment.year, year)):
        query = query if wanted is None else query.where(column == wanted)
    if states is not None:
        query = query.where(Payment.state.in_(states))
    if promises is not None:
        reserved = select(Reservation.id).where(Reservation.ref.in_(promises))
        query = query.where(Payment.reservation_id.in_(reserved))
    return session.scalars(query).all()


def get_result_file(session: Session, file_id: int) -> ResultFile:
    """Raises NotFound."""
    file = session.get(ResultFile, file_id)
    if file is None:
        raise NotFound("没有此回盘文件")
    return file
