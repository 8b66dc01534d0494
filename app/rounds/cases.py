"""Cases: one person in one round, found by round, stage or id, inside the actor's scope."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.kernel.errors import NotFound
from app.rounds.models import Case, Round


def cases_of(session: Session, round_id: int, stages: Sequence[str] | None = None) -> list[Case]:
    """The cases of a round in case number order; only those at one of `stages` when given."""
    query = select(Case).where(Case.round_id == round_id).order_by(Case.case_no)
    if stages is not None:
        query = query.where(Case.stage.in_(stages))
    return list(session.scalars(query))


def get_case(session: Session, case_id: int) -> Case:
    """One case; `NotFound` (case_not_found). Scope is the caller's question."""
    case = session.get(Case, case_id)
    if case is None:
        raise NotFound(code="case_not_found")
    return case


def count_stages(session: Session, round_id: int) -> dict[str, int]:
    """{stage: number of cases}."""
    query = select(Case.stage, func.count()).where(Case.round_id == round_id).group_by(Case.stage)
    return dict(session.execute(query).all())


def resume_unfinished(session: Session, round_id: int) -> None:
    """Cases put aside for the supplementary list are waited for again when step 3 is entered anew. No commit."""
    aside = update(Case).where(Case.round_id == round_id, Case.stage == "supplementary")
    session.execute(aside.where(Case.instance_id.is_not(None)).values(stage="verifying"))
    session.execute(aside.where(Case.instance_id.is_(None)).values(stage="to_verify"))


def next_case_numbers(session: Session, round_: Round, count: int) -> Iterable[str]:
    """`count` fresh numbers like "2025-2-0001", after those the round already has."""
    used = session.scalar(select(func.count()).select_from(Case).where(Case.round_id == round_.id)) or 0
    return [f"{round_.cost_year}-{round_.number}-{n:04d}" for n in range(used + 1, used + count + 1)]
