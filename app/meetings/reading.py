"""What the meeting sees: rows with their amounts and reasons, totals, a masked handout, other ratios tried out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, false, func, or_, select
from sqlalchemy.orm import Session

from app.access.models import Area
from app.access.scope import in_scope
from app.kernel.actors import Actor
from app.kernel.errors import NotFound
from app.kernel.money import ZERO
from app.meetings.amounts import cases_of_resolution, preview_amounts
from app.meetings.models import CaseAmount, Decision, Recusal, Resolution, Standard
from app.meetings.narrowing import Narrowing, has_difference, narrow, total_up
from app.meetings.resolutions import list_resolutions
from app.meetings.rules import Item, Terms
from app.meetings.shortfall import apply_shortfall
from app.meetings.standards import get_proposal, listed_cases, quota_of
from app.registry.people import people_by_ids
from app.rounds.drafts import printed_category, township_names
from app.rounds.models import Case, Round
from app.rounds.rounds import get_round
from app.rounds.schemes import scheme_of
from app.rounds.scope import COUNTY_ROLES

SORTS = ("case_no", "self_paid")
ONLY = ("all", "undecided", "overpaid", "above_line", "unanswered", "short", "recused")


@dataclass(frozen=True)
class AmountQuery:
    """Which rows: under the newest standard unless `resolution_id`; `only` one of ONLY, `sort` one of SORTS."""

    resolution_id: int | None = None
    only: str = "all"
    sort: str = "case_no"
    after: Sequence[Any] | None = None
    limit: int = 50
    narrowing: Narrowing = field(default_factory=Narrowing)


def get_round_in_scope(session: Session, actor: Actor, round_id: int, *roles: str) -> Round:
    """The round, for the county's own officers (in one of these roles, COUNTY_ROLES); NotFound for all others."""
    round_ = get_round(session, round_id)
    area = session.get(Area, round_.area_id)
    if area is None or not in_scope(actor, area.path, *(roles or COUNTY_ROLES)):
        raise NotFound(code="round_not_found")
    return round_


def page_of_amounts(session: Session, round_id: int, query: AmountQuery) -> list[dict[str, Any]]:
    """Up to `limit` rows, each with decision, recusals and the explanation of its amount."""
    standard, resolution = _shown(session, round_id, query.resolution_id)
    found = narrow(session, _select(standard, resolution, query), query.narrowing).limit(query.limit)
    rows = session.execute(found).all()
    people = people_by_ids(session, [row.Case.person_id for row in rows])
    townships, names = township_names(session), scheme_of(session, round_id).categories
    ids = [row.Case.id for row in rows]
    recused = _recused(session, resolution, ids)
    differing = set(session.scalars(select(Case.id).where(Case.id.in_(ids), has_difference())))
    return [
        {
            **_amount_fields(row.CaseAmount),
            "case_id": row.Case.id,
            "case_no": row.Case.case_no,
            "name": people[row.Case.person_id].name,
            "id_masked": people[row.Case.person_id].id_masked,
            "township": townships.get(row.Case.area_id, ""),
            "categories": [names.get(c, c) for c in row.Case.categories],
            "above_line": standard.resolution_line is not None and row.CaseAmount.left_after > standard.resolution_line,
            "final": _final(row),
            "differs": row.Case.id in differing,
            "decision": _decision_fields(row.Decision),
            "recused": recused.get(row.Case.id, []),
        }
        for row in rows
    ]


def amount_totals(session: Session, round_id: int, query: AmountQuery) -> dict[str, Any]:
    """People and sums of all rows that the query narrows to, on whatever page; yuan."""
    standard, resolution = _shown(session, round_id, query.resolution_id)
    whole = replace(query, after=None)
    return total_up(session, narrow(session, _select(standard, resolution, whole), query.narrowing))


