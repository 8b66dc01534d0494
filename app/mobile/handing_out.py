"""The visits of one person's desk with everything the door needs, read in a handful of statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import audit
from app.access.models import Area
from app.engine.engine import engine_of
from app.engine.inbox import Filters, list_tasks
from app.engine.models import NEVER, Definition, Task
from app.kernel.actors import Actor
from app.kernel.dates import Clock
from app.kernel.db import cipher_of
from app.kernel.idnumbers import hide_last_four
from app.kernel.money import format_yuan
from app.mobile.tickets import basis_of, hint_of, ticket_of
from app.registry.models import Payee, Person
from app.rounds.figures import figures_in_force
from app.rounds.models import Case, Figure
from app.rounds.rules import TOTAL_COST
from app.rounds.schemes import payer_kind, payer_name, scheme_named
from app.visits.models import Visit

VISITORS = ("grid_worker", "township_clerk")  # a grid without a worker falls to the township
MOST = 1000
_CASE = "case:"  # an alert's household is visited with another form, from the desk
_LEVELS = ("township", "village", "grid")


@dataclass(frozen=True)
class Known:
    """Everything the visits of one sheet are put together from, by id."""

    cases: Mapping[int, Case]
    people: Mapping[int, Person]
    areas: Mapping[int, Area]
    figures: Mapping[int, Mapping[str, Figure]]
    visits: Mapping[int, list[Visit]]
    payees: Mapping[int, Payee]


def open_visits(session: Session, actor: Actor) -> list[Task]:
    """Open visits on the actor's own desk and in nobody else's hand, at most `MOST`, the earliest due first."""
    page = list_tasks(session, actor, Filters(), "due", None, MOST)
    return [
        task
        for task in page.items
        if task.subject.startswith(_CASE)
        and task.lane_role == "grid_worker"
        and task.role in VISITORS
        and task.assignee_id in (None, actor.user_id)
    ]


def hand_out_visits(session: Session, actor: Actor) -> dict[str, Any]:
    """{"visits": in walking order, "schemes": what each asks for, "forms": version of each form}."""
    tasks = open_visits(session, actor)
    known = _gather(session, [int(task.subject.removeprefix("case:")) for task in tasks])
    visits = [_visit(session, actor, task, known) for task in tasks]
    visits.sort(key=lambda visit: (*visit["area"].values(), visit["address"], visit["name"], visit["task_id"]))
    return {
        "visits": visits,
        "schemes": {name: _scheme(session, name) for name in sorted({task.scheme for task in tasks})},
        "forms": {visit["form"]["version"]: _schema(session, tasks, visit) for visit in visits},
    }


def note_hand_out(session: Session, actor: Actor, clock: Clock, sheet: Mapping[str, Any]) -> None:
    """Full telephone numbers went out: who took which cases along is on record. Commits."""
    cases = [visit["case_id"] for visit in sheet["visits"]]
    audit.record(session, actor, clock, "visits_handed_out", subject=f"user:{actor.user_id}", detail={"cases": cases})
    session.commit()


def _gather(session: Session, case_ids: list[int]) -> Known:
    cases = {case.id: case for case in session.scalars(select(Case).where(Case.id.in_(case_ids)))}
    person_ids = [case.person_id for case in cases.values()]
    attempts: dict[int, list[Visit]] = defaultdict(list)
    for visit in session.scalars(select(Visit).where(Visit.case_id.in_(case_ids)).order_by(Visit.attempt)):
        attempts[visit.case_id].append(visit)
    payees = select(Payee).where(Payee.person_id.in_(person_ids), Payee.state == "active")
    return Known(
        cases=cases,
        people={person.id: person for person in session.scalars(select(Person).where(Person.id.in_(person_ids)))},
        areas={area.id: area for area in session.scalars(select(Area))},
        figures=figures_in_force(session, case_ids),
        visits=attempts,
        payees={payee.person_id: payee for payee in session.scalars(payees)},
    )


def _visit(session: Session, actor: Actor, task: Task, known: Known) -> dict[str, Any]:
    case = known.cases[int(task.subject.removeprefix("case:"))]
    person, figures = known.people[case.person_id], known.figures.get(case.id, {})
    ticket = ticket_of(session, actor, task.id, case.id)
    area = _area(known, case.residence_area_id)
    return {
        "task_id": task.id,
        "version": task.version,
        "case_id": case.id,
        "case_no": case.case_no,
        "scheme": task.scheme,
        "due_at": None if task.due_at >= NEVER else task.due_at.isoformat(),
        "ticket": ticket,
        "id_hint": hint_of(ticket, person.id_masked[-4:]),
        "basis": basis_of(figures),
        "form": {"name": "visit", "version": form_version(session, task)},
        "area": area,
        "address": _address(area, person),
        **_person(session, person, known.payees.get(person.id)),
        **_money(session, task.scheme, case, figures),
        "attempts": [_attempt(visit) for visit in known.visits.get(case.id, [])],
    }


def _person(session: Session, person: Person, payee: Payee | None) -> dict[str, Any]:
    return {
        "name": person.name,
        "id_masked": hide_last_four(person.id_masked),
        "phone": cipher_of(session).decrypt(person.phone_enc) if person.phone_enc else None,
        "institution": person.institution,
        "deceased": person.deceased_on is not None,
        "payee": payee
        and {"kind": payee.kind, "name": payee.name, "account": payee.account_masked, "bank": payee.bank},
    }


def _money(session: Session, scheme_id: str, case: Case, figures: Mapping[str, Figure]) -> dict[str, Any]:
    scheme = scheme_named(session, scheme_id)
    shown = [payer for payer in scheme.payers if payer in figures and payer != TOTAL_COST]
    return {
        "total_cost": format_yuan(case.total_cost),
        "self_paid": None if case.self_paid is None else format_yuan(case.self_paid),
        "amounts": [
            {"payer": p, "name": payer_name(scheme, p), "amount": format_yuan(figures[p].amount)} for p in shown
        ],
    }


def _attempt(visit: Visit) -> dict[str, Any]:
    return {
        "attempt": visit.attempt,
        "result": visit.result,
        "visited_at": visit.visited_at.isoformat(),
        "place": visit.place,
        "note": visit.check_note,
    }


def _area(known: Known, area_id: int) -> dict[str, str]:
    """{"township", "village", "grid"}: names along the path, empty where the tree has no such level."""
    area = known.areas.get(area_id)
    above = [known.areas[int(part)] for part in area.path.strip("/").split("/")] if area else []
    names = {one.level: one.name for one in above}
    return {level: names.get(level, "") for level in _LEVELS}


def _address(area: Mapping[str, str], person: Person) -> str:
    """Names from the township down, e.g. 沙河镇下坪村一网格: none is said again by the one below it."""
    said, above = "", ""
    for name in area.values():
        said = said.removesuffix(above) + name if above and name.startswith(above) else said + name
        above = name or above
    return said + (person.institution or "")


def _scheme(session: Session, scheme_id: str) -> dict[str, Any]:
    scheme = scheme_named(session, scheme_id)
    return {
        "name": scheme.name,
        "second_visitor": bool(scheme.parameters.get("second_visitor", False)),
        "visit_signatures": bool(scheme.parameters.get("visit_signatures", False)),
        "identity_check": str(scheme.parameters.get("identity_check", "last_four")),
        "payers": [
            {"payer": p, "name": payer_name(scheme, p), "kind": payer_kind(scheme, p)}
            for p in scheme.payers
            if p != TOTAL_COST
        ],
    }


def form_version(session: Session, task: Task) -> str:
    """The content hash of the form that this task was begun with."""
    config = engine_of(session).definition(session, task.definition_id).elements[task.element_id]
    content: dict[str, str] = session.get_one(Definition, task.definition_id).content
    return content.get(f"forms/{config.form}", "")


def _schema(session: Session, tasks: list[Task], visit: Mapping[str, Any]) -> dict[str, Any]:
    task = next(task for task in tasks if task.id == visit["task_id"])
    return engine_of(session).definition(session, task.definition_id).forms[task.element_id].schema
