"""The engine over HTTP: the inbox and its tasks, instances with their history, incidents, bulk runs, the catalogue."""

from app.engine.api.bulk import bulk
from app.engine.api.catalogue import catalogue
from app.engine.api.incidents import incidents
from app.engine.api.instances import instances
from app.engine.api.tasks import tasks
from app.web.routes import Blueprint

BLUEPRINTS: list[Blueprint] = [tasks, instances, incidents, bulk, catalogue]

__all__ = ["BLUEPRINTS"]
