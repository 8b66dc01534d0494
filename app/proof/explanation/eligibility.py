"""Which categories a person held in the cost year, from when to when, and who recognised them."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.models import Unit
from app.engine.schemes import Scheme
from app.registry.categories import spans_of
from app.registry.models import CategorySpan
from app.rounds.models import Case, Round


def tell_eligibility(
    session: Session, scheme: Scheme, round_: Round, case: Case, *, shows_categories: bool
) -> dict[str, Any]:
    """`eligible` as the case was listed; the spans only for who may see categories."""
    told: dict[str, Any] = {"eligible": case.eligible, "categories": None, "spans": None}
    if not shows_categories:
        return told
    names = scheme.categories
    units = {unit.id: unit.name for unit in session.scalars(select(Unit))}
    spans = [span for span in spans_of(session, case.person_id) if _touches(span, round_.cost_year)]
    told["categories"] = [names.get(category, category) for category in case.categories]
    told["spans"] = [
        {
            "category": names.get(span.category, span.category),
            "paying": span.category in scheme.paying_categories,
            "valid_from": span.valid_from.isoformat(),
            "valid_to": None if span.valid_to is None else span.valid_to.isoformat(),
            "recognised_on": span.recognised_on.isoformat(),
            "recognised_by": units.get(span.recognised_by or 0, "民政部门"),
            "recorded_after_listing": span.category not in case.categories,
        }
        for span in spans
    ]
    return told


def _touches(span: CategorySpan, year: int) -> bool:
    return span.valid_from <= date(year, 12, 31) and (span.valid_to is None or span.valid_to >= date(year, 1, 1))
