"""How tasks and what belongs to them look in JSON."""

from __future__ import annotations

from typing import Any

from marshmallow import fields
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.models import Unit
from app.engine.models import NEVER, Task
from app.web.fields import Instant, Schema


class PersonSchema(Schema):
    """Somebody named on a task."""

    id = fields.Integer(required=True, allow_none=True)
    name = fields.String(required=True, allow_none=True)


class UnitSchema(Schema):
    """The unit whose desk it is."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)


class TaskSchema(Schema):
    """A line of the inbox; `fallback` says that the unit stands in for one without people."""

    id = fields.Integer(required=True)
    instance_id = fields.Integer(required=True)
    definition_id = fields.String(required=True)
    scheme = fields.String(required=True)
    element = fields.String(required=True)
    title = fields.String(required=True)
    subject = fields.String(required=True)
    group = fields.String(required=True, allow_none=True)
    role = fields.String(required=True)
    unit = fields.Nested(UnitSchema, required=True)
    fallback = fields.Boolean(required=True)
    assignee = fields.Nested(PersonSchema, required=True, allow_none=True)
    delegator = fields.Nested(PersonSchema, required=True, allow_none=True)
    state = fields.String(required=True)
    outcome = fields.String(required=True, allow_none=True)
    priority = fields.Integer(required=True)
    version = fields.Integer(required=True)
    received_at = Instant(required=True)
    due_at = Instant(required=True, allow_none=True)
    reminded = fields.Boolean(required=True)
    overdue = fields.Boolean(required=True)
    has_draft = fields.Boolean(required=True)
    changed_at = Instant(required=True)
    changed_by = fields.Nested(PersonSchema, required=True, allow_none=True)


def show_tasks(session: Session, tasks: list[Task]) -> list[dict[str, Any]]:
    """Their JSON members, with the names of their units in one query."""
    ids = {task.holder_unit_id for task in tasks}
    names = dict(session.execute(select(Unit.id, Unit.name).where(Unit.id.in_(ids))).all()) if ids else {}
    return [_show(task, names.get(task.holder_unit_id, "")) for task in tasks]


def _show(task: Task, unit_name: str) -> dict[str, Any]:
    same = (
        "id", "instance_id", "definition_id", "scheme", "title", "subject", "role", "fallback", "state", "outcome",
        "version", "received_at", "has_draft", "changed_at",
    )  # fmt: skip
    return {
        **{name: getattr(task, name) for name in same},
        "element": task.element_id,
        "group": task.group_key,
        "unit": {"id": task.holder_unit_id, "name": unit_name},
        "assignee": _person(task.assignee_id, task.assignee_name),
        "delegator": _person(task.delegator_id, task.delegator_name),
        "changed_by": _person(task.changed_by, task.changed_by_name),
        "priority": 100 - task.rank,
        "due_at": None if task.due_at >= NEVER else task.due_at,
        "reminded": task.reminded_at is not None,
        "overdue": task.overdue_at is not None,
    }


def _person(user_id: int | None, name: str | None) -> dict[str, Any] | None:
    return None if user_id is None and name is None else {"id": user_id, "name": name}
