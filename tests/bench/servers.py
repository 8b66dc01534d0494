"""The two servers of row 2 as processes of their own: the product's, and the bare floor's under the same gunicorn."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.bench.place import ROOT, SECRET, Place
from tests.crash.processes import free_port, stamp

_WORKERS, _THREADS = 2, 8
_PATIENCE = 60.0  # seconds


@dataclass(frozen=True)
class Server:
    """Where it listens, and its processes."""

    port: int
    process: subprocess.Popen[bytes]

    def cpu_seconds(self) -> float:
        """What master and workers have computed so far."""
        master = psutil.Process(self.process.pid)
        return sum(p.cpu_times().user + p.cpu_times().system for p in [master, *master.children(recursive=True)])


@contextmanager
def product_server(place: Place) -> Iterator[Server]:
    """`nuanxin serve` with a process a core on the place's database."""
    stamp(place.database)
    port = free_port()
    environment = {
        "NUANXIN_DATA_DIR": str(place.folder / "data"),
        "NUANXIN_DATABASE_URL": place.database.url.render_as_string(hide_password=False),
        "NUANXIN_RESOURCES": str(place.folder / "resources"),
        "NUANXIN_SECRET_KEY": SECRET,
        "NUANXIN_PORT": str(port),
        "NUANXIN_WORKERS": str(_WORKERS),
    }
    command = [sys.executable, "-c", "from app.cli import main; main()", "serve"]
    with _running(command, environment, port, "/api/v1/health", place.folder / "serve.log") as process:
        yield Server(port, process)


@contextmanager
def bare_server(url: str, diagram: Path, key: str) -> Iterator[Server]:
    """The floor, with as many processes and threads."""
    port = free_port()
    command = [
        sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--workers", str(_WORKERS), "--threads",
        str(_THREADS), "--worker-class", "gthread", "--log-level", "warning",
        f"tests.bench.bare_web:make_bare_app({url!r}, {str(diagram)!r}, {key!r})",
    ]  # fmt: skip
    with _running(command, {}, port, "/health", diagram.parent / "bare.log") as process:
        yield Server(port, process)


@contextmanager
def _running(
    command: list[str], environment: dict[str, str], port: int, health: str, log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("ab") as said:
        process = subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, **environment}, stdout=said, stderr=said, start_new_session=True
        )
    try:
        _wait(process, port, health, log)
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=30)


def _wait(process: subprocess.Popen[bytes], port: int, health: str, log: Path) -> None:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until and process.poll() is None:
        with suppress(OSError):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", health)
            if connection.getresponse().status == 200:
                return
        time.sleep(0.1)
    raise RuntimeError(f"the server does not come up: {log.read_text()[-2000:]}")
