"""A PostgreSQL for the tests: one that is reachable, or a throw-away cluster from installed binaries."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine
from sqlalchemy.exc import OperationalError

CANDIDATES = ("postgresql+psycopg://postgres@127.0.0.1:5432",)


@contextmanager
def find_postgresql() -> Iterator[str]:
    """Yields a server url without a database; skips the test when there is no server and no binary."""
    given = os.environ.get("NUANXIN_TEST_POSTGRESQL")
    for url in (given,) if given else CANDIDATES:
        if _answers(url):
            yield url
            return
    binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"))
    on_path = shutil.which("pg_ctl")
    if not binaries and not on_path:
        pytest.skip("no PostgreSQL server is reachable and no binaries are installed")
    with _throw_away_cluster(Path(on_path) if on_path else binaries[-1]) as url:
        yield url


def _answers(url: str) -> bool:
    engine = create_engine(f"{url}/postgres", connect_args={"connect_timeout": 3})
    try:
        with engine.connect():
            return True
    except OperationalError:
        return False
    finally:
        engine.dispose()


@contextmanager
def _throw_away_cluster(pg_ctl: Path) -> Iterator[str]:
    from pytest_postgresql.executor import PostgreSQLExecutor  # noqa: PLC0415 only where no server answers
    from port_for import get_port  # noqa: PLC0415

    port = get_port(None) or get_port("40000-50000")
    with tempfile.TemporaryDirectory() as folder:
        executor = PostgreSQLExecutor(
            executable=str(pg_ctl), host="127.0.0.1", port=port, datadir=f"{folder}/data", unixsocketdir=folder,
            logfile=f"{folder}/log", startparams="-w", user="postgres", postgres_options="-c fsync=off",
        )
        executor.start()
        try:
            yield f"postgresql+psycopg://postgres@127.0.0.1:{port}"
        finally:
            executor.stop()
