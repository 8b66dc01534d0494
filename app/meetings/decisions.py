"""Rows decided one by one or thousands at once: approve, lower or raise with a reason, 暂缓, reject."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import audit
from app.engine.bulk import start_bulk
from app.kernel.actors import Actor
from app.kernel.dates import Clock
from app.kernel.idempotency import remember
from app.meetings.deciding import Decided, write_decision
from app.meetings.models import CaseAmount, Decision, Resolution
from app.meetings.resolutions import (
    get_open_resolution,
    must_be_secretary,
    recompute,
    reopen_document,
)
from app.rounds.rounds import get_round

BULK_KIND = "meetings.decide"


def decide_row(session: Session, actor: Actor, clock: Clock, round_id: int, row: Mapping[str, Any]) -> Decided:
    """One row: {case_id, kind, amount?, reason?}; what was decided in this resolution before is replaced.

    『核准补助人员信息，核发补助金额』[S0 附件3 三]. Raises Denied (`recused`), NotFound, Conflict, Invalid.
    """
    must_be_secretary(actor)
    resolution = get_open_resolution(session, round_id)
    decision = write_decision(session, actor, clock, resolution, row, replace=True)
    reopen_document(resolution)
    detail = {"resolution_id": resolution.id, "kind": decision.kind}
    audit.record(session, actor, clock, "row_decided", subject=f"case:{decision.case_id}", detail=detail)
    remember(session, f"decision:{decision.id}")
    session.commit()
    return decision


def decide_rows(session: Session, actor: Actor, clock: Clock, round_id: int, rows: Sequence[Mapping[str, Any]]) -> int:
    """Thousands of rows in the background; the id of the bulk run. A refused row is a result of its own.

    A row that somebody has decided otherwise meanwhile is refused (`already_decided`), not overwritten.
    """
    must_be_secretary(actor)
    resolution = get_open_resolution(session, round_id)
    reopen_document(resolution)
    items = [dict(row) for row in rows]
    bulk_id = start_bulk(session, actor, clock, BULK_KIND, items, {"resolution_id": resolution.id})
    remember(session, f"bulk:{bulk_id}")
    session.commit()
    return bulk_id


def decide_undecided(
    session: Session, actor: Actor, clock: Clock, round_id: int, kind: str, reason: str | None = None
) -> int:
    """The same decision for every row that has none yet, in the background; the id of the bulk run."""
    resolution = get_open_resolution(session, round_id)
    decided = select(Decision.case_id).where(Decision.resolution_id == resolution.id)
    query = select(CaseAmount.case_id).where(
        CaseAmount.standard_id == resolution.standard_id, CaseAmount.case_id.not_in(decided)
    )
    rows = [{"case_id": i, "kind": kind, "reason": reason} for i in session.scalars(query.order_by(CaseAmount.id))]
    return decide_rows(session, actor, clock, round_id, rows)


def bulk_decide(
    session: Session, actor: Actor, clock: Clock, item: Mapping[str, Any], common: Mapping[str, Any]
) -> dict[str, Any]:
    """One row of the bulk run `meetings.decide`; does not commit."""
    must_be_secretary(actor)
    resolution = _hold_open(session, common["resolution_id"])
    decision = write_decision(session, actor, clock, resolution, item, replace=False)
    return {"case_id": decision.case_id, "decision_id": decision.id, "kind": decision.kind}


def share_again(session: Session, actor: Actor, clock: Clock, round_id: int) -> Resolution:
    """After rows were lowered, deferred or rejected: the money they free is shared by the rule again."""
    must_be_secretary(actor)
    resolution = get_open_resolution(session, round_id)
    reopen_document(resolution)
    resolution.keep_freed_reason = None
    recompute(session, actor, clock, get_round(session, round_id), resolution)
    remember(session, f"resolution:{resolution.id}")
    session.commit()
    return resolution


def _hold_open(session: Session, resolution_id: int) -> Resolution:
    """The resolution, share-locked once a transaction: whoever seals it waits for this chunk."""
    transaction = session.get_transaction()
    held: tuple[object, Resolution] | None = session.info.get("held_resolution")
    if held is None or held[0] is not transaction or held[1].id != resolution_id:
        query = select(Resolution).where(Resolution.id == resolution_id).with_for_update(read=True)
        found = session.scalars(query.execution_options(populate_existing=True)).one()
        held = session.info["held_resolution"] = (transaction, found)
    return held[1]
