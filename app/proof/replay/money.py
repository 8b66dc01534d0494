"""Step 5 again: what resolutions promised beside reservations, payments, transfers and the lines of the ledger."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal

from sqlalchemy import or_, select

from app.fund import books
from app.fund.models import FundEntry, FundLine, Payment, Reservation, Transfer
from app.kernel.money import ZERO
from app.meetings.models import Decision, Resolution
from app.meetings.promises import GONE, payment_ref, reservation_ref
from app.meetings.standards import account_of
from app.proof.replay.comparing import Comparison
from app.proof.replay.decisions import newest_decisions
from app.proof.replay.evidence import Evidence


def check_money(evidence: Evidence, comparison: Comparison) -> None:
    """Payable parts, reservations, and one payment for each promise that stands."""
    payments = _payments(evidence)
    for resolution in evidence.resolutions:
        payable = _check_payable(evidence, resolution, payments, comparison)
        _check_reservation(evidence, resolution, payable, comparison)
    _check_payments(evidence, payments, comparison)
    _check_ledger(evidence, payments, comparison)


def _payments(evidence: Evidence) -> dict[str, Payment]:
    """By ref: those that draw on the round's reservations."""
    refs = [reservation_ref(resolution.id) for resolution in evidence.resolutions]
    query = select(Payment).join(Reservation, Reservation.id == Payment.reservation_id)
    return {payment.ref: payment for payment in evidence.session.scalars(query.where(Reservation.ref.in_(refs)))}


def _check_payable(
    evidence: Evidence, resolution: Resolution, payments: Mapping[str, Payment], comparison: Comparison
) -> Decimal:
    """The amount less what the bank had of earlier resolutions; their waiting payments were cancelled."""
    earlier = evidence.resolutions[: list(evidence.resolutions).index(resolution)]
    total = ZERO
    for case_id, decision in evidence.decisions.get(resolution.id, {}).items():
        before = (payments.get(payment_ref(case_id, one.id)) for one in earlier)
        gone = sum((p.amount for p in before if p is not None and p.state in GONE), ZERO)
        payable = max((decision.amount or ZERO) - gone, ZERO)
        name = f"应付金额（决议 {resolution.no}）"
        comparison.compare(evidence.number(case_id), name, decision.payable, payable)
        total += payable
    return total


def _check_reservation(evidence: Evidence, resolution: Resolution, payable: Decimal, comparison: Comparison) -> None:
    """Reserved and resolved to the fen, and never more than the fund had left after its reserve."""
    session, ref, subject = evidence.session, reservation_ref(resolution.id), f"决议 {resolution.no}"
    made = session.scalar(select(Reservation).where(Reservation.ref == ref))
    if not comparison.compare(subject, "预留资金", made.amount if made else None, payable or None) or made is None:
        return
    for kind, debit, label in (("reserve", books.RESERVED, "预留入账"), ("consume", books.RESOLVED, "核定入账")):
        query = select(FundLine.amount).join(FundEntry, FundEntry.id == FundLine.entry_id)
        lines = session.scalars(query.where(FundEntry.kind == kind, FundEntry.ref == ref, FundLine.debit == debit))
        comparison.compare(subject, f"台账·{label}", sum(lines, ZERO), payable)
    entry = session.scalar(select(FundEntry).where(FundEntry.kind == "reserve", FundEntry.ref == ref))
    if entry is not None:
        enough = _free_before(evidence, entry) >= payable + resolution.reserve_kept
        comparison.compare(subject, "未超出可用额度", "是", "是" if enough else "否")


def _free_before(evidence: Evidence, entry: FundEntry) -> Decimal:
    """可用额度 of the year by the ledger's entries before this one."""
    query = select(FundLine.debit, FundLine.amount).join(FundEntry, FundEntry.id == FundLine.entry_id)
    query = query.where(FundEntry.account_id == entry.account_id, FundEntry.year == entry.year)
    touching = or_(FundLine.debit == books.AVAILABLE, FundLine.credit == books.AVAILABLE)
    rows = evidence.session.execute(query.where(FundEntry.id < entry.id, touching))
    return sum((amount if debit == books.AVAILABLE else -amount for debit, amount in rows), ZERO)


