"""Jobs run once, come again when their worker dies, and are put aside after too many failures."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.engine import Engine
from app.engine.incidents import retry_incident
from app.engine.jobs import enqueue, lease_jobs, run_due_jobs, run_job
from app.engine.models import Incident, Job, JobDone
from app.engine.worker import Worker
from tests.engine.trial import make_trial


@pytest.fixture
def seen():
    return []


@pytest.fixture
def trial(database, seen):
    def note(session, payload):
        if payload.get("fail"):
            raise RuntimeError("no")
        seen.append(payload["n"])

    return make_trial(database, handlers={"trial.note": note})


def put(trial, payload, **more):
    with trial.writing() as session:
        enqueue(session, "trial.note", payload, **more)
        session.commit()


def test_jobs_run_in_order_and_leave_a_mark(trial, seen):
    for n in range(5):
        put(trial, {"n": n})
    assert trial.run_jobs() == 5
    assert seen == [0, 1, 2, 3, 4]
    assert trial.rows(select(Job)) == []
    assert len(trial.rows(select(JobDone))) == 5


def test_a_job_waits_until_it_is_due(trial, seen):
    put(trial, {"n": 1}, due=trial.at + timedelta(hours=1))
    assert trial.run_jobs() == 0
    trial.at += timedelta(hours=2)
    assert trial.run_jobs() == 1


def test_a_rolled_back_use_case_leaves_no_job(trial):
    with trial.writing() as session:
        enqueue(session, "trial.note", {"n": 1})
    assert trial.run_jobs() == 0


def test_a_waiting_job_makes_another_with_its_key_superfluous(trial, seen):
    put(trial, {"n": 1}, key="barrier")
    put(trial, {"n": 2}, key="barrier")
    trial.run_jobs()
    put(trial, {"n": 3}, key="barrier")
    trial.run_jobs()
    assert seen == [1, 3]


def test_a_job_whose_worker_died_comes_again_when_its_lease_is_over(trial, seen):
    put(trial, {"n": 1})
    assert len(lease_jobs(trial.database, trial.clock, "dies", 5)) == 1
    assert trial.run_jobs() == 0
    trial.at += timedelta(minutes=3)
    assert trial.run_jobs() == 1
    assert seen == [1]


def test_a_worker_that_lost_its_lease_does_not_run_the_job(trial, seen):
    put(trial, {"n": 1})
    [late] = lease_jobs(trial.database, trial.clock, "slow", 5)
    trial.at += timedelta(minutes=3)
    trial.run_jobs()
    run_job(trial.database, trial.engine, trial.clock, late)
    assert seen == [1]


def test_a_failing_job_is_tried_five_times_and_then_an_incident(trial, seen):
    put(trial, {"n": 1, "fail": True})
    for _ in range(8):
        trial.run_jobs()
        trial.at += timedelta(minutes=10)
    [incident] = trial.rows(select(Incident))
    assert (incident.kind, incident.attempts, incident.code) == ("job", 5, "unexpected_error")
    trial.engine.job_handlers["trial.note"] = lambda _session, payload: seen.append(payload["n"])
    with trial.writing() as session:
        retry_incident(session, trial.actor("administrator"), trial.clock, incident.id)
    trial.run_jobs()
    assert seen == [1]


def test_two_workers_share_the_jobs_without_doing_one_twice(trial, seen):
    for n in range(40):
        put(trial, {"n": n})
    workers = [Worker(trial.database, trial.engine, trial.clock) for _ in range(2)]
    threads = [threading.Thread(target=worker.run_forever) for worker in workers]
    for thread in threads:
        thread.start()
    wait_until(lambda: len(seen) >= 40)
    for worker in workers:
        worker.stop()
    for thread in threads:
        thread.join(10)
    assert sorted(seen) == list(range(40))
    assert not any(thread.is_alive() for thread in threads)


def test_periodic_jobs_are_enqueued_by_the_worker(database):
    ran = threading.Event()
    trial = make_trial(database)
    engine = Engine(trial.engine.resources, {}, {"trial.tick": lambda *_: ran.set()}, periodic={"trial.tick": 60})
    worker = Worker(database, engine, trial.clock)
    thread = threading.Thread(target=worker.run_forever)
    thread.start()
    assert ran.wait(10)
    worker.stop()
    thread.join(10)


def test_draining_stops_at_its_limit(trial, seen):
    for n in range(5):
        put(trial, {"n": n})
    assert run_due_jobs(trial.database, trial.engine, trial.clock, limit=3) == 3
    assert len(seen) == 3


def wait_until(condition, seconds=20.0):
    pause = threading.Event()
    for _ in range(int(seconds / 0.02)):
        if condition():
            return
        pause.wait(0.02)
    raise AssertionError("it did not happen in time")
