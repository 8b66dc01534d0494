"""Where is measured: a county with the bench's own diagrams on a fresh SQLite file or PostgreSQL database."""

from __future__ import annotations

import json
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, select, text

from app.engine import Engine
from app.engine.catalogue import deploy_scheme
from app.engine.models import Task
from app.engine.runtime import Start, start_instances
from app.kernel.actors import SYSTEM, Actor
from app.kernel.crypto import Cipher
from app.kernel.dates import system_clock
from app.kernel.db import Database
from app.schema import whole_schema
from tests.access.people import County, make_county
from tests.postgres import LOCAL

ROOT = Path(__file__).parents[2]
OUT = ROOT / "bench-results"  # on the checkout's own disk: /tmp may be memory, where fsync costs nothing
SECRET = "a secret for tests only"
SCHEME = "bench"
FIVE = [("step_1", "clerk_1"), ("step_2", "clerk_1"), ("step_3", "clerk_1"), ("step_4", "ybj_officer"),
        ("step_5", "ybj_officer_2")]  # fmt: skip
_TRIAL = ROOT / "tests/engine/diagrams"
_OWN = Path(__file__).parent / "diagrams"


@dataclass
class Place:
    """A database with a county and the deployed scheme `bench`."""

    database: Database
    county: County
    folder: Path

    @property
    def kind(self) -> str:
        return "SQLite" if self.database.url.get_backend_name() == "sqlite" else "PostgreSQL"

    def actor(self, login: str) -> Actor:
        return self.county.actor(login)

    def start(self, process: str, count: int) -> list[str]:
        """Start so many instances in the first grid; their subjects."""
        subjects = [f"{process}:{uuid.uuid4().hex[:8]}:{n}" for n in range(count)]
        areas = {"recognising": self.county.grids[0].id}
        data = {"filing_unit": self.county.units["mzj"].id}
        starts = [Start(SCHEME, process, subject, areas=areas, data=data) for subject in subjects]
        with self.database.writing() as session:
            start_instances(session, self.actor("ybj_officer"), system_clock, starts)
            session.commit()
        return subjects

    def administer(self, statement: str) -> list[tuple[Any, ...]]:
        """Run what may not stand in a transaction (VACUUM, PRAGMA); its rows, if any."""
        pooled = self.database.engine.raw_connection()
        connection: Any = pooled.driver_connection
        try:
            if self.kind == "PostgreSQL":
                connection.autocommit = True
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []
        finally:
            if self.kind == "PostgreSQL":
                connection.autocommit = False
            pooled.close()

    def open_tasks(self, element: str, subjects: list[str]) -> list[int]:
        """The open task at that element of each of these subjects, in their order."""
        query = select(Task.subject, Task.id).where(Task.element_id == element, Task.state == "open")
        with self.database.reading() as session:
            found = dict(session.execute(query.where(Task.subject.not_like("bg:%"))).all())
        return [found[subject] for subject in subjects]


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder below bench-results that is gone afterwards."""
    OUT.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="run-", dir=OUT) as folder:
        yield Path(folder)


def make_resources(folder: Path) -> Path:
    """A checkout's resources with one scheme: the five tasks of the engine's tests and the bench's diagrams."""
    scheme, forms = folder / "bpmn" / SCHEME, folder / "forms" / SCHEME
    for made in (scheme, forms, folder / "bpmn/common", folder / "forms/common"):
        made.mkdir(parents=True)
    content = {"id": SCHEME, "name": "量测方案", "org_level": "county", "units": {}, "parameters": {}}
    (scheme / "scheme.json").write_text(json.dumps(content, ensure_ascii=False))
    for diagram in (_TRIAL / "bpmn/trial/five_tasks.bpmn", *sorted((_OWN / "bpmn").glob("*.bpmn"))):
        shutil.copy(diagram, scheme)
    for form in (_TRIAL / "forms/trial").glob("step*"):
        shutil.copy(form, forms)
    (folder / "migrations").symlink_to(ROOT / "migrations")
    return folder


@contextmanager
def open_database(kind: str, folder: Path) -> Iterator[Database]:
    """An empty database with the whole schema; `kind` is SQLite or PostgreSQL."""
    if kind == "SQLite":
        database = Database(f"sqlite:///{folder / f'{uuid.uuid4().hex[:8]}.db'}", Cipher(SECRET.encode()))
        whole_schema().create_all(database.engine)
        yield database
        database.dispose()
        return
    name = f"nuanxin_bench_{uuid.uuid4().hex[:12]}"
    admin = create_engine(f"{LOCAL}/postgres", isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    database = Database(f"{LOCAL}/{name}", Cipher(SECRET.encode()))
    try:
        whole_schema().create_all(database.engine)
        yield database
    finally:
        database.dispose()
        with admin.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        admin.dispose()


@contextmanager
def open_place(kind: str) -> Iterator[Place]:
    """A county with the bench's scheme, ready to start instances."""
    with scratch() as folder, open_database(kind, folder) as database:
        resources = make_resources(folder / "resources")
        database.info.update(engine=Engine(resources, {}), clock=system_clock)
        with database.writing() as session:
            county = make_county(session)
        with database.writing() as session:
            deploy_scheme(session, SYSTEM, system_clock, SCHEME)
        yield Place(database, county, folder)


def has_postgresql() -> bool:
    """True when the local server answers."""
    engine = create_engine(f"{LOCAL}/postgres", connect_args={"connect_timeout": 3})
    try:
        with engine.connect():
            return True
    except Exception:  # noqa: BLE001 whatever it is, there is nothing to measure on
        return False
    finally:
        engine.dispose()
