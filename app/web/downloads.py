"""Bytes to a person's disk, never opened inside the page."""

from __future__ import annotations

from urllib.parse import quote

from flask import Response

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
CSV = "text/csv; charset=utf-8"


def send_bytes(content: bytes, filename: str, mimetype: str, *, etag: str | None = None) -> Response:
    """A download under a name that may be Chinese; nobody on the way keeps a copy."""
    response = Response(content, mimetype=mimetype)
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "._-") else "_" for c in filename)
    named = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(filename, safe='')}"
    response.headers["Content-Disposition"] = named
    response.headers["Cache-Control"] = "no-store"
    if etag is not None:
        response.set_etag(etag)
    return response
