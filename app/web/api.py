"""Is the server there, and does its database answer."""

from __future__ import annotations

from marshmallow import fields
from sqlalchemy import text

from app.web.current import reading
from app.web.fields import Schema
from app.web.routes import Blueprint, allow_public

health = Blueprint("health", __name__, description="Liveness")
BLUEPRINTS = [health]


class HealthSchema(Schema):
    """`ok` when the database answers; otherwise the reply is 503."""

    status = fields.String(required=True)


@health.route("/health")
@health.response(200, HealthSchema)
@allow_public
def get_health() -> dict[str, str]:
    """Whether the server and its database answer."""
    with reading() as session:
        session.execute(text("SELECT 1"))
    return {"status": "ok"}
