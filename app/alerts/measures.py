"""Help in one joint handling: each measure is a task of its department, and the alert waits for all answers.

『困难群众资格认定入库、资助参加城乡居民基本医疗保险、发放基本生活保障等“一件事”联办』[S1 二（一）4].
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, select

from app.access.models import Unit, UnitRole
from app.alerts.models import Alert, AlertMeasure
from app.engine.operators import Call
from app.engine.runtime import Start, send_message, start_instances
from app.kernel.errors import Fault, Invalid
from app.kernel.money import parse_yuan

PROCESS = "alert_measure"
ANSWERER = "department_liaison"


def add_measures(call: Call, alert: Alert, wanted: Sequence[Mapping[str, Any]]) -> None:
    """Rows for what the departments are asked; raises Invalid for a unit that nobody answers for."""
    answering = select(Unit.code, Unit.id).join(UnitRole, UnitRole.unit_id == Unit.id).where(UnitRole.role == ANSWERER)
    units = dict(call.session.execute(answering).all())
    faults = [
        Fault(f"/measures/{n}/unit", "unit_unknown", "没有这个单位，或该单位没有部门联络员")
        for n, measure in enumerate(wanted)
        if measure["unit"] not in units
    ]
    if faults:
        raise Invalid(faults)
    call.session.add_all(
        AlertMeasure(
            alert_id=alert.id, kind=m["kind"], unit_id=units[m["unit"]], note=m.get("note"), asked_at=call.clock()
        )
        for m in wanted
    )
    call.session.flush()


def start_measures(call: Call) -> dict[str, Any]:
    """A small instance a measure that has none yet; how many answers are awaited."""
    alert_id = int(call.data["alert_id"])
    asked = select(AlertMeasure).where(AlertMeasure.alert_id == alert_id, AlertMeasure.state == "asked")
    measures = list(call.session.scalars(asked.order_by(AlertMeasure.id)))
    starts = [
        Start(
            scheme=call.scheme, process_key=PROCESS, subject=f"alert_measure:{m.id}", group=call.subject,
            unit_id=m.unit_id, data={"measure_id": m.id, "unit_id": m.unit_id},
        )
        for m in measures
    ]  # fmt: skip
    started = start_instances(call.session, call.actor, call.clock, starts)
    for measure, instance_id in zip(measures, started, strict=True):
        measure.instance_id = instance_id
    return {"measures_open": len(measures)}


def answer_measure(call: Call, form: Mapping[str, Any]) -> dict[str, Any]:
    """A department answers; the last answer lets the alert go on."""
    measure = call.session.get_one(AlertMeasure, int(call.data["measure_id"]))
    measure.state, measure.answer = form["result"], form["answer"]
    measure.amount = parse_yuan(form["amount"], "/amount") if form.get("amount") else None
    measure.answered_at = call.clock()
    call.session.flush()
    call.session.get_one(Alert, measure.alert_id, with_for_update=True)  # two last answers wait for each other
    of_alert = (AlertMeasure.alert_id == measure.alert_id, AlertMeasure.state == "asked")
    waiting = call.session.scalar(select(func.count()).select_from(AlertMeasure).where(*of_alert))
    if not waiting:
        subject = f"alert:{measure.alert_id}"
        send_message(call.session, call.clock, "measures_answered", subject, {}, f"{subject}/answered/{measure.id}")
    return {}
