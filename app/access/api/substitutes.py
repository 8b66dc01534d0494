"""Substitutes during leave, named by oneself or the administrator; and who is in a unit."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow import fields

from app.access import substitutes as use_cases
from app.web import current
from app.web.fields import Choice, Id, Schema, Text
from app.web.idempotency import replayable
from app.web.routes import Blueprint, allow, allow_any

substitutes = Blueprint("substitutes", __name__, description="Substitutes during leave")


class NamedUserSchema(Schema):
    """A user by name."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)


class SubstitutionSchema(Schema):
    """`substitute` acts in the places of `user`, both days included; what is done is signed 乙（代甲）."""

    id = fields.Integer(required=True)
    user = fields.Nested(NamedUserSchema, required=True)
    substitute = fields.Nested(NamedUserSchema, required=True)
    valid_from = fields.Date(required=True)
    valid_to = fields.Date(required=True)
    note = fields.String(required=True, allow_none=True)
    state = Choice("planned", "active", "over", required=True)


class SubstitutionsSchema(Schema):
    """Those who stand in for the user, and those for whom the user stands in; the newest first."""

    items = fields.List(fields.Nested(SubstitutionSchema), required=True)


class NewSubstitutionSchema(Schema):
    """A substitution to be."""

    substitute_id = Id(required=True)
    valid_from = fields.Date(required=True)
    valid_to = fields.Date(required=True)
    note = Text(200, load_default=None, allow_none=True)


class MemberSchema(NamedUserSchema):
    """Somebody of a unit, with the roles there."""

    roles = fields.List(fields.String(), required=True)


class MembersSchema(Schema):
    """Who is in the unit today, by name."""

    items = fields.List(fields.Nested(MemberSchema), required=True)


def _list(user_id: int) -> dict[str, Any]:
    with current.reading() as session:
        return {"items": use_cases.list_substitutes(session, current.actor(), current.clock(), user_id)}


def _show(ref: str | None, user_id: int | None = None) -> dict[str, Any]:
    items = _list(user_id if user_id is not None else current.actor().user_id or 0)["items"]
    return next((item for item in items if str(item["id"]) == ref), {})


def _name(user_id: int, body: dict[str, Any]) -> None:
    with current.writing() as session:
        use_cases.name_substitute(session, current.actor(), current.clock(), user_id, **body)


def _end(substitution_id: int) -> Response:
    with current.writing() as session:
        use_cases.end_substitute(session, current.actor(), current.clock(), substitution_id)
    return Response(status=204)


@substitutes.route("/me/substitutes")
@substitutes.response(200, SubstitutionsSchema)
@allow_any
def get_my_substitutes() -> dict[str, Any]:
    """Who stands in for me, and for whom I stand in."""
    return _list(current.actor().user_id or 0)


@substitutes.route("/me/substitutes", methods=["POST"])
@substitutes.arguments(NewSubstitutionSchema)
@substitutes.response(201, SubstitutionSchema)
@allow_any
@replayable(_show)
def post_my_substitute(body: dict[str, Any]) -> None:
    """A colleague of my unit stands in for me while I am away."""
    _name(current.actor().user_id or 0, body)


@substitutes.route("/me/substitutes/<int:substitution_id>", methods=["DELETE"])
@substitutes.response(204)
@allow_any
def delete_my_substitute(substitution_id: int) -> Response:
    """I am back."""
    return _end(substitution_id)


@substitutes.route("/users/<int:user_id>/substitutes")
@substitutes.response(200, SubstitutionsSchema)
@allow("administrator", "auditor")
def get_substitutes(user_id: int) -> dict[str, Any]:
    """Who stands in for a user, and for whom the user stands in."""
    return _list(user_id)


@substitutes.route("/users/<int:user_id>/substitutes", methods=["POST"])
@substitutes.arguments(NewSubstitutionSchema)
@substitutes.response(201, SubstitutionSchema)
@allow("administrator")
@replayable(_show)
def post_substitute(body: dict[str, Any], user_id: int) -> None:
    """Somebody stands in for a user who is away."""
    _name(user_id, body)


@substitutes.route("/substitutes/<int:substitution_id>", methods=["DELETE"])
@substitutes.response(204)
@allow("administrator")
def delete_substitute(substitution_id: int) -> Response:
    """End a substitution at once."""
    return _end(substitution_id)


@substitutes.route("/units/<int:unit_id>/members")
@substitutes.response(200, MembersSchema)
@allow_any
def get_members(unit_id: int) -> dict[str, Any]:
    """Who is in one of my units today: to assign to, or to stand in."""
    with current.reading() as session:
        return {"items": use_cases.members_of(session, current.actor(), current.clock(), unit_id)}
