"""A PostgreSQL for the tests: one that is reachable, or a throw-away cluster from installed binaries."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from port_for import get_port
from pytest_postgresql.executors import PostgreSQLExecutor
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

LOCAL = "postgresql+psycopg://postgres@127.0.0.1:5432"


@contextmanager
def find_postgresql() -> Iterator[str]:
    """Yields a server url without a database.

    `NUANXIN_TEST_POSTGRESQL` names a server, or `throw-away`. Without any server or binary the test is
    skipped, or fails where `NUANXIN_REQUIRE_POSTGRESQL` is set (CI).
    """
    wish = os.environ.get("NUANXIN_TEST_POSTGRESQL", LOCAL)
    if wish != "throw-away" and _answers(wish):
        yield wish
        return
    pg_ctl = _find_pg_ctl()
    if pg_ctl is None:
        missing = "no PostgreSQL server is reachable and no binaries are installed"
        if os.environ.get("NUANXIN_REQUIRE_POSTGRESQL"):
            pytest.fail(missing)
        pytest.skip(missing)
    with _throw_away_cluster(pg_ctl) as url:
        yield url


def empty_postgresql(url: str, tables: Sequence[str]) -> None:
    """Empty every table and restart every number: 20 ms, where a new database takes seconds.

    Whoever is still connected (a killed server) is cut off; triggers are asleep while the rows go.
    """
    engine = create_engine(url)
    others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
    numbers = "SELECT setval(seqrelid::regclass, seqstart, false) FROM pg_sequence"
    with engine.begin() as connection:
        connection.execute(text(f"{others} AND pid <> pg_backend_pid()"))
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.exec_driver_sql("; ".join(f'DELETE FROM "{table}"' for table in tables))
        connection.execute(text(numbers))
    engine.dispose()


def _find_pg_ctl() -> Path | None:
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"))
    on_path = shutil.which("pg_ctl")
    return Path(on_path) if on_path else (installed[-1] if installed else None)


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
    port = get_port(None)
    with tempfile.TemporaryDirectory(prefix="nuanxin-pg-") as folder:
        executor = PostgreSQLExecutor(
            executable=str(_runnable(pg_ctl, Path(folder))), host="127.0.0.1", port=port, dbname="postgres",
            datadir=f"{folder}/data", unixsocketdir=folder, logfile=f"{folder}/log", startparams="-w",
            postgres_options="-c fsync=off -c max_connections=200",
        )
        executor.start()
        try:
            yield f"postgresql+psycopg://postgres@127.0.0.1:{port}"
        finally:
            executor.stop()


def _runnable(pg_ctl: Path, folder: Path) -> Path:
    """PostgreSQL refuses to run as root; a container that is root runs it as the user `postgres`."""
    if os.geteuid() != 0:
        return pg_ctl
    shutil.chown(folder, "postgres")
    wrapper = folder / "pg_ctl"
    wrapper.write_text(f'#!/bin/sh\ncd / && exec runuser -u postgres -- {pg_ctl} "$@"\n')
    wrapper.chmod(0o755)
    return wrapper
