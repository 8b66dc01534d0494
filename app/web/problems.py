"""One error shape for everything that goes wrong (RFC 9457), and never a 5xx for what a caller sent."""

from __future__ import annotations

import json
import logging
import secrets
from typing import Any

from flask import Flask, Response, request
from marshmallow import fields
from sqlalchemy import exc
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from app.kernel import errors
from app.web.fields import Schema

MEDIA_TYPE = "application/problem+json"
_LOG = logging.getLogger("nuanxin.web")
_STATUS: dict[type[errors.NuanxinError], int] = {
    errors.NotFound: 404,
    errors.Unauthenticated: 401,
    errors.Denied: 403,
    errors.Conflict: 409,
    errors.Invalid: 422,
    errors.TooLarge: 413,
    errors.TooMany: 429,
    errors.Unavailable: 503,
}
_TITLES = {
    400: ("bad_request", "请求格式有误"),
    401: ("unauthenticated", "请先登录"),
    403: ("denied", "没有权限"),
    404: ("not_found", "没有找到"),
    405: ("method_not_allowed", "此地址不支持这种请求方法"),
    409: ("conflict", "当前状态不允许此操作"),
    412: ("precondition_failed", "内容已被他人更新"),
    413: ("too_large", "文件或请求过大"),
    415: ("unsupported_media_type", "不支持这种内容类型"),
    422: ("invalid", "填写内容有误"),
    429: ("too_many_requests", "尝试次数过多"),
    500: ("unexpected", "系统内部错误"),
    503: ("unavailable", "系统暂时不可用"),
}
_RETRY_SECONDS = 5
_CONSTRAINT_STATES = ("23503", "23505", "23001")


class FaultSchema(Schema):
    """One thing wrong: where (JSON pointer, cell, element), code, and what to do."""

    where = fields.String(required=True)
    code = fields.String(required=True)
    message = fields.String(required=True)
    detail = fields.Dict()


class ProblemSchema(Schema):
    """The one error shape; `code` is stable, `detail` is for people."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    code = fields.String(required=True)
    detail = fields.String(required=True)
    instance = fields.String(required=True)
    faults = fields.List(fields.Nested(FaultSchema), required=True)


def problem(
    status: int,
    code: str,
    detail: str,
    *,
    faults: list[errors.Fault] | None = None,
    more: dict[str, Any] | None = None,
    headers: dict[str, str] | None = None,
) -> Response:
    """The reply itself; `more` are further members, which never replace those of the shape."""
    shown = [
        {
            "where": f.where,
            "code": f.code,
            "message": f.message,
            **({"detail": dict(f.detail)} if f.detail else {}),
        }
        for f in faults or []
    ]
    body = {
        **(more or {}),
        "type": f"urn:nuanxin:problem:{code}",
        "title": _TITLES.get(status, ("", "请求未完成"))[1],
        "status": status,
        "code": code,
        "detail": detail,
        "instance": request.path,
        "faults": shown,
    }
    text = json.dumps(body, ensure_ascii=False, default=str).encode("utf-8", "replace")
    return Response(text, status, headers or {}, content_type=MEDIA_TYPE)


def handle_problems(flask: Flask) -> None:
    """Give the application its error handlers."""
    flask.register_error_handler(errors.NuanxinError, _refused)
    flask.register_error_handler(HTTPException, _http)
    flask.register_error_handler(exc.SQLAlchemyError, _database)
    flask.register_error_handler(OverflowError, _overflow)
    flask.register_error_handler(RecursionError, _too_deep)
    flask.register_error_handler(Exception, _unexpected)


def _refused(error: errors.NuanxinError) -> Response:
    status = next(code for kind, code in _STATUS.items() if isinstance(error, kind)) if _known(error) else 400
    faults = error.faults if isinstance(error, errors.Invalid) else []
    headers = {}
    if status == 401:  # noqa: PLR2004 HTTP's own number
        headers["WWW-Authenticate"] = "Bearer"
    if "retry_after" in error.detail or isinstance(error, errors.Unavailable):
        headers["Retry-After"] = str(error.detail.get("retry_after", _RETRY_SECONDS))
    return problem(status, error.code, error.message, faults=faults, more=error.detail, headers=headers)


def _known(error: errors.NuanxinError) -> bool:
    return isinstance(error, tuple(_STATUS))


def _http(error: HTTPException) -> Response | HTTPException:
    status = error.code or 500
    if status < 400:  # noqa: PLR2004 a redirect is no error
        return error
    if status >= 500:  # noqa: PLR2004 HTTP's own number
        return _unexpected(error)
    code, title = _TITLES.get(status, ("bad_request", "请求未完成"))
    said = error.description if hasattr(error, "nuanxin_code") or _is_ours(error) else title
    headers = {"Allow": ", ".join(sorted(error.valid_methods or ()))} if isinstance(error, MethodNotAllowed) else {}
    return problem(status, getattr(error, "nuanxin_code", code), str(said), headers=headers)


def _is_ours(error: HTTPException) -> bool:
    """Werkzeug's own words are English; ours are not."""
    return error.description is not None and not error.description.isascii()


def _database(error: exc.SQLAlchemyError) -> Response:
    if _is_lost(error):
        _LOG.warning("database unavailable: %s", type(error.__cause__ or error).__name__)
        headers = {"Retry-After": str(_RETRY_SECONDS)}
        return problem(503, "unavailable", errors.Unavailable.message, headers=headers)
    if isinstance(error, exc.DataError):
        _LOG.warning("a value that the database cannot keep", exc_info=error)
        return problem(422, "value_out_of_range", "有内容超出可保存的范围")
    if isinstance(error, exc.IntegrityError) and _is_collision(error):
        _LOG.warning("two requests collided", exc_info=error)
        return problem(409, "conflict", errors.Conflict.message)
    return _unexpected(error)


def _is_lost(error: exc.SQLAlchemyError) -> bool:
    if isinstance(error, exc.TimeoutError | exc.InterfaceError):
        return True
    if not isinstance(error, exc.DBAPIError):
        return False
    said = str(error.orig)
    sqlite = any(word in said for word in ("locked", "busy", "disk", "unable to open"))
    own = type(error.orig).__module__.startswith("sqlite3")
    return error.connection_invalidated or (isinstance(error, exc.OperationalError) and (sqlite or not own))


def _is_collision(error: exc.IntegrityError) -> bool:
    state = getattr(error.orig, "sqlstate", None)
    return state in _CONSTRAINT_STATES or any(
        word in str(error.orig) for word in ("UNIQUE constraint", "FOREIGN KEY constraint", "append-only", "immutable")
    )


def _overflow(error: OverflowError) -> Response:
    if "SQLite INTEGER" in str(error):
        return problem(422, "value_out_of_range", "有内容超出可保存的范围")
    return _unexpected(error)


def _too_deep(error: RecursionError) -> Response:
    _LOG.warning("nested too deep", exc_info=error)
    return problem(400, "too_deep", "请求内容嵌套过深")


def _unexpected(error: Exception) -> Response:
    incident = secrets.token_hex(4)
    _LOG.error("incident %s at %s %s", incident, request.method, request.path, exc_info=error)
    said = f"系统内部错误，请把编号 {incident} 告诉管理员"
    return problem(500, "unexpected", said, more={"incident": incident})
