"""What sealed resolutions have promised a case, and how far the bank has got with it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.fund.models import Payment
from app.kernel.money import ZERO
from app.meetings.models import Decision, Resolution
from app.rounds.models import Case, Round

GONE = ("sent", "unknown", "paid")
_CHUNK = 500


@dataclass(frozen=True)
class Promise:
    """The payable part of one decision, yuan; `state` is the payment's, or `unbooked` before it is one."""

    case_id: int
    resolution_id: int
    amount: Decimal
    payment_id: int | None
    state: str
    batch_id: int | None = None

    @property
    def is_gone(self) -> bool:
        return self.state in GONE


def payment_ref(case_id: int, resolution_id: int) -> str:
    """The name under which the fund pays one decision, once."""
    return f"case:{case_id}/res:{resolution_id}"


def reservation_ref(resolution_id: int) -> str:
    """The name under which the fund sets a resolution's money apart."""
    return f"resolution:{resolution_id}"


def case_of_ref(ref: str) -> int | None:
    """The case of a payment reference, or None when it is not one of ours."""
    head, _, tail = ref.partition("/")
    kind, _, number = head.partition(":")
    return int(number) if kind == "case" and tail.startswith("res:") and number.isdigit() else None


def promises_of(session: Session, case_ids: Collection[int]) -> dict[int, list[Promise]]:
    """{case id: living promises above zero of sealed resolutions, oldest first}.

    A cancelled payment is none, and neither is a promise that was never booked and has been decided anew.
    """
    found: dict[int, list[Promise]] = defaultdict(list)
    for chunk in _chunks(sorted(case_ids)):
        rows = session.execute(_sealed(chunk)).all()
        newest = {case_id: resolution_id for case_id, resolution_id, _ in rows}
        payments = _payments(session, [payment_ref(case_id, res_id) for case_id, res_id, _ in rows])
        for case_id, resolution_id, amount in rows:
            payment = payments.get(payment_ref(case_id, resolution_id))
            state = "unbooked" if payment is None else payment.state
            withdrawn = state == "unbooked" and resolution_id != newest[case_id]
            if amount and state != "cancelled" and not withdrawn:
                found[case_id].append(_promise(case_id, resolution_id, amount, payment))
    return found


def fund_paid_elsewhere(session: Session, round_: Round, person_ids: Collection[int]) -> dict[int, Decimal]:
    """{person: yuan that other rounds of the same cost year resolved}, paid or still to be paid (A-SZ-7)."""
    found: dict[int, Decimal] = {}
    for chunk in _chunks(sorted(person_ids)):
        rows = session.execute(paid_elsewhere(round_).where(Case.person_id.in_(chunk)))
        found.update({person_id: amount or ZERO for person_id, amount in rows})
    return found


def paid_elsewhere(round_: Round) -> Select[int, Decimal | None]:
    """SQL rows of `fund_paid_elsewhere` for everybody: `person_id` and `amount`."""
    total = func.sum(Case.approved_amount, type_=Case.approved_amount.type)
    return (
        select(Case.person_id, total.label("amount"))
        .join(Round, Round.id == Case.round_id)
        .where(Round.scheme == round_.scheme, Round.cost_year == round_.cost_year, Round.id != round_.id)
        .where(Case.approved_amount.is_not(None))
        .group_by(Case.person_id)
    )


def _sealed(case_ids: Sequence[int]) -> Select[int, int, Decimal | None]:
    return (
        select(Decision.case_id, Decision.resolution_id, Decision.payable)
        .join(Resolution, Resolution.id == Decision.resolution_id)
        .where(Decision.case_id.in_(case_ids), Resolution.state == "sealed")
        .order_by(Decision.resolution_id)
    )


def _promise(case_id: int, resolution_id: int, amount: Decimal, payment: Payment | None) -> Promise:
    if payment is None:
        return Promise(case_id, resolution_id, amount, None, "unbooked")
    return Promise(case_id, resolution_id, amount, payment.id, payment.state, payment.batch_id)


def _payments(session: Session, refs: Sequence[str]) -> dict[str, Payment]:
    return {payment.ref: payment for payment in session.scalars(select(Payment).where(Payment.ref.in_(refs)))}


def _chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), _CHUNK):
        yield ids[start : start + _CHUNK]
