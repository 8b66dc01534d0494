"""What a visitor, a township and the bureau see before they answer; nothing is asked that the county knows."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from app.access.models import Area
from app.engine.operators import Call
from app.kernel.money import format_yuan
from app.registry.payees import active_payee, pending_payee
from app.registry.people import get_person
from app.rounds.cases import get_case
from app.rounds.figures import figures_in_force
from app.rounds.models import Case
from app.rounds.rules import TOTAL_COST
from app.rounds.schemes import payer_name, scheme_named
from app.visits.checking import differences_of, last_visit
from app.visits.models import Difference, Visit, VisitFile


def prefill_visit(call: Call) -> dict[str, Any]:
    """The person sheet: name, place, amounts by payer; no diagnosis, no ID number (the last four are asked)."""
    case = get_case(call.session, int(call.data["case_id"]))
    earlier = call.session.scalars(select(Visit).where(Visit.case_id == case.id).order_by(Visit.attempt))
    context = _person(call, case) | {
        "amounts": _amounts(call, case),
        "attempts": [{"attempt": v.attempt, "result": v.result, "note": v.check_note} for v in earlier],
        "payee": _payee(call, case),
    }
    return {"context": context}


def prefill_check(call: Call) -> dict[str, Any]:
    """What was found, beside what the papers say, with the evidence."""
    case = get_case(call.session, int(call.data["case_id"]))
    return {"context": _person(call, case) | _visit(call, case) | {"amounts": _amounts(call, case)}}


def prefill_bureau_check(call: Call) -> dict[str, Any]:
    """One line for each electronic payer that differs; data are proposed to stand."""
    case = get_case(call.session, int(call.data["case_id"]))
    waiting = [d for d in differences_of(call.session, last_visit(call.session, case.id).id) if d.prevails == "data"]
    settle = [{"payer": d.payer, "use": "data"} for d in waiting]
    return {"settle": settle, "context": _person(call, case) | _visit(call, case)}


def prefill_paper_cost(call: Call) -> dict[str, Any]:
    """The claimed amount is proposed."""
    case = get_case(call.session, int(call.data["case_id"]))
    visit = last_visit(call.session, case.id)
    claimed = format_yuan(visit.paper_cost) if visit.paper_cost is not None else "0"
    return {"accepted_amount": claimed, "context": _person(call, case) | _visit(call, case)}


def _person(call: Call, case: Case) -> dict[str, Any]:
    person = get_person(call.session, case.person_id)
    residence = call.session.get(Area, case.residence_area_id)
    return {
        "case_no": case.case_no,
        "name": person.name,
        "residence": residence.name if residence else "",
        "away_from_home": case.area_id != case.residence_area_id,
        "total_cost": format_yuan(case.total_cost),
        "self_paid": None if case.self_paid is None else format_yuan(case.self_paid),
        "deceased": person.deceased_on is not None,
        "institution": person.institution,
    }


def _amounts(call: Call, case: Case) -> list[dict[str, str]]:
    scheme = scheme_named(call.session, call.scheme)
    figures = figures_in_force(call.session, [case.id]).get(case.id, {})
    return [
        {
            "payer": p,
            "name": payer_name(scheme, p),
            "amount": format_yuan(figures[p].amount),
            "source": figures[p].source,
        }
        for p in scheme.payers
        if p in figures and p != TOTAL_COST
    ]


def _payee(call: Call, case: Case) -> dict[str, Any] | None:
    payee = active_payee(call.session, case.person_id)
    if payee is None:
        return None
    return {"kind": payee.kind, "name": payee.name, "account": payee.account_masked, "bank": payee.bank}


def _visit(call: Call, case: Case) -> dict[str, Any]:
    visit = last_visit(call.session, case.id)
    files = call.session.scalars(select(VisitFile).where(VisitFile.visit_id == visit.id).order_by(VisitFile.id))
    proposed = pending_payee(call.session, case.person_id)
    return {
        "visit": {
            "attempt": visit.attempt,
            "result": visit.result,
            "visited_at": visit.visited_at.isoformat(),
            "second_visitor": visit.second_visitor,
            "opinion": visit.opinion,
            "statement_file": visit.statement_file_id,
            "files": [{"id": f.file_id, "purpose": f.purpose} for f in files],
        },
        "differences": [_difference(call, d) for d in differences_of(call.session, visit.id)],
        "new_payee": None
        if proposed is None
        else {
            "kind": proposed.kind,
            "name": proposed.name,
            "relation": proposed.relation,
            "bank": proposed.bank,
            "account": proposed.account_masked,
            "proof_file": proposed.proof_file_id,
        },
    }


def _difference(call: Call, difference: Difference) -> dict[str, str]:
    scheme = scheme_named(call.session, call.scheme)
    return {
        "payer": difference.payer,
        "name": payer_name(scheme, difference.payer),
        "before": format_yuan(difference.before),
        "found": format_yuan(difference.found),
        "prevails": difference.prevails,
        "state": difference.state,
    }
