"""What may still be promised, and promises that two rounds cannot make of the same fen.

available = carry-over + fiscal quota + committed charity - already resolved - reserved; the bank balance only
gates the payment (SZ-EXHAUST; 『基金总额用完即止』[S0 附件3 四]). Nothing here commits.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.fund import books
from app.fund.ledger import Move, bank_balance, get_year, lock_account, post, read_balances, was_posted
from app.fund.models import Payment, Reservation
from app.fund.years import carry_on_released
from app.kernel.actors import Actor
from app.kernel.dates import Clock
from app.kernel.errors import Conflict, Fault, Invalid, NotFound
from app.kernel.money import ZERO

UNSENT = ("unclaimed", "held", "pending", "failed")


@dataclass(frozen=True)
class Quota:
    """The quota of one fund year, in yuan; `available` never counts money promised to anybody."""

    carry_over: Decimal
    fiscal: Decimal
    committed_charity: Decimal
    charity_received: Decimal
    resolved: Decimal  # by sealed resolutions, paid or not
    reserved: Decimal  # by rounds that are still deciding
    carried_out: Decimal  # to the next year
    available: Decimal
    bank_balance: Decimal
    warnings: tuple[str, ...] = ()


def available_quota(session: Session, account_id: int, year: int) -> Quota:
    """The quota now; raises NotFound (`fund_year_not_open`)."""
    fund_year = get_year(session, account_id, year)
    now = read_balances(session, account_id, year)
    return Quota(
        carry_over=now[books.CARRY_OVER],
        fiscal=now[books.FISCAL_QUOTA],
        committed_charity=now[books.CHARITY_COMMITTED],
        charity_received=now[books.CHARITY_RECEIVED],
        resolved=now[books.RESOLVED] + now[books.IN_TRANSIT] + now[books.SPENT],
        reserved=now[books.RESERVED],
        carried_out=now[books.CARRIED_OUT],
        available=now[books.AVAILABLE],
        bank_balance=bank_balance(session, account_id),
        warnings=tuple(fund_year.warnings),
    )


def reserve(
    session: Session, actor: Actor, clock: Clock, account_id: int, year: int, amount: Decimal, ref: str
) -> None:
    """Set money apart under `ref`, e.g. "resolution:7"; Conflict `quota_exceeded` names what is missing.

    The same ref and amount again changes nothing; the same ref with another amount is a Conflict
    (`reservation_differs`): release it, or reserve the difference under a ref of its own. Does not commit.
    """
    if amount <= ZERO:
        raise Invalid([Fault("/amount", "not_positive", "预留金额应大于零")])
    lock_account(session, account_id)
    if get_year(session, account_id, year).state == "closed":
        raise Conflict(f"{year}年度已结账", code="fund_year_closed")
    if (known := find_reservation(session, ref)) is not None:
        _check_same(known, account_id, year, amount)
        return
    free = read_balances(session, account_id, year)[books.AVAILABLE]
    if amount > free:
        missing = f"{amount - free:f}"
        raise Conflict("超出基金可用额度", code="quota_exceeded", available=f"{free:f}", missing=missing)
    made = Reservation(account_id=account_id, year=year, ref=ref, amount=amount, at=clock(), actor_id=actor.user_id)
    session.add(made)
    session.flush()
    moves = [Move(books.RESERVED, books.AVAILABLE, amount, reservation_id=made.id)]
    post(session, actor, clock, account_id, year, "reserve", ref, moves)


def consume(session: Session, actor: Actor, clock: Clock, account_id: int, year: int, ref: str) -> None:
    """The promise is resolved: what is reserved under `ref` counts as resolved from now on.

    A second call changes nothing. `create_batch` calls it by itself. Does not commit.
    """
    lock_account(session, account_id)
    made = get_reservation(session, account_id, year, ref)
    if was_posted(session, account_id, "consume", ref):
        return
    left = read_balances(session, account_id, year, reservation_id=made.id)[books.RESERVED]
    moves = [Move(books.RESOLVED, books.RESERVED, left, reservation_id=made.id)]
    post(session, actor, clock, account_id, year, "consume", ref, moves)


def release(
    session: Session,
    actor: Actor,
    clock: Clock,
    account_id: int,
    year: int,
    ref: str,
    amount: Decimal | None = None,
    cause: str = "",
) -> Decimal:
    """Give back what is under `ref` and not sent or paid: all of it, or `amount` for a named `cause`.

    Returns the yuan that came free. The same (ref, cause) again changes nothing and returns 0.00.
    Conflict `reservation_in_use` when living payments need the money. Does not commit.
    """
    lock_account(session, account_id)
    made = get_reservation(session, account_id, year, ref)
    key = f"{ref}#{cause}"
    if was_posted(session, account_id, "release", key):
        return ZERO
    left = read_balances(session, account_id, year, reservation_id=made.id)
    held = left[books.RESERVED] + left[books.RESOLVED]
    freed = held if amount is None else amount
    if freed < ZERO or held - freed < promised_to_payments(session, made.id):
        raise Conflict("预留资金仍有待付款项使用，不能释放", code="reservation_in_use", reserved=f"{held:f}")
    from_reserved = min(freed, left[books.RESERVED])
    moves = [
        Move(books.AVAILABLE, books.RESERVED, from_reserved, reservation_id=made.id),
        Move(books.AVAILABLE, books.RESOLVED, freed - from_reserved, reservation_id=made.id),
    ]
    post(session, actor, clock, account_id, year, "release", key, moves, cause or None)
    carry_on_released(session, actor, clock, account_id, year, freed, f"release:{key}")
    return freed


def find_reservation(session: Session, ref: str) -> Reservation | None:
    """The reservation under this ref, in whatever account."""
    return session.scalar(select(Reservation).where(Reservation.ref == ref))


def get_reservation(session: Session, account_id: int, year: int, ref: str) -> Reservation:
    """The reservation under this ref; raises NotFound (`reservation_not_found`)."""
    found = find_reservation(session, ref)
    if found is None or (found.account_id, found.year) != (account_id, year):
        raise NotFound("没有此项资金预留", code="reservation_not_found", ref=ref)
    return found


def promised_to_payments(session: Session, reservation_id: int) -> Decimal:
    """What payments not yet sent (or failed, to be sent again) will still draw, in yuan."""
    query = select(func.coalesce(func.sum(Payment.amount, type_=Payment.amount.type), ZERO)).where(
        Payment.reservation_id == reservation_id, Payment.state.in_(UNSENT)
    )
    return session.scalar(query) or ZERO


def _check_same(known: Reservation, account_id: int, year: int, amount: Decimal) -> None:
    if (known.account_id, known.year, known.amount) != (account_id, year, amount):
        raise Conflict("同一依据已预留过另一金额", code="reservation_differs", reserved=f"{known.amount:f}")
