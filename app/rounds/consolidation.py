"""Step 2 ends: one source a payer, self-paid costs, and who must be visited.

『医保局汇总后形成需核实名单』[S0 附件3 三.2].
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kernel.actors import Actor
from app.kernel.dates import Clock
from app.kernel.errors import Conflict, Fault, Invalid
from app.rounds.cases import cases_of, get_case
from app.rounds.drafts import draft_rows
from app.rounds.figures import recompute_many
from app.rounds.lists import freeze_list
from app.rounds.models import Case, ListVersion, Round, TallyRequest
from app.rounds.rules import is_over_line
from app.rounds.schemes import payer_name, scheme_of
from app.rounds.tallies.conflicts import apply_resolutions, open_conflicts
from app.rounds.tallies.requests import close_request

COUNTED = ("preliminary", "below_line", "to_verify", "verifying", "verified", "supplementary", "listed")
ON_THE_LIST = ("to_verify", "verifying", "verified", "supplementary", "listed")


@dataclass(frozen=True)
class Consolidated:
    """The verification list how many stay below the 核实线, how many payments exceed costs (A-GEN-3)."""

    verification_list: ListVersion
    below_line: int
    over_paid: int


def consolidate(
    session: Session, actor: Actor, clock: Clock, round_: Round, resolutions: Sequence[Mapping[str, Any]]
) -> Consolidated:
    """Decides the conflicts, computes self-paid, freezes the verification list, closes the tallies.

    Does not commit. Raises Conflict `tallies_open` while a unit has neither answered nor been waived; Invalid
    with a fault for each conflict that stays open. A waived unit (未反馈) has no figure, which is not zero.
    """
    requests = _requests(session, round_)
    apply_resolutions(session, actor, clock, round_.id, resolutions)
    _require_decided(session, round_)
    cases = cases_of(session, round_.id, COUNTED)
    recompute_many(session, cases)
    _split_at_line(round_, cases)
    for request in requests:
        close_request(session, clock, request)
    listed = [case for case in cases if case.stage in ON_THE_LIST]
    meta = {"not_returned": [request.unit_code for request in requests if request.state == "waived"]}
    rows = draft_rows(session, scheme_of(session, round_.id), listed)
    version = freeze_list(session, actor, clock, round_, "verification", rows, meta=meta)
    over_paid = sum(case.cost_over_paid for case in cases)
    return Consolidated(version, below_line=len(cases) - len(listed), over_paid=over_paid)


def _requests(session: Session, round_: Round) -> list[TallyRequest]:
    query = select(TallyRequest).where(TallyRequest.round_id == round_.id, TallyRequest.kind != "door")
    locked = query.order_by(TallyRequest.id).with_for_update(key_share=True)
    requests = list(session.scalars(locked.execution_options(populate_existing=True)))
    waiting = [request.unit_name for request in requests if request.state == "open"]
    if waiting:
        message = f"{'、'.join(waiting)}尚未反馈，请催报或记为未反馈"
        raise Conflict(message, code="tallies_open", units=waiting)
    return requests


def _require_decided(session: Session, round_: Round) -> None:
    scheme = scheme_of(session, round_.id)
    faults = []
    for conflict in open_conflicts(session, round_.id):
        case = get_case(session, conflict.case_id)
        message = f"{case.case_no}的{payer_name(scheme, conflict.payer)}在结算数据和填报中均有金额，请认定一个"
        detail = {"conflict_id": conflict.id, "case_id": case.id}
        faults.append(Fault("/resolutions", "conflict_open", message, detail))
    if faults:
        raise Invalid(faults)


def _split_at_line(round_: Round, cases: Sequence[Case]) -> None:
    """Who is above the 核实线 is visited; who was already visited stays where the visit put him."""
    for case in cases:
        if case.stage not in ("preliminary", "below_line") or case.self_paid is None:
            continue
        case.stage = "to_verify" if is_over_line(case.self_paid, round_.verification_line) else "below_line"
        case.reason = None if case.stage == "to_verify" else "自负医疗费用未超过核实线"
        case.version += 1
