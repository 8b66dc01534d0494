"""The Python behind the nodes of subsidy_five_step.bpmn and member_tally.bpmn; never commits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from app.engine.operators import Call
from app.kernel.errors import Invalid
from app.rounds import prefill
from app.rounds.cases import cases_of, resume_unfinished
from app.rounds.closing import close
from app.rounds.consolidation import consolidate as consolidate_tallies
from app.rounds.models import Round
from app.rounds.preliminary import issue_list, record_exclusions
from app.rounds.progress import check_barrier, touch
from app.rounds.rounds import get_round
from app.rounds.statistics import run_statistics as count_costs
from app.rounds.tallies.filing import file_request
from app.rounds.tallies.requests import start_requests


def run_statistics(call: Call) -> dict[str, Any]:
    """Year costs and the cases of the preliminary list; {"listed": how many}."""
    return {"listed": count_costs(call.session, call.actor, call.clock, _round(call))}


def review_preliminary(call: Call, form: Mapping[str, Any]) -> dict[str, Any]:
    """Exclusions with their reasons, before the list is issued; {"excluded": how many}."""
    exclusions = form.get("exclusions", [])
    record_exclusions(call.session, call.actor, call.clock, _round(call), exclusions)
    return {"excluded": len(exclusions)}


def issue_preliminary_list(call: Call) -> dict[str, Any]:
    """Freezes the preliminary list; {"preliminary_list_id", "people"}."""
    version = issue_list(call.session, call.actor, call.clock, _round(call))
    return {"preliminary_list_id": version.id, "people": version.row_count}


def start_tally_requests(call: Call) -> dict[str, Any]:
    """One request a member unit, all at once; {"requests": how many}."""
    round_ = _enter(call, "tallying")
    cases = [case.id for case in cases_of(call.session, round_.id, ["preliminary"])]
    requests = start_requests(call.session, call.actor, call.clock, round_, cases)
    touch(call.session, call.clock, round_.id, "tallies_done")
    return {"requests": len(requests)}


def consolidate(call: Call, form: Mapping[str, Any]) -> dict[str, Any]:
    """One source a payer, self-paid, the verification list; {"verification_list_id", "to_verify"}."""
    round_ = _round(call)
    result = consolidate_tallies(call.session, call.actor, call.clock, round_, form.get("resolutions", []))
    version = result.verification_list
    return {"verification_list_id": version.id, "to_verify": version.row_count, "over_paid": result.over_paid}


def ask_again(call: Call, form: Mapping[str, Any]) -> dict[str, Any]:
    """The meeting sent the list back to step 2: these units look again at these people."""
    round_ = _enter(call, "tallying")
    faults = prefill.find_ask_again_faults(call.session, round_, form)
    if faults:
        raise Invalid(faults)
    requests = start_requests(
        call.session,
        call.actor,
        call.clock,
        round_,
        form["case_ids"],
        "sent_back",
        form["units"],
        form["note"],
    )
    touch(call.session, call.clock, round_.id, "tallies_done")
    return {"requests": len(requests), "send_back_to": ""}


def enter_stage(call: Call, stage: str) -> dict[str, Any]:
    """The round stands at `stage` from here on (verifying | listing | meeting | paying)."""
    round_ = _enter(call, stage)
    if stage == "verifying":
        resume_unfinished(call.session, round_.id)
    return {"send_back_to": ""}


def close_round(call: Call, form: Mapping[str, Any]) -> dict[str, Any]:
    """Everybody on the list has an outcome, who is not on it is carried over: the round is closed."""
    shares = close(call.session, call.actor, call.clock, _round(call), form.get("note", ""))
    return {outcome: share.people for outcome, share in shares.items()}


def file_tally(call: Call, form: Mapping[str, Any]) -> dict[str, Any]:
    """A unit's answer; {"answer"}."""
    request = file_request(call.session, call.actor, call.clock, call.data["request_id"], form)
    return {"answer": request.state}


def _round(call: Call) -> Round:
    return get_round(call.session, call.data["round_id"])


def _enter(call: Call, stage: str) -> Round:
    round_ = _round(call)
    round_.stage = stage
    round_.wave += 1
    call.session.flush()
    return round_


OPERATORS: dict[str, Callable[..., Any]] = {
    "rounds.run_statistics": run_statistics,
    "rounds.prefill_review": prefill.prefill_review,
    "rounds.review_preliminary": review_preliminary,
    "rounds.issue_preliminary_list": issue_preliminary_list,
    "rounds.start_tally_requests": start_tally_requests,
    "rounds.prefill_tally": prefill.prefill_tally,
    "rounds.file_tally": file_tally,
    "rounds.prefill_consolidation": prefill.prefill_consolidation,
    "rounds.consolidate": consolidate,
    "rounds.prefill_ask_again": prefill.prefill_ask_again,
    "rounds.ask_again": ask_again,
    "rounds.enter_stage": enter_stage,
    "rounds.prefill_close": prefill.prefill_close,
    "rounds.close_round": close_round,
}
JOB_HANDLERS: dict[str, Callable[[Session, dict[str, Any]], None]] = {"rounds.check_barrier": check_barrier}
