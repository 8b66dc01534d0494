"""The working calendar over HTTP: what is known of a year, and entering what the package lacks."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from app.engine.holidays import YearCalendar, get_year, set_year
from app.kernel.errors import NotFound
from app.web import current
from app.web.fields import Schema
from app.web.routes import Blueprint, allow, allow_any

calendar = Blueprint("calendar", __name__, url_prefix="/calendar", description="Working days")
_YEARS = range(2000, 2100)
_LONGEST = 366


class OverridesSchema(Schema):
    """Date -> whether it is a working day; only days that differ from what is known (else Monday to Friday)."""

    overrides = fields.Dict(
        keys=fields.Date(format="iso"), values=fields.Boolean(truthy={True}, falsy={False}), required=True,
        validate=validate.Length(max=_LONGEST),
    )  # fmt: skip


class YearSchema(OverridesSchema):
    """`assumed`: nobody has said how this year's holidays lie; due dates count Monday to Friday."""

    year = fields.Integer(required=True)
    assumed = fields.Boolean(required=True)


@calendar.route("/<int:year>")
@calendar.response(200, YearSchema)
@allow_any
def get_calendar(year: int) -> YearCalendar:
    """What is entered for a year, and whether its holidays are known at all."""
    _refuse_strange(year)
    with current.reading() as session:
        return get_year(session, year)


@calendar.route("/<int:year>", methods=["PUT"])
@calendar.arguments(OverridesSchema)
@calendar.response(200, YearSchema)
@allow("administrator")
def put_calendar(body: dict[str, Any], year: int) -> YearCalendar:
    """Replace what is entered for a year; due dates given before stay as they are."""
    _refuse_strange(year)
    with current.writing() as session:
        return set_year(session, current.actor(), current.clock(), year, body["overrides"])


def _refuse_strange(year: int) -> None:
    if year not in _YEARS:
        raise NotFound(code="year_not_found")
