"""One person through the years: rounds with what came of them, visits at the door, payments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.fund.desk import READERS as FUND_READERS
from app.fund.models import Payment
from app.kernel.actors import Actor
from app.registry.people import READERS, get_visible_person
from app.rounds.models import Case, Round
from app.rounds.scope import area_cases
from app.visits.models import Visit


@dataclass(frozen=True)
class PersonHistory:
    """The newest first; payments only for those who may see payments."""

    rounds: list[dict[str, Any]]
    visits: list[Visit]
    payments: list[Payment]


def history_of_person(session: Session, actor: Actor, person_id: int) -> PersonHistory:
    """What the actor may see of it. Raises NotFound for a person outside the actor's areas."""
    get_visible_person(session, actor, person_id, *READERS)
    mine = (Case.person_id == person_id, area_cases(actor))
    found = session.execute(select(Case, Round).join(Round, Round.id == Case.round_id).where(*mine)).all()
    rounds = [_line(row.Case, row.Round) for row in sorted(found, key=lambda row: -row.Round.id)]
    ids = [line["case_id"] for line in rounds]
    visits = session.scalars(select(Visit).where(Visit.case_id.in_(ids)).order_by(Visit.id.desc()))
    paid = select(Payment).where(Payment.person_id == person_id).order_by(Payment.id.desc())
    payments = list(session.scalars(paid)) if actor.has_role(*FUND_READERS) else []
    return PersonHistory(rounds, list(visits), payments)


def _line(case: Case, round_: Round) -> dict[str, Any]:
    same = ("case_no", "stage", "origin", "total_cost", "self_paid", "approved_amount", "outcome", "reason")
    about = {"round_id": round_.id, "round_name": round_.name, "cost_year": round_.cost_year, "case_id": case.id}
    return {**about, **{name: getattr(case, name) for name in same}}
