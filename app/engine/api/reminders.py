"""A click reminds: whoever waits for a task says so to the desk it is on."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from app.engine.api.tasks import tasks
from app.engine.reminders import REMINDERS, remind_task
from app.web import current
from app.web.fields import Instant, Schema
from app.web.idempotency import replayable
from app.web.routes import allow


class RemindedSchema(Schema):
    """When the desk was told."""

    reminded_at = Instant(required=True)


def show_reminded(ref: str | None, **_: Any) -> dict[str, datetime]:
    """The reply, from what the use case remembered."""
    return {"reminded_at": datetime.fromisoformat(str(ref))}


@tasks.route("/<int:task_id>/remind", methods=["POST"])
@tasks.response(200, RemindedSchema)
@allow(*REMINDERS)
@replayable(show_reminded)
def post_remind(task_id: int) -> None:
    """Remind the desk of a task in the caller's area, at most once an hour."""
    with current.writing() as session:
        remind_task(session, current.actor(), current.clock(), task_id)
