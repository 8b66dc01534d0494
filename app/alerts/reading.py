"""Alerts to be read: by whoever answers for the area, grid workers their own grid, and little is unmasked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, String, cast, false, func, literal, or_, select
from sqlalchemy.orm import Session

from app.access.models import Area, Unit
from app.access.scope import area_filter
from app.alerts.models import Alert, AlertMeasure, AlertTrigger, HouseholdSurvey
from app.alerts.rules import STATES
from app.alerts.surveys import read_answers
from app.engine.models import NEVER, Task
from app.kernel.actors import Actor
from app.kernel.errors import NotFound
from app.registry.people import people_by_ids

COUNTY = ("ybj_officer", "civil_affairs_officer", "reviewer", "auditor")
READERS = (*COUNTY, "township_clerk", "grid_worker")
SURVEY_READERS = ("civil_affairs_officer", "township_clerk")  # what a household said of itself
FUNNEL = ("found", "visited", "applied", "recognised", "helped")


@dataclass(frozen=True)
class AlertQuery:
    """Which alerts; `after` is the last id of the page before, `overdue` those with a late open task."""

    state: str | None = None
    level: int | None = None
    cost_year: int | None = None
    area_id: int | None = None
    person_id: int | None = None
    overdue: bool = False
    unhelped: bool = False
    after: int = 0
    limit: int = 50


def visible_alerts(actor: Actor) -> ColumnElement[bool]:
    """SQL condition on Alert: recognised or living where the actor answers; grid workers from the dispatch on."""
    return or_(
        false(),
        Alert.area_id.in_(_areas(actor, *COUNTY, "township_clerk")),
        Alert.residence_area_id.in_(_areas(actor, "township_clerk")),
        Alert.residence_area_id.in_(_areas(actor, "grid_worker")) & Alert.state.not_in(("screening", "dispatching")),
    )


def list_alerts(session: Session, actor: Actor, query: AlertQuery) -> list[dict[str, Any]]:
    """By id. Raises NotFound `area_unknown`."""
    wanted = _narrowed(session, select(Alert).where(visible_alerts(actor), Alert.id > query.after), query)
    alerts = session.scalars(wanted.order_by(Alert.id).limit(query.limit)).all()
    return _lines(session, alerts)


def show_alert(session: Session, actor: Actor, alert_id: int) -> dict[str, Any]:
    """One alert with its triggers, visits and measures; raises NotFound `alert_not_found`."""
    alert = session.scalar(select(Alert).where(Alert.id == alert_id, visible_alerts(actor)))
    if alert is None:
        raise NotFound("没有这条预警", code="alert_not_found")
    triggers = select(AlertTrigger).where(AlertTrigger.alert_id == alert.id).order_by(AlertTrigger.id)
    surveys = select(HouseholdSurvey).where(HouseholdSurvey.alert_id == alert.id).order_by(HouseholdSurvey.attempt)
    return {
        **_lines(session, [alert])[0],
        "threshold": alert.threshold, "instance_id": alert.instance_id, "previous_id": alert.previous_id,
        "triggers": session.scalars(triggers).all(),
        "surveys": [_survey(session, actor, survey) for survey in session.scalars(surveys)],
        "measures": _measures(session, alert.id),
    }  # fmt: skip


def draw_board(session: Session, actor: Actor, cost_year: int) -> dict[str, Any]:
    """Townships by state, the funnel, and how long open alerts have been open (days by threshold of age)."""
    mine = (visible_alerts(actor), Alert.cost_year == cost_year)
    towns = _townships(session)
    cells: dict[int, dict[str, int]] = {}
    for area_id, state, count in session.execute(
        select(Alert.area_id, Alert.state, func.count()).where(*mine).group_by(Alert.area_id, Alert.state)
    ):
        cell = cells.setdefault(towns[area_id].id, dict.fromkeys(STATES, 0))
        cell[state] += count
    names = {area.id: area.name for area in towns.values()}
    found, visited, applied, recognised = session.execute(
        select(func.count(), func.count(Alert.visited_at), func.count(Alert.applied_at),
               func.count(Alert.recognised_at)).where(*mine)
    ).one()  # fmt: skip
    helped = session.scalar(select(func.count()).select_from(Alert).where(*mine, Alert.state == "helped")) or 0
    return {
        "townships": [{"area_id": area, "name": names[area], "states": cells[area]} for area in sorted(cells)],
        "funnel": dict(zip(FUNNEL, (found, visited, applied, recognised, helped), strict=True)),
        "overdue": _overdue_by_unit(session, mine),
    }


def count_unhelped(session: Session, actor: Actor) -> tuple[int, int]:
    """Found but not helped: open alerts that the actor sees, and those of them with a late task."""
    open_ones = select(func.count()).select_from(Alert).where(visible_alerts(actor), Alert.closed_at.is_(None))
    late = open_ones.where(_late())
    return session.scalar(open_ones) or 0, session.scalar(late) or 0


def _narrowed(session: Session, wanted: Select[Alert], query: AlertQuery) -> Select[Alert]:
    for column, value in (
        (Alert.state, query.state), (Alert.level, query.level), (Alert.cost_year, query.cost_year),
        (Alert.person_id, query.person_id),
    ):  # fmt: skip
        if value is not None:
            wanted = wanted.where(column == value)
    if query.area_id is not None:
        area = session.get(Area, query.area_id)
        if area is None:
            raise NotFound("没有这个区域", code="area_unknown")
        wanted = wanted.where(Alert.area_id.in_(select(Area.id).where(Area.path.startswith(area.path))))
    if query.overdue:
        wanted = wanted.where(_late())
    return wanted.where(Alert.closed_at.is_(None)) if query.unhelped else wanted


def _late() -> ColumnElement[bool]:
    subject = literal("alert:") + cast(Alert.id, String)
    return (
        select(Task.id)
        .where(
            or_(Task.subject == subject, Task.group_key == subject), Task.state == "open", Task.overdue_at.is_not(None)
        )
        .exists()
    )


def _lines(session: Session, alerts: Sequence[Alert]) -> list[dict[str, Any]]:
    people = people_by_ids(session, [alert.person_id for alert in alerts])
    towns, waiting = _townships(session), _waiting(session, [alert.id for alert in alerts])
    columns = [column.key for column in Alert.__table__.columns]
    return [
        {name: getattr(alert, name) for name in columns}
        | {"name": people[alert.person_id].name, "township": towns[alert.area_id].name}
        | waiting.get(alert.id, {"task_title": None, "due_at": None, "overdue": False, "owner": None})
        for alert in alerts
    ]


def _waiting(session: Session, alert_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """What each alert waits for and on whose desk: its earliest open task, a department's included."""
    subjects = [f"alert:{alert_id}" for alert_id in alert_ids]
    query = (
        select(Task, Unit.name).join(Unit, Unit.id == Task.holder_unit_id)
        .where(or_(Task.subject.in_(subjects), Task.group_key.in_(subjects)), Task.state == "open")
        .order_by(Task.due_at.desc())
    )  # fmt: skip
    found = {}
    for task, owner in session.execute(query):
        key = task.subject if task.subject.startswith("alert:") else str(task.group_key)
        found[int(key.removeprefix("alert:"))] = {
            "task_title": task.title, "due_at": None if task.due_at >= NEVER else task.due_at,
            "overdue": task.overdue_at is not None, "owner": owner,
        }  # fmt: skip
    return found


