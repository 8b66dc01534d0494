"""Somebody found at the door who was on no list: a case of its own and a small tally from each member unit.

『主动上门调查核实…』[S0 附件3 三.3]; a row added by a visit goes back through step 2 (policy-facts §4.1).
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import audit
from app.kernel.actors import Actor
from app.kernel.dates import Clock
from app.kernel.errors import Conflict
from app.rounds.figures import recompute_self_paid
from app.rounds.models import Case, Round
from app.rounds.rounds import get_round
from app.rounds.schemes import scheme_of
from app.rounds.statistics import add_person
from app.rounds.tallies.requests import start_requests


def add_door_case(session: Session, actor: Actor, clock: Clock, round_id: int, person_id: int) -> Case:
    """The person's case at stage to_verify, with settlement figures and the small tallies begun. No commit.

    Somebody whom the round left below the 核实线 is taken up again without a new tally. Raises Conflict
    `round_not_verifying` or `already_in_round` (its stage is told).
    """
    round_ = get_round(session, round_id)
    if round_.stage != "verifying":
        raise Conflict("本轮不在上门核实阶段", code="round_not_verifying", stage=round_.stage)
    known = session.scalar(select(Case).where(Case.round_id == round_id, Case.person_id == person_id))
    case = _add(session, actor, clock, round_, person_id) if known is None else _take_up(known)
    recompute_self_paid(session, case, scheme_of(session, round_id))
    subject = f"case:{case.id}"
    audit.record(session, actor, clock, "case_found_at_the_door", subject=subject, detail={"round": round_id})
    return case


def _add(session: Session, actor: Actor, clock: Clock, round_: Round, person_id: int) -> Case:
    case = add_person(session, actor, clock, round_, person_id)
    start_requests(session, actor, clock, round_, [case.id], kind="door")
    return case


def _take_up(case: Case) -> Case:
    if case.stage != "below_line":
        raise Conflict("此人已在本轮名单中", code="already_in_round", case_id=case.id, stage=case.stage)
    case.stage, case.reason = "to_verify", None
    case.version += 1
    return case
