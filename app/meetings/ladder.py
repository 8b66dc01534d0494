"""The cost ladder of one case: from the year's bills down over each payer to what stays with the person."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kernel.actors import Actor
from app.kernel.errors import NotFound
from app.kernel.money import ZERO
from app.meetings.models import CaseAmount, Decision
from app.meetings.narrowing import final_amount
from app.rounds.figures import figures_in_force, payments_of
from app.rounds.models import Case
from app.rounds.reading import get_case_sheet
from app.rounds.rules import self_paid
from app.rounds.schemes import payer_name, scheme_of
from app.rounds.scope import fully_seen


@dataclass(frozen=True)
class Rung:
    """`kind` total | payer | self_paid | subsidy | left; `amount` is what the step takes off, or where it stands."""

    kind: str
    name: str
    amount: Decimal
    stands_at: Decimal
    payer: str | None = None
    source: str | None = None


def climb_down(session: Session, actor: Actor, case_id: int) -> list[Rung]:
    """The rungs in order, yuan; NotFound where the actor does not see every payer of the case."""
    get_case_sheet(session, actor, case_id)
    if not fully_seen(session, actor, [case_id]):
        raise NotFound(code="case_not_found")
    case = session.get_one(Case, case_id)
    scheme, figures = scheme_of(session, case.round_id), figures_in_force(session, [case_id]).get(case_id, {})
    paid = payments_of(figures)
    rungs, stands = [Rung("total", "年度医疗总费用", case.total_cost, case.total_cost)], case.total_cost
    for payer in sorted(paid, key=list(scheme.payers).index):
        stands -= paid[payer]
        rungs.append(Rung("payer", payer_name(scheme, payer), paid[payer], stands, payer, figures[payer].source))
    own = self_paid(case.total_cost, paid.values()).amount
    rungs.append(Rung("self_paid", "自负医疗费用", own, own))
    subsidy, draft = _subsidy(session, case)
    if subsidy is not None:
        left = max(own - subsidy, ZERO)
        rungs.append(Rung("subsidy", "拟补助金额" if draft else "补助金额", subsidy, left))
        rungs.append(Rung("left", "补助后自负", left, left))
    return rungs


def _subsidy(session: Session, case: Case) -> tuple[Decimal | None, bool]:
    """What was approved, or what the newest computation says (a draft)."""
    if case.approved_amount is not None:
        return case.approved_amount, False
    newest = (
        select(final_amount())
        .select_from(CaseAmount)
        .outerjoin(
            Decision, (Decision.case_id == CaseAmount.case_id) & (Decision.resolution_id == CaseAmount.resolution_id)
        )
        .where(CaseAmount.case_id == case.id)
        .order_by(CaseAmount.standard_id.desc())
        .limit(1)
    )
    return session.scalar(newest), True
