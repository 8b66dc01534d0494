"""The engine over HTTP: inbox and tasks, instances and history, incidents, bulk, schemes, definitions, calendar."""

from app.engine.api.bulk import bulk
from app.engine.api.bulk_tasks import bulk_tasks
from app.engine.api.calendar import calendar
from app.engine.api.definitions import definitions
from app.engine.api.incidents import incidents
from app.engine.api.instances import instances
from app.engine.api.reminders import post_remind
from app.engine.api.schemes import schemes
from app.engine.api.tasks import tasks
from app.web.routes import Blueprint

BLUEPRINTS: list[Blueprint] = [tasks, bulk_tasks, instances, incidents, bulk, schemes, definitions, calendar]

__all__ = ["BLUEPRINTS", "post_remind"]
