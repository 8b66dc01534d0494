"""Each alert is a process instance of its own; thousands are started together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.alerts.models import Alert
from app.alerts.raising import PROCESS
from app.engine.runtime import Start, start_instances
from app.engine.urgency import make_urgent
from app.kernel.actors import Actor
from app.kernel.dates import Clock
from app.kernel.errors import Conflict

URGENT = 2


def start_alert(
    session: Session, actor: Actor, clock: Clock, item: Mapping[str, Any], common: Mapping[str, Any]
) -> dict[str, Any]:
    """One row of the bulk: {"alert_id"} -> {"instance_id"}; one that already runs is refused."""
    return start_alerts(session, actor, clock, [item], common)[0]


def start_alerts(
    session: Session, actor: Actor, clock: Clock, items: Sequence[Mapping[str, Any]], _common: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Several at once, all or none; raises Conflict `alert_started`."""
    wanted = [item["alert_id"] for item in items]
    query = select(Alert).where(Alert.id.in_(wanted), Alert.instance_id.is_(None))
    found = {alert.id: alert for alert in session.scalars(query.execution_options(populate_existing=True))}
    if len(found) != len(wanted):
        raise Conflict("该预警已在办理", code="alert_started")
    alerts = [found[alert_id] for alert_id in wanted]
    instances = start_instances(session, actor, clock, [_start_of(alert) for alert in alerts])
    rows = [{"id": a.id, "instance_id": instance_id} for a, instance_id in zip(alerts, instances, strict=True)]
    session.execute(update(Alert), rows)
    for alert in alerts:
        if alert.level >= URGENT:
            make_urgent(session, f"alert:{alert.id}")
    return [{"instance_id": instance_id} for instance_id in instances]


def _start_of(alert: Alert) -> Start:
    data = {
        "alert_id": alert.id, "screen_result": "", "visit_next": "", "meets": False, "applied": False, "decided": "",
        "measures_open": 0, "send_back_to": "",
    }  # fmt: skip
    return Start(
        scheme=alert.scheme,
        process_key=PROCESS,
        subject=f"alert:{alert.id}",
        areas={"recognising": alert.area_id, "residence": alert.residence_area_id},
        data=data,
    )
