"""Bearer tokens: by name and password, or as somebody who is logged in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response
from marshmallow import fields

from app.access.actors import get_actor
from app.access.api.sessions import address_of_caller
from app.access.attempts import prove_password
from app.access.models import ApiToken
from app.access.tokens import create_token, list_tokens, revoke_token
from app.kernel.dates import local_date
from app.kernel.errors import Unauthenticated
from app.web import current
from app.web.fields import Instant, Schema, Text
from app.web.routes import Blueprint, allow_any, allow_public, require_genuine
from app.web.surroundings import surroundings

tokens = Blueprint("tokens", __name__, url_prefix="/tokens", description="Bearer tokens")


class NewTokenSchema(Schema):
    """`name` says what the token is for; login and password unless somebody is logged in."""

    login = Text(64)
    password = fields.String(load_only=True)
    name = Text(64, required=True)


class TokenSchema(Schema):
    """A token without its secret."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)
    created_at = Instant(required=True)
    expires_at = Instant(required=True)


class IssuedTokenSchema(TokenSchema):
    """`token` is shown this once."""

    token = fields.String(required=True)


class TokenListSchema(Schema):
    """All of one's own."""

    items = fields.List(fields.Nested(TokenSchema), required=True)


@tokens.route("", methods=["POST"])
@tokens.arguments(NewTokenSchema)
@tokens.response(201, IssuedTokenSchema)
@allow_public
def post_token(body: dict[str, Any]) -> dict[str, Any]:
    """A new token of 90 days. No Idempotency-Key: the secret could not be shown again."""
    if "login" in body and "password" in body:
        database, clock = surroundings().database, current.clock()
        user_id = prove_password(database, clock, body["login"], body["password"], address_of_caller())
        with current.reading() as session:
            actor = get_actor(session, user_id, local_date(clock()))
    elif "login" in body or "password" in body:
        raise Unauthenticated("登录名和密码应同时填写", code="login_failed")
    else:
        actor = require_genuine().actor
    with current.writing() as session:
        token, secret = create_token(session, actor, current.clock(), body["name"])
    shown = {name: getattr(token, name) for name in ("id", "name", "created_at", "expires_at")}
    return shown | {"token": secret}


@tokens.route("")
@tokens.response(200, TokenListSchema)
@allow_any
def get_tokens() -> dict[str, Sequence[ApiToken]]:
    """One's own tokens."""
    with current.reading() as session:
        return {"items": list_tokens(session, current.actor())}


@tokens.route("/<int:token_id>", methods=["DELETE"])
@tokens.response(204)
@allow_any
def delete_token(token_id: int) -> Response:
    """Revoke one of one's own tokens."""
    with current.writing() as session:
        revoke_token(session, current.actor(), current.clock(), token_id)
    return Response(status=204)
