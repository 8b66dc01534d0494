"""What every listed case gets, computed at once: drafts under a proposal, amounts under a resolution."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from app.kernel.money import ZERO
from app.meetings.assessing import Assessment, assess_cases, definition_of
from app.meetings.models import CaseAmount, Decision, Resolution, Standard
from app.meetings.promises import fund_paid_elsewhere, promises_of
from app.meetings.rules import Item, Terms, list_order
from app.meetings.sharing import Standing
from app.meetings.shortfall import Outcome, apply_shortfall
from app.meetings.standards import quota_of, terms_of
from app.meetings.traces import Grounds, explain_amount
from app.meetings.unanswered import unanswered_units
from app.rounds.figures import figure_ids_in_force
from app.rounds.models import Case, Round


@dataclass(frozen=True)
class Budget:
    """The money of one computation, yuan: `quota` is 可用额度, `free` what the sharing rows may use.

    `outside` is what each row that does not share takes beforehand, by case id.
    """

    quota: Decimal
    free: Decimal
    rule: str
    outside: Mapping[int, Decimal] = field(default_factory=dict)


@dataclass(frozen=True)
class Frame:
    """What one computation is about, and how its rows stand so far."""

    round_: Round
    standard: Standard
    cases: Sequence[Case]
    standing: Standing = field(default_factory=Standing)


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
    frame = Frame(round_, standard, cases_of_resolution(session, resolution), standing_of(session, resolution))
    terms = terms_of(standard)
    wanted = assess_all(session, frame, terms, explain=False)
    quota = quota_of(session, round_).available
    outside = frame.standing.outside({case_id: assessment.amount for case_id, assessment in wanted.items()})
    free = quota - resolution.reserve_kept - sum(outside.values(), ZERO)
    budget = Budget(quota, free, resolution.shortfall_rule, outside)
    return frame, wanted, budget, apply_shortfall(budget.rule, terms, _items(frame, wanted, outside), free)


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


def standing_of(session: Session, resolution: Resolution) -> Standing:
    """The decisions and corrections of a resolution as they are now."""
    corrections = set(resolution.corrections)
    return Standing(
        corrections,
        decisions_of(session, resolution.id),
        promises_of(session, corrections),
        keeps_freed=bool(resolution.keep_freed_reason),
    )


def amounts_of(session: Session, standard_id: int) -> dict[int, CaseAmount]:
    """{case id: amount} under one standard."""
    query = select(CaseAmount).where(CaseAmount.standard_id == standard_id)
    return {amount.case_id: amount for amount in session.scalars(query)}


def _items(frame: Frame, wanted: Mapping[int, Assessment], outside: Collection[int]) -> list[Item]:
    """The rows that share what is free, in list order."""
    items = [
        Item(case.case_no, wanted[case.id].self_paid, wanted[case.id].already_paid, wanted[case.id].amount)
        for case in frame.cases
        if case.id not in outside and wanted[case.id].eligible
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
    figures = figure_ids_in_force(session, [case.id for case in frame.cases])
    definition, year = definition_of(session, frame.round_), frame.round_.cost_year
    outside = money[0].outside if money else {}
    rows = []
    for case in frame.cases:
        row = price_row(case.case_no, wanted[case.id], given[case.id], money[1] if money else None)
        row["unanswered"] = missing.get(case.id, [])
        grounds = Grounds(definition, year, figures.get(case.id, ()), outside.get(case.id))
        row["trace"] = explain_amount(frame.standard, given[case.id], row, money, grounds)
        ids = {"case_id": case.id, "standard_id": frame.standard.id}
        state = {"resolution_id": resolution.id, "state": "approved"} if resolution else {"state": "draft"}
        rows.append({**ids, "resolution_id": None, **state, **row})
    session.execute(delete(CaseAmount).where(CaseAmount.standard_id == frame.standard.id))
    if rows:
        session.execute(insert(CaseAmount), rows)


def price_row(case_no: str, wanted: Assessment, given: Assessment, outcome: Outcome | None) -> dict[str, Any]:
    """Amount and status after the shortfall rule; a row outside it keeps what the table says."""
    shared = outcome is not None and case_no in outcome.amounts
    amount = outcome.amounts[case_no] if outcome and shared else wanted.amount
    status = outcome.statuses[case_no] if outcome and shared else "paid_full"
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
