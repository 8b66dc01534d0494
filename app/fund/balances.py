"""The proof of the fund: what the books say, what the payments say, and that it is the same."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.fund import books
from app.fund.ledger import read_balances
from app.fund.models import Batch, FundAccount, FundLine, FundYear, Payment, Reservation, Transfer
from app.kernel.money import ZERO

_PLACE = {"sent": books.IN_TRANSIT, "unknown": books.IN_TRANSIT, "paid": books.SPENT}


def verify_ledger(session: Session) -> list[str]:
    """Every disagreement found, in words; empty when the books balance and the payments agree with them."""
    return [
        *_check_lines(session),
        *_check_accounts(session),
        *_check_reservations(session),
        *_check_payments(session),
        *_check_batches(session),
    ]


def _check_lines(session: Session) -> list[str]:
    pairs = session.execute(select(FundLine.debit, FundLine.credit).distinct()).all()
    faults = [f"ledger line from {credit} to {debit}" for debit, credit in pairs if not books.same_plane(debit, credit)]
    empty = session.scalars(select(FundLine.entry_id).where(FundLine.amount <= ZERO)).all()
    return faults + [f"entry {entry}: an amount is not positive" for entry in empty]


def _check_accounts(session: Session) -> list[str]:
    faults = []
    for account in session.scalars(select(FundAccount)):
        total = read_balances(session, account.id)
        cash = sum((total[book] for book in books.CASH_SOURCES), ZERO)
        if total[books.BANK] + total[books.PAID] != cash:
            faults.append(f"account {account.code}: the cash books do not balance")
        if total[books.PAID] != total[books.SPENT]:
            faults.append(f"account {account.code}: paid {total[books.PAID]}, spent {total[books.SPENT]}")
        if total[books.BANK] < ZERO:
            faults.append(f"account {account.code}: the bank book is below zero")
        if total[books.CARRIED_OUT] != total[books.CARRY_OVER] - total[books.OPENING]:
            faults += _check_carried_out(session, account, total)
        years = session.scalars(select(FundYear.year).where(FundYear.account_id == account.id))
        for year in years:
            faults += _check_year(account.code, year, read_balances(session, account.id, year))
    return faults


def _check_carried_out(session: Session, account: FundAccount, total: dict[str, Decimal]) -> list[str]:
    """What the last year, if closed, has carried out waits for a year that is not open yet."""
    last = session.scalar(select(func.max(FundYear.year)).where(FundYear.account_id == account.id))
    waiting = read_balances(session, account.id, last)[books.CARRIED_OUT]
    if total[books.CARRIED_OUT] - waiting == total[books.CARRY_OVER] - total[books.OPENING]:
        return []
    return [f"account {account.code}: carried out and carried over differ"]


def _check_year(code: str, year: int, now: dict[str, Decimal]) -> list[str]:
    faults = [f"account {code} {year}: {book} is below zero" for book in sorted(books.QUOTA_BOOKS) if now[book] < ZERO]
    sources = sum((now[book] for book in books.QUOTA_SOURCES), ZERO)
    uses = sum((now[book] for book in books.QUOTA_USES), ZERO)
    if sources != uses:
        faults.append(f"account {code} {year}: sources {sources}, uses {uses}")
    if now[books.FISCAL_RECEIVED] > now[books.FISCAL_QUOTA]:
        faults.append(f"account {code} {year}: more fiscal money than the quota")
    return faults


def _check_reservations(session: Session) -> list[str]:
    faults = []
    query = select(Payment.reservation_id, func.sum(Payment.amount, type_=Payment.amount.type))
    unsent = query.where(Payment.state.in_(("unclaimed", "held", "pending", "failed")))
    promised = {row[0]: row[1] for row in session.execute(unsent.group_by(Payment.reservation_id))}
    for made in session.scalars(select(Reservation)):
        now = read_balances(session, made.account_id, made.year, reservation_id=made.id)
        held = now[books.RESERVED] + now[books.RESOLVED]
        if min(now[books.RESERVED], now[books.RESOLVED]) < ZERO or held < promised.get(made.id, ZERO):
            faults.append(f"reservation {made.ref}: holds {held}, promised {promised.get(made.id)}")
    return faults


def _check_payments(session: Session) -> list[str]:
    """Each payment's money stands in the book that its state names, and nowhere else."""
    places: dict[tuple[int | None, str], Decimal] = defaultdict(lambda: ZERO)
    query = select(
        FundLine.payment_id,
        FundLine.debit,
        FundLine.credit,
        func.sum(FundLine.amount, type_=FundLine.amount.type),
    ).where(FundLine.payment_id.is_not(None))
    grouped = query.group_by(FundLine.payment_id, FundLine.debit, FundLine.credit)
    for payment_id, debit, credit, amount in session.execute(grouped):
        places[payment_id, debit] += amount
        places[payment_id, credit] -= amount
    faults = []
    for payment in session.scalars(select(Payment)):
        place = _PLACE.get(payment.state)
        for book in (books.IN_TRANSIT, books.SPENT, books.PAID):
            here = book == place or (book == books.PAID and place == books.SPENT)
            if places[payment.id, book] != (payment.amount if here else ZERO):
                faults.append(f"payment {payment.ref} is {payment.state}, {book} has {places[payment.id, book]}")
    return faults + _check_transfers(session)


def _check_transfers(session: Session) -> list[str]:
    live = select(Transfer.payment_id, Transfer.state, Transfer.amount, Payment.state, Payment.amount).join(
        Payment, Payment.id == Transfer.payment_id
    )
    faults, seen = [], set()
    for payment_id, state, amount, stands, due in session.execute(live.where(Transfer.state != "dropped")):
        if amount != due:
            faults.append(f"payment {payment_id}: a transfer of {amount} for {due}")
        if state == "failed":
            continue
        if payment_id in seen:
            faults.append(f"payment {payment_id}: more than one live transfer")
        seen.add(payment_id)
        if stands != {"prepared": "pending"}.get(state, state):
            faults.append(f"payment {payment_id} is {stands}, its transfer {state}")
    return faults


def _check_batches(session: Session) -> list[str]:
    query = (
        select(Transfer.batch_id, func.count(), func.sum(Transfer.amount, type_=Transfer.amount.type))
        .where(Transfer.state != "dropped")
        .group_by(Transfer.batch_id)
    )
    sums = {batch_id: (count, total) for batch_id, count, total in session.execute(query)}
    live = session.scalars(select(Batch).where(Batch.state != "cancelled"))
    return [
        f"batch {batch.no}: {batch.count} rows, {batch.total}"
        for batch in live
        if sums.get(batch.id) != (batch.count, batch.total)
    ]
