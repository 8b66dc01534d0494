"""Township and bureau look at what was found; then the case is settled and its figures change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import audit
from app.engine.operators import Call
from app.kernel.errors import Fault, Invalid
from app.kernel.money import ZERO, parse_yuan, show_yuan
from app.registry.payees import close_own_account, confirm_pending_payee
from app.rounds.cases import get_case
from app.rounds.figures import recompute_self_paid, record_figures
from app.rounds.models import Case
from app.rounds.progress import touch
from app.rounds.rounds import get_round
from app.rounds.rules import TOTAL_COST, is_over_line
from app.rounds.schemes import scheme_named
from app.visits.models import Difference, Visit

DROPPED = {"not_eligible": "上门核实不符合条件", "identity_doubtful": "身份不符，移出名单"}


def last_visit(session: Session, case_id: int) -> Visit:
    """The newest attempt of a case; a case that reached a check has one."""
    query = select(Visit).where(Visit.case_id == case_id).order_by(Visit.attempt.desc()).limit(1)
    visit = session.scalar(query)
    if visit is None:
        raise LookupError(f"case {case_id} has no visit")
    return visit


def differences_of(session: Session, visit_id: int) -> list[Difference]:
    """The differences one visit found, in the order of the payers' ids."""
    query = select(Difference).where(Difference.visit_id == visit_id).order_by(Difference.payer)
    return list(session.scalars(query))


def check_visit(call: Call, form: Mapping[str, Any]) -> dict[str, Any]:
    """The township accepts the visit; a changed payee is confirmed by this second person.

    A death is reported to civil affairs, who keep the register; here nobody sets the day of it.
    """
    visit = last_visit(call.session, int(call.data["case_id"]))
    visit.state = "checked"
    visit.checked_by = call.actor.user_id
    visit.checked_at = call.clock()
    visit.check_note = form.get("note")
    case = get_case(call.session, visit.case_id)
    confirm_pending_payee(call.session, call.actor, call.clock, case.person_id)
    if visit.result == "deceased":
        close_own_account(call.session, call.actor, call.clock, case.person_id)
        detail = {"case_id": case.id, "visit_id": visit.id, "reported_by": visit.visited_by}
        audit.record(
            call.session, call.actor, call.clock, "death_reported", subject=f"person:{case.person_id}", detail=detail
        )
    return {"send_back_to": ""}


def settle_differences(call: Call, form: Mapping[str, Any]) -> dict[str, Any]:
    """The bureau says for each electronic payer whether data or visit stand (A-SZ-4); all faults at once."""
    visit = last_visit(call.session, int(call.data["case_id"]))
    waiting = {d.payer: d for d in differences_of(call.session, visit.id) if d.prevails == "data"}
    faults = _settlement_faults(waiting, form["settle"])
    if faults:
        raise Invalid(faults)
    for row in form["settle"]:
        difference = waiting[row["payer"]]
        _settle(difference, call, use_visit=row["use"] == "visit", note=row.get("note"))
    return {"bureau_check_needed": False}


def _settlement_faults(waiting: Mapping[str, Difference], rows: Sequence[Mapping[str, Any]]) -> list[Fault]:
    given = [row["payer"] for row in rows]
    faults = [
        Fault(f"/settle/{i}/payer", "no_such_difference", "此支付方没有待核对的差异")
        for i, payer in enumerate(given)
        if payer not in waiting or payer in given[:i]
    ]
    faults += [
        Fault(f"/settle/{i}/note", "note_missing", "不采用结算数据须说明依据")
        for i, row in enumerate(rows)
        if row["use"] == "visit" and not row.get("note")
    ]
    return faults + [
        Fault("/settle", "difference_left_open", f"还有差异未处理：{payer}") for payer in waiting if payer not in given
    ]


def _settle(difference: Difference, call: Call, *, use_visit: bool, note: str | None) -> None:
    difference.state = "settled"
    difference.settled_amount = difference.found if use_visit else difference.before
    difference.settled_by = call.actor.user_id
    difference.settled_at = call.clock()
    difference.note = note


def resolve_identity(call: Call, form: Mapping[str, Any]) -> dict[str, Any]:
    """The bureau says whether the person at the door is the person of the list."""
    visit = last_visit(call.session, int(call.data["case_id"]))
    visit.state = "checked"
    visit.checked_by = call.actor.user_id
    visit.checked_at = call.clock()
    visit.check_note = form["note"]
    return {"identity": form["outcome"]}


def accept_paper_cost(call: Call, form: Mapping[str, Any]) -> dict[str, Any]:
    """Costs on paper count as far as the bureau accepts them (A-SZ-11); yuan, at most what was claimed.

    They enter the year cost when the case is finished: a visit that is sent back takes its costs with it.
    """
    accepted = parse_yuan(form["accepted_amount"], "/accepted_amount")
    visit = last_visit(call.session, int(call.data["case_id"]))
    if visit.paper_cost is not None and accepted > visit.paper_cost:
        raise Invalid([Fault("/accepted_amount", "more_than_claimed", "认定金额不能大于票据金额")])
    visit.paper_accepted, visit.paper_note = accepted, form["note"]
    return {"paper_cost_accepted": bool(accepted)}


def finish_case(call: Call) -> dict[str, Any]:
    """The last step: figures of the visit come into force, self-paid is computed anew, the round is told."""
    case = get_case(call.session, int(call.data["case_id"]))
    visit = last_visit(call.session, case.id)
    _bring_into_force(call, case, visit)
    recompute_self_paid(call.session, case, scheme_named(call.session, call.scheme))
    case.visit_result = visit.result
    case.version += 1
    _close_case(call, case, visit)
    touch(call.session, call.clock, case.round_id, "cases_done")
    return {"case_stage": case.stage}


def _close_case(call: Call, case: Case, visit: Visit) -> None:
    """Verified, unless the door says that the case is not one, or leaves no more than the verification line."""
    line = get_round(call.session, case.round_id).verification_line
    if visit.result in DROPPED:
        case.stage, case.reason = "excluded", DROPPED[visit.result]
    elif not is_over_line(case.self_paid or ZERO, line):
        case.stage, case.reason = "below_line", f"核实后自负费用未超过核实线 {show_yuan(line)} 元"
    else:
        case.stage = "verified"


def _bring_into_force(call: Call, case: Case, visit: Visit) -> None:
    """Visit figures always stand beside the others; for electronic payers only a bureau correction counts."""
    origin = f"visit:{visit.id}"
    differences = differences_of(call.session, visit.id)
    for difference in differences:
        if difference.prevails == "visit":
            difference.state = "settled"
            difference.settled_amount = difference.found
    found = {d.payer: d.found for d in differences}
    record_figures(call.session, call.actor, call.clock, case, found, "visit", origin, unit_id=visit.unit_id)
    settled = {d.payer: d.settled_amount for d in differences if d.prevails == "data" and d.settled_amount is not None}
    record_figures(call.session, call.actor, call.clock, case, settled, "correction", origin)
    if visit.paper_accepted:
        total = {TOTAL_COST: case.total_cost + visit.paper_accepted}
        record_figures(call.session, call.actor, call.clock, case, total, "correction", origin, note=visit.paper_note)
