"""Step 5 ends: the round closes when everybody on its final lists has an outcome and the sums agree."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import audit
from app.kernel.actors import Actor
from app.kernel.dates import Clock
from app.kernel.errors import Conflict
from app.kernel.money import ZERO, format_yuan
from app.rounds.models import Case, ListRow, ListVersion, Round

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


def close(session: Session, actor: Actor, clock: Clock, round_: Round) -> dict[str, Share]:
    """Closes the round: paid + zero + held + deferred + unclaimed + exhausted + rejected = list.

    Does not commit. Raises Conflict `no_final_list`, or `outcomes_missing` with how many people wait.
    """
    shares = count_outcomes(session, round_.id)
    if not shares:
        raise Conflict("还没有最终补助名单，不能结束本轮", code="no_final_list")
    waiting = shares.get("", Share(0, ZERO)).people
    if waiting:
        message = f"名单上还有 {waiting} 人没有结果（发放、暂缓、待领等），不能结束本轮"
        raise Conflict(message, code="outcomes_missing", people=waiting)
    round_.stage, round_.closed_at = "closed", clock()
    detail = {
        outcome: {"people": share.people, "amount": format_yuan(share.amount)} for outcome, share in shares.items()
    }
    audit.record(session, actor, clock, "round_closed", subject=f"round:{round_.id}", detail=detail)
    return shares


def _on_final_lists(session: Session, round_id: int) -> list[int]:
    query = select(ListRow.case_id).join(ListVersion, ListVersion.id == ListRow.list_version_id)
    final = query.where(ListVersion.round_id == round_id, ListVersion.stage == "final")
    return list(session.scalars(final.distinct()))
