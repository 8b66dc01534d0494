"""A client as the product's own are: it asks again with the same key until it has an answer."""

from __future__ import annotations

import random
import time
from collections import Counter
from typing import Any, Self

import httpx

AGAIN = 503
_PATIENCE = 120.0
_HASTY = 0.012  # seconds, after which a hasty client hangs up: often the work is done and the answer lost


class Asker:
    """One client of a server that may die; `seen` counts what it met on the way ("broken", 503, 200, …)."""

    def __init__(self, url: str, dice: random.Random | None = None, hasty: float = 0.0) -> None:
        """`hasty`: how many of its requests it hangs up on, 0 to 1."""
        self.url, self.dice, self.hasty = url, dice, hasty
        self.seen: Counter[Any] = Counter()
        self.client = httpx.Client(trust_env=False, timeout=30)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()

    def post(self, token: str, path: str, body: Any, key: str, **headers: str) -> httpx.Response:
        """Until there is an answer that is none of "broken connection" and 503."""
        return self.ask("POST", token, path, {"Idempotency-Key": key, **headers}, json=body)

    def get(self, token: str, path: str) -> httpx.Response:
        return self.ask("GET", token, path, {})

    def ask(self, method: str, token: str, path: str, headers: dict[str, str], **options: Any) -> httpx.Response:
        sent = {"Authorization": f"Bearer {token}", **headers}
        until = time.monotonic() + _PATIENCE
        while time.monotonic() < until:
            hangs_up = self.dice is not None and method == "POST" and self.dice.random() < self.hasty
            try:
                reply = self.client.request(
                    method, f"{self.url}{path}", headers=sent, timeout=_HASTY if hangs_up else 30, **options
                )
            except httpx.TransportError:
                self.seen["hung up" if hangs_up else "broken"] += 1
                time.sleep(0.02)
                continue
            self.seen[reply.status_code] += 1
            if reply.status_code != AGAIN:
                return reply
            assert reply.headers["Content-Type"] == "application/problem+json", reply.text
            assert reply.headers["Retry-After"], reply.text
            time.sleep(0.05)
        raise AssertionError(f"no answer for {path}: {self.seen}")
