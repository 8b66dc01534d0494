"""The ledger: entries that balance by construction, and the sums of the books.

Nothing here commits. Everything that changes the books first locks the account's row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import cast

from sqlalchemy import Table, func, insert, select
from sqlalchemy.orm import Session

from app.fund import books
from app.fund.models import FundAccount, FundEntry, FundLine, FundYear
from app.kernel.actors import Actor
from app.kernel.dates import Clock, local_date
from app.kernel.errors import NotFound
from app.kernel.money import ZERO

_LINES = cast("Table", FundLine.__table__)  # as a table: many rows are one statement


@dataclass(frozen=True)
class Move:
    """An amount (yuan, above zero) that is debited to one book and credited to another of the same plane."""

    debit: str
    credit: str
    amount: Decimal
    payment_id: int | None = None
    reservation_id: int | None = None


def open_account(session: Session, scheme: str, code: str, name: str) -> FundAccount:
    """A new, empty fund account; `code` is unique. Does not commit."""
    account = FundAccount(scheme=scheme, code=code, name=name)
    session.add(account)
    session.flush()
    return account


def account_by_code(session: Session, code: str) -> FundAccount:
    """The account named in scheme.json; raises NotFound."""
    account = session.scalar(select(FundAccount).where(FundAccount.code == code))
    if account is None:
        raise NotFound("没有此基金账户")
    return account


def lock_account(session: Session, account_id: int) -> FundAccount:
    """The account with its row locked until the transaction ends (SQLite's writer is alone anyway)."""
    query = select(FundAccount).where(FundAccount.id == account_id).with_for_update()
    account = session.scalar(query.execution_options(populate_existing=True))
    if account is None:
        raise NotFound("没有此基金账户")
    return account


def lock_all_accounts(session: Session) -> None:
    """For what may touch any account (a result file): all rows, in one order, so that nobody deadlocks."""
    session.execute(select(FundAccount.id).order_by(FundAccount.id).with_for_update()).all()


def find_year(session: Session, account_id: int, year: int) -> FundYear | None:
    """The fund year, fresh from the database, or None when it was never opened."""
    query = select(FundYear).where(FundYear.account_id == account_id, FundYear.year == year)
    return session.scalar(query.execution_options(populate_existing=True))


def get_year(session: Session, account_id: int, year: int) -> FundYear:
    """The fund year; raises NotFound (`fund_year_not_open`)."""
    found = find_year(session, account_id, year)
    if found is None:
        raise NotFound(f"{year}年度的基金额度尚未建立", code="fund_year_not_open", year=year)
    return found


def was_posted(session: Session, account_id: int, kind: str, ref: str) -> bool:
    """True when this event already stands in the ledger."""
    query = select(FundEntry.id).where(FundEntry.account_id == account_id, FundEntry.kind == kind, FundEntry.ref == ref)
    return session.scalar(query) is not None


def post(
    session: Session,
    actor: Actor,
    clock: Clock,
    account_id: int,
    year: int,
    kind: str,
    ref: str,
    moves: Sequence[Move],
    memo: str | None = None,
) -> int:
    """Write one entry; returns its id. Moves of zero are left out. Does not commit."""
    now = clock()
    entry = FundEntry(
        account_id=account_id,
        year=year,
        kind=kind,
        ref=ref,
        at=now,
        booked_on=local_date(now),
        actor_id=actor.user_id,
        memo=memo,
    )
    session.add(entry)
    session.flush()
    rows = [_line(entry.id, move) for move in moves if move.amount]
    if rows:
        session.execute(insert(_LINES), rows)
    return entry.id


def _line(entry_id: int, move: Move) -> dict[str, object]:
    if not books.same_plane(move.debit, move.credit):
        raise ValueError(f"no entry goes from {move.credit} to {move.debit}")
    return {
        "entry_id": entry_id,
        "debit": move.debit,
        "credit": move.credit,
        "amount": move.amount,
        "payment_id": move.payment_id,
        "reservation_id": move.reservation_id,
    }


def read_balances(
    session: Session, account_id: int, year: int | None = None, *, reservation_id: int | None = None
) -> dict[str, Decimal]:
    """Book -> balance in yuan on its natural side (sources credit, uses debit); no year: all years."""
    balances = dict.fromkeys((*books.QUOTA_BOOKS, *books.CASH_BOOKS), ZERO)
    query = (
        select(FundLine.debit, FundLine.credit, func.sum(FundLine.amount, type_=FundLine.amount.type))
        .join(FundEntry, FundEntry.id == FundLine.entry_id)
        .where(FundEntry.account_id == account_id)
        .group_by(FundLine.debit, FundLine.credit)
    )
    if year is not None:
        query = query.where(FundEntry.year == year)
    if reservation_id is not None:
        query = query.where(FundLine.reservation_id == reservation_id)
    for debit, credit, amount in session.execute(query):
        balances[debit] += -amount if debit in books.CREDIT_BOOKS else amount
        balances[credit] += amount if credit in books.CREDIT_BOOKS else -amount
    return balances


def bank_balance(session: Session, account_id: int) -> Decimal:
    """What stands in the bank account by our books, in yuan."""
    return read_balances(session, account_id)[books.BANK]
