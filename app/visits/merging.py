"""Step 3 ends: who is on the list of those to be subsidised, and who comes on the supplementary list later."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.access import audit
from app.engine.operators import Call
from app.kernel.actors import Actor
from app.kernel.dates import Clock
from app.kernel.errors import Conflict, Denied, Fault, Invalid
from app.kernel.idempotency import remember
from app.rounds.cases import cases_of, count_stages
from app.rounds.models import Case
from app.rounds.rounds import get_round
from app.visits.models import Difference
from app.visits.starting import round_id_of

UNFINISHED = ("to_verify", "verifying")
PAST_MERGE = ("listing", "meeting", "paying")


def prefill_merge(call: Call) -> dict[str, Any]:
    """Counts by stage and the differences that changed an amount, for the officer who merges."""
    round_id = round_id_of(call)
    counts = count_stages(call.session, round_id)
    query = select(func.count()).select_from(Difference).join(Case, Case.id == Difference.case_id)
    changed = call.session.scalar(query.where(Case.round_id == round_id, Difference.state == "settled")) or 0
    unfinished = sum(counts.get(stage, 0) for stage in UNFINISHED)
    context = {"verified": counts.get("verified", 0), "unfinished": unfinished, "settled_differences": changed}
    return {"unfinished": "supplementary" if unfinished else "none", "context": context}


def merge(call: Call, form: Mapping[str, Any]) -> dict[str, Any]:
    """Verified cases are listed; unfinished ones go to the supplementary list (the round does not wait).

    『形成需补助名单和金额』[S0 附件3 三.3]. Raises `Invalid` when cases are unfinished and nobody said so.
    """
    round_id = round_id_of(call)
    counts = count_stages(call.session, round_id)
    unfinished = sum(counts.get(stage, 0) for stage in UNFINISHED)
    if unfinished and form["unfinished"] == "none":
        message = f"还有 {unfinished} 人尚未核实完毕，请改选“列入补充名单”或等待"
        raise Invalid([Fault("/unfinished", "cases_unfinished", message)], unfinished=unfinished)
    in_round = update(Case).where(Case.round_id == round_id)
    call.session.execute(in_round.where(Case.stage == "verified").values(stage="listed"))
    call.session.execute(in_round.where(Case.stage.in_(UNFINISHED)).values(stage="supplementary"))
    return {"listed": counts.get("verified", 0), "supplementary": unfinished}


def list_supplementary(session: Session, actor: Actor, clock: Clock, round_id: int) -> int:
    """Cases verified after the merge come before the round's next sitting; how many. Commits.

    A resolution that is being written must be computed again before it can be sealed. Raises Denied, NotFound,
    Conflict `round_not_past_merge` or `nothing_to_list`.
    """
    if not actor.has_role("civil_affairs_officer"):
        raise Denied
    round_ = get_round(session, round_id)
    session.refresh(round_, with_for_update={"key_share": True})  # it does not close meanwhile
    if round_.stage not in PAST_MERGE:
        message = "补充名单只在汇总之后、本轮结束之前列出"
        raise Conflict(message, code="round_not_past_merge", stage=round_.stage)
    cases = cases_of(session, round_id, ["verified"])
    if not cases:
        raise Conflict("没有新核实完毕、等待列入名单的人员", code="nothing_to_list")
    for case in cases:
        case.stage, case.version = "listed", case.version + 1
    detail = {"cases": [case.id for case in cases]}
    audit.record(session, actor, clock, "supplementary_listed", subject=f"round:{round_id}", detail=detail)
    remember(session, str(len(cases)))
    session.commit()
    return len(cases)
