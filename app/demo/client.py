"""One person at the HTTP API: logs in, sends each wish with its own key, and says clearly what was refused."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

import httpx

from app.demo.accounts import PASSWORD


class Refused(RuntimeError):
    """The API said no; the whole problem document is in the message, its `code` at hand."""

    def __init__(self, login: str, reply: httpx.Response) -> None:
        request = reply.request
        super().__init__(f"{login} {request.method} {request.url.path}: {reply.status_code} {reply.text}")
        problem = reply.headers.get("Content-Type", "").startswith("application/problem+json")
        self.code: str | None = reply.json().get("code") if problem else None


class Desk:
    """A user's bearer token and the calls made with it."""

    def __init__(self, http: httpx.Client, login: str, token: str) -> None:
        self.http = http
        self.login = login
        self._auth = {"Authorization": f"Bearer {token}"}

    def get(self, path: str, **params: Any) -> Any:
        """The JSON of a resource."""
        return self._checked(self.http.get(f"/api/v1{path}", params=params, headers=self._auth)).json()

    def get_all(self, path: str, **params: Any) -> list[Any]:
        """Every item of a paged list."""
        items: list[Any] = []
        cursor: str | None = None
        while True:
            page = self.get(path, **params, **({"cursor": cursor} if cursor else {}))
            items += page["items"]
            cursor = page["next"]
            if cursor is None:
                return items

    def download(self, path: str, **params: Any) -> bytes:
        """The bytes of an export."""
        return self._checked(self.http.get(f"/api/v1{path}", params=params, headers=self._auth)).content

    def post(self, path: str, body: Mapping[str, Any] | None = None, **headers: str) -> Any:
        """A POST with a fresh Idempotency-Key."""
        head = self._auth | {"Idempotency-Key": uuid.uuid4().hex} | headers
        reply = self._checked(self.http.post(f"/api/v1{path}", json=body or {}, headers=head))
        return reply.json() if reply.content else None

    def upload(self, path: str, name: str, content: bytes, fields: Mapping[str, str] | None = None) -> Any:
        """A multipart POST of one file."""
        head = self._auth | {"Idempotency-Key": uuid.uuid4().hex}
        files = {"file": (name, content)}
        return self._checked(
            self.http.post(f"/api/v1{path}", data=dict(fields or {}), files=files, headers=head)
        ).json()

    def send(self, method: str, path: str, body: Any, **headers: str) -> Any:
        """PUT or PATCH."""
        reply = self.http.request(method, f"/api/v1{path}", json=body, headers=self._auth | headers)
        return self._checked(reply).json()

    def _checked(self, reply: httpx.Response) -> httpx.Response:
        return checked(reply, self.login)


def log_in(http: httpx.Client, login: str) -> Desk:
    """A desk by name and password, as everybody gets one."""
    body = {"login": login, "password": PASSWORD, "name": "demo"}
    return Desk(http, login, checked(http.post("/api/v1/tokens", json=body), login).json()["token"])


def checked(reply: httpx.Response, login: str) -> httpx.Response:
    """The reply, or `Refused` with the problem document."""
    if reply.is_error:
        raise Refused(login, reply)
    return reply
