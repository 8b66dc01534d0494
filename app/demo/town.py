"""The people of the county at their desks: who is logged in, and how to wait for what runs in the background."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

from app.demo.client import Desk, log_in

Say = Callable[[str], None]
_PATIENCE = 600.0  # seconds


@dataclass
class Town:
    """`rest` lets background work happen: a short sleep beside a server, or doing the jobs ourselves."""

    http: httpx.Client
    say: Say
    rest: Callable[[], None] = lambda: time.sleep(0.1)
    seat: Callable[[httpx.Client, str], Desk] = log_in
    desks: dict[str, Desk] = field(default_factory=dict)

    def desk(self, login: str) -> Desk:
        """The person's desk; logs in the first time."""
        if login not in self.desks:
            self.desks[login] = self.seat(self.http, login)
        return self.desks[login]

    def wait_for(self, what: str, probe: Callable[[], Any]) -> Any:
        """The first true answer of `probe`; RuntimeError when nothing comes within ten minutes."""
        began = time.monotonic()
        while not (found := probe()):
            if time.monotonic() - began > _PATIENCE:
                raise RuntimeError(f"waited in vain for {what}")
            self.rest()
        return found

    def task(self, login: str, round_id: int, element: str) -> dict[str, Any]:
        """The one open task of that element in the round, waited for."""
        desk = self.desk(login)

        def probe() -> Any:
            found = desk.get("/tasks", group=f"round:{round_id}", element=element)["items"]
            return found[0] if found else None

        task: dict[str, Any] = self.wait_for(f"{element} of round {round_id}", probe)
        return task

    def complete(self, login: str, round_id: int, element: str, form: dict[str, Any] | None = None) -> Any:
        """Wait for a task, look at it, and hand in the form under the ETag that was seen."""
        desk = self.desk(login)
        seen = desk.get(f"/tasks/{self.task(login, round_id, element)['id']}")
        return desk.post(f"/tasks/{seen['id']}/complete", {"form": form or {}}, **{"If-Match": f'"{seen["etag"]}"'})

    def finish_bulk(self, login: str, bulk_id: int) -> dict[str, Any]:
        """Wait for a bulk run; RuntimeError when a row was refused."""
        desk = self.desk(login)

        def probe() -> Any:
            bulk = desk.get(f"/bulk/{bulk_id}")
            return bulk if bulk["state"] == "done" else None

        bulk: dict[str, Any] = self.wait_for(f"bulk run {bulk_id}", probe)
        if bulk["refused"]:
            rows = desk.get(f"/bulk/{bulk_id}/rows", state="refused")["items"][:3]
            raise RuntimeError(f"{bulk['refused']} rows were refused, e.g. {rows}")
        return bulk
