"""A round in its third step with many visits for one grid worker, and the real server over it as its own process."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import URLError

from sqlalchemy import func, select, update

from app.intake.models import StoredFile
from app.kernel.crypto import Cipher
from app.kernel.dates import system_clock
from app.kernel.db import Database
from app.kernel.settings import Settings
from app.mobile.models import PhoneSubmission, VisitNote
from app.registry.models import Person
from app.schema import upgrade
from app.visits.models import Visit, VisitFile
from tests.rounds.place import ROOT
from tests.visits.doorstep import Doorstep, make_doorstep

SECRET = "a secret for browser tests only"
WORKER = "grid_worker_1"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Ground:
    """`door` speaks to the database directly; `address` is where the browser goes."""

    folder: Path
    door: Doorstep
    client: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        env = {
            **os.environ,
            "NUANXIN_DATA_DIR": str(self.folder),
            "NUANXIN_SECRET_KEY": SECRET,
            "NUANXIN_PORT": str(self.port),
            "NUANXIN_CLIENT_DIR": str(self.client),
            "NUANXIN_LOG_LEVEL": "ERROR",
        }
        self.process = subprocess.Popen([sys.executable, "-m", "tests.browser.server"], env=env, cwd=ROOT)
        for _ in range(600):
            try:
                urllib.request.urlopen(f"{self.address}/api/v1/health", timeout=2).close()  # noqa: S310 our own server
            except (URLError, OSError):
                time.sleep(0.1)
            else:
                return
        raise TimeoutError("the server did not come up")

    def kill(self) -> None:
        """As a power cut would: the process group at once."""
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
            self.process = None

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(timeout=30)
            self.process = None

    def count(self, table, *where) -> int:
        with self.door.database.reading() as session:
            return session.scalar(select(func.count()).select_from(table).where(*where))

    def counts(self) -> dict[str, int]:
        tables = {
            "visits": Visit,
            "receipts": PhoneSubmission,
            "notes": VisitNote,
            "files": StoredFile,
            "used": VisitFile,
        }
        return {name: self.count(table) for name, table in tables.items()}


def make_ground(folder: Path, client: Path, people: int, tallied: str = "3000.00") -> Ground:
    """`people` visits, all on the desk of the first grid's worker."""
    folder.mkdir(parents=True, exist_ok=True)
    url = f"sqlite:///{folder / 'nuanxin.db'}"
    database = Database(url, Cipher(SECRET.encode()))
    upgrade(database.engine, ROOT)
    database.info.update(settings=Settings(url, folder, ROOT, SECRET.encode()), clock=system_clock)
    door = make_doorstep(database, system_clock, people)
    with database.writing() as session:
        home = [area.id for area in door.place.county.grids[:1]]
        phone = session.info["cipher"].encrypt("13912345678")
        values = {"residence_area_id": home[0], "recognising_area_id": home[0], "phone_enc": phone}
        session.execute(update(Person).values(values))
        session.commit()
    costs = {n: {"total_cost": f"{40_000 + n * 900}.50", "basic_insurance": "18000.00"} for n in range(people)}
    door.begin(costs, {n: {"charity": tallied} for n in range(0, people, 2)})
    return Ground(folder, door, client)
