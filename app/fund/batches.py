"""Payment batches: prepared, reviewed and approved by three different people, then sent to the bank.

Nothing here commits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import cast

from sqlalchemy import Table, func, insert, select, update
from sqlalchemy.orm import Session

from app.fund import books
from app.fund.bank.payment_file import seal_of
from app.fund.ledger import Move, lock_account, post, read_balances
from app.fund.models import Batch, FundAccount, Payment, Transfer
from app.fund.payees import payees_of
from app.fund.payments import Payable, promise_payments
from app.fund.trail import change_state, note
from app.kernel.actors import Actor
from app.kernel.dates import Clock
from app.kernel.errors import Conflict, Denied, Fault, Invalid, NotFound
from app.kernel.money import ZERO
from app.registry.models import Payee


def create_batch(
    session: Session,
    actor: Actor,
    clock: Clock,
    account_id: int,
    year: int,
    purpose: str,
    payables: Sequence[Payable],
) -> int:
    """Promise these payables and put them into a new batch; its id. 待领 ones are promised, not put in.

    Refused as a whole (Invalid, every fault at once) when one of them is paid, on its way, held, failed or
    in another batch. Consumes the reservations named. Does not commit.
    """
    payments = promise_payments(session, actor, clock, account_id, year, payables)
    faults = [
        Fault(f"/payables/{index}", "not_payable", f"该笔款项不能列入本批次：{_why_not(payment)}")
        for index, payment in enumerate(payments)
        if payment.state != "unclaimed" and (payment.state != "pending" or payment.batch_id is not None)
    ]
    if faults:
        raise Invalid(faults)
    pending = [payment for payment in payments if payment.state == "pending"]
    return _make_batch(session, actor, clock, account_id, year, purpose, pending)


def collect_batch(session: Session, actor: Actor, clock: Clock, account_id: int, year: int, purpose: str) -> int:
    """A batch of every payment of the year that waits for one; Conflict `nothing_to_pay`. Does not commit."""
    lock_account(session, account_id)
    waiting = select(Payment).where(
        Payment.account_id == account_id,
        Payment.year == year,
        Payment.state == "pending",
        Payment.batch_id.is_(None),
    )
    payments = session.scalars(waiting.order_by(Payment.id).execution_options(populate_existing=True)).all()
    return _make_batch(session, actor, clock, account_id, year, purpose, payments)


def _why_not(payment: Payment) -> str:
    states = {
        "held": "已暂缓",
        "sent": "已发往银行",
        "unknown": "银行结果不明",
        "paid": "已付",
        "failed": "付款失败，待更正账户",
    }
    return states.get(payment.state, "已在另一批次中")


def _make_batch(
    session: Session,
    actor: Actor,
    clock: Clock,
    account_id: int,
    year: int,
    purpose: str,
    payments: Sequence[Payment],
) -> int:
    if not purpose.strip():
        raise Invalid([Fault("/purpose", "purpose_missing", "请填写付款用途")])
    payees = payees_of(session, (payment.person_id for payment in payments))
    payments = _drop_unclaimed(payments, payees, session)
    if not payments:
        raise Conflict("没有可付款项", code="nothing_to_pay")
    account = session.get_one(FundAccount, account_id)
    earlier = session.scalar(select(func.count()).where(Batch.account_id == account_id, Batch.year == year))
    batch = Batch(
        account_id=account_id,
        year=year,
        no=f"{account.code}-{year}-{(earlier or 0) + 1:04d}",
        purpose=purpose,
        state="prepared",
        count=len(payments),
        total=sum((payment.amount for payment in payments), ZERO),
        content_hash="",
        prepared_by=actor.user_id,
        prepared_at=clock(),
        version=1,
    )
    session.add(batch)
    session.flush()
    _add_transfers(session, batch, payments, payees)
    batch.content_hash = seal_of(session, batch)
    note(
        session,
        actor,
        clock,
        "batch_prepared",
        f"batch:{batch.id}",
        count=batch.count,
        total=f"{batch.total:f}",
    )
    return batch.id


def _drop_unclaimed(payments: Sequence[Payment], payees: Mapping[int, Payee], session: Session) -> list[Payment]:
    """Those with somebody to pay; the others wait as 待领 from now on."""
    for payment in payments:
        if payment.person_id not in payees:
            change_state(session, payment, "unclaimed")
    return [payment for payment in payments if payment.person_id in payees]


def _add_transfers(session: Session, batch: Batch, payments: Sequence[Payment], payees: Mapping[int, Payee]) -> None:
    rows = []
    for serial, payment in enumerate(payments, start=1):
        payee = payees[payment.person_id]
        payment.batch_id, payment.payee_id, payment.payee_name = batch.id, payee.id, payee.name
        rows.append(
            {
                "payment_id": payment.id,
                "batch_id": batch.id,
                "serial": serial,
                "reference": f"{batch.no}-{serial:05d}",
                "amount": payment.amount,
                "payee_id": payee.id,
                "payee_version": payee.version,
                "payee_name": payee.name,
                "account_enc": payee.account_enc,
                "account_masked": payee.account_masked,
                "bank": payee.bank,
                "state": "prepared",
            }
        )
    session.flush()
    session.execute(insert(cast("Table", Transfer.__table__)), rows)


def get_batch(session: Session, batch_id: int) -> Batch:
    """The batch, fresh; raises NotFound."""
    session.flush()
    batch = session.get(Batch, batch_id, populate_existing=True)
    if batch is None:
        raise NotFound("没有此付款批次")
    return batch


def lock_batch(session: Session, batch_id: int, *states: str) -> Batch:
    """The batch with its account locked; Conflict `batch_state` when it is in none of these states."""
    lock_account(session, get_batch(session, batch_id).account_id)
    batch = get_batch(session, batch_id)
    if states and batch.state not in states:
        raise Conflict("付款批次当前状态不允许此操作", code="batch_state", state=batch.state)
    return batch


def review_batch(session: Session, actor: Actor, clock: Clock, batch_id: int) -> Batch:
    """审核: somebody other than the preparer has checked the rows. Does not commit."""
    batch = lock_batch(session, batch_id, "prepared")
    _differ(actor, batch.prepared_by)
    batch.content_hash = seal_of(session, batch)
    batch.state, batch.reviewed_by, batch.reviewed_at = "reviewed", actor.user_id, clock()
    batch.version += 1
    note(session, actor, clock, "batch_reviewed", f"batch:{batch.id}", hash=batch.content_hash)
    return batch


def approve_batch(session: Session, actor: Actor, clock: Clock, batch_id: int) -> Batch:
    """审批: a third person; the bank must hold the money (`balance_too_low`). Does not commit."""
    batch = lock_batch(session, batch_id, "reviewed")
    _differ(actor, batch.prepared_by, batch.reviewed_by)
    _check_seal(session, batch)
    _check_balance(session, batch)
    batch.state, batch.approved_by, batch.approved_at = "approved", actor.user_id, clock()
    batch.version += 1
    note(session, actor, clock, "batch_approved", f"batch:{batch.id}", hash=batch.content_hash)
    return batch


def return_batch(session: Session, actor: Actor, clock: Clock, batch_id: int, reason: str) -> Batch:
    """A batch not yet sent is given up, with a reason; its payments wait for another. Does not commit."""
    if not reason.strip():
        raise Invalid([Fault("/reason", "reason_missing", "请填写退回的原因")])
    batch = lock_batch(session, batch_id, "prepared", "reviewed", "approved")
    session.execute(
        update(Transfer).where(Transfer.batch_id == batch.id, Transfer.state == "prepared").values(state="dropped")
    )
    session.execute(update(Payment).where(Payment.batch_id == batch.id).values(batch_id=None))
    batch.state, batch.note, batch.version = "cancelled", reason, batch.version + 1
    note(session, actor, clock, "batch_returned", f"batch:{batch.id}", reason=reason)
    return batch


def send_batch(session: Session, actor: Actor, clock: Clock, batch_id: int) -> Batch:
    """The file goes to the bank: resolved money is in transit from now on.

    Refused when an account was changed since the batch was prepared (Invalid, all of them), or the balance
    does not carry it. Does not commit.
    """
    batch = lock_batch(session, batch_id, "approved")
    _check_seal(session, batch)
    _check_balance(session, batch)
    transfers = prepared_transfers(session, batch.id)
    payments = payments_of(session, batch.id)
    _check_accounts(session, transfers, payments)
    moves = [
        Move(books.IN_TRANSIT, books.RESOLVED, p.amount, payment_id=p.id, reservation_id=p.reservation_id)
        for p in payments
    ]
    post(session, actor, clock, batch.account_id, batch.year, "send", batch.no, moves)
    for transfer in transfers:
        transfer.state = "sent"
    for payment in payments:
        change_state(session, payment, "sent")
    batch.state, batch.sent_by, batch.sent_at = "sent", actor.user_id, clock()
    batch.version += 1
    note(session, actor, clock, "batch_sent", f"batch:{batch.id}", hash=batch.content_hash)
    return batch


def prepared_transfers(session: Session, batch_id: int) -> Sequence[Transfer]:
    """The lines of a batch not yet sent, fresh, in their order."""
    query = select(Transfer).where(Transfer.batch_id == batch_id, Transfer.state == "prepared")
    return session.scalars(query.order_by(Transfer.serial).execution_options(populate_existing=True)).all()


def payments_of(session: Session, batch_id: int) -> Sequence[Payment]:
    """The payments whose latest batch this is, fresh, by id."""
    query = select(Payment).where(Payment.batch_id == batch_id).order_by(Payment.id)
    return session.scalars(query.execution_options(populate_existing=True)).all()


def _differ(actor: Actor, *others: int | None) -> None:
    if actor.user_id is None or actor.user_id in others:
        raise Denied("制表人、审核人、审批人须为三个不同的人", code="same_person")


def _check_seal(session: Session, batch: Batch) -> None:
    if seal_of(session, batch) != batch.content_hash:
        raise Conflict("批次内容在审核后被改动，请退回重做", code="batch_altered")


def _check_balance(session: Session, batch: Batch) -> None:
    """『基金总额用完即止』[S0 附件3 四]; A-SZ-12: the payout waits for the money."""
    balances = read_balances(session, batch.account_id)
    free = balances[books.BANK] - balances[books.IN_TRANSIT] - _approved_elsewhere(session, batch)
    if batch.total > free:
        raise Conflict(
            "银行账户余额不足，待慈善帮扶资金到账后再拨付",
            code="balance_too_low",
            balance=f"{free:f}",
            missing=f"{batch.total - free:f}",
        )


def _approved_elsewhere(session: Session, batch: Batch) -> Decimal:
    query = select(func.coalesce(func.sum(Batch.total, type_=Batch.total.type), ZERO)).where(
        Batch.account_id == batch.account_id, Batch.state == "approved", Batch.id != batch.id
    )
    return session.scalar(query) or ZERO


def _check_accounts(session: Session, transfers: Sequence[Transfer], payments: Sequence[Payment]) -> None:
    payees = payees_of(session, (payment.person_id for payment in payments))
    now = {payee.id: payee.version for payee in payees.values()}
    faults = [
        Fault(f"/transfers/{row.serial}", "payee_changed", f"第{row.serial}行领款账户已变更，请重做批次")
        for row in transfers
        if now.get(row.payee_id) != row.payee_version
    ]
    if faults:
        raise Invalid(faults, "部分领款账户在制表后已变更")
