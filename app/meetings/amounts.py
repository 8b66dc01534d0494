"""What every listed case gets, computed at once: drafts under a proposal, amounts under a resolution."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from app.kernel.money import ZERO
from app.meetings.assessing import Assessment, assess_cases
from app.meetings.models import CaseAmount, Decision, Resolution, Standard
from app.meetings.promises import fund_paid_elsewhere, promises_of
from app.meetings.rules import Item, Terms, list_order
from app.meetings.shortfall import Outcome, apply_shortfall
from app.meetings.standards import quota_of, terms_of
from app.meetings.traces import explain_amount
from app.meetings.unanswered import unanswered_units
from app.rounds.models import Case, Round

OUT = ("defer", "reject")
FIXED = ("lower", "raise")
FREEING = ("lower", *OUT)


@dataclass(frozen=True)
class Budget:
    """The money of one computation, yuan: `quota` is 可用额度, `free` what the undecided rows may use."""

    quota: Decimal
    free: Decimal
    rule: str


@dataclass(frozen=True)
class Frame:
    """What one computation is about; `decided` are the rows of this resolution with a decision so far."""

    round_: Round
    standard: Standard
    cases: Sequence[Case]
    corrections: Collection[int] = ()
    decided: Mapping[int, Decision] = field(default_factory=dict)
    keeps_freed: bool = False  # the resolution says why freed money is not shared again


def draft_amounts(session: Session, round_: Round, standard: Standard, cases: Sequence[Case]) -> None:
    """拟补助金额 of all listed cases under a proposal, as if the money reached. Does not commit."""
    frame = Frame(round_, standard, cases)
    assessed = assess_all(session, frame, terms_of(standard))
    _store(session, frame, assessed, assessed, None, None)


def resolve_amounts(session: Session, round_: Round, standard: Standard, resolution: Resolution) -> None:
    """Everything again under the approved standard, the shortfall rule and the decisions so far.

    『审核后形成最终补助名单和金额』[S0 附件3 三 4]. Rows lowered or raised keep what was said, deferred and
    rejected ones use no money, corrected ones stand outside the shortfall rule. Does not commit.
    """
    frame, wanted, budget, outcome = _share(session, round_, standard, resolution)
    given = assess_all(session, frame, outcome.terms)
    _store(session, frame, wanted, given, (budget, outcome), resolution)
    resolution.available, resolution.fitted_ratio = budget.quota, outcome.ratio


def share_now(session: Session, round_: Round, standard: Standard, resolution: Resolution) -> Mapping[str, Decimal]:
    """{case number: yuan} of the rows that share the money, as the decisions stand now; nothing is stored."""
    return _share(session, round_, standard, resolution)[3].amounts


def _share(
    session: Session, round_: Round, standard: Standard, resolution: Resolution
) -> tuple[Frame, Mapping[int, Assessment], Budget, Outcome]:
    frame = Frame(
        round_,
        standard,
        cases_of_resolution(session, resolution),
        set(resolution.corrections),
        decisions_of(session, resolution.id),
        keeps_freed=bool(resolution.keep_freed_reason),
    )
    terms = terms_of(standard)
    wanted = assess_all(session, frame, terms, explain=False)
    quota = quota_of(session, round_).available
    free = quota - resolution.reserve_kept - _spoken_for(session, frame, wanted)
    budget = Budget(quota, free, resolution.shortfall_rule)
    return frame, wanted, budget, apply_shortfall(budget.rule, terms, _items(frame, wanted), free)


def preview_amounts(
    session: Session, round_: Round, terms: Terms, cases: Sequence[Case], *, explain: bool = True
) -> dict[int, Assessment]:
    """{case id: amount under these terms}; nothing is stored."""
    already = fund_paid_elsewhere(session, round_, {case.person_id for case in cases})
    found = assess_cases(session, round_, terms, cases, already, explain=explain)
    return {case.id: assessment for case, assessment in zip(cases, found, strict=True)}


def assess_all(session: Session, frame: Frame, terms: Terms, *, explain: bool = True) -> dict[int, Assessment]:
    """{case id: what the decision table says} for the cases of the frame."""
    return preview_amounts(session, frame.round_, terms, frame.cases, explain=explain)


def cases_of_resolution(session: Session, resolution: Resolution) -> list[Case]:
    """The rows before this resolution: all that are listed and not decided, and those it corrects."""
    query = select(Case).where(Case.round_id == resolution.round_id, Case.stage == "listed")
    cases = list(session.scalars(query))
    if resolution.corrections:
        cases += session.scalars(select(Case).where(Case.id.in_(resolution.corrections)))
    return sorted(cases, key=lambda case: case.case_no)


def decisions_of(session: Session, resolution_id: int) -> dict[int, Decision]:
    """{case id: decision} of one resolution."""
    query = select(Decision).where(Decision.resolution_id == resolution_id)
    return {decision.case_id: decision for decision in session.scalars(query)}


def amounts_of(session: Session, standard_id: int) -> dict[int, CaseAmount]:
    """{case id: amount} under one standard."""
    query = select(CaseAmount).where(CaseAmount.standard_id == standard_id)
    return {amount.case_id: amount for amount in session.scalars(query)}


def _kind(frame: Frame, case_id: int) -> str | None:
    """How a row stands when the money is shared: one that keeps what it frees shares as if undecided."""
    decision = frame.decided.get(case_id)
    if decision is None or (frame.keeps_freed and decision.kind in FREEING):
        return None
    return decision.kind


def _spoken_for(session: Session, frame: Frame, wanted: Mapping[int, Assessment]) -> Decimal:
    """What fixed and corrected rows take; a correction gives back what the bank has not got."""
    total = ZERO
    promises = promises_of(session, frame.corrections)
    for case in frame.cases:
        kind = _kind(frame, case.id)
        if case.id in frame.corrections:
            waiting = sum((p.amount for p in promises.get(case.id, []) if not p.is_gone), ZERO)
            gone = sum((p.amount for p in promises.get(case.id, []) if p.is_gone), ZERO)
            total += max(_said(frame, case.id, wanted) - gone, ZERO) - waiting
        elif kind in FIXED:
            total += _said(frame, case.id, wanted)
    return total


def _said(frame: Frame, case_id: int, wanted: Mapping[int, Assessment]) -> Decimal:
    decision = frame.decided.get(case_id)
    if decision is None or decision.kind == "approve":
        return wanted[case_id].amount
    return decision.amount or ZERO if decision.kind in FIXED else ZERO


def _items(frame: Frame, wanted: Mapping[int, Assessment]) -> list[Item]:
    """The rows that share what is free, in list order."""
    items = [
        Item(case.case_no, wanted[case.id].self_paid, wanted[case.id].already_paid, wanted[case.id].amount)
        for case in frame.cases
        if case.id not in frame.corrections and _kind(frame, case.id) in (None, "approve") and wanted[case.id].eligible
    ]
    return list_order(items)


def _store(
    session: Session,
    frame: Frame,
    wanted: Mapping[int, Assessment],
    given: Mapping[int, Assessment],
    money: tuple[Budget, Outcome] | None,
    resolution: Resolution | None,
) -> None:
    missing = unanswered_units(session, frame.round_.id)
    rows = []
    for case in frame.cases:
        row = _row(case, wanted[case.id], given[case.id], money[1] if money else None)
        row["unanswered"] = missing.get(case.id, [])
        row["trace"] = explain_amount(frame.standard, given[case.id], row, money)
        ids = {"case_id": case.id, "standard_id": frame.standard.id}
        state = {"resolution_id": resolution.id, "state": "approved"} if resolution else {"state": "draft"}
        rows.append({**ids, "resolution_id": None, **state, **row})
    session.execute(delete(CaseAmount).where(CaseAmount.standard_id == frame.standard.id))
    if rows:
        session.execute(insert(CaseAmount), rows)


def _row(case: Case, wanted: Assessment, given: Assessment, outcome: Outcome | None) -> dict[str, Any]:
    """Amount and status after the shortfall rule; a row outside it keeps what the table says."""
    shared = outcome is not None and case.case_no in outcome.amounts
    amount = outcome.amounts[case.case_no] if outcome and shared else wanted.amount
    status = outcome.statuses[case.case_no] if outcome and shared else "paid_full"
    if not wanted.eligible:
        status = "not_eligible"
    elif not wanted.amount:
        status = "zero"
    return {
        "self_paid": wanted.self_paid,
        "due": given.due,
        "already_paid": wanted.already_paid,
        "overpaid": wanted.overpaid,
        "amount": amount,
        "status": status,
        "left_after": max(wanted.self_paid - wanted.already_paid - amount, ZERO),
    }
