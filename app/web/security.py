"""What a browser is told to refuse on our behalf, and what a request may weigh."""

from __future__ import annotations

from flask import Flask, Response, request
from werkzeug.routing import IntegerConverter

from app.web.bodies import BIGGEST

_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'{nonce}; img-src 'self' data: blob:; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


def security_policy(nonce: str | None = None) -> str:
    """What a page may load; only style sheets that show the page's own nonce may be written by its scripts."""
    return _POLICY.format(nonce=f" 'nonce-{nonce}'" if nonce else "")


_HEADERS = {
    "Content-Security-Policy": security_policy(),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(self), microphone=()",
}
_FORM_MEMORY = 8 * 1024 * 1024
_FORM_PARTS = 1000


class IdConverter(IntegerConverter):
    """`<int:…>` never gives more than a database can hold; the largest id is one that nothing has."""

    regex = r"[0-9]{1,19}"

    def to_python(self, value: str) -> int:
        return min(int(value), BIGGEST)


def harden(flask: Flask, max_upload_mb: int, *, secure: bool) -> None:
    """Headers on every reply, limits on every request."""
    flask.config["MAX_CONTENT_LENGTH"] = max_upload_mb * 1024 * 1024
    flask.config["MAX_FORM_MEMORY_SIZE"] = _FORM_MEMORY
    flask.config["MAX_FORM_PARTS"] = _FORM_PARTS
    flask.url_map.converters["int"] = IdConverter
    headers = {**_HEADERS, **({"Strict-Transport-Security": "max-age=31536000"} if secure else {})}

    @flask.after_request
    def add_headers(response: Response) -> Response:
        for name, value in headers.items():
            response.headers.setdefault(name, value)
        if request.path.startswith("/api/"):
            response.headers.setdefault("Cache-Control", "no-store")
        return response
