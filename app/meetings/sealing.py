"""A resolution becomes the law of its round: money reserved, list frozen, nothing changed after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.access import audit
from app.fund.payments import cancel_payment
from app.fund.quota import consume, release, reserve
from app.kernel.actors import Actor
from app.kernel.dates import Clock
from app.kernel.errors import Conflict, Denied, Fault, Invalid
from app.kernel.idempotency import remember
from app.kernel.money import ZERO
from app.meetings.amounts import amounts_of, cases_of_resolution, decisions_of
from app.meetings.final_list import freeze_final_list
from app.meetings.freed import check_freed
from app.meetings.models import CaseAmount, Decision, Meeting, Resolution, Standard
from app.meetings.promises import Promise, fund_paid_elsewhere, promises_of, reservation_ref
from app.meetings.resolutions import must_be_secretary
from app.meetings.sittings import attendance_of, submissions_of
from app.meetings.standards import account_of, find_proposal, quota_of
from app.rounds.models import Case, Round
from app.rounds.rounds import get_round


@dataclass(frozen=True)
class Verdict:
    """What a sealed row says: `amount` None when deferred, `payable` what is still to be paid; yuan."""

    case: Case
    decision: Decision
    amount: Decimal | None
    payable: Decimal
    outcome: str | None


def seal_resolution(session: Session, actor: Actor, clock: Clock, resolution_id: int) -> Resolution:
    """Reserves the money, freezes the final list and closes the resolution for ever.

    『审核后形成最终补助名单和金额』[S0 附件3 三 4]; 『基金总额用完即止』[S0 附件3 四]. Raises Denied
    `same_person` (preparer, reviewer and approver differ), Invalid with every fault, Conflict
    `quota_exceeded` or `amounts_stale`.
    """
    must_be_secretary(actor)
    resolution = _lock(session, resolution_id)
    round_ = get_round(session, resolution.round_id)
    _must_be_another(session, actor, round_)
    cases = cases_of_resolution(session, resolution)
    _check_document(session, resolution, cases)
    check_freed(session, round_, resolution)
    quota = quota_of(session, round_)  # before the account is locked, so that a missing year is said first
    promises = promises_of(session, resolution.corrections)
    verdicts = _judge(session, resolution, cases, promises)
    _move_money(session, actor, clock, round_, resolution, verdicts, promises)
    _must_be_fresh(session, round_, resolution, cases)
    _write(session, actor, clock, round_, resolution, verdicts)
    detail = {"resolution_id": resolution.id, "rows": len(verdicts), "available": f"{quota.available:f}"}
    audit.record(session, actor, clock, "resolution_sealed", subject=f"round:{round_.id}", detail=detail)
    remember(session, f"resolution:{resolution.id}")
    session.commit()
    return resolution


def _lock(session: Session, resolution_id: int) -> Resolution:
    query = select(Resolution).where(Resolution.id == resolution_id).with_for_update()
    resolution = session.scalar(query.execution_options(populate_existing=True))
    if resolution is None or resolution.state == "sealed":
        raise Conflict("决议不存在或已封存", code="resolution_sealed")
    return resolution


def _must_be_another(session: Session, actor: Actor, round_: Round) -> None:
    proposal = find_proposal(session, round_.id)
    made_by = set() if proposal is None else {proposal.proposed_by}
    made_by |= {s.user_id for s in submissions_of(session, proposal.id)} if proposal else set()
    if actor.user_id is None or actor.user_id in made_by:
        raise Denied("制表、提交和审批须为不同的人", code="same_person")


def _check_document(session: Session, resolution: Resolution, cases: Sequence[Case]) -> None:
    faults = []
    if resolution.minutes_file_id is None:
        faults.append(Fault("/minutes", "minutes_missing", "请先上传盖章的会议纪要"))
    for name, label in (("no", "决议文号"), ("text", "决议内容"), ("held_on", "会议日期")):
        if not getattr(resolution, name):
            faults.append(Fault(f"/{name}", "missing", f"请填写{label}"))
    if not any(row.present for row in attendance_of(session, resolution.meeting_id)):
        faults.append(Fault("/attendance", "attendance_missing", "请登记到会人员"))
    if faults + (rows := _check_rows(session, resolution, cases)):
        raise Invalid(faults + rows, "决议尚不能封存，请逐项补齐")


def _check_rows(session: Session, resolution: Resolution, cases: Sequence[Case]) -> list[Fault]:
    faults = []
    decided = decisions_of(session, resolution.id)
    open_rows = [case for case in cases if case.id not in decided]
    if open_rows:
        shown = "、".join(case.case_no for case in open_rows[:5])
        message = f"还有 {len(open_rows)} 人未作决定（{shown}…）"
        faults.append(Fault("/decisions", "rows_undecided", message, {"count": len(open_rows)}))
    provisional = [a for a in amounts_of(session, resolution.standard_id).values() if a.unanswered]
    if resolution.unanswered_rule is None and any(
        (d := decided.get(a.case_id)) and d.kind not in ("defer", "reject") for a in provisional
    ):
        message = "有单位未反馈，请决定相关人员暂按 0、后补抵扣，或者暂缓"
        faults.append(Fault("/unanswered_rule", "unanswered_rule_missing", message))
    return faults


def _must_be_fresh(session: Session, round_: Round, resolution: Resolution, cases: Sequence[Case]) -> None:
    """Nobody's costs or other rounds' amounts moved since; asked behind the fund's lock."""
    amounts = amounts_of(session, resolution.standard_id)
    paid = fund_paid_elsewhere(session, round_, {case.person_id for case in cases})
    stale = [
        case.case_no
        for case in cases
        if (a := amounts.get(case.id)) is None
        or (a.self_paid, a.already_paid) != (case.self_paid or ZERO, paid.get(case.person_id, ZERO))
    ]
    if stale:
        message = f"{len(stale)} 人的自负金额或已补助金额在测算之后有变化，请重新测算"
        raise Conflict(message, code="amounts_stale", cases=stale[:20])


