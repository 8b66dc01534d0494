"""The engine over HTTP: inbox and tasks, instances with their history, incidents, bulk runs, schemes, definitions."""

from app.engine.api.bulk import bulk
from app.engine.api.definitions import definitions
from app.engine.api.incidents import incidents
from app.engine.api.instances import instances
from app.engine.api.schemes import schemes
from app.engine.api.tasks import tasks
from app.web.routes import Blueprint

BLUEPRINTS: list[Blueprint] = [tasks, instances, incidents, bulk, schemes, definitions]

__all__ = ["BLUEPRINTS"]
