"""Alerts raised from a year's costs: new ones in bulk, repeated triggers added, closed ones looked at again.

『根据医保局提供的自负医疗费用达到一定标准的三类对象名单』[S0 二（一）2].
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.access import audit
from app.alerts.models import Alert, AlertTrigger
from app.alerts.rules import LEVELS, rises
from app.costs.models import Snapshot
from app.costs.year_costs import year_costs
from app.engine.bulk import start_bulk
from app.engine.decisions import find_model
from app.engine.engine import engine_of
from app.engine.models import Definition
from app.engine.schemes import Scheme, load_scheme
from app.engine.urgency import make_urgent
from app.feel import DecisionModel
from app.kernel.actors import Actor
from app.kernel.dates import Clock, local_date
from app.kernel.money import ZERO
from app.registry.categories import categories_on
from app.registry.models import Person
from app.registry.people import people_by_ids

PROCESS = "policy_finds_people"
BULK_KIND = "alerts.start"
_CHUNK = 2_000


@dataclass(frozen=True)
class Costs:
    """What people have paid themselves in a year so far, and where that is known from."""

    scheme: str
    cost_year: int
    source: str  # import | freeze
    key: str  # "snapshot:3": the same costs raise nothing twice
    self_paid: Mapping[int, Decimal]


@dataclass(frozen=True)
class _Found:
    """Somebody over the line."""

    person: Person
    level: int
    self_paid: Decimal


@dataclass(frozen=True)
class Rule:
    """The scheme's alert rule, as deployed with the process."""

    model: DecisionModel
    decision: str
    given: Mapping[str, Any]
    line: Decimal

    def level(self, self_paid: Decimal, categories: set[str], *, insured: bool) -> int:
        """0 is no alert."""
        return LEVELS[self.ask(self_paid, categories, insured=insured)["level"]]

    def ask(self, self_paid: Decimal, categories: set[str], *, insured: bool) -> dict[str, Any]:
        """The table's whole answer."""
        inputs = {**self.given, "self_paid_year": self_paid, "categories": sorted(categories)}
        if "insured" in self.given:
            inputs["insured"] = insured
        answer: dict[str, Any] = self.model.evaluate(self.decision, inputs, trace=False).value
        return answer


def find_rule(session: Session, scheme_id: str) -> Rule | None:
    """None where the scheme has no alert rule or the process is not deployed: then nobody is alerted."""
    scheme: Scheme = load_scheme(engine_of(session).resources, scheme_id)
    told = scheme.rules.get(f"{scheme_id}.alert")
    current = (Definition.scheme == scheme_id, Definition.process_key == PROCESS, Definition.current)
    definition_id = session.scalar(select(Definition.id).where(*current))
    if told is None or definition_id is None:
        return None
    model = find_model(session, definition_id, told["decision"])
    rule = Rule(model, told["decision"], told.get("given", {}), ZERO)
    line = Decimal(rule.ask(ZERO, set(), insured=True)["line"])
    return Rule(rule.model, rule.decision, rule.given, line)


def raise_from_import(session: Session, actor: Actor, clock: Clock, scheme_id: str, snapshot: Snapshot) -> int:
    """The listener of a settlement import; how many alerts are new. Does not commit.

    Costs of years that are over are history: they alert nobody, except last year's, which rounds still pay.
    """
    rule, today = find_rule(session, scheme_id), local_date(clock())
    if rule is None or snapshot.period_to is None or snapshot.period_to.year not in (today.year, today.year - 1):
        return 0
    year = snapshot.period_to.year
    scheme = load_scheme(engine_of(session).resources, scheme_id)
    payers = [payer for payer in scheme.payers if payer in snapshot.payers]
    costs = year_costs(session, snapshot.id, year, snapshot.period_to, payers, rule.line)
    paid = {cost.person_id: cost.self_paid for cost in costs}
    return raise_alerts(session, actor, clock, Costs(scheme_id, year, "import", f"snapshot:{snapshot.id}", paid))