def _judge(
    session: Session, resolution: Resolution, cases: Sequence[Case], promises: Mapping[int, list[Promise]]
) -> list[Verdict]:
    amounts, decided = amounts_of(session, resolution.standard_id), decisions_of(session, resolution.id)
    verdicts, faults = [], []
    for case in cases:
        decision, computed = decided[case.id], amounts.get(case.id)
        amount = _amount(decision, computed)
        gone = sum((p.amount for p in promises.get(case.id, []) if p.is_gone), ZERO)
        if gone > (amount or ZERO):
            message = f"{case.case_no}已付 {gone:f} 元，不追回，更正后的金额不能低于此数"
            faults.append(Fault(f"/decisions/{case.id}", "already_paid", message))
        payable = max((amount or ZERO) - gone, ZERO)
        verdicts.append(Verdict(case, decision, amount, payable, _outcome(decision, amount, payable, computed)))
    if faults:
        raise Invalid(faults)
    return verdicts


def _amount(decision: Decision, computed: CaseAmount | None) -> Decimal | None:
    if decision.kind == "defer":
        return None
    if decision.kind == "reject":
        return ZERO
    return decision.amount if decision.kind in ("lower", "raise") else (computed.amount if computed else ZERO)


def _outcome(decision: Decision, amount: Decimal | None, payable: Decimal, computed: CaseAmount | None) -> str | None:
    """What is final at once; None while money is on its way. See Case.outcome."""
    if decision.kind in ("defer", "reject"):
        return {"defer": "deferred", "reject": "rejected"}[decision.kind]
    if amount:
        return None if payable else "paid"
    exhausted = decision.kind == "approve" and computed is not None and computed.status == "fund_exhausted"
    return "exhausted" if exhausted else "zero"


def _move_money(
    session: Session,
    actor: Actor,
    clock: Clock,
    round_: Round,
    resolution: Resolution,
    verdicts: Sequence[Verdict],
    promises: Mapping[int, list[Promise]],
) -> None:
    """Takes back what earlier resolutions promised corrected rows, then reserves what this one promises."""
    account_id, year = account_of(session, round_), round_.cost_year
    for promise in (p for rows in promises.values() for p in rows if not p.is_gone):
        if promise.payment_id is not None:
            reason = f"由决议 {resolution.no} 更正"
            cancel_payment(session, actor, clock, promise.payment_id, reason)
        else:
            ref, cause = reservation_ref(promise.resolution_id), f"case:{promise.case_id}/res:{resolution.id}"
            release(session, actor, clock, account_id, year, ref, promise.amount, cause)
    total = sum((v.payable for v in verdicts), ZERO)
    if total:
        reserve(session, actor, clock, account_id, year, total, reservation_ref(resolution.id))
        consume(session, actor, clock, account_id, year, reservation_ref(resolution.id))
    left = quota_of(session, round_).available
    if left < resolution.reserve_kept:
        missing = resolution.reserve_kept - left
        message = "超出可用额度（已扣除留存备用部分）"
        raise Conflict(message, code="quota_exceeded", missing=f"{missing:f}")


def _write(
    session: Session,
    actor: Actor,
    clock: Clock,
    round_: Round,
    resolution: Resolution,
    verdicts: Sequence[Verdict],
) -> None:
    rows = [{"id": v.decision.id, "amount": v.amount, "payable": v.payable} for v in verdicts]
    if rows:
        session.execute(update(Decision), rows)
    resolution.row_count = len(verdicts)
    resolution.total = sum((v.amount or ZERO for v in verdicts), ZERO)
    outcomes = {v.case.id: v.outcome for v in verdicts}
    version = freeze_final_list(session, actor, clock, round_, resolution, outcomes)
    resolution.list_version_id = version.id
    resolution.state, resolution.sealed_by, resolution.sealed_at = "sealed", actor.user_id, clock()
    session.get_one(Meeting, resolution.meeting_id).state = "concluded"
    session.flush()  # only now may the cases follow: the database asks the sealed resolution
    _follow(session, verdicts)


def _follow(session: Session, verdicts: Sequence[Verdict]) -> None:
    rows = [
        {
            "id": v.case.id,
            "approved_amount": v.amount,
            "outcome": v.outcome,
            "stage": "listed" if v.decision.kind == "defer" else "decided",
            "version": v.case.version + 1,
        }
        for v in verdicts
    ]
    if rows:
        session.execute(update(Case), rows)
    session.expire_all()


def standard_of(session: Session, resolution: Resolution) -> Standard:
    """The standard that this resolution approved."""
    return session.get_one(Standard, resolution.standard_id)
