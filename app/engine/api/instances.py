"""An instance: where it stands, and its history."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from app.engine.api.shapes import TaskSchema, show_tasks
from app.engine.views import get_history, get_instance
from app.web import current
from app.web.fields import Instant, Schema
from app.web.routes import Blueprint, allow_any

instances = Blueprint("instances", __name__, url_prefix="/instances", description="Process instances")


class InstanceSchema(Schema):
    """`waiting_at`: elements of the diagram with a person, a message or a failed step in them."""

    id = fields.Integer(required=True)
    definition_id = fields.String(required=True)
    scheme = fields.String(required=True)
    process = fields.String(required=True)
    subject = fields.String(required=True)
    group = fields.String(required=True, allow_none=True)
    state = fields.String(required=True)
    started_at = Instant(required=True)
    ended_at = Instant(required=True, allow_none=True)
    waiting_at = fields.List(fields.String(), required=True)
    data = fields.Dict(required=True)
    tasks = fields.List(fields.Nested(TaskSchema), required=True)


class EventSchema(Schema):
    """One step of the history, chained to the one before by its hash."""

    seq = fields.Integer(required=True)
    at = Instant(required=True)
    actor_id = fields.Integer(required=True, allow_none=True)
    actor_name = fields.String(required=True)
    kind = fields.String(required=True)
    detail = fields.Dict(required=True)
    hash = fields.String(required=True)


class HistorySchema(Schema):
    """Oldest first."""

    items = fields.List(fields.Nested(EventSchema), required=True)


@instances.route("/<int:instance_id>")
@instances.response(200, InstanceSchema)
@allow_any
def get_one(instance_id: int) -> dict[str, Any]:
    """Where the instance stands, with all its tasks."""
    with current.reading() as session:
        view = get_instance(session, current.actor(), instance_id)
        shown = show_tasks(session, view.tasks)
    row = view.instance
    same = ("id", "definition_id", "scheme", "subject", "state", "started_at", "ended_at")
    return {
        **{name: getattr(row, name) for name in same},
        "process": row.process_key, "group": row.group_key, "waiting_at": view.waiting_at, "data": view.data,
        "tasks": shown,
    }  # fmt: skip


@instances.route("/<int:instance_id>/history")
@instances.response(200, HistorySchema)
@allow_any
def get_its_history(instance_id: int) -> dict[str, Any]:
    """Everything that moved the instance: who, when, what."""
    with current.reading() as session:
        return {"items": get_history(session, current.actor(), instance_id)}
