"""What the county knows already, so that nobody is asked twice."""

from __future__ import annotations

from typing import Any

from app.access.models import Area
from app.alerts.alerts import alert_of
from app.alerts.models import Alert, AlertMeasure
from app.alerts.surveys import last_survey, read_answers
from app.engine.operators import Call
from app.kernel.dates import local_date
from app.kernel.money import format_yuan
from app.registry.people import get_person


def prefill_alert(call: Call) -> dict[str, Any]:
    """Who it is and why, for the bureau and civil affairs."""
    return {"context": _context(call, alert_of(call))}


def prefill_visit(call: Call) -> dict[str, Any]:
    """The year's self-paid costs are known; no diagnosis and no number is shown at the door."""
    alert = alert_of(call)
    return {"year_cost": format_yuan(alert.self_paid), "context": _context(call, alert)}


def prefill_application(call: Call) -> dict[str, Any]:
    """The application is filled in with what the survey found; the category is proposed by the criteria."""
    alert = alert_of(call)
    survey = last_survey(call.session, alert.id)
    found = read_answers(call.session, survey) if survey else {}
    proposed = {"category": alert.category} if alert.category else {}
    return {**proposed, "context": _context(call, alert) | {"survey": found}}


def prefill_recognition(call: Call) -> dict[str, Any]:
    """The category applied for, and today."""
    return {**prefill_application(call), "recognised_on": local_date(call.clock()).isoformat()}


def prefill_measure(call: Call) -> dict[str, Any]:
    """A department is told the person and what is asked, nothing of the household."""
    measure = call.session.get_one(AlertMeasure, int(call.data["measure_id"]))
    alert = call.session.get_one(Alert, measure.alert_id)
    person = get_person(call.session, alert.person_id)
    asked = {"kind": measure.kind, "note": measure.note, "name": person.name, "id_masked": person.id_masked}
    return {"context": asked}


def _context(call: Call, alert: Alert) -> dict[str, Any]:
    person = get_person(call.session, alert.person_id)
    residence = call.session.get_one(Area, alert.residence_area_id)
    return {
        "name": person.name, "residence": residence.name, "cost_year": alert.cost_year, "level": alert.level,
        "self_paid": format_yuan(alert.self_paid), "threshold": format_yuan(alert.threshold),
        "source": alert.source, "reason": alert.reason,
    }  # fmt: skip
