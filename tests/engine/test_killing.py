"""kill -9 of the worker at any moment: nothing is lost, nothing happens twice."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.engine.bulk import start_bulk
from app.engine.jobs import run_due_jobs
from app.engine.models import BulkRow, BulkRun, Incident, Job
from app.kernel.dates import system_clock
from tests.engine.dying_worker import make_engine
from tests.engine.trial import make_trial

ROWS = 600


def start(trial):
    with trial.writing() as session:
        other = BulkRun(kind="x", common={}, state="done", total=0, done=0, refused=0, next_n=0,
                        created_by_name="", created_at=trial.at)  # fmt: skip
        session.add(other)
        session.flush()
        session.info["engine"] = make_engine()
        items = [{"n": n} for n in range(ROWS)]
        actor = trial.actor("ybj_officer")
        bulk_id = start_bulk(session, actor, trial.clock, "trial.decide", items, {"other": other.id})
        session.commit()
    return bulk_id, other.id


@pytest.mark.crash
def test_a_bulk_run_survives_killed_workers(database):
    trial = make_trial(database)
    bulk_id, other = start(trial)
    url = database.url.render_as_string(hide_password=False)
    dice = random.Random(7)  # noqa: S311 moments to kill at, not secrets
    for round_ in range(4):
        command = [sys.executable, "-m", "tests.engine.dying_worker", url, str(10 * round_)]
        worker = subprocess.Popen(command)
        wait_for_progress(trial, bulk_id, worker)
        time.sleep(dice.uniform(0.01, 0.3))
        worker.kill()
        worker.wait()
    run_due_jobs(database, make_engine(), lambda: system_clock() + timedelta(hours=2))
    [run] = trial.rows(select(BulkRun).where(BulkRun.id == bulk_id))
    assert (run.state, run.done, run.refused, run.next_n) == ("done", ROWS - 12, 12, ROWS)
    numbers = [row.n for row in trial.rows(select(BulkRow).where(BulkRow.bulk_id == other).order_by(BulkRow.n))]
    assert numbers == [n for n in range(ROWS) if n % 50 != 7]
    assert trial.rows(select(Job)) == []
    assert trial.rows(select(Incident)) == []


def wait_for_progress(trial, bulk_id, worker):
    decided = select(func.count()).where(BulkRow.bulk_id == bulk_id, BulkRow.state != "waiting")
    before = trial.rows(decided)[0]
    for _ in range(600):
        if trial.rows(decided)[0] > before:
            return
        assert worker.poll() is None
        time.sleep(0.05)
    raise AssertionError("the worker does nothing")
