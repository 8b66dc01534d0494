"""A county, the trial scheme beside these tests, and an engine whose operators only note what they were told."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from app.access.models import Audit
from app.engine import Engine
from app.engine.catalogue import deploy_scheme
from app.engine.inbox import open_tasks_of
from app.engine.jobs import enqueue, run_due_jobs
from app.engine.models import Definition, DefinitionBlob, Job, Task
from app.engine.runtime import Start, send_message, start_instance
from app.engine.tasks import complete_task
from app.kernel.actors import SYSTEM
from app.kernel.errors import Fault, Invalid
from tests.access.people import County, make_county

DIAGRAMS = Path(__file__).parent / "diagrams"
MONDAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
_deployed: list[dict[str, Any]] = []  # rows of the first deployment: checking the folder each time would be slow


@dataclass
class Told:
    """What the operators were told, and how they are to misbehave."""

    recorded: list[tuple[str, str]] = field(default_factory=list)
    computed: list[int] = field(default_factory=list)
    known: int = 1
    fail_with: Exception | None = None

    def operators(self) -> dict[str, Any]:
        return {
            "trial.prefill": self.prefill, "trial.submit": self.submit, "trial.record": self.record,
            "trial.compute": self.compute,
        }  # fmt: skip

    def prefill(self, _call):
        return {"amount": "10.00", "context": {"known": self.known}}

    def submit(self, _call, form):
        if form["amount"] == "0":
            raise Invalid([Fault("/amount", "amount_zero", "金额不能为零")])
        return {"amount_given": True}

    def record(self, call, note):
        self.recorded.append((call.subject, note))
        if self.fail_with:
            raise self.fail_with

    def compute(self, call, factor):
        call.session.add(Job(kind="trial.noted", payload={"factor": int(factor)}, state="dead",
                             due_at=MONDAY + timedelta(days=9999), attempts=0, created_at=MONDAY))  # fmt: skip
        call.session.flush()
        if self.fail_with:
            raise self.fail_with
        self.computed.append(int(factor))
        return {"computed": int(factor)}


@dataclass
class Trial:
    """`at` is the time; move it and the clock goes on."""

    database: Any
    engine: Engine
    told: Told
    county: County
    at: datetime = MONDAY

    def clock(self) -> datetime:
        return self.at

    def actor(self, login: str):
        return self.county.actor(login)

    def writing(self):
        return self.database.writing()

    def start(self, process: str, subject: str = "case:1", **more: Any) -> int:
        more.setdefault("areas", {"recognising": self.county.grids[0].id})
        with self.writing() as session:
            start = Start("trial", process, subject, **more)
            instance_id = start_instance(session, self.actor("ybj_officer"), self.clock, start)
            session.commit()
        return instance_id

    def tasks(self, subject: str = "case:1") -> dict[str, Task]:
        """Open tasks by element (the last one, where there are several)."""
        with self.database.reading() as session:
            return {task.element_id: task for task in open_tasks_of(session, subject)}

    def all_tasks(self, *conditions: Any) -> list[Task]:
        with self.database.reading() as session:
            return list(session.scalars(select(Task).where(*conditions).order_by(Task.id)))

    def complete(self, login: str, element: str, form: dict | None = None, subject: str = "case:1", etag=None):
        task_id = self.tasks(subject)[element].id
        with self.writing() as session:
            return complete_task(session, self.actor(login), self.clock, task_id, form or {}, etag)

    def send(self, name: str, payload: dict | None = None, subject: str = "case:1", key: str | None = None) -> None:
        with self.writing() as session:
            send_message(session, self.clock, name, subject, payload or {}, key or f"{name}:{subject}")
            session.commit()

    def run_jobs(self) -> int:
        return run_due_jobs(self.database, self.engine, self.clock)

    def run_periodic(self, kind: str) -> None:
        """What a worker does every minute, and what follows from it."""
        with self.writing() as session:
            enqueue(session, kind, {}, key=f"periodic:{kind}")
            session.commit()
        self.run_jobs()

    def kinds_of_history(self) -> list[str]:
        return [row.kind for row in self.rows(select(Audit).order_by(Audit.id)) if row.instance_id is not None]

    def rows(self, query: Any) -> list[Any]:
        with self.database.reading() as session:
            return list(session.scalars(query))


def make_trial(database, *, handlers: dict | None = None, bulk: dict | None = None) -> Trial:
    """A fresh county and the trial scheme, deployed."""
    told = Told()
    engine = Engine(DIAGRAMS, told.operators(), handlers, bulk)
    database.info["engine"] = engine
    with database.writing() as session:
        county = make_county(session)
        trial = Trial(database, engine, told, county)
        database.info["clock"] = trial.clock
        session.info["clock"] = trial.clock
        if _deployed:
            session.add_all(row["class"](**row["values"]) for row in _deployed)
            session.commit()
        else:
            deploy_scheme(session, SYSTEM, trial.clock, "trial")
            for table in (Definition, DefinitionBlob):
                for found in session.scalars(select(table)):
                    values = {name: getattr(found, name) for name in table.__table__.c.keys()}  # noqa: SIM118
                    _deployed.append({"class": table, "values": values})
    return trial



