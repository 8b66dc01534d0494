"""Every route says who may call it; a route that does not say is closed."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any, Protocol, TypeVar, cast

from flask import current_app, request
from flask_smorest import Blueprint as SmorestBlueprint

from app.kernel.errors import Denied, Fault, Invalid
from app.kernel.roles import ROLES
from app.web import current
from app.web.bodies import StrictParser
from app.web.idempotency import require_key
from app.web.surroundings import Caller

View = TypeVar("View", bound=Callable[..., Any])
ANYBODY = frozenset({"*"})
PUBLIC: frozenset[str] = frozenset()
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
API_PREFIX = "/api/v1"


class Blueprint(SmorestBlueprint):  # type: ignore[misc]  # flask-smorest is not typed
    """A room's routes below /api/v1; bodies and queries are read strictly."""

    ARGUMENTS_PARSER = StrictParser()

    def route(self, rule: str, **options: Any) -> Callable[[View], View]:
        """The address below the blueprint's prefix; the topmost decorator."""
        decorate: Callable[[View], View] = super().route(rule, **options)
        return decorate

    def arguments(self, schema: Any, **options: Any) -> Callable[[View], View]:
        """Body (or `location="query"`) as the first argument of the view, checked by the schema."""
        decorate: Callable[[View], View] = super().arguments(schema, **options)
        return decorate

    def response(self, status_code: int, schema: Any = None, **options: Any) -> Callable[[View], View]:
        """Status and shape of the reply."""
        decorate: Callable[[View], View] = super().response(status_code, schema, **options)
        return decorate


class _Closed(Protocol):
    nuanxin_roles: frozenset[str]


def allow(*roles: str) -> Callable[[View], View]:
    """Only people with one of these roles may call the view."""
    unknown = [role for role in roles if role not in ROLES]
    if unknown or not roles:
        raise ValueError(f"not roles: {unknown or 'none named'}")
    return _mark(frozenset(roles))


def allow_any(view: View) -> View:
    """Anybody who is logged in may call the view."""
    return _mark(ANYBODY)(view)


def allow_public(view: View) -> View:
    """Anybody at all may call the view."""
    return _mark(PUBLIC)(view)


def guard_request() -> None:
    """Runs before each view, and before its body is read: who calls, may they, is the request genuine."""
    if request.routing_exception is not None or request.endpoint is None:
        return
    _require_sane_query()
    view = current_app.view_functions[request.endpoint]
    roles: frozenset[str] | None = getattr(view, "nuanxin_roles", None)
    if roles is None:
        raise Denied("此接口未声明使用角色", code="route_without_roles")
    if roles != PUBLIC:
        _require_caller(roles)
    if request.method == "POST" and getattr(view, "nuanxin_replayable", False):
        require_key()


def require_genuine() -> Caller:
    """Who calls; with a cookie, an unsafe request must repeat the CSRF token (403 `csrf_token_wrong`)."""
    caller = current.caller()
    if request.method not in SAFE and caller.csrf_token is not None:
        sent = request.headers.get("X-CSRF-Token", "")
        if not secrets.compare_digest(sent.encode("utf-8", "replace"), caller.csrf_token.encode()):
            raise Denied("请求缺少有效的 X-CSRF-Token，请刷新页面后重试", code="csrf_token_wrong")
    return caller


def _require_caller(roles: frozenset[str]) -> None:
    actor = require_genuine().actor
    if roles == ANYBODY:
        return
    if not actor.has_role(*roles):
        raise Denied(code="role_missing", roles=sorted(roles))
    current.sign_as(actor.signing(lambda place: place.role in roles))


def _require_sane_query() -> None:
    if "\x00" in request.query_string.decode("latin-1") or b"%00" in request.query_string:
        raise Invalid([Fault("query", "bad_character", "查询参数含有不可用的字符")])


def _mark(roles: frozenset[str]) -> Callable[[View], View]:
    def mark(view: View) -> View:
        cast("_Closed", view).nuanxin_roles = roles
        return view

    return mark
