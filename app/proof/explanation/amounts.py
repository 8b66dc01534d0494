"""Every amount a case ever had: drafts under proposals, amounts under resolutions, and what the meeting decided."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.kernel.money import format_yuan, round_fen
from app.meetings.models import CaseAmount, Decision, Resolution, Standard
from app.meetings.standards import terms_of
from app.meetings.terms import print_terms, say_terms
from app.proof.explanation.sources import Library
from app.proof.explanation.tables import Teller, tell_definition
from app.rounds.models import Case, Round
from app.rounds.schemes import scheme_of

RULES = {
    "fit_ratio": "按可用额度能够承担的最大比例",
    "pro_rata": "按应补金额同比例",
    "list_order": "按自负金额由高到低，用完即止",
}
KINDS = {"approve": "同意", "lower": "核减", "raise": "核增", "defer": "暂缓", "reject": "不予补助"}
FIELDS = ("self_paid", "due", "already_paid", "overpaid", "amount", "left_after")


def tell_amounts(
    session: Session, library: Library, case: Case, *, with_drafts: bool, shows_categories: bool
) -> list[dict[str, Any]]:
    """In the order in which they came; what is not sealed only with `with_drafts`."""
    query = (
        select(CaseAmount, Standard, Resolution, Decision)
        .join(Standard, Standard.id == CaseAmount.standard_id)
        .outerjoin(Resolution, Resolution.id == CaseAmount.resolution_id)
        .outerjoin(Decision, (Decision.resolution_id == Resolution.id) & (Decision.case_id == CaseAmount.case_id))
        .where(CaseAmount.case_id == case.id)
        .order_by(Standard.n)
    )
    if not with_drafts:
        query = query.where(Resolution.state == "sealed")
    hidden = None if shows_categories else list(case.categories) if case.eligible else []
    teller = Teller(library, scheme_of(session, case.round_id).categories, hidden)
    return [_tell(session, teller, row) for row in session.execute(query)]


def tell_other_rounds(session: Session, case: Case) -> list[dict[str, Any]]:
    """What sealed resolutions of the year's other rounds gave the same person: `before` this one, or later."""
    round_ = session.get_one(Round, case.round_id)
    same = (Round.scheme == round_.scheme, Round.cost_year == round_.cost_year, Round.id != round_.id)
    query = (
        select(Round.name, Round.number, Resolution.no, Resolution.held_on, Decision.amount)
        .join(Case, Case.round_id == Round.id)
        .join(Decision, Decision.case_id == Case.id)
        .join(Resolution, Resolution.id == Decision.resolution_id)
        .where(*same, Case.person_id == case.person_id, Resolution.state == "sealed")
        .where(or_(Decision.amount.is_(None), Decision.amount == Case.approved_amount))
        .order_by(Round.number, Resolution.n)
    )
    return [
        {
            "round": row.name,
            "before": row.number < round_.number,
            "resolution": row.no,
            "held_on": None if row.held_on is None else row.held_on.isoformat(),
            "amount": None if row.amount is None else format_yuan(row.amount),
        }
        for row in session.execute(query)
    ]


def _tell(session: Session, teller: Teller, row: Any) -> dict[str, Any]:
    amount, standard, resolution, decision = row
    trace = amount.trace
    inputs = {name: value for name, value in trace["inputs"].items() if name != "categories" or teller.hidden is None}
    return {
        "kind": "approved" if resolution is not None else "draft",
        "sealed": resolution is not None and resolution.state == "sealed",
        "standard": {
            "n": standard.n, "state": standard.state, **print_terms(terms_of(standard)),
            "words": say_terms(terms_of(standard)), "proposed_at": standard.proposed_at.isoformat(),
        },
        "definition": tell_definition(session, trace),
        "inputs": inputs,
        "figures": trace["figures"],
        "decisions": teller.tell(session, trace),
        "rounding": _rounding(trace, terms_of(standard).cap),
        "shortfall": _shortfall(trace, resolution),
        **{name: format_yuan(getattr(amount, name)) for name in FIELDS},
        "status": amount.status,
        "unanswered": amount.unanswered,
        "steps": trace["steps"],
        "decision": _decision(resolution, decision),
    }  # fmt: skip


def _rounding(trace: dict[str, Any], cap: Decimal | None) -> dict[str, Any]:
    """The value before and after: half up to the fen, once (A-GEN-1); a cap is taken instead of a larger value."""
    exact = Decimal(trace["exact"])
    capped = cap is not None and exact > cap
    after = cap if capped and cap is not None else round_fen(exact)
    return {
        "before": trace["exact"],
        "after": format_yuan(after),
        "capped": capped,
        "rounded": exact != round_fen(exact),
    }


def _shortfall(trace: dict[str, Any], resolution: Resolution | None) -> dict[str, Any] | None:
    short: dict[str, Any] | None = trace["shortfall"]
    if short is None:
        return None
    reserve = None if resolution is None else format_yuan(resolution.reserve_kept)
    return {**short, "words": RULES[short["rule"]], "reserve_kept": reserve, "taken_beforehand": trace["outside"]}


def _decision(resolution: Resolution | None, decision: Decision | None) -> dict[str, Any] | None:
    if resolution is None or decision is None:
        return None
    return {
        "resolution": resolution.no,
        "held_on": None if resolution.held_on is None else resolution.held_on.isoformat(),
        "sealed_at": None if resolution.sealed_at is None else resolution.sealed_at.isoformat(),
        "kind": decision.kind,
        "words": KINDS[decision.kind],
        "amount": None if decision.amount is None else format_yuan(decision.amount),
        "payable": None if decision.payable is None else format_yuan(decision.payable),
        "reason": decision.reason,
    }
