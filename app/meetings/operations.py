"""The Python behind the tasks of steps 4 and 5 in subsidy_five_step.bpmn; never commits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from app.access import audit
from app.engine.operators import Call
from app.fund.inflows import record_inflow
from app.intake.files import missing_files
from app.kernel.errors import Conflict, Fault, Invalid
from app.kernel.money import ZERO, format_yuan, parse_yuan
from app.meetings.amounts import amounts_of, draft_amounts
from app.meetings.decisions import BULK_KIND, bulk_decide
from app.meetings.models import Resolution, Standard
from app.meetings.payouts import count_payout, follow_payment, must_be_settled
from app.meetings.resolutions import discard_open_resolution, get_resolution, list_resolutions
from app.meetings.sittings import add_submission, submissions_of
from app.meetings.standards import (
    account_of,
    add_proposal,
    find_proposal,
    get_proposal,
    listed_cases,
    quota_of,
    terms_of,
    weigh_factors,
)
from app.meetings.terms import print_terms, say_terms
from app.rounds.drafts import Verdict, draft_rows
from app.rounds.lists import freeze_list
from app.rounds.models import Round
from app.rounds.rounds import get_round
from app.rounds.schemes import scheme_of


def prefill_standard(call: Call) -> dict[str, Any]:
    """The last proposal's terms, and in `context` the factors it must be weighed against."""
    round_ = _round(call)
    proposal = find_proposal(call.session, round_.id)
    factors = weigh_factors(call.session, round_, listed_cases(call.session, round_.id), {})
    form: dict[str, Any] = {"resolution_line": scheme_of(call.session, round_.id).parameter("resolution_line")}
    if proposal is not None:
        form |= {name: value for name, value in print_terms(terms_of(proposal)).items() if value is not None}
        form |= {name: value for name, value in proposal.factors["low_income"].items() if value is not None}
    return {**form, "context": factors}


def propose_standard(call: Call, form: Mapping[str, Any]) -> dict[str, Any]:
    """The proposal, drafts of all amounts, and the subsidy list frozen with them; {"standard_id", …}.

    『形成需补助名单和金额』[S0 附件3 三 3]; drafts are 拟补助金额 and cannot be paid.
    """
    session, round_ = call.session, _round(call)
    cases = listed_cases(session, round_.id)
    if any(case.stage == "decided" for case in cases):
        raise Conflict("本轮已有封存的决议，标准由会议另作决议", code="resolution_sealed")
    if not cases:
        raise Conflict("需补助名单上还没有人", code="nobody_listed")
    discard_open_resolution(session, round_.id)
    standard = add_proposal(session, call.actor, call.clock, round_, form, cases)
    draft_amounts(session, round_, standard, cases)
    standard.list_version_id = _freeze_drafts(call, round_, standard)
    detail = {"standard_id": standard.id, "list": standard.list_version_id}
    audit.record(session, call.actor, call.clock, "standard_proposed", subject=f"round:{round_.id}", detail=detail)
    return {"standard_id": standard.id, "subsidy_list_id": standard.list_version_id}


def prefill_submission(call: Call) -> dict[str, Any]:
    """The proposal that is put before the meeting, its total beside the money, and who has submitted it."""
    round_ = _round(call)
    proposal = get_proposal(call.session, round_.id)
    amounts = amounts_of(call.session, proposal.id).values()
    context = {
        "standard": say_terms(terms_of(proposal)),
        "people": len(amounts),
        "total": format_yuan(sum((a.amount for a in amounts), ZERO)),
        "available": format_yuan(quota_of(call.session, round_).available),
        "overpaid": sum(a.overpaid > 0 for a in amounts),
        "warnings": proposal.factors["warnings"],
        "list_version_id": proposal.list_version_id,
        "submitted": [s.role for s in submissions_of(call.session, proposal.id)],
    }
    return {"standard_id": proposal.id, "context": context}


def submit_list(call: Call, form: Mapping[str, Any]) -> dict[str, Any]:
    """One bureau puts the list before the meeting; Invalid when another proposal stands meanwhile."""
    round_ = _round(call)
    proposal = get_proposal(call.session, round_.id)
    if form["standard_id"] != proposal.id:
        raise Invalid([Fault("/standard_id", "proposal_changed", "补助标准已重新提出，请按新的名单提交")])
    submission = add_submission(call.session, call.actor, call.clock, proposal, form.get("note"))
    return {f"submitted_by_{submission.role}": True}


def prefill_meeting(call: Call) -> dict[str, Any]:
    """The resolution that is sealed, or how far the open one has got."""
    round_ = _round(call)
    resolutions = list_resolutions(call.session, round_.id)
    context = {
        "available": format_yuan(quota_of(call.session, round_).available),
        "resolutions": [
            {"id": r.id, "n": r.n, "no": r.no, "state": r.state, "people": r.row_count, "total": format_yuan(r.total)}
            for r in resolutions
        ],
    }
    sealed = [r.id for r in resolutions if r.state == "sealed"]
    return {**({"resolution_id": sealed[-1]} if sealed else {}), "context": context}


