"""Opening a human task: whose desk it lands on, when it is due, how it is called."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.access.models import UnitRole
from app.access.routing import FALLBACKS, Holder, find_holder
from app.engine.calendar import calendar_of
from app.engine.elements import ElementConfig
from app.engine.models import NEVER
from app.engine.running import Running, element_of
from app.kernel.dates import local_date
from app.kernel.errors import NotFound

_DEFAULT_AREA = "recognising"


def task_row(running: Running, token: Any) -> dict[str, Any]:
    """The row of a task that has just become ready. Raises NotFound `no_unit_for_role`."""
    row, now = running.row, running.now()
    config = running.definition.elements[element_of(token)]
    area_id, holder = _find_desk(running, config, token.data)
    return {
        "instance_id": row.id, "node": token.id, "definition_id": row.definition_id, "scheme": row.scheme,
        "element_id": config.id, "title": config.title, "subject": row.subject, "group_key": row.group_key,
        "role": FALLBACKS[config.role] if holder.fallback else config.role, "lane_role": config.role,
        "area_id": area_id, "holder_unit_id": holder.unit_id, "fallback": holder.fallback,
        "state": "open", "rank": 100 - config.priority, "version": 1, "received_at": now,
        "due_at": _after(running, config.due_working_days) or NEVER,
        "remind_at": _after(running, config.remind_working_days),
        "has_draft": False, "changed_at": now,
    }  # fmt: skip


def _after(running: Running, working_days: int | None) -> datetime | None:
    if working_days is None:
        return None
    return calendar_of(running.session).due_instant(running.now(), working_days)


def _find_desk(running: Running, config: ElementConfig, data: Mapping[str, Any]) -> tuple[int | None, Holder]:
    """A named unit variable decides; otherwise the role and the named area; otherwise the instance's own unit."""
    if config.unit is not None:
        unit_id = data.get(config.unit) or running.row.unit_id
        if not isinstance(unit_id, int):
            raise NotFound(f"流程数据中没有单位（{config.unit}）", code="no_unit_for_role", element=config.id)
        return None, Holder(unit_id)
    areas = running.row.areas
    area_id = areas.get(config.area or _DEFAULT_AREA, next(iter(areas.values()), None))
    if area_id is not None:
        return area_id, cached_holder(running, config.role, area_id)
    if running.row.unit_id is not None and _fills(running.session, running.row.unit_id, config.role):
        return None, Holder(running.row.unit_id)
    raise NotFound("流程没有区域或单位，无法确定承办单位", code="no_unit_for_role", element=config.id)


def cached_holder(running: Running, role: str, area_id: int) -> Holder:
    """Asked once a transaction: a bulk start asks for few grids and thousands of people."""
    transaction = running.session.get_transaction()
    asked_in, known = running.session.info.get("holders", (None, {}))
    if asked_in is not transaction:
        known = {}
        running.session.info["holders"] = (transaction, known)
    key = (role, area_id)
    if key not in known:
        known[key] = find_holder(running.session, role, area_id, local_date(running.now()))
    holder: Holder = known[key]
    return holder


def _fills(session: Session, unit_id: int, role: str) -> bool:
    return session.get(UnitRole, (unit_id, role)) is not None
