"""Users and memberships, for the administrator."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow import fields, validate

from app.access import accounts
from app.access.models import User
from app.kernel.roles import ROLES
from app.web import current
from app.web.cursors import cut_page, decode_cursor
from app.web.fields import Choice, Id, Pagination, Schema, Text, page_of
from app.web.idempotency import replayable
from app.web.routes import Blueprint, allow
from app.web.tables import Heading, exported

users = Blueprint("users", __name__, description="Users and memberships")
USER_STATES = {"active": "在用", "disabled": "停用"}


class PlaceUnitSchema(Schema):
    """The unit of a membership."""

    id = fields.Integer(required=True)
    code = fields.String(required=True)
    name = fields.String(required=True)
    area_id = fields.Integer(required=True)


class PlaceSchema(Schema):
    """A membership."""

    id = fields.Integer(required=True)
    role = fields.String(required=True)
    unit = fields.Nested(PlaceUnitSchema, required=True)
    valid_from = fields.Date(required=True, allow_none=True)
    valid_to = fields.Date(required=True, allow_none=True)


class UserSchema(Schema):
    """A user with every membership."""

    id = fields.Integer(required=True)
    login = fields.String(required=True)
    name = fields.String(required=True)
    phone = fields.String(required=True, allow_none=True)
    state = fields.String(required=True)
    memberships = fields.List(fields.Nested(PlaceSchema), required=True)


class NewUserSchema(Schema):
    """A user to be."""

    login = fields.String(required=True, validate=validate.Regexp(r"[A-Za-z0-9_.@-]{2,64}\Z"))
    name = Text(64, required=True)
    password = fields.String(required=True, load_only=True)
    phone = Text(32, load_default=None, allow_none=True)


class UserChangeSchema(Schema):
    """What may change."""

    name = Text(64)
    phone = Text(32, allow_none=True)
    state = Choice("active", "disabled")
    password = fields.String(load_only=True)


class NewPlaceSchema(Schema):
    """A membership to be."""

    unit_id = Id(required=True)
    role = Choice(*ROLES, required=True)
    valid_from = fields.Date(load_default=None, allow_none=True)
    valid_to = fields.Date(load_default=None, allow_none=True)


class UserQuerySchema(Pagination):
    """`q` is part of a name or login."""

    q = Text(64, load_default=None)


def _say_places(places: list[dict[str, Any]]) -> str:
    return "；".join(f"{place['unit']['name']} {ROLES[place['role']]}" for place in places)


@users.route("/users")
@users.arguments(UserQuerySchema, location="query")
@users.response(200, page_of(UserSchema))
@allow("administrator", "auditor")
@exported(
    UserSchema, "用户",
    Heading("登录名", "login"),
    Heading("姓名", "name"),
    Heading("电话", "phone"),
    Heading("状态", "state", words=USER_STATES),
    Heading("任职", "memberships", width=60, say=_say_places),
)  # fmt: skip
def get_users(query: dict[str, Any]) -> dict[str, Any]:
    """All users by id."""
    after = decode_cursor(query["cursor"], int)[0] if query["cursor"] else 0
    with current.reading() as session:
        found = accounts.list_users(session, after, query["limit"] + 1, query["q"])
        page = cut_page(found, query["limit"], lambda user: [user.id])
        places = accounts.places_of(session, [user.id for user in found])
    return {"items": [_show(user, places[user.id]) for user in found[: query["limit"]]], "next": page["next"]}


def _show_user(ref: str | None) -> dict[str, Any]:
    with current.reading() as session:
        user = accounts.get_user(session, int(ref or 0))
        return _show(user, accounts.places_of(session, [user.id])[user.id])


@users.route("/users", methods=["POST"])
@users.arguments(NewUserSchema)
@users.response(201, UserSchema)
@allow("administrator")
@replayable(_show_user)
def post_user(body: dict[str, Any]) -> None:
    """A new user, without any membership yet."""
    with current.writing() as session:
        accounts.create_user(session, current.actor(), current.clock(), **body)


@users.route("/users/<int:user_id>")
@users.response(200, UserSchema)
@allow("administrator", "auditor")
def get_user(user_id: int) -> dict[str, Any]:
    """One user."""
    return _show_user(str(user_id))


@users.route("/users/<int:user_id>", methods=["PATCH"])
@users.arguments(UserChangeSchema)
@users.response(200, UserSchema)
@allow("administrator")
def patch_user(body: dict[str, Any], user_id: int) -> dict[str, Any]:
    """Change name, phone, state or password; a new password and `disabled` end every log-in of the user."""
    with current.writing() as session:
        accounts.change_user(session, current.actor(), current.clock(), user_id, body)
    return _show_user(str(user_id))


def _show_place(ref: str | None, user_id: int) -> dict[str, Any]:
    with current.reading() as session:
        places = accounts.places_of(session, [user_id])[user_id]
        return next((place for place in places if str(place["id"]) == ref), {})


@users.route("/users/<int:user_id>/memberships", methods=["POST"])
@users.arguments(NewPlaceSchema)
@users.response(201, PlaceSchema)
@allow("administrator")
@replayable(_show_place)
def post_membership(body: dict[str, Any], user_id: int) -> None:
    """Put a user into a unit with a role."""
    with current.writing() as session:
        accounts.give_place(session, current.actor(), current.clock(), user_id, **body)


@users.route("/memberships/<int:membership_id>", methods=["DELETE"])
@users.response(204)
@allow("administrator")
def delete_membership(membership_id: int) -> Response:
    """Take a user out of a unit at once."""
    with current.writing() as session:
        accounts.end_place(session, current.actor(), current.clock(), membership_id)
    return Response(status=204)


def _show(user: User, places: list[dict[str, Any]]) -> dict[str, Any]:
    shown = {name: getattr(user, name) for name in ("id", "login", "name", "phone", "state")}
    return {**shown, "memberships": places}
