"""What the people of a round see when they open its tasks; computed then, never stored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.engine.operators import Call
from app.kernel.errors import Fault
from app.kernel.money import ZERO, format_yuan
from app.registry.people import people_by_ids
from app.rounds.cases import cases_of, count_stages
from app.rounds.closing import LEFT, count_outcomes
from app.rounds.drafts import draft_rows
from app.rounds.models import Case, Round, TallyRequest
from app.rounds.rounds import get_round
from app.rounds.schemes import payer_name, scheme_of
from app.rounds.tallies.conflicts import open_conflicts
from app.rounds.tallies.requests import get_request


def prefill_review(call: Call) -> dict[str, Any]:
    """The preliminary list's size and sums; its rows are at /rounds/{id}/cases."""
    round_ = _round(call)
    cases = cases_of(call.session, round_.id, ["preliminary"])
    rows = draft_rows(call.session, scheme_of(call.session, round_.id), cases)
    context = {
        "round": round_.name,
        "people": len(rows),
        "not_eligible": sum(not case.eligible for case in cases),
        "total_cost": format_yuan(sum((row.total_cost for row in rows), start=ZERO)),
        "self_paid": format_yuan(sum((row.self_paid for row in rows), start=ZERO)),
        "screening_line": format_yuan(round_.screening_line),
        "rows_at": f"/api/v1/rounds/{round_.id}/cases",
    }
    return {"exclusions": [], "context": context}


def prefill_tally(call: Call) -> dict[str, Any]:
    """What is asked, in one sentence, and where the unit's rows are."""
    request = get_request(call.session, call.actor, call.data["request_id"])
    scheme = scheme_of(call.session, request.round_id)
    member = next((m for m in scheme.member_units if m["unit"] == request.unit_code), {})
    context = {
        "unit": request.unit_name,
        "ask": member.get("ask", ""),
        "note": scheme.parameter("tally_note"),
        "columns": [{"payer": payer, "name": payer_name(scheme, payer)} for payer in request.payers],
        "sent_back": request.note if request.kind == "sent_back" else None,
        "request_id": request.id,
        "rows_at": f"/api/v1/tally-requests/{request.id}/rows",
        "template_at": f"/api/v1/tally-requests/{request.id}/template.xlsx",
    }
    return {"context": context}


def prefill_consolidation(call: Call) -> dict[str, Any]:
    """Who answered how, and each payer that stands in settlement data and tally both."""
    round_ = _round(call)
    requests = call.session.scalars(
        select(TallyRequest).where(TallyRequest.round_id == round_.id).order_by(TallyRequest.id)
    )
    answers = [{"request_id": r.id, "unit": r.unit_name, "kind": r.kind, "state": r.state} for r in requests]
    context = {
        "answers": answers,
        "conflicts": describe_conflicts(call.session, round_),
        "verification_line": format_yuan(round_.verification_line),
    }
    return {"resolutions": [], "context": context}


def describe_conflicts(session: Session, round_: Round) -> list[dict[str, Any]]:
    """Open conflicts with person, payer and both amounts ("1234.50")."""
    scheme = scheme_of(session, round_.id)
    conflicts = open_conflicts(session, round_.id)
    wanted = {conflict.case_id for conflict in conflicts}
    cases = {case.id: case for case in cases_of(session, round_.id) if case.id in wanted}
    people = people_by_ids(session, [case.person_id for case in cases.values()])
    return [
        {
            "conflict_id": conflict.id,
            "case_id": conflict.case_id,
            "case_no": cases[conflict.case_id].case_no,
            "name": people[cases[conflict.case_id].person_id].name,
            "payer": conflict.payer,
            "payer_name": payer_name(scheme, conflict.payer),
            "settlement": format_yuan(conflict.settlement_amount),
            "tally": format_yuan(conflict.tally_amount),
        }
        for conflict in conflicts
    ]


def prefill_ask_again(call: Call) -> dict[str, Any]:
    """The units that can be asked again."""
    round_ = _round(call)
    units = [member["unit"] for member in scheme_of(call.session, round_.id).member_units]
    return {"context": {"units": units, "rows_at": f"/api/v1/rounds/{round_.id}/cases"}}


def find_ask_again_faults(session: Session, round_: Round, form: Mapping[str, Any]) -> list[Fault]:
    """Units that are no members of the scheme, people who are not in the round."""
    members = {member["unit"] for member in scheme_of(session, round_.id).member_units}
    known = set(session.scalars(select(Case.id).where(Case.round_id == round_.id)))
    faults = [
        Fault(f"/units/{n}", "no_member_unit", "不是成员单位")
        for n, unit in enumerate(form["units"])
        if unit not in members
    ]
    faults += [
        Fault(f"/case_ids/{n}", "not_in_the_round", "此人不在本轮")
        for n, case_id in enumerate(form["case_ids"])
        if case_id not in known
    ]
    return faults


def prefill_close(call: Call) -> dict[str, Any]:
    """The closing equation: people and yuan by outcome, who has none yet, who will be carried over."""
    round_ = _round(call)
    shares = count_outcomes(call.session, round_.id)
    outcomes = {
        outcome or "waiting": {"people": share.people, "amount": format_yuan(share.amount)}
        for outcome, share in shares.items()
    }
    stages = count_stages(call.session, round_.id)
    carried = sum(stages.get(stage, 0) for stage in LEFT)
    return {"context": {"outcomes": outcomes, "stages": stages, "to_carry_over": carried}}


def _round(call: Call) -> Round:
    return get_round(call.session, call.data["round_id"])
