"""Schemes: what a city's policy says, as far as screens need it; read from its folder."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from app.engine.catalogue import list_definitions
from app.engine.engine import engine_of
from app.engine.schemes import Scheme, list_schemes, load_scheme
from app.web import current
from app.web.fields import Schema
from app.web.routes import Blueprint, allow_any

schemes = Blueprint("schemes", __name__, url_prefix="/schemes", description="Schemes")


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


class UnitOfSchemeSchema(Schema):
    """A unit that the scheme names, and the roles it fills."""

    code = fields.String(required=True)
    name = fields.String(required=True)
    kind = fields.String(required=True)
    roles = fields.List(fields.String(), required=True)


class PayerSchema(Schema):
    """`electronic`: settlement data prevail; `evidenced`: a visit does; `units` answer for it, if any does."""

    id = fields.String(required=True)
    name = fields.String(required=True)
    kind = fields.String(required=True)
    units = fields.List(fields.String(), required=True)


class SchemeDetailSchema(SchemeSchema):
    """`parameters` and `lists` as the scheme's file says; amounts are yuan as text."""

    source = fields.String(required=True)
    units = fields.List(fields.Nested(UnitOfSchemeSchema), required=True)
    payers_in_order = fields.List(fields.Nested(PayerSchema), required=True)
    paying_categories = fields.List(fields.String(), required=True)
    parameters = fields.Dict(keys=fields.String(), required=True)
    lists = fields.Dict(keys=fields.String(), required=True)


@schemes.route("")
@schemes.response(200, SchemeListSchema)
@allow_any
def get_schemes() -> dict[str, Any]:
    """The schemes of this installation, with the processes that are deployed."""
    with current.reading() as session:
        resources = engine_of(session).resources
        deployed = [(row.scheme, row.process_key) for row in list_definitions(session) if row.current]
    return {"items": [_show(load_scheme(resources, name), deployed) for name in list_schemes(resources)]}


@schemes.route("/<string:scheme_id>")
@schemes.response(200, SchemeDetailSchema)
@allow_any
def get_scheme(scheme_id: str) -> dict[str, Any]:
    """One scheme: its units, payers, parameters and lists."""
    with current.reading() as session:
        scheme = load_scheme(engine_of(session).resources, scheme_id)
        deployed = [(row.scheme, row.process_key) for row in list_definitions(session, scheme_id) if row.current]
    return {
        **_show(scheme, deployed),
        "source": scheme.source,
        "units": [
            {"code": code, "name": unit.get("name", code), "kind": unit.get("kind", ""), "roles": unit.get("roles", [])}
            for code, unit in scheme.units.items()
        ],
        "payers_in_order": [_show_payer(scheme, payer) for payer in scheme.payers],
        "paying_categories": list(scheme.paying_categories),
        "parameters": dict(scheme.parameters),
        "lists": dict(scheme.lists),
    }


def _show(scheme: Scheme, deployed: list[tuple[str, str]]) -> dict[str, Any]:
    return {
        "id": scheme.id, "name": scheme.name, "org_level": scheme.org_level,
        "payers": {key: payer.get("name", key) for key, payer in scheme.payers.items()},
        "categories": dict(scheme.categories),
        "processes": sorted(process for of, process in deployed if of == scheme.id),
    }  # fmt: skip


def _show_payer(scheme: Scheme, payer: str) -> dict[str, Any]:
    said = scheme.payers[payer]
    units = [member["unit"] for member in scheme.member_units if payer in member.get("payers", [])]
    return {"id": payer, "name": said.get("name", payer), "kind": said.get("kind", ""), "units": units}
