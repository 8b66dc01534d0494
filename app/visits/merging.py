"""Step 3 ends: who is on the list of those to be subsidised, and who waits for a supplementary list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select, update

from app.engine.operators import Call
from app.kernel.errors import Fault, Invalid
from app.rounds.cases import count_stages
from app.rounds.models import Case
from app.visits.models import Difference
from app.visits.starting import round_id_of

UNFINISHED = ("to_verify", "verifying")


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
