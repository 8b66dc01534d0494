"""Real processes of the product: `nuanxin serve` and `nuanxin worker`, started, killed with -9 and started again."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from alembic import command
from alembic.config import Config
from sqlalchemy import text

from app.kernel.db import Database

ROOT = Path(__file__).parents[2]
SECRET = "a secret for tests only"
_PATIENCE = 90.0  # seconds for a process to come up, however busy the machine is


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def stamp(database: Database) -> None:
    """The schema is whole already: `serve` finds nothing to migrate."""
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    with database.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.stamp(config, "head")


@dataclass
class House:
    """One database, one data folder, one port; its processes come and go."""

    database: Database
    folder: Path
    port: int = field(default_factory=free_port)
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/api/v1"

    @property
    def log(self) -> str:
        """Everything that all processes have said."""
        return "".join(path.read_text(errors="replace") for path in sorted(self.folder.glob("*.log")))

    def start(self, name: str, *arguments: str) -> None:
        """E.g. start("serve", "--no-worker"); what runs under that name must have been killed."""
        assert name not in self.running
        environment = {
            **os.environ,
            "NUANXIN_DATA_DIR": str(self.folder / "data"),
            "NUANXIN_DATABASE_URL": self.database.url.render_as_string(hide_password=False),
            "NUANXIN_PORT": str(self.port),
            "NUANXIN_SECRET_KEY": SECRET,
        }
        code = "from app.cli import main; main()"
        with (self.folder / f"{name}.log").open("ab") as said:
            self.running[name] = subprocess.Popen(
                [sys.executable, "-c", code, name, *arguments], cwd=ROOT, env=environment, stdout=said, stderr=said,
                start_new_session=True,
            )  # fmt: skip

    def serve(self, *arguments: str) -> None:
        """Start the server and wait until it answers."""
        self.start("serve", *arguments)
        self.wait_until_it_answers()

    def wait_until_it_answers(self) -> None:
        until = time.monotonic() + _PATIENCE
        while time.monotonic() < until:
            assert self.running["serve"].poll() is None, self.log[-3000:]
            with suppress(httpx.TransportError):
                if httpx.get(f"{self.url}/health", timeout=5).status_code == 200:
                    return
            time.sleep(0.05)
        raise AssertionError(f"the server does not come up: {self.log[-3000:]}")

    def kill(self, name: str) -> None:
        """kill -9 of the whole process group: gunicorn's master and its workers at one blow."""
        process = self.running.pop(name)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def kill_child(self) -> None:
        """kill -9 of gunicorn's worker process only; its master starts another."""
        master = self.running["serve"].pid
        children = Path(f"/proc/{master}/task/{master}/children").read_text().split()
        for child in children:
            with suppress(ProcessLookupError):
                os.kill(int(child), signal.SIGKILL)

    def kill_all(self) -> None:
        for name in list(self.running):
            self.kill(name)

    def let_leases_end(self) -> None:
        """What two minutes would do: jobs that the dead had leased are due again."""
        with self.database.engine.begin() as connection:
            past = "2026-01-01 00:00:00" if connection.dialect.name == "sqlite" else "2026-01-01 00:00:00+00"
            connection.execute(text("UPDATE job SET due_at = :past WHERE state = 'leased'"), {"past": past})
