"""One alert, and the steps that move it: screened, dispatched, refused with a reason, closed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from app.access import audit
from app.alerts.measures import add_measures
from app.alerts.models import Alert, AlertMeasure
from app.engine.operators import Call
from app.kernel.errors import Fault, Invalid

REFUSED = "refused"


def alert_of(call: Call) -> Alert:
    """The alert that the instance is about."""
    return call.session.get_one(Alert, int(call.data["alert_id"]), populate_existing=True)


def screen(call: Call, form: Mapping[str, Any]) -> dict[str, Any]:
    """The bureau looks whether a serious illness is behind it; whoever need not be visited still gets a reason."""
    alert = alert_of(call)
    if form["result"] == "no" and not form.get("note"):
        raise Invalid([Fault("/note", "note_missing", "不需要入户的，请写明理由")])
    alert.state = "dispatching" if form["result"] == "visit" else "judging"
    alert.reason = form.get("note")
    return {"screen_result": form["result"]}


def dispatch(call: Call, form: Mapping[str, Any]) -> dict[str, Any]:
    """Civil affairs sends somebody to the household."""
    alert = alert_of(call)
    alert.state = "visiting"
    audit.record(
        call.session, call.actor, call.clock, "alert_dispatched", subject=call.subject,
        detail={"note": form.get("note", "")},
    )  # fmt: skip
    return {}


def decide_no(call: Call, form: Mapping[str, Any]) -> dict[str, Any]:
    """Not to be recognised, with the reason; other help may still be asked for, or applied for after all."""
    alert = alert_of(call)
    alert.reason = form["reason"]
    if form["outcome"] == "apply":
        alert.state = "applying"
    else:
        add_measures(call, alert, form.get("measures", []))
        alert.state = "helping"
    return {"decided": form["outcome"], "send_back_to": ""}


def close_alert(call: Call) -> dict[str, Any]:
    """Helped when somebody was recognised or any department gave something; else refused, with the reason kept."""
    alert = alert_of(call)
    given = select(AlertMeasure.id).where(AlertMeasure.alert_id == alert.id, AlertMeasure.state == "given").limit(1)
    helped = alert.recognised_at is not None or call.session.scalar(given) is not None
    alert.state, alert.closed_at = "helped" if helped else REFUSED, call.clock()
    return {"outcome": alert.state}
