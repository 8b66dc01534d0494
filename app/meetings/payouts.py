"""Step 5: what sealed resolutions promise goes to the fund as payables, and comes back as outcomes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import cast

from sqlalchemy import Table, bindparam, exists, func, select, update
from sqlalchemy.orm import Session

from app.access import audit
from app.fund.batches import create_batch
from app.fund.ledger import lock_account
from app.fund.models import Payment
from app.fund.payments import Payable, promise_payments
from app.kernel.actors import Actor
from app.kernel.dates import Clock
from app.kernel.errors import Conflict, Denied
from app.kernel.idempotency import remember
from app.kernel.money import ZERO
from app.meetings.models import Decision, Resolution
from app.meetings.promises import Promise, case_of_ref, payment_ref, promises_of, reservation_ref
from app.meetings.standards import account_of
from app.registry.models import Payee
from app.rounds.models import Case, Round
from app.rounds.rounds import get_round

UNFINISHED = ("unbooked", "pending", "sent", "unknown")
# built once: a bank's answer moves thousands of payments
_FOLLOW_SINGLE = (
    update(cast("Table", Case.__table__))
    .where(
        Case.id == bindparam("of_case"),
        ~exists().where(
            Decision.case_id == bindparam("of_case"),
            Decision.payable > ZERO,
            Decision.resolution_id != bindparam("of_resolution"),
        ),
    )
    .values(outcome=bindparam("outcome"))
)
OUTCOMES = ("paid", "zero", "held", "deferred", "unclaimed", "exhausted", "rejected")


@dataclass(frozen=True)
class Payout:
    """What became of one list: people and yuan by outcome, and what is still on its way."""

    listed: int
    resolved: Decimal
    outcomes: dict[str, int]
    amounts: dict[str, Decimal]
    payments: dict[str, int]  # by payment state, `unbooked` before it is one
    open_people: int

    @property
    def is_settled(self) -> bool:
        """True when paid + zero + held + deferred + unclaimed + exhausted + rejected are the list."""
        return self.open_people == 0 and sum(self.outcomes.values()) == self.listed


def prepare_batch(session: Session, actor: Actor, clock: Clock, round_id: int, purpose: str) -> int | None:
    """A batch of everything that sealed resolutions promise and nobody has sent yet; its id.

    『医保局对最终补助名单人员进行补助』[S0 附件3 三 5]. Who has nobody to pay to is 待领; None when that is
    everybody. Raises Denied, Conflict (`not_sealed`, `nothing_to_pay`).
    """
    if not actor.has_role("ybj_officer", "fund_manager"):
        raise Denied("只有医保局可以制作付款批次")
    round_ = get_round(session, round_id)
    account_id, year = account_of(session, round_), round_.cost_year
    lock_account(session, account_id)  # before asking what waits: whoever comes second finds nothing
    payables = _payables(session, _waiting(session, round_))
    if not payables:
        raise Conflict("没有待付款项", code="nothing_to_pay")
    payments = promise_payments(session, actor, clock, account_id, year, payables)
    _note_unclaimed(session, payments)
    ready = [p for p, payment in zip(payables, payments, strict=True) if payment.state == "pending"]
    batch_id = create_batch(session, actor, clock, account_id, year, purpose, ready) if ready else None
    detail = {"batch_id": batch_id, "payments": len(ready), "unclaimed": len(payables) - len(ready)}
    audit.record(session, actor, clock, "payout_prepared", subject=f"round:{round_id}", detail=detail)
    remember(session, f"batch:{batch_id}")
    session.commit()
    return batch_id


def follow_payment(session: Session, ref: str, _before: str, after: str) -> None:
    """Listener `payment`: a payment moved, so the outcome of its case may have. Does not commit."""
    case_id = case_of_ref(ref)
    if case_id is None:
        return
    if not _follow_single(session, case_id, ref, _outcome_of([after])):
        session.flush()
        states = [promise.state for promise in promises_of(session, [case_id]).get(case_id, [])]
        session.execute(update(Case).where(Case.id == case_id).values(outcome=_outcome_of(states)))


def count_payout(session: Session, round_id: int) -> Payout:
    """The equation of the round's final list as it stands now."""
    decided = (Case.round_id == round_id, Case.stage == "decided")
    deferred = (Case.round_id == round_id, Case.stage == "listed", Case.outcome == "deferred")
    total = func.coalesce(func.sum(Case.approved_amount, type_=Case.approved_amount.type), ZERO)
    outcomes: dict[str, int] = {}
    amounts: dict[str, Decimal] = {}
    listed, open_people, resolved = 0, 0, ZERO
    for where in (decided, deferred):
        query = select(Case.outcome, func.count(), total).where(*where).group_by(Case.outcome)
        for outcome, count, amount in session.execute(query):
            listed, resolved = listed + count, resolved + (amount or ZERO)
            if outcome is None:
                open_people += count
            else:
                outcomes[outcome], amounts[outcome] = count, amount or ZERO
    states = Counter(p.state for rows in promises_of(session, _decided_ids(session, round_id)).values() for p in rows)
    return Payout(listed, resolved, outcomes, amounts, dict(states), open_people)


