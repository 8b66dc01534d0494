"""A village or township passes on what it has learnt of somebody's costs: the report enters like any other alert.

『主动及时了解辖区内困难人员医疗费用情况和产生大额医疗费用的群众情况，及时将相关信息转交医保局和民政局』[S0 二（一）2].
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import audit
from app.alerts.models import Alert, AlertReport, AlertTrigger
from app.alerts.raising import find_rule
from app.alerts.starting import start_alerts
from app.kernel.actors import Actor
from app.kernel.dates import Clock, local_date
from app.kernel.db import cipher_of
from app.kernel.errors import Conflict, Denied, Fault, Invalid
from app.kernel.idempotency import remember
from app.kernel.idnumbers import normalise_id_number
from app.kernel.money import ZERO
from app.registry.models import Person
from app.registry.people import find_person_by_id_number, visible_people

REPORTERS = ("grid_worker", "township_clerk", "civil_affairs_officer")


@dataclass(frozen=True)
class Report:
    """Who, what was learnt, and the costs in yuan as far as they are known."""

    scheme: str
    name: str
    id_number: str
    told: str
    cost: Decimal | None = None


def report_household(session: Session, actor: Actor, clock: Clock, report: Report) -> Alert:
    """The alert that the report raised, or was added to. Commits.

    Raises Denied, Invalid (`not_an_id_number`, `name_differs`), Conflict `person_elsewhere`, `person_deceased` or
    `alerts_not_run`.
    """
    if not actor.has_role(*REPORTERS):
        raise Denied
    rule = find_rule(session, report.scheme)
    if rule is None:
        raise Conflict("该方案没有部署“政策找人”", code="alerts_not_run")
    person = _find(session, actor, report)
    alert = _open_alert(session, report, person, local_date(clock()).year)
    is_new = alert is None
    if alert is None:
        alert = _new_alert(clock, report, person, rule.line)
        session.add(alert)
        session.flush()
    kept = AlertReport(
        scheme=report.scheme, person_id=person.id, alert_id=alert.id, cost=report.cost,
        told_enc=cipher_of(session).encrypt(report.told), reported_by=actor.user_id, reported_at=clock(),
    )  # fmt: skip
    session.add(kept)
    session.flush()
    session.add(AlertTrigger(
        alert_id=alert.id, source="report", key=f"report:{kept.id}", level=0, self_paid=report.cost or ZERO, at=clock()
    ))  # fmt: skip
    audit.record(session, actor, clock, "alert_reported", subject=f"alert:{alert.id}", detail={"report_id": kept.id})
    if is_new:
        start_alerts(session, actor, clock, [{"alert_id": alert.id}], {})
    remember(session, str(alert.id))
    session.commit()
    return alert


def _find(session: Session, actor: Actor, report: Report) -> Person:
    number = normalise_id_number(report.id_number)
    if number is None:
        raise Invalid([Fault("/id_number", "not_an_id_number", "身份证号有误，请核对后重填")])
    person = find_person_by_id_number(session, number)
    mine = visible_people(actor, *REPORTERS)
    if person is None or session.scalar(select(Person.id).where(Person.id == person.id, mine)) is None:
        raise Conflict("本辖区登记库中没有此人，请联系民政局登记", code="person_elsewhere")
    if person.name != report.name:
        raise Invalid([Fault("/name", "name_differs", "姓名与该身份证号的登记不一致，请核对")])
    if person.deceased_on is not None:
        raise Conflict("该人员登记为已去世，请联系民政局", code="person_deceased")
    return person


def _open_alert(session: Session, report: Report, person: Person, year: int) -> Alert | None:
    of_year = (Alert.scheme == report.scheme, Alert.person_id == person.id, Alert.cost_year == year)
    return session.scalar(select(Alert).where(*of_year, Alert.closed_at.is_(None)))


def _new_alert(clock: Clock, report: Report, person: Person, line: Decimal) -> Alert:
    return Alert(
        scheme=report.scheme, person_id=person.id, cost_year=local_date(clock()).year,
        area_id=person.recognising_area_id, residence_area_id=person.residence_area_id, level=0, source="report",
        self_paid=report.cost or ZERO, threshold=line, state="screening", opened_at=clock(),
    )  # fmt: skip
