"""Areas and units: everybody sees those in scope, the administrator keeps them."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from app.access import places as use_cases
from app.access.models import LEVELS, UNIT_KINDS, Area, Unit
from app.kernel.roles import ROLES
from app.web import current
from app.web.cursors import cut_page, decode_cursor
from app.web.fields import Choice, Id, Pagination, Schema, Text, page_of
from app.web.idempotency import replayable
from app.web.routes import Blueprint, allow, allow_any
from app.web.tables import Heading, exported

places = Blueprint("places", __name__, description="Areas and units")
LEVEL_WORDS = {
    "prefecture": "地市",
    "county": "县（市）",
    "township": "乡镇（街道）",
    "village": "村（社区）",
    "grid": "网格",
}
UNIT_WORDS = {
    "bureau": "主管局", "department": "成员单位", "township": "乡镇（街道）", "village": "村（社区）", "grid": "网格",
}  # fmt: skip
CODE = validate.Regexp(r"[A-Za-z0-9_-]{1,40}\Z")


class AreaSchema(Schema):
    """A node of the area tree; `path` holds the ids from the top down to its own."""

    id = fields.Integer(required=True)
    code = fields.String(required=True)
    name = fields.String(required=True)
    level = fields.String(required=True)
    parent_id = fields.Integer(required=True, allow_none=True)
    path = fields.String(required=True)


class NewAreaSchema(Schema):
    """An area to be."""

    code = fields.String(required=True, validate=CODE)
    name = Text(100, required=True)
    level = Choice(*LEVELS, required=True)
    parent_id = Id(load_default=None, allow_none=True)


class AreaChangeSchema(Schema):
    """What may change."""

    name = Text(100, required=True)


class AreaQuerySchema(Pagination):
    """`parent_id` gives the children of one area."""

    parent_id = fields.Integer(load_default=None, validate=validate.Range(1, 2**63 - 1))


class UnitSchema(Schema):
    """A unit, and the roles that it fills in its area."""

    id = fields.Integer(required=True)
    code = fields.String(required=True)
    name = fields.String(required=True)
    kind = fields.String(required=True)
    area_id = fields.Integer(required=True)
    roles = fields.List(fields.String(), required=True)


class NewUnitSchema(Schema):
    """A unit to be."""

    code = fields.String(required=True, validate=CODE)
    name = Text(100, required=True)
    kind = Choice(*UNIT_KINDS, required=True)
    area_id = Id(required=True)
    roles = fields.List(Choice(*ROLES), load_default=list)


class UnitChangeSchema(Schema):
    """What may change."""

    name = Text(100)
    roles = fields.List(Choice(*ROLES))


def _show_area(ref: str | None) -> Area:
    with current.reading() as session:
        return use_cases.get_area(session, int(ref or 0))


def _show_unit(ref: str | None) -> dict[str, Any]:
    with current.reading() as session:
        unit = use_cases.get_unit(session, int(ref or 0))
        return _with_roles(unit, use_cases.roles_of_units(session, [unit.id])[unit.id])


@places.route("/areas")
@places.arguments(AreaQuerySchema, location="query")
@places.response(200, page_of(AreaSchema))
@allow_any
@exported(
    AreaSchema, "区域",
    Heading("代码", "code", width=18),
    Heading("名称", "name", width=24),
    Heading("级别", "level", words=LEVEL_WORDS),
)  # fmt: skip
def get_areas(query: dict[str, Any]) -> dict[str, Any]:
    """The areas in one's scope, by id."""
    with current.reading() as session:
        found = use_cases.list_areas(session, current.actor(), _after(query), query["limit"] + 1, query["parent_id"])
    return cut_page(found, query["limit"], lambda area: [area.id])


@places.route("/areas", methods=["POST"])
@places.arguments(NewAreaSchema)
@places.response(201, AreaSchema)
@allow("administrator")
@replayable(_show_area)
def post_area(body: dict[str, Any]) -> None:
    """A new area."""
    with current.writing() as session:
        use_cases.create_area(session, current.actor(), current.clock(), **body)


@places.route("/areas/<int:area_id>", methods=["PATCH"])
@places.arguments(AreaChangeSchema)
@places.response(200, AreaSchema)
@allow("administrator")
def patch_area(body: dict[str, Any], area_id: int) -> Area:
    """Another name for an area."""
    with current.writing() as session:
        return use_cases.rename_area(session, current.actor(), current.clock(), area_id, body["name"])


@places.route("/units")
@places.arguments(Pagination, location="query")
@places.response(200, page_of(UnitSchema))
@allow_any
@exported(
    UnitSchema, "单位",
    Heading("代码", "code", width=18),
    Heading("名称", "name", width=28),
    Heading("类别", "kind", words=UNIT_WORDS),
    Heading("角色", "roles", words=ROLES, width=40),
)  # fmt: skip
def get_units(query: dict[str, Any]) -> dict[str, Any]:
    """The units in one's scope, by id."""
    with current.reading() as session:
        found = use_cases.list_units(session, current.actor(), _after(query), query["limit"] + 1)
        roles = use_cases.roles_of_units(session, [unit.id for unit in found])
    page = cut_page(found, query["limit"], lambda unit: [unit.id])
    shown = [_with_roles(unit, roles[unit.id]) for unit in found[: query["limit"]]]
    return {"items": shown, "next": page["next"]}


@places.route("/units", methods=["POST"])
@places.arguments(NewUnitSchema)
@places.response(201, UnitSchema)
@allow("administrator")
@replayable(_show_unit)
def post_unit(body: dict[str, Any]) -> None:
    """A new unit."""
    with current.writing() as session:
        use_cases.create_unit(session, current.actor(), current.clock(), **body)


@places.route("/units/<int:unit_id>", methods=["PATCH"])
@places.arguments(UnitChangeSchema)
@places.response(200, UnitSchema)
@allow("administrator")
def patch_unit(body: dict[str, Any], unit_id: int) -> dict[str, Any]:
    """Another name, or other roles; open tasks find their new holder."""
    with current.writing() as session:
        use_cases.change_unit(session, current.actor(), current.clock(), unit_id, body)
    return _show_unit(str(unit_id))


def _after(query: dict[str, Any]) -> int:
    return int(decode_cursor(query["cursor"], int)[0]) if query["cursor"] else 0


def _with_roles(unit: Unit, roles: list[str]) -> dict[str, Any]:
    shown = {name: getattr(unit, name) for name in ("id", "code", "name", "kind", "area_id")}
    return {**shown, "roles": roles}