def _check_payments(evidence: Evidence, payments: Mapping[str, Payment], comparison: Comparison) -> None:
    """Each promise that stands has its payment, with amount, person and account; nothing else was paid."""
    promised, withdrawn = _promised(evidence)
    account_id = account_of(evidence.session, evidence.round_)
    closed = evidence.round_.stage == "closed"
    booked = {ref.split("/")[1] for ref in payments}  # a batch takes everything that waits
    for ref in sorted(promised.keys() | payments.keys()):
        decision, payment = promised.get(ref), payments.get(ref)
        number = evidence.number(int(ref.split("/")[0].removeprefix("case:")))
        if decision is None or payment is None:
            may_lack = ref in withdrawn or not (closed or ref.split("/")[1] in booked)
            if payment is not None or not may_lack:
                said = decision.payable if decision else None
                comparison.compare(number, f"付款（{ref}）", payment.amount if payment else None, said)
            continue
        case = evidence.cases[decision.case_id]
        stored = (payment.amount, payment.person_id, payment.account_id, payment.year)
        wanted = (decision.payable, case.person_id, account_id, evidence.round_.cost_year)
        for label, one, other in zip(("金额", "领款人员", "基金账户", "年度"), stored, wanted, strict=True):
            comparison.compare(number, f"付款·{label}", one, other)
    if closed:
        _check_outcomes(evidence, payments, comparison)


def _promised(evidence: Evidence) -> tuple[dict[str, Decision], set[str]]:
    """({ref: decision with something to pay}, refs that a later resolution may have withdrawn)."""
    promised, withdrawn = {}, set()
    last = newest_decisions(evidence, evidence.resolutions)
    for resolution in evidence.resolutions:
        for case_id, decision in evidence.decisions.get(resolution.id, {}).items():
            ref = payment_ref(case_id, resolution.id)
            if decision.payable:
                promised[ref] = decision
            if last[case_id].resolution_id != resolution.id:
                withdrawn.add(ref)
    return promised, withdrawn


def _check_outcomes(evidence: Evidence, payments: Mapping[str, Payment], comparison: Comparison) -> None:
    """What the case says became of it beside the state of its payments."""
    states: dict[int, set[str]] = defaultdict(set)
    for payment in payments.values():
        if payment.state != "cancelled":
            states[int(payment.ref.split("/")[0].removeprefix("case:"))].add(payment.state)
    for case_id, found in states.items():
        case = evidence.cases[case_id]
        wanted = "held" if "held" in found else "unclaimed" if found & {"unclaimed", "failed"} else "paid"
        if case.approved_amount:
            comparison.compare(case.case_no, "办结结果", case.outcome, wanted)


def _check_ledger(evidence: Evidence, payments: Mapping[str, Payment], comparison: Comparison) -> None:
    """Money that left the bank, payment by payment, beside the transfers that the bank confirmed."""
    ids = {payment.id: payment for payment in payments.values()}
    spent, confirmed = _spent(evidence, ids), _confirmed(evidence, ids)
    for payment_id, payment in sorted(ids.items()):
        number = evidence.number(int(payment.ref.split("/")[0].removeprefix("case:")))
        wanted = payment.amount if payment.state == "paid" else ZERO
        comparison.compare(number, "台账·已付", spent[payment_id], wanted)
        comparison.compare(number, "银行回单·已付", confirmed[payment_id], wanted)


def _spent(evidence: Evidence, ids: Mapping[int, Payment]) -> dict[int, Decimal]:
    found: dict[int, Decimal] = defaultdict(lambda: ZERO)
    query = select(FundLine.payment_id, FundLine.debit, FundLine.amount)
    moved = or_(FundLine.debit == books.PAID, FundLine.credit == books.PAID)
    reservations = {payment.reservation_id for payment in ids.values()}
    query = query.join(Payment, Payment.id == FundLine.payment_id).where(Payment.reservation_id.in_(reservations))
    for payment_id, debit, amount in evidence.session.execute(query.where(moved)):
        found[payment_id or 0] += amount if debit == books.PAID else -amount  # never 0: joined to its payment
    return found


def _confirmed(evidence: Evidence, ids: Mapping[int, Payment]) -> dict[int, Decimal]:
    found: dict[int, Decimal] = defaultdict(lambda: ZERO)
    reservations = {payment.reservation_id for payment in ids.values()}
    query = select(Transfer.payment_id, Transfer.amount).join(Payment, Payment.id == Transfer.payment_id)
    paid = query.where(Payment.reservation_id.in_(reservations), Transfer.state == "paid")
    for payment_id, amount in evidence.session.execute(paid):
        found[payment_id] += amount
    return found
