"""Who am I, and my password."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow import fields

from app.access.accounts import change_own_password, get_user, places_of
from app.access.api.users import PlaceSchema
from app.kernel.roles import ROLES
from app.web import current
from app.web.fields import Schema, Text
from app.web.idempotency import replayable
from app.web.routes import Blueprint, allow_any

me = Blueprint("me", __name__, url_prefix="/me", description="One's own account")


class RoleSchema(Schema):
    """A role held today."""

    id = fields.String(required=True)
    name = fields.String(required=True)


class LentPlaceSchema(Schema):
    """A place that somebody who is away has lent to me for today."""

    unit_id = fields.Integer(required=True)
    role = fields.String(required=True)
    lender = fields.String(required=True)


class MeSchema(Schema):
    """The user, today's roles and every membership; `csrf_token` only for a cookie log-in."""

    id = fields.Integer(required=True)
    login = fields.String(required=True)
    name = fields.String(required=True)
    roles = fields.List(fields.Nested(RoleSchema), required=True)
    memberships = fields.List(fields.Nested(PlaceSchema), required=True)
    standing_in = fields.List(fields.Nested(LentPlaceSchema), required=True)
    csrf_token = fields.String(required=True, allow_none=True)


class PasswordSchema(Schema):
    """The old one proves that it is you."""

    old_password = fields.String(required=True, load_only=True)
    new_password = Text(200, 1, required=True, load_only=True)


@me.route("")
@me.response(200, MeSchema)
@allow_any
def get_me() -> dict[str, Any]:
    """The logged-in user."""
    caller = current.caller()
    with current.reading() as session:
        user = get_user(session, caller.actor.user_id or 0)
        places = places_of(session, [user.id])[user.id]
    return {
        "id": user.id,
        "login": user.login,
        "name": user.name,
        "roles": [{"id": role, "name": ROLES[role]} for role in sorted(caller.actor.roles)],
        "memberships": places,
        "standing_in": [place for place in caller.actor.memberships if place.lent_by is not None],
        "csrf_token": caller.csrf_token,
    }


def _changed(_ref: str | None) -> Response:
    return Response(status=204)


@me.route("/password", methods=["POST"])
@me.arguments(PasswordSchema)
@me.response(204)
@allow_any
@replayable(_changed)
def post_password(body: dict[str, str]) -> None:
    """Change one's password; every log-in ends."""
    with current.writing() as session:
        change_own_password(session, current.actor(), current.clock(), body["old_password"], body["new_password"])