def _survey(session: Session, actor: Actor, survey: HouseholdSurvey) -> dict[str, Any]:
    """The answers for who helps to apply and recognises, and for the visitor; for others only that there are some."""
    may_read = actor.has_role(*SURVEY_READERS) or survey.visited_by == actor.user_id
    answers = read_answers(session, survey)
    return {
        "attempt": survey.attempt, "result": survey.result, "visited_at": survey.visited_at,
        "consent": survey.consent, "photos": survey.photos if may_read else [],
        "answers": answers if may_read else dict.fromkeys(answers, "***"),
    }  # fmt: skip


def _measures(session: Session, alert_id: int) -> list[dict[str, Any]]:
    query = select(AlertMeasure, Unit.name).join(Unit, Unit.id == AlertMeasure.unit_id)
    columns = ("id", "kind", "unit_id", "state", "note", "answer", "amount", "asked_at", "answered_at")
    rows = session.execute(query.where(AlertMeasure.alert_id == alert_id).order_by(AlertMeasure.id))
    return [{name: getattr(measure, name) for name in columns} | {"unit": unit} for measure, unit in rows]


def _overdue_by_unit(session: Session, mine: tuple[ColumnElement[bool], ...]) -> list[dict[str, Any]]:
    subject = literal("alert:") + cast(Alert.id, String)
    query = (
        select(Unit.id, Unit.name, func.count())
        .select_from(Alert)
        .join(Task, or_(Task.subject == subject, Task.group_key == subject))
        .join(Unit, Unit.id == Task.holder_unit_id)
        .where(*mine, Task.state == "open", Task.overdue_at.is_not(None))
        .group_by(Unit.id, Unit.name)
        .order_by(Unit.id)
    )
    return [{"unit_id": unit_id, "name": name, "count": count} for unit_id, name, count in session.execute(query)]


def _townships(session: Session) -> dict[int, Area]:
    areas = {area.id: area for area in session.scalars(select(Area))}
    found = {}
    for area in areas.values():
        above = [areas[int(part)] for part in area.path.strip("/").split("/")]
        found[area.id] = next((one for one in above if one.level == "township"), area)
    return found


def _areas(actor: Actor, *roles: str) -> Any:
    return select(Area.id).where(area_filter(actor, Area.path, *roles)).scalar_subquery()
