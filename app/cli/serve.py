"""`nuanxin run`, `serve`, `worker` and `migrate`: the product as processes."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from typing import Any

import click
from flask import Flask
from gunicorn.app.base import BaseApplication

from app import create_app
from app.demo.guide import print_guide
from app.demo.load import is_empty, load_demo
from app.engine.worker import Worker
from app.kernel.crypto import Cipher
from app.kernel.dates import system_clock
from app.kernel.db import Database
from app.kernel.logs import configure_logs
from app.kernel.settings import Settings, read_settings
from app.schema import upgrade


class _Server(BaseApplication):  # type: ignore[misc]  # gunicorn ships no types
    """Gunicorn with threads; every process also works on jobs, which SKIP LOCKED and leases share out."""

    def __init__(self, settings: Settings, *, with_worker: bool) -> None:
        self.settings = settings
        self.with_worker = with_worker
        self.flask: Flask | None = None
        super().__init__()

    def load_config(self) -> None:
        for name, value in {
            "bind": f"{self.settings.host}:{self.settings.port}",
            "workers": self.settings.workers,
            "worker_class": "gthread",
            "threads": 8,
            "timeout": 120,
            "graceful_timeout": 10,
            "accesslog": None,
            "loglevel": "warning",
            "control_socket_disable": True,
        }.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)
        self.cfg.set("post_worker_init", self._start_worker)

    def load(self) -> Flask:
        configure_logs(self.settings.log_level)
        self.flask = create_app(self.settings)
        return self.flask

    def _start_worker(self, _process: Any) -> None:
        if self.with_worker and self.flask is not None:
            threading.Thread(target=_worker_of(self.flask).run_forever, name="jobs", daemon=True).start()


def _worker_of(flask: Flask) -> Worker:
    return Worker(flask.extensions["nuanxin_database"], flask.extensions["nuanxin_engine"], system_clock)


@click.command()
def migrate() -> None:
    """Bring the database to the newest schema."""
    _migrate(read_settings())
    click.echo("数据库已是最新结构")


@click.command()
@click.option("--no-worker", is_flag=True, help="Jobs are done by `nuanxin worker` processes instead.")
def serve(*, no_worker: bool) -> None:
    """Migrate, deploy what changed, then serve the API until stopped."""
    settings = read_settings()
    _prepare(settings)
    click.echo(f"暖心 http://{settings.host}:{settings.port}")
    _Server(settings, with_worker=not no_worker).run()


@click.command()
def worker() -> None:
    """Work on background jobs until stopped."""
    settings = read_settings()
    configure_logs(settings.log_level)
    one = _worker_of(create_app(settings))
    _on_stop(one.stop)
    one.run_forever()


@click.command()
def run() -> None:
    """Serve; on an empty database load the demonstration county first and say what to try."""
    settings = read_settings()
    _prepare(settings)
    flask = create_app(settings)
    if is_empty(flask.extensions["nuanxin_database"]):
        load_demo(settings, click.echo)
    print_guide(settings, click.echo)
    flask.extensions["nuanxin_database"].dispose()
    _Server(settings, with_worker=True).run()


def _prepare(settings: Settings) -> None:
    _migrate(settings)
    flask = create_app(settings)
    flask.extensions["nuanxin_deploy"]()
    flask.extensions["nuanxin_database"].dispose()


def _migrate(settings: Settings) -> None:
    database = Database(settings.database_url, Cipher(settings.secret_key))
    upgrade(database.engine, settings.resources)
    database.dispose()


def _on_stop(stop: Callable[[], None]) -> None:
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop())
