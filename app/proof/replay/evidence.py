"""Everything that is stored about a round, read once, so that each check finds it by case."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.engine.schemes import Scheme
from app.meetings.models import CaseAmount, Decision, Resolution, Standard
from app.rounds.models import Case, Figure, Round
from app.rounds.schemes import scheme_of


@dataclass(frozen=True)
class Evidence:
    """`resolutions` are the sealed ones in the order of their sealing; the others are keyed by their ids."""

    session: Session
    round_: Round
    scheme: Scheme
    cases: Mapping[int, Case]
    figures: Mapping[int, Sequence[Any]]  # by case, oldest version first
    standards: Mapping[int, Standard]
    amounts: Mapping[int, Mapping[int, CaseAmount]]  # by standard, by case
    resolutions: Sequence[Resolution]
    decisions: Mapping[int, Mapping[int, Decision]]  # by resolution, by case

    def number(self, case_id: int) -> str:
        """The case number, or what can be said of a case that is not of this round."""
        case = self.cases.get(case_id)
        return case.case_no if case else f"案件{case_id}"


def gather(session: Session, round_: Round) -> Evidence:
    """Reads; nothing is decided here."""
    cases = {case.id: case for case in session.scalars(select(Case).where(Case.round_id == round_.id))}
    standards = {s.id: s for s in session.scalars(select(Standard).where(Standard.round_id == round_.id))}
    sealed = select(Resolution).where(Resolution.round_id == round_.id, Resolution.state == "sealed")
    resolutions = session.scalars(sealed.order_by(Resolution.list_version_id)).all()
    return Evidence(
        session, round_, scheme_of(session, round_.id), cases, _figures(session, round_.id), standards,
        _amounts(session, round_.id), resolutions, _decisions(session, round_.id),
    )  # fmt: skip


def _figures(session: Session, round_id: int) -> dict[int, list[Any]]:
    columns = (
        Figure.id, Figure.case_id, Figure.payer, Figure.source, Figure.version, Figure.amount, Figure.in_force,
        Figure.origin_ref, Figure.recorded_at,
    )  # fmt: skip
    found: dict[int, list[Any]] = defaultdict(list)
    query = select(*columns).join(Case, Case.id == Figure.case_id).where(Case.round_id == round_id)
    for row in session.execute(query.order_by(Figure.id)):
        found[row.case_id].append(row)
    return found


def _amounts(session: Session, round_id: int) -> dict[int, dict[int, CaseAmount]]:
    found: dict[int, dict[int, CaseAmount]] = defaultdict(dict)
    query = select(CaseAmount).join(Standard, Standard.id == CaseAmount.standard_id)
    for amount in session.scalars(query.where(Standard.round_id == round_id)):
        found[amount.standard_id][amount.case_id] = amount
    return found


def _decisions(session: Session, round_id: int) -> dict[int, dict[int, Decision]]:
    found: dict[int, dict[int, Decision]] = defaultdict(dict)
    query = select(Decision).join(Resolution, Resolution.id == Decision.resolution_id)
    for decision in session.scalars(query.where(Resolution.round_id == round_id)):
        found[decision.resolution_id][decision.case_id] = decision
    return found