def sum_up(session: Session, round_id: int) -> dict[str, Any]:
    """Totals, the fund beside them, and a township × category table; yuan.

    `above_line` are those who stay above the 化解标准: they go to the townships (A-SZ-14).
    """
    round_ = get_round(session, round_id)
    standard, resolution = _shown(session, round_id, None)
    rows = session.execute(_select(standard, resolution, AmountQuery(limit=0))).all()
    cells: dict[tuple[str, str], dict[str, Any]] = {}
    townships, scheme = township_names(session), scheme_of(session, round_id)
    for row in rows:
        key = (townships.get(row.Case.area_id, ""), printed_category(scheme, row.Case.categories))
        cell = cells.setdefault(key, {"people": 0, "self_paid": ZERO, "amount": ZERO})
        cell["people"] += 1
        cell["self_paid"] += row.CaseAmount.self_paid
        cell["amount"] += _final(row)
    line = standard.resolution_line
    return {
        "standard_id": standard.id,
        "resolution_id": resolution.id if resolution else None,
        "draft": resolution is None or resolution.state != "sealed",
        "people": len(rows),
        "self_paid": sum((row.CaseAmount.self_paid for row in rows), ZERO),
        "amount": sum((_final(row) for row in rows), ZERO),
        "undecided": sum(row.Decision is None for row in rows),
        "overpaid": sum(row.CaseAmount.overpaid > 0 for row in rows),
        "unanswered": sum(bool(row.CaseAmount.unanswered) for row in rows),
        "resolution_line": line,
        "above_line": sum(line is not None and row.CaseAmount.left_after > line for row in rows),
        "quota": quota_of(session, round_),
        "cells": [
            {"township": town, "category": scheme.categories.get(category, category), **cell}
            for (town, category), cell in sorted(cells.items())
        ],
    }


def masked_agenda(session: Session, round_id: int) -> list[dict[str, Any]]:
    """The handout for members: numbered, family names only, no ID numbers; yuan."""
    standard, resolution = _shown(session, round_id, None)
    query = AmountQuery(sort="self_paid", limit=0)
    rows = session.execute(_select(standard, resolution, query)).all()
    people = people_by_ids(session, [row.Case.person_id for row in rows])
    townships, scheme = township_names(session), scheme_of(session, round_id)
    return [
        {
            "no": n,
            "name": mask_name(people[row.Case.person_id].name),
            "township": townships.get(row.Case.area_id, ""),
            "category": scheme.categories.get(printed_category(scheme, row.Case.categories), ""),
            "self_paid": row.CaseAmount.self_paid,
            "amount": _final(row),
        }
        for n, row in enumerate(rows, 1)
    ]


def preview(session: Session, round_id: int, terms: Terms, rule: str) -> dict[str, Any]:
    """What other terms would cost, beside the fund's balance; nothing is stored. Yuan."""
    round_ = get_round(session, round_id)
    cases = _cases_before_the_meeting(session, round_id)
    found = preview_amounts(session, round_, terms, cases, explain=False)
    items = [
        Item(case.case_no, a.self_paid, a.already_paid, a.amount) for case in cases if (a := found[case.id]).eligible
    ]
    quota = quota_of(session, round_).available
    outcome = apply_shortfall(rule, terms, items, quota)
    given = sum(outcome.amounts.values(), ZERO)
    return {
        "people": len(items),
        "wanted": sum((item.due for item in items), ZERO),
        "available": quota,
        "short": outcome.short,
        "fitted_ratio": outcome.ratio,
        "given": given,
        "left": quota - given,
        "exhausted": sum(status == "fund_exhausted" for status in outcome.statuses.values()),
    }


def mask_name(name: str) -> str:
    """`周某某` -> `周**`."""
    return name[:1] + "*" * max(len(name) - 1, 1)


def _cases_before_the_meeting(session: Session, round_id: int) -> list[Case]:
    resolutions = list_resolutions(session, round_id)
    if resolutions and resolutions[-1].state != "sealed":
        return cases_of_resolution(session, resolutions[-1])
    return listed_cases(session, round_id)


