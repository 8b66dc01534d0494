"""A unit hands in its tally: the rows become figures with their source, and meet the settlement data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.engine.inbox import find_open_task
from app.engine.tasks import complete_task
from app.kernel.actors import Actor
from app.kernel.dates import Clock
from app.kernel.errors import Conflict, Fault, Invalid
from app.kernel.money import ZERO
from app.rounds.figures import FigureDraft, recompute_many, record_many
from app.rounds.models import Case, Figure, TallyRequest, TallyRow
from app.rounds.progress import touch
from app.rounds.schemes import scheme_of
from app.rounds.tallies.conflicts import note_conflicts
from app.rounds.tallies.requests import close_request, get_own_request, subject_of


def file_request(
    session: Session, actor: Actor, clock: Clock, request_id: int, form: Mapping[str, Any]
) -> TallyRequest:
    """The unit's answer: `filed`, or explicitly `nothing`. Does not commit.

    Blank rows are zero only when the unit says so. Raises Invalid: blanks without that word, amounts beside
    `nothing`. A small tally (door) is consolidated at once; the others wait for the bureau.
    """
    request = get_own_request(session, actor, request_id)
    filled, blank = _count(session, request)
    _check(form, filled, blank)
    request.state = "nil" if form["answer"] == "nothing" else "filed"
    request.note = form.get("note") or request.note
    request.filed_by, request.filed_at = actor.user_id, clock()
    request.filings += 1
    request.version += 1
    record_tally(session, actor, clock, request)
    if request.kind == "door":
        close_request(session, clock, request)
    touch(session, clock, request.round_id, "cases_done" if request.kind == "door" else "tallies_done")
    return request


def declare_nothing(session: Session, actor: Actor, clock: Clock, request_id: int) -> TallyRequest:
    """`Nothing to report` in one click: completes the unit's task, which commits.

    Raises NotFound, Denied, Invalid (amounts are filled in), Conflict `tally_not_open` when it was answered.
    """
    request = get_own_request(session, actor, request_id)
    task = find_open_task(session, subject_of(request), "file_tally")
    if task is None:
        raise Conflict("本单位已反馈", code="tally_not_open", state=request.state)
    complete_task(session, actor, clock, task.id, {"answer": "nothing"})
    return request


def record_tally(
    session: Session, actor: Actor, clock: Clock, request: TallyRequest, case_ids: Iterable[int] | None = None
) -> None:
    """Figures of source tally for what the rows say now, and conflicts with settlement data. Does not commit.

    Zero is recorded only where a tally figure said otherwise before: the request itself says "nothing".
    """
    rows = _rows(session, request, case_ids)
    newest = _newest_tally(session, request)
    drafts = []
    for row in rows:
        amount = row.amount or ZERO
        if amount != newest.get((row.case_id, row.payer), ZERO):
            note = row.note or f"{request.unit_name}第{request.filings}次填报"
            origin = subject_of(request)
            drafts.append(FigureDraft(row.case_id, row.payer, amount, "tally", origin, request.unit_id, note[:500]))
    record_many(session, actor, clock, scheme_of(session, request.round_id), drafts)
    touched = {draft.case_id for draft in drafts}
    note_conflicts(session, request, touched)
    if request.kind != "round":
        recompute_many(session, session.scalars(select(Case).where(Case.id.in_(touched))))


def _check(form: Mapping[str, Any], filled: int, blank: int) -> None:
    if form["answer"] == "nothing" and filled:
        message = f"已填写 {filled} 项金额，不能同时报“均无发放”；请先清空或改选“已填写完毕”"
        raise Invalid([Fault("/answer", "amounts_beside_nothing", message)], filled=filled)
    if form["answer"] == "filed" and not filled:
        message = "没有填写任何金额；确无发放的，请明确选择“均无发放”"
        raise Invalid([Fault("/answer", "nothing_must_be_said", message)])
    if form["answer"] == "filed" and blank and not form.get("blanks_are_zero"):
        message = f"还有 {blank} 项未填写；确无发放的，请勾选“未填写的人员均无发放”"
        raise Invalid([Fault("/blanks_are_zero", "blanks_left", message)], blank=blank)


def _count(session: Session, request: TallyRequest) -> tuple[int, int]:
    """(rows with an amount, rows without)."""
    query = select(func.count(TallyRow.amount), func.count()).where(TallyRow.request_id == request.id, TallyRow.current)
    filled, rows = session.execute(query).one()
    return filled, rows - filled


def _rows(session: Session, request: TallyRequest, case_ids: Iterable[int] | None) -> list[TallyRow]:
    query = select(TallyRow).where(TallyRow.request_id == request.id, TallyRow.current)
    rows = session.scalars(query.order_by(TallyRow.case_id, TallyRow.payer))
    wanted = None if case_ids is None else set(case_ids)
    return [row for row in rows if wanted is None or row.case_id in wanted]


def _newest_tally(session: Session, request: TallyRequest) -> dict[tuple[int, str], Decimal]:
    """{(case, payer): amount of the newest tally figure} of the cases asked about."""
    asked = select(TallyRow.case_id).where(TallyRow.request_id == request.id, TallyRow.current)
    query = select(Figure.case_id, Figure.payer, Figure.amount).where(
        Figure.case_id.in_(asked), Figure.source == "tally", Figure.payer.in_(request.payers)
    )
    return {(case_id, payer): amount for case_id, payer, amount in session.execute(query.order_by(Figure.version))}
