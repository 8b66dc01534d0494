"""What the things are called that tasks are about: a person with case number, a round, a unit's tally."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.models import Unit
from app.kernel.actors import Actor
from app.registry.people import people_by_ids
from app.rounds.drafts import township_names
from app.rounds.models import Case, Round, TallyRequest
from app.rounds.scope import COUNTY_ROLES, case_filter


@dataclass(frozen=True)
class Subject:
    """`name` is what people say, `detail` what tells it from others of that name."""

    subject: str
    name: str
    detail: str


def name_subjects(session: Session, actor: Actor, subjects: Iterable[str]) -> list[Subject]:
    """Those of the subjects ("case:7") that the actor may know of, in any order; others are left out."""
    ids: dict[str, list[int]] = {}
    for subject in subjects:
        kind, _, number = subject.partition(":")
        ids.setdefault(kind, []).append(int(number))
    return [
        *_cases(session, actor, ids.get("case", [])),
        *_rounds(session, ids.get("round", [])),
        *_tallies(session, actor, ids.get("tally_request", [])),
    ]


def _cases(session: Session, actor: Actor, ids: list[int]) -> list[Subject]:
    cases = list(session.scalars(select(Case).where(Case.id.in_(ids), case_filter(actor))))
    people = people_by_ids(session, [case.person_id for case in cases])
    towns = township_names(session)
    return [
        Subject(f"case:{case.id}", people[case.person_id].name, f"{case.case_no} {towns.get(case.area_id, '')}".strip())
        for case in cases
    ]


def _rounds(session: Session, ids: list[int]) -> list[Subject]:
    found = session.execute(select(Round.id, Round.name, Round.cost_year, Round.number).where(Round.id.in_(ids)))
    return [Subject(f"round:{row.id}", f"{row.cost_year}年度第{row.number}轮", row.name) for row in found]


def _tallies(session: Session, actor: Actor, ids: list[int]) -> list[Subject]:
    query = (
        select(TallyRequest.id, TallyRequest.unit_id, Unit.name, Round.cost_year, Round.number)
        .join(Unit, Unit.id == TallyRequest.unit_id)
        .join(Round, Round.id == TallyRequest.round_id)
        .where(TallyRequest.id.in_(ids))
    )
    everybody = actor.has_role(*COUNTY_ROLES)
    return [
        Subject(f"tally_request:{row.id}", f"{row.cost_year}年度第{row.number}轮填报", row.name)
        for row in session.execute(query)
        if everybody or row.unit_id in actor.unit_ids
    ]
