"""What the phone does, in Python: takes visits along, sends photos in parts and forms with their hash."""

from __future__ import annotations

import hashlib
import json
import uuid
from dataclasses import dataclass
from typing import Any

from app.demo.pictures import tiny_png
from tests.rounds.place import NOW
from tests.web.client import Person


@dataclass
class Phone:
    person: Person
    tmp_seed: int = 1

    def sheet(self) -> dict[str, Any]:
        reply = self.person.get("/mobile/visits")
        assert reply.status_code == 200, reply.text
        return reply.json

    def visit(self) -> dict[str, Any]:
        return self.sheet()["visits"][0]

    def announce(self, content: bytes, **more: Any):
        body = {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content), "kind": "photo"} | more
        return self.person.post("/mobile/uploads", body)

    def part(self, upload_id: int, offset: int, content: bytes):
        return self.person.send("PUT", f"/mobile/uploads/{upload_id}/parts/{offset}", data=content)

    def photo(self, seed: int = 0) -> str:
        """`sha256:…` of a new photo that has arrived."""
        self.tmp_seed += 1
        content = tiny_png(1000 + seed + self.tmp_seed)
        begun = self.announce(content).json
        done = self.part(begun["id"], 0, content).json
        assert done["state"] == "done", done
        return f"sha256:{done['sha256']}"

    def form(self, result: str = "not_home", **more: Any) -> dict[str, Any]:
        return {"result": result, "visited_at": NOW.isoformat()} | more

    def body(self, visit: dict[str, Any], form: dict[str, Any], **more: Any) -> dict[str, Any]:
        kept = {name: visit[name] for name in ("task_id", "case_id", "ticket", "basis")}
        return {"client_id": uuid.uuid4().hex, **kept, "form": form, **more}

    def send(self, body: dict[str, Any]):
        """The very bytes are sent, so that their hash can be compared."""
        raw = json.dumps(body, ensure_ascii=False).encode()
        headers = {"Idempotency-Key": body["client_id"], "Content-Type": "application/json"}
        return self.person.send("POST", "/mobile/submissions", data=raw, headers=headers), hashlib.sha256(
            raw
        ).hexdigest()
