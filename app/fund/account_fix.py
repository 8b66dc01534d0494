"""A failed transfer opens a small process: one proposes the account, another confirms, it is paid again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from app.engine.jobs import clock_of, enqueue
from app.engine.runtime import Start, cancel_instance, start_instances
from app.fund.models import FundAccount, Payment
from app.fund.payments import lock_payment
from app.kernel.actors import SYSTEM, Actor
from app.kernel.dates import Clock
from app.kernel.errors import Conflict
from app.registry.people import people_by_ids

PROCESS = "fix_account"


def open_fixes(session: Session, actor: Actor, clock: Clock, payments: Sequence[Payment]) -> None:
    """Start `fix_account` for each payment that has none open. Does not commit."""
    waiting = [payment for payment in payments if payment.fix_instance_id is None]
    if not waiting:
        return
    people = people_by_ids(session, [payment.person_id for payment in waiting])
    starts = [
        Start(
            scheme=session.get_one(FundAccount, payment.account_id).scheme,
            process_key=PROCESS,
            subject=f"payment:{payment.id}",
            group=f"fund:{payment.account_id}",
            areas={"recognising": people[payment.person_id].recognising_area_id},
            data={"payment_id": payment.id},
        )
        for payment in waiting
    ]
    for payment, instance_id in zip(waiting, start_instances(session, actor, clock, starts), strict=True):
        payment.fix_instance_id = instance_id


def ask_for_payee(session: Session, actor: Actor, clock: Clock, payment_id: int) -> Payment:
    """Open the fixing of an unclaimed (待领) or failed payment because somebody to pay has been found.

    Conflict `fix_open` when it is open already, `payment_under_way` in any other state. Does not commit.
    """
    payment = lock_payment(session, payment_id)
    if payment.state not in ("unclaimed", "failed"):
        raise Conflict("只有待领或付款失败的款项可以更正账户", code="payment_under_way", state=payment.state)
    if payment.fix_instance_id is not None:
        raise Conflict("该笔款项正在更正账户", code="fix_open", instance_id=payment.fix_instance_id)
    open_fixes(session, actor, clock, [payment])
    return payment


def drop_fix(session: Session, payment: Payment) -> None:
    """The money arrived after all, or a person must look first: a job withdraws the tasks. Does not commit.

    A job, because whoever completes such a task holds the instance and then wants the account; we hold the
    account, and two who wait for each other wait for ever.
    """
    if payment.fix_instance_id is not None:
        instance_id, payment.fix_instance_id = payment.fix_instance_id, None
        enqueue(session, "fund.drop_fix", {"instance_id": instance_id}, key=f"fund.drop_fix:{instance_id}")


def withdraw_fix(session: Session, payload: dict[str, Any]) -> None:
    """Job `fund.drop_fix`: cancel the instance, if it has not ended by itself. Does not commit."""
    try:
        cancel_instance(session, SYSTEM, clock_of(session), payload["instance_id"], "付款结果已有变化，无需更正账户")
    except Conflict as ended:
        if ended.code != "instance_ended":
            raise
