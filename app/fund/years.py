"""Fund years: opened with their sources, closed with what is left, which goes on to the next year."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.fund import books, rules
from app.fund.ledger import Move, find_year, get_year, lock_account, post, read_balances
from app.fund.models import FundYear
from app.kernel.actors import Actor
from app.kernel.dates import Clock
from app.kernel.errors import Conflict, Fault, Invalid
from app.kernel.money import ZERO


def open_year(
    session: Session,
    actor: Actor,
    clock: Clock,
    account_id: int,
    year: int,
    carry_in: Decimal,
    fiscal: Decimal,
    charity_committed: Decimal,
    charity_prior: Decimal | None,
    *,
    charity_floor: Decimal = ZERO,
    charity_rises: bool = False,
) -> FundYear:
    """Open the quota of a year; its `warnings` name charity below the floor or not rising (A-SZ-3).

    All amounts in yuan. In the first year `carry_in` is also the cash the account starts with; later it
    must be what the year before has left (zero while that year is open: its closing brings the rest).
    『基金有结余的，流转下一年度使用』[S0 附件3 四]. A second opening is Conflict `fiscal_topup_not_allowed`.
    Does not commit.
    """
    _check_amounts(carry_in=carry_in, fiscal=fiscal, charity_committed=charity_committed)
    lock_account(session, account_id)
    if find_year(session, account_id, year) is not None:
        raise Conflict("本年度额度已建立，年度内不再追加", code="fiscal_topup_not_allowed", year=year)
    first = _check_carry_in(session, account_id, year, carry_in)
    opened = FundYear(
        account_id=account_id,
        year=year,
        state="open",
        charity_prior=charity_prior,
        warnings=rules.charity_warnings(charity_committed, charity_prior, charity_floor, rises=charity_rises),
        opened_by=actor.user_id,
        opened_at=clock(),
    )
    session.add(opened)
    moves = _sources(carry_in, fiscal, charity_committed, cash=carry_in if first else ZERO)
    post(session, actor, clock, account_id, year, "open_year", str(year), moves)
    return opened


def _sources(carry_in: Decimal, fiscal: Decimal, charity: Decimal, *, cash: Decimal) -> list[Move]:
    return [
        Move(books.AVAILABLE, books.CARRY_OVER, carry_in),
        Move(books.AVAILABLE, books.FISCAL_QUOTA, fiscal),
        Move(books.AVAILABLE, books.CHARITY_COMMITTED, charity),
        Move(books.BANK, books.OPENING, cash),
    ]


def close_year(session: Session, actor: Actor, clock: Clock, account_id: int, year: int) -> Decimal:
    """Close a year; what is still available goes to the next year, and is returned (yuan).

    Money already resolved stays with its year until it is paid. What was committed and never came is no
    surplus: Conflict `funds_outstanding` until it arrives or `lower_commitment` takes it back.
    A second closing returns the same amount and changes nothing. Does not commit.
    """
    lock_account(session, account_id)
    closing = get_year(session, account_id, year)
    now = read_balances(session, account_id, year)
    if closing.state == "closed":
        return now[books.CARRIED_OUT]
    _check_closing(now)
    left = now[books.AVAILABLE]
    post(
        session,
        actor,
        clock,
        account_id,
        year,
        "close_year",
        str(year),
        [Move(books.CARRIED_OUT, books.AVAILABLE, left)],
    )
    closing.state, closing.closed_by, closing.closed_at = "closed", actor.user_id, clock()
    _carry_into(session, actor, clock, account_id, year + 1, left, f"close:{year}")
    return left


def lower_commitment(
    session: Session, actor: Actor, clock: Clock, account_id: int, year: int, amount: Decimal, evidence: str
) -> None:
    """Take back charity that will not come (yuan, above zero); never below what has arrived or been promised.

    Does not commit.
    """
    _check_amounts(amount=amount)
    lock_account(session, account_id)
    get_year(session, account_id, year)
    now = read_balances(session, account_id, year)
    room = min(now[books.CHARITY_COMMITTED] - now[books.CHARITY_RECEIVED], now[books.AVAILABLE])
    if amount > room:
        raise Conflict("已到账或已承诺使用的慈善资金不能核减", code="commitment_in_use", room=f"{room:f}")
    moves = [Move(books.CHARITY_COMMITTED, books.AVAILABLE, amount)]
    post(session, actor, clock, account_id, year, "lower", f"{year}:{evidence}", moves, evidence)


def carry_on_released(
    session: Session, actor: Actor, clock: Clock, account_id: int, year: int, amount: Decimal, cause: str
) -> None:
    """Money that came free in a year already closed follows the rest into the next. Does not commit."""
    closed = find_year(session, account_id, year)
    if closed is None or closed.state != "closed" or not amount:
        return
    moves = [Move(books.CARRIED_OUT, books.AVAILABLE, amount)]
    post(session, actor, clock, account_id, year, "carry_on", f"out:{cause}", moves)
    _carry_into(session, actor, clock, account_id, year + 1, amount, cause)


def _carry_into(
    session: Session, actor: Actor, clock: Clock, account_id: int, year: int, amount: Decimal, cause: str
) -> None:
    if find_year(session, account_id, year) is None:
        return  # its opening will take over all that was carried out
    moves = [Move(books.AVAILABLE, books.CARRY_OVER, amount)]
    post(session, actor, clock, account_id, year, "carry_on", f"in:{cause}", moves)
    carry_on_released(session, actor, clock, account_id, year, amount, cause)


def _check_amounts(**amounts: Decimal) -> None:
    faults = [Fault(f"/{name}", "negative_amount", "金额不能为负") for name, amount in amounts.items() if amount < ZERO]
    if faults:
        raise Invalid(faults)


def _check_carry_in(session: Session, account_id: int, year: int, carry_in: Decimal) -> bool:
    """True for the account's first year."""
    latest = session.scalar(select(func.max(FundYear.year)).where(FundYear.account_id == account_id))
    if latest is None:
        return True
    if latest != year - 1:
        raise Conflict("年度应逐年建立", code="year_out_of_order", latest=latest)
    left = read_balances(session, account_id, latest)[books.CARRIED_OUT]
    if carry_in != left:
        raise Conflict("上年结转与账面不符", code="carry_in_differs", carried_out=f"{left:f}")
    return False


def _check_closing(now: dict[str, Decimal]) -> None:
    outstanding = now[books.CHARITY_COMMITTED] - now[books.CHARITY_RECEIVED]
    outstanding += now[books.FISCAL_QUOTA] - now[books.FISCAL_RECEIVED]
    if outstanding:
        raise Conflict("承诺资金尚未全部到账，请先入账或核减", code="funds_outstanding", missing=f"{outstanding:f}")
