"""Routes of the pages: any address that is no file is answered by the desk or the phone, which know their own."""

from __future__ import annotations

import secrets

from flask import Flask, Response
from werkzeug.routing import PathConverter

from app.kernel.errors import NotFound
from app.pages.bundle import Served, find_file, find_page, page_that_says_what_to_run
from app.pages.docs import PAGE, find_docs_file
from app.web import current
from app.web.routes import allow_public
from app.web.security import security_policy

_FOREVER = "public, max-age=31536000, immutable"
_ASK_AGAIN = "no-cache"


class PageConverter(PathConverter):
    """Addresses that the desk may answer: all but those of the API, of files and of the phone."""

    regex = r"(?!api/v1(?:/|$)|assets/|m(?:/|$))[^/].*?"


def serve_pages(flask: Flask) -> None:
    """Give the application its pages."""
    flask.url_map.converters["page"] = PageConverter
    for rule, view in (
        ("/", get_desk),
        ("/<page:address>", get_desk),
        ("/m/", get_phone),
        ("/m/<path:address>", get_phone),
        ("/assets/<path:name>", get_asset),
        ("/api/docs", get_docs),
        ("/api/docs/<string:name>", get_docs_file),
    ):
        flask.add_url_rule(rule, f"pages.{view.__name__}", view, methods=["GET"])


@allow_public
def get_desk(address: str = "") -> Response:
    """The desk, or a file that lies beside its page."""
    return _file_or_page(address, "index.html")


@allow_public
def get_phone(address: str = "") -> Response:
    """The phone, its service worker and its manifest."""
    reply = _file_or_page(f"m/{address}" if address else "", "m/index.html")
    if address == "sw.js":
        reply.headers["Service-Worker-Allowed"] = "/m/"
    return reply


@allow_public
def get_asset(name: str) -> Response:
    """A script, style or picture whose name changes with its content."""
    return _send(_find(f"assets/{name}"), _FOREVER)


@allow_public
def get_docs() -> Response:
    """The API's documentation: every route with what goes in and out, who may call it, and how it fails."""
    return Response(PAGE, content_type="text/html; charset=utf-8")


@allow_public
def get_docs_file(name: str) -> Response:
    """A script or style of that page."""
    found = find_docs_file(name)
    if found is None:
        raise NotFound("没有这个页面文件，请刷新页面后重试")
    return _send(found, _ASK_AGAIN)


def _file_or_page(name: str, page: str) -> Response:
    if "." in name.rpartition("/")[2]:
        return _send(_find(name), _ASK_AGAIN)
    nonce = secrets.token_urlsafe(16)
    html = find_page(current.settings().client_dir, page, nonce, known=bool(current.credentials().cookie))
    if html is None:
        return Response(page_that_says_what_to_run(), 503, content_type="text/html; charset=utf-8")
    headers = {"Cache-Control": "no-store", "Content-Security-Policy": security_policy(nonce)}
    return Response(html, headers=headers, content_type="text/html; charset=utf-8")


def _find(name: str) -> Served:
    found = find_file(current.settings().client_dir, name)
    if found is None or name.endswith(".html"):
        raise NotFound("没有这个页面文件，请刷新页面后重试")
    return found


def _send(file: Served, cache: str) -> Response:
    reply = Response(file.content, content_type=file.mimetype, headers={"Cache-Control": cache})
    reply.add_etag()
    return reply
