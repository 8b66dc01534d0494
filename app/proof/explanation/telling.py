"""The use case: one case explained to somebody who may see it; that it was read is in the audit."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import audit
from app.engine.engine import engine_of
from app.engine.schemes import Scheme
from app.fund.desk import READERS
from app.kernel.actors import Actor
from app.kernel.dates import Clock, local_date
from app.kernel.errors import NotFound
from app.kernel.money import format_yuan
from app.proof.explanation.amounts import tell_amounts, tell_other_rounds
from app.proof.explanation.costs import tell_bills, tell_conflicts, tell_differences, tell_figures
from app.proof.explanation.eligibility import tell_eligibility
from app.proof.explanation.payments import tell_payments
from app.proof.explanation.sentences import tell_all, tell_answer
from app.proof.explanation.sources import Library, load_library
from app.rounds.models import Case, Round
from app.rounds.reading import get_case_sheet, requests_about
from app.rounds.schemes import scheme_of
from app.rounds.scope import COUNTY_ROLES, case_filter, fully_seen, own_payers, sees_categories


def explain_case(session: Session, actor: Actor, clock: Clock, case_id: int, form: str) -> dict[str, Any]:
    """Every amount the case ever had, from bills to bank line; `form` json | page goes into the audit. Commits.

    Seen as `GET /cases/{id}` is: grid workers no category, liaisons their own columns, drafts the county's officers.
    Raises NotFound (`case_not_found`).
    """
    case = session.scalar(select(Case).where(Case.id == case_id, case_filter(actor)))
    if case is None:
        raise NotFound(code="case_not_found")
    round_, scheme = session.get_one(Round, case.round_id), scheme_of(session, case.round_id)
    library = load_library(engine_of(session).resources, scheme.id)
    told = _tell_costs(session, actor, scheme, round_, case)
    if fully_seen(session, actor, [case.id]):
        told |= _tell_rest(session, actor, library, scheme, round_, case)
        told["answer"] = tell_answer(told)
    told["sentences"] = tell_all(told, library)
    told["read_by"], told["read_on"] = actor.name, local_date(clock()).isoformat()
    audit.record(session, actor, clock, "case_explained", subject=f"case:{case.id}", detail={"form": form})
    session.commit()
    return told


def _tell_costs(session: Session, actor: Actor, scheme: Scheme, round_: Round, case: Case) -> dict[str, Any]:
    """What everybody who may see the case sees, a liaison the own columns of it."""
    line = get_case_sheet(session, actor, case.id).line
    full = line.total_cost is not None
    payers = None if full else own_payers(actor, requests_about(session, case))
    return {
        "case": {
            "id": case.id, "case_no": case.case_no, "name": line.name, "id_masked": line.id_masked,
            "township": line.township, "round": round_.name, "cost_year": round_.cost_year, "scheme": scheme.name,
            "stage": case.stage, "outcome": case.outcome, "cost_over_paid": case.cost_over_paid,
            "total_cost": None if line.total_cost is None else format_yuan(line.total_cost),
            "self_paid": None if line.self_paid is None else format_yuan(line.self_paid),
            "reason": line.reason,
        },
        "answer": None,
        "bills": tell_bills(session, scheme, round_, case) if full else None,
        "figures": tell_figures(session, scheme, case, payers),
        "conflicts": tell_conflicts(session, scheme, case, payers),
        "differences": tell_differences(session, scheme, case, payers),
        "eligibility": None, "amounts": [], "other_rounds": [], "payments": [],
    }  # fmt: skip


def _tell_rest(
    session: Session, actor: Actor, library: Library, scheme: Scheme, round_: Round, case: Case
) -> dict[str, Any]:
    shows = sees_categories(actor)
    drafts = actor.has_role(*COUNTY_ROLES)
    return {
        "eligibility": tell_eligibility(session, scheme, round_, case, shows_categories=shows),
        "amounts": tell_amounts(session, library, case, with_drafts=drafts, shows_categories=shows),
        "other_rounds": tell_other_rounds(session, case),
        "payments": tell_payments(session, case.id, with_bank=actor.has_role(*READERS)),
    }
