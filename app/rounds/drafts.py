"""Rows of a list as they will be printed: name, masked number, category, township and figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.models import Area
from app.engine.schemes import Scheme
from app.registry.people import people_by_ids
from app.rounds.figures import figures_in_force, payments_of
from app.rounds.lists import RowDraft
from app.rounds.models import Case
from app.rounds.rules import self_paid


@dataclass(frozen=True)
class Verdict:
    """What a list says of a case beyond its figures; amounts in yuan."""

    amount: Decimal | None = None
    section: str = "main"
    decision: str | None = None
    outcome: str | None = None
    reason: str | None = None


def draft_rows(
    session: Session, scheme: Scheme, cases: Sequence[Case], verdicts: Mapping[int, Verdict] | None = None
) -> list[RowDraft]:
    """One row a case in the order given; `verdicts` by case id. Self-paid is that of the figures in force."""
    people = people_by_ids(session, [case.person_id for case in cases])
    figures = figures_in_force(session, [case.id for case in cases])
    townships = township_names(session)
    rows = []
    for case in cases:
        person = people[case.person_id]
        payments = payments_of(figures.get(case.id, {}))
        verdict = (verdicts or {}).get(case.id, Verdict())
        rows.append(
            RowDraft(
                case_id=case.id,
                person_name=person.name,
                id_masked=person.id_masked,
                category=printed_category(scheme, case.categories),
                township=townships.get(case.area_id, ""),
                total_cost=case.total_cost,
                payments=payments,
                self_paid=self_paid(case.total_cost, payments.values()).amount,
                amount=verdict.amount,
                section=verdict.section,
                decision=verdict.decision,
                outcome=verdict.outcome,
                reason=verdict.reason,
            )
        )
    return rows


def printed_category(scheme: Scheme, categories: Iterable[str]) -> str:
    """The one category id that is printed: a paying one before the others, in the scheme's order."""
    held = set(categories)
    order = [*scheme.paying_categories, *sorted(held)]
    return next((category for category in order if category in held), "")


def township_names(session: Session) -> dict[int, str]:
    """{area id: name of the township above it, or its own name where there is none}."""
    areas = {area.id: area for area in session.execute(select(Area.id, Area.name, Area.level, Area.path))}
    names = {}
    for area in areas.values():
        above = (areas.get(int(part)) for part in area.path.strip("/").split("/"))
        names[area.id] = next((a.name for a in above if a is not None and a.level == "township"), area.name)
    return names