def raise_alerts(session: Session, actor: Actor, clock: Clock, costs: Costs) -> int:
    """How many alerts are new; the same costs again change nothing. Does not commit."""
    rule = find_rule(session, costs.scheme)
    if rule is None:
        return 0
    raised: list[int] = []
    people = sorted(costs.self_paid)
    for start in range(0, len(people), _CHUNK):
        raised += _raise_chunk(session, actor, clock, costs, rule, people[start : start + _CHUNK])
    if raised:
        start_bulk(session, actor, clock, BULK_KIND, [{"alert_id": alert_id} for alert_id in raised], {})
        audit.record(session, actor, clock, "alerts_raised", subject=costs.key, detail={"count": len(raised)})
    return len(raised)


def _raise_chunk(
    session: Session, actor: Actor, clock: Clock, costs: Costs, rule: Rule, people: Sequence[int]
) -> list[int]:
    known = _newest_alerts(session, costs, people)
    told = _told_already(session, costs.key, [alert.id for alert in known.values()])
    new, triggers = [], []
    for found in _over_line(session, clock, costs, rule, people):
        alert = known.get(found.person.id)
        if alert is None or (alert.closed_at is not None and _rises(alert, found, rule) and alert.id not in told):
            new.append(_row(clock, costs, found, rule, alert))
        elif alert.id not in told:
            triggers.append(_add(session, actor, clock, costs, alert, found))
    if new:
        inserted = session.execute(insert(Alert).returning(Alert.id, sort_by_parameter_order=True), new).scalars().all()
        triggers += [
            _trigger(alert_id, costs.source, costs.key, row["level"], row["self_paid"], clock)
            for alert_id, row in zip(inserted, new, strict=True)
        ]
    else:
        inserted = []
    if triggers:
        session.execute(insert(AlertTrigger), triggers)
    return list(inserted)


def _rises(alert: Alert, found: _Found, rule: Rule) -> bool:
    return rises(alert.level, found.level, alert.self_paid, found.self_paid, rule.line)


def _over_line(session: Session, clock: Clock, costs: Costs, rule: Rule, people: Sequence[int]) -> Iterator[_Found]:
    held = categories_on(session, local_date(clock()), people)
    for person_id, person in people_by_ids(session, people).items():
        paid = costs.self_paid[person_id]
        level = rule.level(paid, held.get(person_id, set()), insured=person.insured != "none")
        if level and person.deceased_on is None:
            yield _Found(person, level, paid)


def _newest_alerts(session: Session, costs: Costs, people: Sequence[int]) -> dict[int, Alert]:
    of_year = (Alert.scheme == costs.scheme, Alert.cost_year == costs.cost_year, Alert.person_id.in_(people))
    return {alert.person_id: alert for alert in session.scalars(select(Alert).where(*of_year).order_by(Alert.id))}


def _told_already(session: Session, key: str, alert_ids: Sequence[int]) -> set[int]:
    told = select(AlertTrigger.alert_id).where(AlertTrigger.key == key, AlertTrigger.alert_id.in_(alert_ids))
    return set(session.scalars(told))


def _row(clock: Clock, costs: Costs, found: _Found, rule: Rule, before: Alert | None) -> dict[str, Any]:
    return {
        "scheme": costs.scheme, "person_id": found.person.id, "cost_year": costs.cost_year,
        "area_id": found.person.recognising_area_id, "residence_area_id": found.person.residence_area_id,
        "level": found.level, "source": costs.source, "self_paid": found.self_paid, "threshold": rule.line,
        "state": "screening", "previous_id": before.id if before else None, "opened_at": clock(),
    }  # fmt: skip


def _add(session: Session, actor: Actor, clock: Clock, costs: Costs, alert: Alert, found: _Found) -> dict[str, Any]:
    """An open alert follows the costs; a closed one keeps what it was closed with, and that it was looked at."""
    if alert.closed_at is not None:
        return _trigger(alert.id, "recheck", costs.key, found.level, found.self_paid, clock)
    if found.level > alert.level:
        detail = {"from": alert.level, "to": found.level}
        audit.record(session, actor, clock, "alert_escalated", subject=f"alert:{alert.id}", detail=detail)
        make_urgent(session, f"alert:{alert.id}")
    alert.level, alert.self_paid = max(alert.level, found.level), found.self_paid
    return _trigger(alert.id, costs.source, costs.key, found.level, found.self_paid, clock)


def _trigger(alert_id: int, source: str, key: str, level: int, paid: Decimal, clock: Clock) -> dict[str, Any]:
    return {"alert_id": alert_id, "source": source, "key": key, "level": level, "self_paid": paid, "at": clock()}
