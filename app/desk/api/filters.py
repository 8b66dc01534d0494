"""Saved filters of the inbox."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow import ValidationError, fields

from app.desk import filters as use_cases
from app.desk.models import SavedFilter
from app.engine.api.tasks import InboxQuerySchema
from app.kernel.errors import Fault, Invalid
from app.web import current
from app.web.fields import Instant, Schema
from app.web.routes import Blueprint, allow_any

saved_filters = Blueprint("saved_filters", __name__, url_prefix="/me/filters", description="收藏的筛选")
_LONGEST_NAME = 40
_FORBIDDEN = {"cursor", "limit", "format"}


def _check_query(query: dict[str, Any]) -> None:
    faults = InboxQuerySchema().validate(query)
    faults |= {name: ["此项不能保存"] for name in _FORBIDDEN & query.keys()}
    if faults:
        raise ValidationError(faults)


class FilterQuerySchema(Schema):
    """The query of GET /tasks that it stands for."""

    query = fields.Dict(keys=fields.String(), required=True, validate=_check_query)


class SavedFilterSchema(FilterQuerySchema):
    """A named filter of one's own."""

    name = fields.String(required=True)
    saved_at = Instant(required=True)


class SavedFiltersSchema(Schema):
    """By name."""

    items = fields.List(fields.Nested(SavedFilterSchema), required=True)


@saved_filters.route("")
@saved_filters.response(200, SavedFiltersSchema)
@allow_any
def get_filters() -> dict[str, Any]:
    """My saved filters."""
    with current.reading() as session:
        return {"items": use_cases.list_filters(session, current.actor())}


@saved_filters.route("/<string:name>", methods=["PUT"])
@saved_filters.arguments(FilterQuerySchema)
@saved_filters.response(200, SavedFilterSchema)
@allow_any
def put_filter(body: dict[str, Any], name: str) -> SavedFilter:
    """Keep a filter under this name, in place of an older one."""
    if not 0 < len(name.strip()) <= _LONGEST_NAME or "\x00" in name:
        raise Invalid([Fault("/name", "bad_name", "名称应为1至40个字")])
    with current.writing() as session:
        return use_cases.save_filter(session, current.actor(), current.clock(), name, body["query"])


@saved_filters.route("/<string:name>", methods=["DELETE"])
@saved_filters.response(204)
@allow_any
def delete_filter(name: str) -> Response:
    """Forget a filter."""
    with current.writing() as session:
        use_cases.drop_filter(session, current.actor(), name)
    return Response(status=204)
