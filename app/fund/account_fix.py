"""A failed transfer opens a small process: one proposes the account, another confirms, it is paid again."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from app.engine.runtime import Start, cancel_instance, start_instances
from app.fund.models import FundAccount, Payment
from app.kernel.actors import Actor
from app.kernel.dates import Clock
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


def drop_fix(session: Session, actor: Actor, clock: Clock, payment: Payment) -> None:
    """The money arrived after all, or a person must look first. Does not commit."""
    if payment.fix_instance_id is not None:
        cancel_instance(session, actor, clock, payment.fix_instance_id, "付款结果已有变化，无需更正账户")
        payment.fix_instance_id = None
