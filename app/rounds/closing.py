"""Step 5 ends: everybody on the final lists has an outcome, the sums agree, and nobody else is forgotten."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import audit
from app.engine.runtime import cancel_instance
from app.kernel.actors import Actor
from app.kernel.dates import Clock
from app.kernel.errors import Conflict, Fault, Invalid
from app.kernel.money import ZERO, format_yuan
from app.rounds.cases import cases_of
from app.rounds.models import Case, ListRow, ListVersion, Round

LEFT = {  # stage of a case that no meeting has seen -> why
    "to_verify": "上门核实未完成",
    "verifying": "上门核实未完成",
    "supplementary": "上门核实未完成",
    "verified": "已核实，未列入本轮名单",
}
OUTCOMES = ("paid", "zero", "held", "deferred", "unclaimed", "exhausted", "rejected")


@dataclass(frozen=True)
class Share:
    """How many people ended so, and what was approved for them, in yuan."""

    people: int
    amount: Decimal


def count_outcomes(session: Session, round_id: int) -> dict[str, Share]:
    """{outcome: share} over everybody on a final list of the round; key "" holds those without an outcome."""
    shares: dict[str, Share] = {}
    for case in session.scalars(select(Case).where(Case.id.in_(_on_final_lists(session, round_id)))):
        before = shares.get(case.outcome or "", Share(0, ZERO))
        amount = before.amount + (case.approved_amount or ZERO)
        shares[case.outcome or ""] = Share(before.people + 1, amount)
    return shares


def close(session: Session, actor: Actor, clock: Clock, round_: Round, note: str = "") -> dict[str, Share]:
    """Closes the round: paid + zero + held + deferred + unclaimed + exhausted + rejected = list.

    Who is not on it because the visit or the supplementary list came to no end is carried to the next round, for
    the reason in `note`. Does not commit. Raises Conflict `no_final_list`, `outcomes_missing` or
    `listed_undecided` with how many people wait, Invalid `carry_reason_missing`.
    """
    session.refresh(round_, with_for_update={"key_share": True})  # nobody lists anybody meanwhile
    shares = count_outcomes(session, round_.id)
    if not shares:
        raise Conflict("还没有最终补助名单，不能结束本轮", code="no_final_list")
    waiting = shares.get("", Share(0, ZERO)).people
    if waiting:
        message = f"名单上还有 {waiting} 人没有结果（发放、暂缓、待领等），不能结束本轮"
        raise Conflict(message, code="outcomes_missing", people=waiting)
    undecided = [case for case in cases_of(session, round_.id, ["listed"]) if case.outcome is None]
    if undecided:
        message = f"已列入需补助名单的还有 {len(undecided)} 人未经会议决定（可暂缓），不能结束本轮"
        raise Conflict(message, code="listed_undecided", people=len(undecided))
    _carry_over(session, actor, clock, round_, note.strip())
    round_.stage, round_.closed_at = "closed", clock()
    detail = {
        outcome: {"people": share.people, "amount": format_yuan(share.amount)} for outcome, share in shares.items()
    }
    audit.record(session, actor, clock, "round_closed", subject=f"round:{round_.id}", detail=detail)
    return shares


def _carry_over(session: Session, actor: Actor, clock: Clock, round_: Round, reason: str) -> None:
    """Their visits are withdrawn first: one that is being recorded right now is waited for, and counts."""
    left = cases_of(session, round_.id, list(LEFT))
    if left and not reason:
        message = f"还有 {len(left)} 人未核实完毕或未列入名单，将转入下一轮，请写明原因"
        raise Invalid([Fault("/note", "carry_reason_missing", message)], people=len(left))
    for case in left:
        if case.instance_id is not None and case.stage != "verified":
            _withdraw(session, actor, clock, case.instance_id)
        session.refresh(case)
    carried = [case for case in left if case.stage in LEFT]
    for case in carried:
        case.reason = f"转入下一轮：{LEFT[case.stage]}；{reason}"[:500]
        case.stage, case.version = "carried", case.version + 1
    if carried:
        detail = {"cases": [case.id for case in carried], "reason": reason}
        audit.record(session, actor, clock, "cases_carried", subject=f"round:{round_.id}", detail=detail)


def _withdraw(session: Session, actor: Actor, clock: Clock, instance_id: int) -> None:
    try:
        cancel_instance(session, actor, clock, instance_id, "本轮已结束，转入下一轮")
    except Conflict as ended:
        if ended.code != "instance_ended":
            raise


def _on_final_lists(session: Session, round_id: int) -> list[int]:
    query = select(ListRow.case_id).join(ListVersion, ListVersion.id == ListRow.list_version_id)
    final = query.where(ListVersion.round_id == round_id, ListVersion.stage == "final")
    return list(session.scalars(final.distinct()))
