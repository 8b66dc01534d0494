"""Log in and out with a cookie."""

from __future__ import annotations

from typing import Any

from flask import Response, request
from marshmallow import fields

from app.access.sessions import SESSION_LENGTH, close_session, open_session
from app.web import current
from app.web.fields import Schema, Text
from app.web.routes import Blueprint, allow_any, allow_public
from app.web.surroundings import COOKIE, surroundings

sessions = Blueprint("session", __name__, url_prefix="/session", description="Browser log-in")


class LogInSchema(Schema):
    """A name and its password."""

    login = Text(64, required=True)
    password = fields.String(required=True, load_only=True)


class SessionSchema(Schema):
    """What unsafe requests with the cookie must send as X-CSRF-Token."""

    csrf_token = fields.String(required=True)


@sessions.route("", methods=["POST"])
@sessions.arguments(LogInSchema)
@sessions.response(200, SessionSchema)
@allow_public
def post_session(body: dict[str, Any]) -> tuple[dict[str, str], int, dict[str, str]]:
    """Log in; the cookie is set, 401 and 429 never tell whether the name exists."""
    opened = open_session(
        surroundings().database, current.clock(), body["login"], body["password"], address_of_caller()
    )
    carrier = Response()
    carrier.set_cookie(
        COOKIE,
        opened.token,
        max_age=SESSION_LENGTH,
        httponly=True,
        samesite="Lax",
        secure=current.settings().secure_cookies,
    )
    return {"csrf_token": opened.csrf_token}, 200, {"Set-Cookie": carrier.headers["Set-Cookie"]}


@sessions.route("", methods=["DELETE"])
@sessions.response(204)
@allow_any
def delete_session() -> Response:
    """Log out."""
    cookie = current.credentials().cookie
    if cookie:
        with current.writing() as session:
            close_session(session, current.actor(), current.clock(), cookie)
    gone = Response(status=204)
    gone.delete_cookie(COOKIE, httponly=True, samesite="Lax")
    return gone


def address_of_caller() -> str:
    """Where the request came from, as far as this server sees."""
    return (request.remote_addr or "unknown")[:60]