def must_be_settled(session: Session, round_id: int) -> Payout:
    """Raises Conflict (`payout_unfinished`) naming what is still open; failed payments count as 待领."""
    payout = count_payout(session, round_id)
    unfinished = {state: n for state, n in payout.payments.items() if state in UNFINISHED}
    if unfinished or not payout.is_settled:
        message = "发放尚未办结：还有未制单、待付、在途或结果未明的付款"
        raise Conflict(message, code="payout_unfinished", payments=unfinished, people=payout.open_people)
    return payout


def _decided_ids(session: Session, round_id: int) -> list[int]:
    return list(session.scalars(select(Case.id).where(Case.round_id == round_id, Case.stage == "decided")))


def _waiting(session: Session, round_: Round) -> list[tuple[Case, Promise]]:
    """Promises nobody has sent: not booked yet, or waiting outside any batch."""
    if not session.scalar(select(exists().where(Resolution.round_id == round_.id, Resolution.state == "sealed"))):
        raise Conflict("决议尚未封存，不能发放", code="not_sealed")
    query = select(Case).where(Case.round_id == round_.id, Case.stage == "decided")
    cases = {case.id: case for case in session.scalars(query)}
    return [
        (cases[case_id], promise)
        for case_id, promises in sorted(promises_of(session, cases).items())
        for promise in promises
        if promise.state == "unbooked" or (promise.state == "pending" and promise.batch_id is None)
    ]


def _payables(session: Session, waiting: Sequence[tuple[Case, Promise]]) -> list[Payable]:
    payees = _payees(session, [case.person_id for case, _ in waiting])
    rows = []
    for case, promise in waiting:
        payee = payees.get(case.person_id)
        rows.append(
            Payable(
                ref=payment_ref(case.id, promise.resolution_id),
                amount=promise.amount,
                payee_id=payee.id if payee else None,
                payee_name=payee.name if payee else None,
                person_id=case.person_id,
                reservation=reservation_ref(promise.resolution_id),
            )
        )
    return rows


def _payees(session: Session, person_ids: Sequence[int]) -> dict[int, Payee]:
    found: dict[int, Payee] = {}
    for start in range(0, len(person_ids), 500):
        chunk = person_ids[start : start + 500]
        query = select(Payee).where(Payee.person_id.in_(chunk), Payee.state == "active")
        found.update({payee.person_id: payee for payee in session.scalars(query)})
    return found


def _note_unclaimed(session: Session, payments: Sequence[Payment]) -> None:
    rows = [
        {"id": case_of_ref(payment.ref), "outcome": "unclaimed"} for payment in payments if payment.state == "unclaimed"
    ]
    if rows:
        session.execute(update(Case), rows)


def _follow_single(session: Session, case_id: int, ref: str, outcome: str | None) -> bool:
    """One statement for the usual case, a person with one promise; False when there are several."""
    given = {"of_case": case_id, "of_resolution": int(ref.rpartition(":")[2]), "outcome": outcome}
    with session.no_autoflush:
        return session.connection().execute(_FOLLOW_SINGLE, given).rowcount == 1


def _outcome_of(states: Sequence[str]) -> str | None:
    """Held before 待领 before on its way before paid; a failed payment has reached nobody: 待领."""
    if "held" in states:
        return "held"
    if {"unclaimed", "failed"}.intersection(states):
        return "unclaimed"
    return "paid" if states and set(states) == {"paid"} else None
