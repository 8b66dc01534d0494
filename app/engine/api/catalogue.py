"""What can be run here: schemes, and the definitions deployed for them."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from app.engine.catalogue import list_definitions
from app.engine.engine import engine_of
from app.engine.schemes import list_schemes, load_scheme
from app.web import current
from app.web.fields import Instant, Schema, Text
from app.web.routes import Blueprint, allow_any

catalogue = Blueprint("catalogue", __name__, description="Schemes and definitions")


class SchemeSchema(Schema):
    """A city's policy; `payers` and `categories` are id -> name."""

    id = fields.String(required=True)
    name = fields.String(required=True)
    org_level = fields.String(required=True)
    payers = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    categories = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    processes = fields.List(fields.String(), required=True)


class SchemeListSchema(Schema):
    """All of them."""

    items = fields.List(fields.Nested(SchemeSchema), required=True)


class DefinitionSchema(Schema):
    """One version of a process; running instances keep the one they started with."""

    id = fields.String(required=True)
    scheme = fields.String(required=True)
    process_key = fields.String(required=True)
    version = fields.Integer(required=True)
    current = fields.Boolean(required=True)
    deployed_at = Instant(required=True)
    deployed_by = fields.Integer(required=True, allow_none=True)


class DefinitionListSchema(Schema):
    """Newest version first within a process."""

    items = fields.List(fields.Nested(DefinitionSchema), required=True)


class DefinitionQuerySchema(Schema):
    """All schemes unless told."""

    scheme = Text(32, load_default=None)


@catalogue.route("/schemes")
@catalogue.response(200, SchemeListSchema)
@allow_any
def get_schemes() -> dict[str, Any]:
    """The schemes of this installation, with the processes that are deployed."""
    with current.reading() as session:
        resources = engine_of(session).resources
        deployed = [(row.scheme, row.process_key) for row in list_definitions(session) if row.current]
    return {"items": [_show(load_scheme(resources, name), deployed) for name in list_schemes(resources)]}


@catalogue.route("/definitions")
@catalogue.arguments(DefinitionQuerySchema, location="query")
@catalogue.response(200, DefinitionListSchema)
@allow_any
def get_definitions(query: dict[str, Any]) -> dict[str, Any]:
    """Every deployed version."""
    with current.reading() as session:
        return {"items": list_definitions(session, query["scheme"])}


def _show(scheme: Any, deployed: list[tuple[str, str]]) -> dict[str, Any]:
    return {
        "id": scheme.id, "name": scheme.name, "org_level": scheme.org_level,
        "payers": {key: payer.get("name", key) for key, payer in scheme.payers.items()},
        "categories": dict(scheme.categories),
        "processes": sorted(process for of, process in deployed if of == scheme.id),
    }  # fmt: skip
