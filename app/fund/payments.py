"""Payments: promised once under a ref, held and released, unclaimed until there is somebody to pay.

Nothing here commits.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.fund import books
from app.fund.ledger import lock_account, read_balances
from app.fund.models import Batch, Payment, Reservation, Transfer
from app.fund.payees import payees_of
from app.fund.quota import consume, get_reservation, promised_to_payments, release
from app.fund.trail import change_state, note
from app.kernel.actors import Actor
from app.kernel.dates import Clock
from app.kernel.errors import Conflict, Fault, Invalid, NotFound
from app.kernel.money import ZERO


@dataclass(frozen=True)
class Payable:
    """One approved amount (yuan, above zero). `ref` is its name for ever ("case:12/res:3").

    `reservation` is the ref of the reservation it draws on; without a payee it is unclaimed (待领).
    The account is that of the person's active payee when the batch is made: two people may change it.
    """

    ref: str
    amount: Decimal
    payee_id: int | None
    payee_name: str | None
    person_id: int
    reservation: str


def promise_payments(
    session: Session, actor: Actor, clock: Clock, account_id: int, year: int, payables: Sequence[Payable]
) -> list[Payment]:
    """Payments for these payables, in their order; what was promised before must be promised alike.

    Those with no active payee are `unclaimed`. Raises Invalid with every fault at once, Conflict
    `reservation_too_small` when a reservation does not carry its payables. Does not commit.
    """
    lock_account(session, account_id)
    known = payments_by_ref(session, [payable.ref for payable in payables])
    _check_payables(payables, known)
    reservations = {ref: get_reservation(session, account_id, year, ref) for ref in {p.reservation for p in payables}}
    payees = payees_of(session, (payable.person_id for payable in payables))
    fresh = []
    for payable in payables:
        if payable.ref in known:
            continue
        known[payable.ref] = Payment(
            account_id=account_id,
            year=year,
            ref=payable.ref,
            reservation_id=reservations[payable.reservation].id,
            amount=payable.amount,
            person_id=payable.person_id,
            payee_id=payable.payee_id,
            payee_name=payable.payee_name,
            state="unclaimed" if payable.payee_id is None or payable.person_id not in payees else "pending",
            version=1,
        )
        fresh.append(known[payable.ref])
    session.add_all(fresh)
    session.flush()
    for ref, reservation in reservations.items():
        consume(session, actor, clock, account_id, year, ref)
        _check_carried(session, account_id, year, reservation.id)
    return [known[payable.ref] for payable in payables]


def _check_payables(payables: Sequence[Payable], known: dict[str, Payment]) -> None:
    faults, seen = [], set()
    for index, payable in enumerate(payables):
        where = f"/payables/{index}"
        if payable.ref in seen:
            faults.append(Fault(where, "duplicate_ref", "同一笔款项重复列入"))
        seen.add(payable.ref)
        if payable.amount <= ZERO:
            faults.append(Fault(where, "not_positive", "付款金额应大于零"))
        before = known.get(payable.ref)
        if before is not None and (before.amount, before.person_id) != (payable.amount, payable.person_id):
            faults.append(Fault(where, "promised_differently", "同一笔款项已按另一金额或人员登记"))
    if faults:
        raise Invalid(faults)


def _check_carried(session: Session, account_id: int, year: int, reservation_id: int) -> None:
    left = read_balances(session, account_id, year, reservation_id=reservation_id)
    held, needed = left[books.RESOLVED] + left[books.RESERVED], promised_to_payments(session, reservation_id)
    if needed > held:
        raise Conflict(
            "待付款项合计超过预留资金",
            code="reservation_too_small",
            reserved=f"{held:f}",
            needed=f"{needed:f}",
        )


def payments_by_ref(session: Session, refs: Iterable[str]) -> dict[str, Payment]:
    """Ref -> payment, for those that exist."""
    wanted, found = list(refs), {}
    for start in range(0, len(wanted), 500):
        query = select(Payment).where(Payment.ref.in_(wanted[start : start + 500]))
        found.update({payment.ref: payment for payment in session.scalars(query)})
    return found


def get_payment(session: Session, payment_id: int) -> Payment:
    """The payment; raises NotFound."""
    session.flush()
    payment = session.get(Payment, payment_id, populate_existing=True)
    if payment is None:
        raise NotFound("没有此笔付款")
    return payment


def lock_payment(session: Session, payment_id: int) -> Payment:
    """The payment, fresh, with its account locked."""
    lock_account(session, get_payment(session, payment_id).account_id)
    return get_payment(session, payment_id)


def hold_payment(session: Session, actor: Actor, clock: Clock, payment_id: int, reason: str) -> Payment:
    """The bureau keeps a payment back; a batch it stood in and that was not sent must be prepared anew.

    Only pending payments can be held (Conflict `payment_not_pending`). Does not commit.
    """
    if not reason.strip():
        raise Invalid([Fault("/reason", "reason_missing", "请填写暂缓拨付的原因")])
    payment = lock_payment(session, payment_id)
    if payment.state != "pending":
        raise Conflict("只有待付款项可以暂缓", code="payment_not_pending", state=payment.state)
    leave_batch(session, payment)
    payment.hold_reason, payment.held_by = reason, actor.user_id
    change_state(session, payment, "held")
    note(session, actor, clock, "payment_held", f"payment:{payment.id}", reason=reason)
    return payment


def release_payment(session: Session, actor: Actor, clock: Clock, payment_id: int) -> Payment:
    """A held payment may be paid again, in the next batch (or waits for a payee). Does not commit."""
    payment = lock_payment(session, payment_id)
    if payment.state != "held":
        raise Conflict("该笔付款未处于暂缓状态", code="payment_not_held", state=payment.state)
    payment.hold_reason = payment.held_by = None
    change_state(session, payment, _ready_state(session, payment))
    note(session, actor, clock, "payment_released", f"payment:{payment.id}")
    return payment


def name_payee(
    session: Session,
    actor: Actor,
    clock: Clock,
    payment_id: int,
    payee_id: int | None,
    payee_name: str | None,
) -> Payment:
    """After two people have settled who is paid: an unclaimed, failed or waiting payment gets its payee.

    It becomes pending, or unclaimed when nobody active is named. Does not commit.
    """
    payment = lock_payment(session, payment_id)
    if payment.state not in ("unclaimed", "failed", "pending", "held"):
        raise Conflict("该笔付款已发往银行或已办结，不能更换领款人", code="payment_under_way", state=payment.state)
    leave_batch(session, payment)
    payment.payee_id, payment.payee_name, payment.fix_instance_id = payee_id, payee_name, None
    if payment.state != "held":
        change_state(session, payment, _ready_state(session, payment))
    note(session, actor, clock, "payee_named", f"payment:{payment.id}", payee_id=payee_id)
    return payment


def cancel_payment(session: Session, actor: Actor, clock: Clock, payment_id: int, reason: str) -> Payment:
    """A resolution took the amount back before it was sent: its money is available again. Does not commit."""
    payment = lock_payment(session, payment_id)
    if payment.state not in ("unclaimed", "failed", "pending", "held"):
        raise Conflict("该笔付款已发往银行或已办结，不能撤销", code="payment_under_way", state=payment.state)
    leave_batch(session, payment)
    change_state(session, payment, "cancelled")
    session.flush()
    ref = session.get_one(Reservation, payment.reservation_id).ref
    cause = f"cancel:{payment.id}"
    release(session, actor, clock, payment.account_id, payment.year, ref, payment.amount, cause)
    note(session, actor, clock, "payment_cancelled", f"payment:{payment.id}", reason=reason)
    return payment


def leave_batch(session: Session, payment: Payment) -> None:
    """Take a payment out of a batch not yet sent; the batch must then be reviewed and approved again."""
    query = select(Transfer).where(Transfer.payment_id == payment.id, Transfer.state == "prepared")
    transfer = session.scalar(query)
    if transfer is not None:
        transfer.state = "dropped"
        session.flush()  # before another try of the same payment lives again
        batch = session.get_one(Batch, transfer.batch_id)
        batch.state, batch.version = "prepared", batch.version + 1
        batch.reviewed_by = batch.reviewed_at = batch.approved_by = batch.approved_at = None
        batch.content_hash = ""  # sealed again when it is reviewed
        batch.count -= 1
        batch.total -= transfer.amount
        if not batch.count:
            batch.state = "cancelled"
    payment.batch_id = None


def _ready_state(session: Session, payment: Payment) -> str:
    claimed = payment.payee_id is not None and payees_of(session, [payment.person_id])
    return "pending" if claimed else "unclaimed"
