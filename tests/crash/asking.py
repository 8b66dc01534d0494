"""A client as the product's own are: it asks again with the same key until it has an answer."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import httpx

_AGAIN = 503
_PATIENCE = 120.0


@dataclass
class Asker:
    """One client of a server that may die; `seen` counts what it met on the way ("broken", 503, 200, …)."""

    url: str
    seen: Counter[Any] = field(default_factory=Counter)

    def post(self, token: str, path: str, json: Any, key: str, **headers: str) -> httpx.Response:
        """Until there is an answer that is none of "broken connection" and 503."""
        sent = {"Authorization": f"Bearer {token}", "Idempotency-Key": key, **headers}
        until = time.monotonic() + _PATIENCE
        while time.monotonic() < until:
            try:
                reply = httpx.post(f"{self.url}{path}", json=json, headers=sent, timeout=30)
            except httpx.TransportError:
                self.seen["broken"] += 1
                time.sleep(0.05)
                continue
            self.seen[reply.status_code] += 1
            if reply.status_code != _AGAIN:
                return reply
            assert reply.headers["Content-Type"] == "application/problem+json", reply.text
            assert reply.headers["Retry-After"], reply.text
            time.sleep(0.05)
        raise AssertionError(f"no answer for {path}: {self.seen}")

    def get(self, token: str, path: str) -> httpx.Response:
        return httpx.get(f"{self.url}{path}", headers={"Authorization": f"Bearer {token}"}, timeout=30)
