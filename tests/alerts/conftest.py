"""A county with the real diagrams deployed and costs to alert about, on a database of each kind."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from app.alerts.models import Alert, AlertTrigger
from app.alerts.raising import Costs, raise_alerts
from app.engine.inbox import find_open_task
from app.engine.models import Task
from app.engine.tasks import complete_task, send_back_task
from app.kernel.settings import Settings
from tests.rounds.place import NOW, ROOT
from tests.visits.doorstep import Doorstep, make_doorstep

SURVEY = {
    "result": "surveyed", "visited_at": NOW.isoformat(), "consent": True, "members": 3, "income": "30000.00",
    "housing": "own", "assets": "within", "disease": "尿毒症",
}  # fmt: skip


@dataclass
class Watch:
    """Alerts of a county; person `who` lives in the grid of `worker(who)`."""

    door: Doorstep

    def raise_from(self, key: str, *paid: str) -> int:
        """Self-paid costs of 2026, person by person."""
        costs = {self.door.place.people[n]: Decimal(amount) for n, amount in enumerate(paid)}
        with self.door.database.writing() as session:
            told = Costs("shengzhou", 2026, "import", key, costs)
            new = raise_alerts(session, self.door.actor("ybj_officer"), self.door.clock, told)
            session.commit()
        while self.door.run_jobs():
            pass
        return new

    def alert(self, n: int = 1) -> Alert:
        with self.door.database.reading() as session:
            return session.get_one(Alert, n)

    def triggers(self, n: int = 1) -> list[tuple[str, str, int]]:
        with self.door.database.reading() as session:
            query = select(AlertTrigger).where(AlertTrigger.alert_id == n).order_by(AlertTrigger.id)
            return [(t.source, str(t.self_paid), t.level) for t in session.scalars(query)]

    def task(self, subject: str, element: str) -> Task:
        with self.door.database.reading() as session:
            task = find_open_task(session, subject, element)
        assert task is not None, f"{element} is not open"
        return task

    def worker(self, who: int = 0) -> str:
        return f"grid_worker_{((who + 1) * 3) % 12 + 1}"

    def do(self, login: str, element: str, form: dict[str, Any], subject: str = "alert:1") -> None:
        task_id = self.task(subject, element).id
        with self.door.database.writing() as session:
            complete_task(session, self.door.actor(login), self.door.clock, task_id, form)
        while self.door.run_jobs():
            pass

    def send_back(self, login: str, element: str, target: str) -> None:
        task_id = self.task("alert:1", element).id
        with self.door.database.writing() as session:
            send_back_task(session, self.door.actor(login), self.door.clock, task_id, target, "请补正")

    def up_to_visit(self) -> None:
        self.do("ybj_officer", "screen", {"result": "visit", "major_disease": True})
        self.do("civil_affairs_officer", "dispatch", {"confirm": True})


@pytest.fixture
def watch(database, tmp_path, clock):
    database.info.update(settings=Settings("", tmp_path, ROOT, b"a secret for tests only"), clock=clock)
    return Watch(make_doorstep(database, clock))
