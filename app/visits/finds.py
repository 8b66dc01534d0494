"""Somebody found at the door who stands on no list: registered if need be, asked about, and visited like the others."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.models import Area
from app.access.scope import in_scope
from app.kernel.actors import Actor
from app.kernel.dates import Clock
from app.kernel.errors import Conflict, Denied, Fault, Invalid
from app.kernel.idempotency import remember
from app.kernel.idnumbers import normalise_id_number
from app.registry.models import Person
from app.registry.people import find_person_by_id_number, get_person, visible_people
from app.registry.provision import PersonRow, Recorder, add_people
from app.rounds.door import add_door_case
from app.rounds.models import Case
from app.visits.starting import start_case

FINDERS = ("grid_worker", "township_clerk", "civil_affairs_officer")


@dataclass(frozen=True)
class Find:
    """Who was found and where; a grid worker never sets a category, only civil affairs recognises one."""

    round_id: int
    name: str
    id_number: str
    area_id: int


def report_find(session: Session, actor: Actor, clock: Clock, find: Find) -> Case:
    """A case of origin `door` with its small tally and its visit begun.

    『主动上门调查核实』[S0 附件3 三.3]. Raises Denied, Invalid (`not_an_id_number`, `name_differs`,
    `area_not_yours`), Conflict `already_in_round`, `round_not_verifying`, `person_elsewhere` or `person_deceased`.
    """
    if not actor.has_role(*FINDERS):
        raise Denied
    person = _find_or_register(session, actor, clock, find)
    case = add_door_case(session, actor, clock, find.round_id, person.id)
    session.flush()
    start_case(session, actor, clock, {"case_id": case.id}, {"round_id": find.round_id})
    remember(session, str(case.id))
    session.commit()
    session.refresh(case)
    return case


def _find_or_register(session: Session, actor: Actor, clock: Clock, find: Find) -> Person:
    number = normalise_id_number(find.id_number)
    faults = []
    if number is None:
        faults.append(Fault("/id_number", "not_an_id_number", "身份证号有误，请核对后重填"))
    area = session.get(Area, find.area_id)
    if area is None or not in_scope(actor, area.path, *FINDERS):
        faults.append(Fault("/area_id", "area_not_yours", "只能登记本辖区内的人员"))
    if faults or number is None:
        raise Invalid(faults)
    known = find_person_by_id_number(session, number)
    if known is None:
        row = PersonRow(find.name, number, recognising_area_id=find.area_id)
        (person_id,) = add_people(session, [row], Recorder(clock(), actor.user_id))
        return get_person(session, person_id)
    if session.scalar(select(Person.id).where(Person.id == known.id, visible_people(actor, *FINDERS))) is None:
        raise Conflict("此身份证号登记在其他辖区，请联系民政局办理", code="person_elsewhere")
    if known.name != find.name:
        raise Invalid([Fault("/name", "name_differs", "姓名与该身份证号的登记不一致，请选“身份存疑”或核对")])
    if known.deceased_on is not None:
        raise Conflict("该人员登记为已去世，请联系民政局", code="person_deceased")
    return known