def _shown(session: Session, round_id: int, resolution_id: int | None) -> tuple[Standard, Resolution | None]:
    """The standard whose amounts are shown: that of the resolution, the newest one, or the proposal."""
    resolutions = list_resolutions(session, round_id)
    chosen = [r for r in resolutions if resolution_id in (None, r.id)]
    if resolution_id is not None and not chosen:
        raise NotFound(code="resolution_not_found")
    if not chosen:
        return get_proposal(session, round_id), None
    return session.get_one(Standard, chosen[-1].standard_id), chosen[-1]


def _select(
    standard: Standard, resolution: Resolution | None, query: AmountQuery
) -> Select[CaseAmount, Case, Decision]:
    decided = and_(
        Decision.case_id == CaseAmount.case_id, Decision.resolution_id == (resolution.id if resolution else 0)
    )
    rows = (
        select(CaseAmount, Case, Decision)
        .join(Case, Case.id == CaseAmount.case_id)
        .outerjoin(Decision, decided)
        .where(CaseAmount.standard_id == standard.id, _only(standard, resolution, query.only))
    )
    by_self_paid = query.sort == "self_paid"
    rows = rows.order_by(*((CaseAmount.self_paid.desc(), Case.case_no) if by_self_paid else (Case.case_no,)))
    if query.after is not None and by_self_paid:
        self_paid, case_no = query.after
        same = and_(CaseAmount.self_paid == self_paid, Case.case_no > case_no)
        rows = rows.where(or_(CaseAmount.self_paid < self_paid, same))
    elif query.after is not None:
        rows = rows.where(Case.case_no > query.after[0])
    return rows


def _only(standard: Standard, resolution: Resolution | None, only: str) -> ColumnElement[bool]:
    meeting_id = resolution.meeting_id if resolution else 0
    line = standard.resolution_line
    conditions: Mapping[str, ColumnElement[bool]] = {
        "all": CaseAmount.id.is_not(None),
        "undecided": Decision.id.is_(None),
        "overpaid": CaseAmount.overpaid > ZERO,
        "above_line": false() if line is None else CaseAmount.left_after > line,
        "unanswered": func.length(CaseAmount.unanswered) > len("[]"),
        "short": CaseAmount.status.in_(("paid_partial", "fund_exhausted")),
        "recused": CaseAmount.case_id.in_(select(Recusal.case_id).where(Recusal.meeting_id == meeting_id)),
    }
    return conditions[only]


def _final(row: Row[CaseAmount, Case, Decision]) -> Decimal:
    """What the row gets as things stand: the decision's amount, else the computed one."""
    decision: Decision | None = row.Decision  # absent where the outer join found none
    if decision is None or decision.kind == "approve":
        return Decimal(row.CaseAmount.amount)
    return ZERO if decision.kind in ("defer", "reject") else decision.amount or ZERO


def _amount_fields(amount: CaseAmount) -> dict[str, Any]:
    names = ("self_paid", "due", "already_paid", "overpaid", "amount", "status", "left_after")
    return {name: getattr(amount, name) for name in (*names, "state", "unanswered", "trace")}


def _decision_fields(decision: Decision | None) -> dict[str, Any] | None:
    if decision is None:
        return None
    return {name: getattr(decision, name) for name in ("kind", "amount", "reason", "decided_by", "decided_at")}


def _recused(session: Session, resolution: Resolution | None, case_ids: Sequence[int]) -> dict[int, list[str]]:
    if resolution is None:
        return {}
    query = select(Recusal).where(Recusal.meeting_id == resolution.meeting_id, Recusal.case_id.in_(case_ids))
    found: dict[int, list[str]] = {}
    for recusal in session.scalars(query):
        found.setdefault(recusal.case_id, []).append(recusal.member_name)
    return found
