"""Rows decided one by one or thousands at once: approve, lower or raise with a reason, 暂缓, reject."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import audit
from app.access.models import User
from app.engine.bulk import start_bulk
from app.kernel.actors import Actor
from app.kernel.dates import Clock
from app.kernel.errors import Conflict, Denied, Fault, Invalid, NotFound
from app.kernel.idempotency import remember
from app.kernel.money import parse_yuan
from app.meetings.models import CaseAmount, Decision, Recusal, Resolution
from app.meetings.resolutions import (
    get_open_resolution,
    get_resolution,
    must_be_secretary,
    recompute,
    reopen_document,
)
from app.rounds.rounds import get_round

BULK_KIND = "meetings.decide"
KINDS = ("approve", "lower", "raise", "defer", "reject")
WITH_AMOUNT = ("lower", "raise")
WITH_REASON = ("lower", "raise", "defer", "reject")


def decide_row(session: Session, actor: Actor, clock: Clock, round_id: int, row: Mapping[str, Any]) -> Decision:
    """One row: {case_id, kind, amount?, reason?}; what was decided in this resolution before is replaced.

    『核准补助人员信息，核发补助金额』[S0 附件3 三]. Raises Denied (`recused`), NotFound, Conflict, Invalid.
    """
    must_be_secretary(actor)
    resolution = get_open_resolution(session, round_id)
    decision = write_decision(session, actor, clock, resolution, row, replace=True)
    reopen_document(resolution)
    detail = {"resolution_id": resolution.id, "kind": decision.kind}
    audit.record(session, actor, clock, "row_decided", subject=f"case:{decision.case_id}", detail=detail)
    remember(session, f"decision:{decision.id}")
    session.commit()
    return decision


def decide_rows(session: Session, actor: Actor, clock: Clock, round_id: int, rows: Sequence[Mapping[str, Any]]) -> int:
    """Thousands of rows in the background; the id of the bulk run. A refused row is a result of its own.

    A row that somebody has decided otherwise meanwhile is refused (`already_decided`), not overwritten.
    """
    must_be_secretary(actor)
    resolution = get_open_resolution(session, round_id)
    reopen_document(resolution)
    items = [dict(row) for row in rows]
    bulk_id = start_bulk(session, actor, clock, BULK_KIND, items, {"resolution_id": resolution.id})
    remember(session, f"bulk:{bulk_id}")
    session.commit()
    return bulk_id


def decide_undecided(
    session: Session, actor: Actor, clock: Clock, round_id: int, kind: str, reason: str | None = None
) -> int:
    """The same decision for every row that has none yet, in the background; the id of the bulk run."""
    resolution = get_open_resolution(session, round_id)
    decided = select(Decision.case_id).where(Decision.resolution_id == resolution.id)
    query = select(CaseAmount.case_id).where(
        CaseAmount.standard_id == resolution.standard_id, CaseAmount.case_id.not_in(decided)
    )
    rows = [{"case_id": i, "kind": kind, "reason": reason} for i in session.scalars(query.order_by(CaseAmount.id))]
    return decide_rows(session, actor, clock, round_id, rows)


def bulk_decide(
    session: Session, actor: Actor, clock: Clock, item: Mapping[str, Any], common: Mapping[str, Any]
) -> dict[str, Any]:
    """One row of the bulk run `meetings.decide`; does not commit."""
    resolution = get_resolution(session, common["resolution_id"])
    decision = write_decision(session, actor, clock, resolution, item, replace=False)
    return {"case_id": decision.case_id, "decision_id": decision.id, "kind": decision.kind}


def share_again(session: Session, actor: Actor, clock: Clock, round_id: int) -> Resolution:
    """After rows were lowered, deferred or rejected: the money they free is shared by the rule again."""
    must_be_secretary(actor)
    resolution = get_open_resolution(session, round_id)
    reopen_document(resolution)
    recompute(session, actor, clock, get_round(session, round_id), resolution)
    remember(session, f"resolution:{resolution.id}")
    session.commit()
    return resolution


def write_decision(
    session: Session,
    actor: Actor,
    clock: Clock,
    resolution: Resolution,
    row: Mapping[str, Any],
    *,
    replace: bool,
) -> Decision:
    """Checks and writes one decision of an open resolution. Does not commit."""
    if resolution.state == "sealed":
        raise Conflict("决议已封存，更正须另作决议", code="resolution_sealed")
    amount = _get_amount(session, resolution, row)
    _must_not_be_recused(session, actor, resolution, amount.case_id)
    said = _read(row, amount)
    decision = session.scalar(
        select(Decision).where(Decision.resolution_id == resolution.id, Decision.case_id == amount.case_id)
    )
    if decision is None:
        decision = Decision(resolution_id=resolution.id, case_id=amount.case_id)
        session.add(decision)
    elif not replace:
        return _must_agree(session, decision, row["kind"], said)
    decision.kind, decision.amount, decision.reason = row["kind"], said, row.get("reason")
    decision.decided_by, decision.decided_at = actor.user_id, clock()
    session.flush()
    return decision


def _get_amount(session: Session, resolution: Resolution, row: Mapping[str, Any]) -> CaseAmount:
    query = select(CaseAmount).where(
        CaseAmount.standard_id == resolution.standard_id, CaseAmount.case_id == row.get("case_id")
    )
    amount = session.scalar(query)
    if amount is None:
        raise NotFound("此人不在本决议的名单中", code="not_before_the_meeting")
    return amount


def _must_not_be_recused(session: Session, actor: Actor, resolution: Resolution, case_id: int) -> None:
    query = select(Recusal.id).where(
        Recusal.meeting_id == resolution.meeting_id,
        Recusal.case_id == case_id,
        Recusal.user_id == actor.user_id,
    )
    if actor.user_id is not None and session.scalar(query.limit(1)) is not None:
        raise Denied("您已对此人回避，须由他人登记", code="recused")


def _read(row: Mapping[str, Any], amount: CaseAmount) -> Decimal | None:
    """The amount said, in yuan, for lower and raise; every fault at once."""
    kind = row.get("kind")
    faults = []
    if kind not in KINDS:
        faults.append(Fault("/kind", "unknown_decision", "决定应为同意、核减、核增、暂缓或不予补助"))
    if kind in WITH_REASON and not (row.get("reason") or "").strip():
        faults.append(Fault("/reason", "reason_missing", "请填写理由"))
    said = None
    if kind in WITH_AMOUNT:
        try:
            said = row["amount"] if isinstance(row.get("amount"), Decimal) else parse_yuan(row.get("amount"), "/amount")
            faults += _check_amount(str(kind), said, amount)
        except Invalid as error:
            faults += error.faults
    elif row.get("amount") is not None:
        faults.append(Fault("/amount", "amount_not_wanted", "只有核减、核增需要填写金额"))
    if faults:
        raise Invalid(faults)
    return said


def _check_amount(kind: str, said: Decimal, amount: CaseAmount) -> list[Fault]:
    """Lower is below the computed amount, raise above it and never beyond what the person bears."""
    most = amount.self_paid - amount.already_paid
    if said < 0:
        return [Fault("/amount", "negative_amount", "金额不能为负")]
    if kind == "lower" and said >= amount.amount:
        return [Fault("/amount", "not_lower", f"核减后的金额应低于 {amount.amount:f} 元")]
    if kind == "raise" and said <= amount.amount:
        return [Fault("/amount", "not_higher", f"核增后的金额应高于 {amount.amount:f} 元")]
    if kind == "raise" and said > most:
        return [Fault("/amount", "more_than_self_paid", f"补助不能超过个人负担 {most:f} 元")]
    return []


def _must_agree(session: Session, decision: Decision, kind: str, said: Decimal | None) -> Decision:
    if (decision.kind, decision.amount) == (kind, said):
        return decision
    who = session.get(User, decision.decided_by) if decision.decided_by else None
    raise Conflict(
        "此人已有不同的决定",
        code="already_decided",
        kind=decision.kind,
        decided_by=who.name if who else None,
        decided_at=decision.decided_at.isoformat(),
    )