def conclude_meeting(call: Call, form: Mapping[str, Any]) -> dict[str, Any]:
    """The meeting is over: a resolution of this round is sealed; {"resolution_id", "final_list_id"}."""
    round_ = _round(call)
    resolution = get_resolution(call.session, form["resolution_id"])
    if resolution.round_id != round_.id or resolution.state != "sealed":
        raise Invalid([Fault("/resolution_id", "not_sealed", "请先封存本轮的决议，再结束会议")])
    return {"resolution_id": resolution.id, "final_list_id": resolution.list_version_id}


def prefill_charity(call: Call) -> dict[str, Any]:
    """What was committed, what has arrived, what the payments still lack."""
    round_ = _round(call)
    quota = quota_of(call.session, round_)
    resolved = sum((r.total for r in _sealed(call.session, round_)), ZERO)
    missing = max(quota.committed_charity - quota.charity_received, ZERO)
    context = {
        "committed": format_yuan(quota.committed_charity),
        "received": format_yuan(quota.charity_received),
        "bank_balance": format_yuan(quota.bank_balance),
        "resolved": format_yuan(resolved),
        "lacking": format_yuan(max(resolved - quota.bank_balance, ZERO)),
    }
    return {"amount": format_yuan(missing), "context": context}


def charity_transfer(call: Call, form: Mapping[str, Any]) -> dict[str, Any]:
    """Civil affairs has moved the aid money; 0 says that everything had arrived before.

    『民政局在收到医保局提供的补助名单等信息后及时将帮扶资金划入市级暖心无忧专项基金账户』[S0 附件3 四].
    """
    round_ = _round(call)
    amount = parse_yuan(form["amount"], "/amount")
    files = [form["evidence_file_id"]] if form.get("evidence_file_id") is not None else []
    faults = [Fault("/evidence_file_id", "file_not_found", "没有这个文件") for _ in missing_files(call.session, files)]
    if amount and not form.get("evidence"):
        faults.append(Fault("/evidence", "evidence_missing", "请填写进账凭证号"))
    quota = quota_of(call.session, round_)
    if not amount and quota.charity_received < quota.committed_charity:
        missing = format_yuan(quota.committed_charity - quota.charity_received)
        faults.append(Fault("/amount", "charity_outstanding", f"尚有 {missing} 元帮扶资金未划入"))
    if faults:
        raise Invalid(faults)
    if not amount:
        return {"charity_entry_id": 0}
    account_id = account_of(call.session, round_)
    entry = record_inflow(
        call.session, call.actor, call.clock, account_id, round_.cost_year, "charity", amount, form["evidence"]
    )
    return {"charity_entry_id": entry}


def prefill_payout(call: Call) -> dict[str, Any]:
    """The equation of the list as it stands: people and yuan by outcome, payments by state."""
    payout = count_payout(call.session, _round(call).id)
    context = {
        "listed": payout.listed,
        "resolved": format_yuan(payout.resolved),
        "outcomes": payout.outcomes,
        "amounts": {outcome: format_yuan(amount) for outcome, amount in payout.amounts.items()},
        "payments": payout.payments,
        "open_people": payout.open_people,
    }
    return {"context": context}


def finish_payout(call: Call, form: Mapping[str, Any]) -> dict[str, Any]:  # noqa: ARG001 the form only confirms
    """Everybody on the list has an outcome and no payment is open or unknown; {outcome: people}."""
    payout = must_be_settled(call.session, _round(call).id)
    return {"outcomes": payout.outcomes}


def _round(call: Call) -> Round:
    return get_round(call.session, call.data["round_id"])


def _sealed(session: Session, round_: Round) -> list[Resolution]:
    return [r for r in list_resolutions(session, round_.id) if r.state == "sealed"]


def _freeze_drafts(call: Call, round_: Round, standard: Standard) -> int:
    amounts = amounts_of(call.session, standard.id)
    cases = listed_cases(call.session, round_.id)
    verdicts = {
        case.id: Verdict(amounts[case.id].amount, "unreachable" if case.visit_result == "unreachable" else "main")
        for case in cases
    }
    rows = draft_rows(call.session, scheme_of(call.session, round_.id), cases, verdicts)
    meta = {"standard_id": standard.id, "draft": True}
    return freeze_list(call.session, call.actor, call.clock, round_, "subsidy", rows, meta=meta).id


OPERATORS: dict[str, Callable[..., Any]] = {
    "meetings.prefill_standard": prefill_standard,
    "meetings.propose_standard": propose_standard,
    "meetings.prefill_submission": prefill_submission,
    "meetings.submit_list": submit_list,
    "meetings.prefill_meeting": prefill_meeting,
    "meetings.conclude_meeting": conclude_meeting,
    "meetings.prefill_charity_transfer": prefill_charity,
    "meetings.charity_transfer": charity_transfer,
    "meetings.prefill_payout": prefill_payout,
    "meetings.payout": finish_payout,
}
BULK_HANDLERS: dict[str, Callable[..., dict[str, Any]]] = {BULK_KIND: bulk_decide}
LISTENERS: dict[str, list[Callable[..., None]]] = {"payment": [follow_payment]}
