"""A worker: runs due jobs and the periodic ones until it is told to stop."""

from __future__ import annotations

import logging
import os
import socket
import threading
import uuid
from datetime import datetime, timedelta

from app.engine.engine import Engine
from app.engine.jobs import BATCH, enqueue, lease_jobs, release_leases, run_job
from app.kernel.dates import Clock
from app.kernel.db import Database

log = logging.getLogger("nuanxin.worker")

_IDLE = 0.25  # seconds between looks when nothing is due
_AFTER_TROUBLE = 2.0  # seconds, when the database did not answer


class Worker:
    """One of any number of workers on any number of hosts; `run_forever` in a thread or in a process of its own."""

    def __init__(self, database: Database, engine: Engine, clock: Clock) -> None:
        self._database = database
        self._engine = engine
        self._clock = clock
        self._stopped = threading.Event()
        self._next_run: dict[str, datetime] = {}
        self.name = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:6]}"

    def run_forever(self) -> None:
        """Until `stop()`; the job at hand is finished, the others are given back."""
        while not self._stopped.is_set():
            try:
                wait = 0.0 if self._run_once() else _IDLE
            except Exception:
                log.exception("the worker could not reach its jobs")
                wait = _AFTER_TROUBLE
            self._stopped.wait(wait)

    def stop(self) -> None:
        self._stopped.set()

    def _run_once(self) -> int:
        self._enqueue_periodic()
        leases = lease_jobs(self._database, self._clock, self.name, BATCH)
        for count, lease in enumerate(leases):
            if self._stopped.is_set():
                release_leases(self._database, self.name)
                return count
            run_job(self._database, self._engine, self._clock, lease)
        return len(leases)

    def _enqueue_periodic(self) -> None:
        now = self._clock()
        due = [kind for kind in self._engine.periodic if self._next_run.get(kind, now) <= now]
        if not due:
            return
        with self._database.writing() as session:
            for kind in due:
                enqueue(session, kind, {}, key=f"periodic:{kind}")
                self._next_run[kind] = now + timedelta(seconds=self._engine.periodic[kind])
            session.commit()
