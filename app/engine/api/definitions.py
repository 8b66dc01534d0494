"""Definitions: every version of every process that was ever deployed, with its tasks and its drawing."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from app.engine.catalogue import diagram_of, get_definition, list_definitions, tables_of
from app.engine.decisions import describe_table
from app.engine.elements import ElementConfig
from app.engine.engine import engine_of
from app.web import current
from app.web.fields import Instant, Schema, Text
from app.web.routes import Blueprint, allow_any

definitions = Blueprint("definitions", __name__, url_prefix="/definitions", description="Deployed processes")


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


class ElementSchema(Schema):
    """A task of the process; `documentation` is document and clause, days are working days."""

    id = fields.String(required=True)
    kind = fields.String(required=True)
    title = fields.String(required=True)
    role = fields.String(required=True)
    documentation = fields.String(required=True, allow_none=True)
    operator = fields.String(required=True)
    due_working_days = fields.Integer(required=True, allow_none=True)
    differs_from = fields.List(fields.String(), required=True)
    send_back_targets = fields.List(fields.String(), required=True)


class DefinitionDetailSchema(DefinitionSchema):
    """`files` is name -> SHA-256 of all it was made of; `diagram` is the BPMN document, to be drawn."""

    files = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    elements = fields.List(fields.Nested(ElementSchema), required=True)
    diagram = fields.String(required=True)


class DecisionSchema(Schema):
    """One decision of a table file."""

    id = fields.String(required=True)
    name = fields.String(required=True)


class TableSchema(Schema):
    """A DMN file as published, to be drawn; `sources` are documents and clauses of its rows, each once."""

    file = fields.String(required=True)
    name = fields.String(required=True)
    decisions = fields.List(fields.Nested(DecisionSchema), required=True)
    sources = fields.List(fields.String(), required=True)
    xml = fields.String(required=True)


class TablesSchema(Schema):
    """By file name."""

    items = fields.List(fields.Nested(TableSchema), required=True)


@definitions.route("")
@definitions.arguments(DefinitionQuerySchema, location="query")
@definitions.response(200, DefinitionListSchema)
@allow_any
def get_definitions(query: dict[str, Any]) -> dict[str, Any]:
    """Every deployed version."""
    with current.reading() as session:
        return {"items": list_definitions(session, query["scheme"])}


@definitions.route("/<string:definition_id>")
@definitions.response(200, DefinitionDetailSchema)
@allow_any
def get_one_definition(definition_id: str) -> dict[str, Any]:
    """One version, with its tasks and its drawing."""
    with current.reading() as session:
        row = get_definition(session, definition_id)
        elements = engine_of(session).definition(session, row.id).elements.values()
        diagram = diagram_of(session, row)
    same = ("id", "scheme", "process_key", "version", "current", "deployed_at", "deployed_by")
    return {
        **{name: getattr(row, name) for name in same},
        "files": row.content, "diagram": diagram, "elements": [_show(element) for element in elements],
    }  # fmt: skip


@definitions.route("/<string:definition_id>/decisions")
@definitions.response(200, TablesSchema)
@allow_any
def get_decisions(definition_id: str) -> dict[str, Any]:
    """The decision tables of one version, with their sources."""
    with current.reading() as session:
        tables = tables_of(session, get_definition(session, definition_id))
    return {"items": [describe_table(name, content) for name, content in tables.items()]}


def _show(element: ElementConfig) -> dict[str, Any]:
    same = (
        "id", "kind", "title", "role", "documentation", "due_working_days", "differs_from", "send_back_targets",
    )  # fmt: skip
    shown = {name: getattr(element, name) for name in same}
    return {**shown, "operator": element.operator or element.submit_operator or ""}
