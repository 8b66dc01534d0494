"""Bulk: a refused row is a result, a crash resumes where the last commit was, nothing happens twice."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.engine import bulk
from app.engine.bulk import Together, bulk_rows, complete_in_bulk, get_bulk, run_bulk, start_bulk
from app.engine.jobs import lease_jobs, run_job
from app.engine.models import BulkRow, BulkRun, Task
from app.kernel.errors import Conflict, Invalid, NotFound
from tests.engine.trial import make_trial


@pytest.fixture
def done():
    return []


@pytest.fixture
def calls():
    return []


@pytest.fixture
def trial(database, done, calls):
    def decide(session, actor, clock, item, common):
        if item["n"] % 7 == 3:
            raise Conflict("已被他人决定", code="already_decided", n=item["n"])
        if item["n"] == 12:
            raise RuntimeError("a bug in one row")
        session.add(BulkRow(bulk_id=common["other"], n=item["n"], item={}, state="done"))
        done.append(item["n"])
        return {"by": actor.name}

    def decide_together(session, actor, clock, items, common):
        """As `decide`, but writes before it looks: what a refused piece has written must be gone."""
        calls.append(len(items))
        session.add_all(BulkRow(bulk_id=common["other"], n=item["n"], item={}, state="done") for item in items)
        session.flush()
        if any(item["n"] == 30 for item in items):
            raise Conflict("已被他人决定", code="already_decided")
        return [{"by": actor.name} for _ in items]

    def decide_but_one(session, actor, clock, item, common):
        if item["n"] == 30:
            raise Conflict("已被他人决定", code="already_decided")
        session.add(BulkRow(bulk_id=common["other"], n=item["n"], item={}, state="done"))
        return {"by": actor.name}

    together = Together(decide_but_one, decide_together)
    return make_trial(database, bulk={"trial.decide": decide, "trial.together": together})


def start(trial, count, kind="trial.decide"):
    with trial.writing() as session:
        other = BulkRun(kind="x", common={}, state="done", total=0, done=0, refused=0, next_n=0,
                        created_by_name="", created_at=trial.at)  # fmt: skip
        session.add(other)
        session.flush()
        items = [{"n": n} for n in range(count)]
        bulk_id = start_bulk(
            session, trial.actor("ybj_officer"), trial.clock, kind, items, {"other": other.id}
        )
        session.commit()
    return bulk_id, other.id


def test_refused_rows_are_results_and_the_rest_is_done(trial, done):
    bulk_id, _ = start(trial, 30)
    trial.run_jobs()
    with trial.database.reading() as session:
        run = get_bulk(session, trial.actor("ybj_officer"), bulk_id)
        assert (run.state, run.total, run.done, run.refused) == ("done", 30, 25, 5)
        refused = bulk_rows(session, trial.actor("ybj_officer"), bulk_id, "refused")
        assert [(row.n, row.result["code"]) for row in refused] == [
            (3, "already_decided"), (10, "already_decided"), (12, "unexpected_error"), (17, "already_decided"),
            (24, "already_decided"),
        ]  # fmt: skip
        assert bulk_rows(session, trial.actor("ybj_officer"), bulk_id, "done")[0].result == {"by": "胡医保"}
        with pytest.raises(NotFound):
            get_bulk(session, trial.actor("clerk_1"), bulk_id)


def test_rows_run_together_unless_one_of_them_is_refused(trial, calls, monkeypatch):
    monkeypatch.setattr(bulk, "CHUNK_SECONDS", 60.0)
    bulk_id, other = start(trial, 60, "trial.together")
    trial.run_jobs()
    assert calls == [25, 25, 10]
    written = trial.rows(select(BulkRow).where(BulkRow.bulk_id == other).order_by(BulkRow.n))
    assert [row.n for row in written] == [n for n in range(60) if n != 30]
    rows = trial.rows(select(BulkRow).where(BulkRow.bulk_id == bulk_id).order_by(BulkRow.n))
    assert [row.n for row in rows if row.state == "refused"] == [30]
    assert rows[30].result["code"] == "already_decided"
    assert {row.result.get("by") for row in rows if row.state == "done"} == {"胡医保"}


def test_a_chunk_that_never_committed_is_done_once(trial, done, monkeypatch):
    monkeypatch.setattr(bulk, "CHUNK_SECONDS", 0.0)  # one row a chunk
    bulk_id, other = start(trial, 6)
    with trial.writing() as session:  # the worker dies before its commit
        session.info["clock"] = trial.clock
        run_bulk(session, {"bulk_id": bulk_id})
    trial.run_jobs()
    rows = trial.rows(select(BulkRow).where(BulkRow.bulk_id == other).order_by(BulkRow.n))
    assert [row.n for row in rows] == [0, 1, 2, 4, 5]
    [run] = trial.rows(select(BulkRun).where(BulkRun.id == bulk_id))
    assert (run.done, run.refused, run.next_n) == (5, 1, 6)


def test_the_same_chunk_leased_twice_runs_once(trial, done):
    start(trial, 5)
    [first] = lease_jobs(trial.database, trial.clock, "a", 1)
    run_job(trial.database, trial.engine, trial.clock, first)
    run_job(trial.database, trial.engine, trial.clock, first)
    assert sorted(done) == [0, 1, 2, 4]


def test_many_tasks_are_completed_with_one_form(trial):
    for n in range(5):
        trial.start("five_tasks", f"case:{n}")
    ids = [task.id for task in trial.all_tasks()]
    trial.complete("clerk_1b", "step_1", subject="case:4")
    items = [{"task_id": task_id} for task_id in [*ids, 999_999]]
    items[1]["form"] = {"note": 7}
    with trial.writing() as session:
        bulk_id = complete_in_bulk(session, trial.actor("clerk_1"), trial.clock, items, {"note": "秘密"})
    assert "秘密" not in str([row.item for row in trial.rows(select(BulkRow))])
    trial.run_jobs()
    with trial.database.reading() as session:
        rows = bulk_rows(session, trial.actor("clerk_1"), bulk_id)
    assert [row.state for row in rows] == ["done", "refused", "done", "done", "refused", "refused"]
    assert [rows[n].result["code"] for n in (1, 4, 5)] == ["invalid", "task_already_completed", "not_found"]
    assert len(trial.all_tasks(Task.element_id == "step_2", Task.state == "open")) == 4


def test_an_unknown_kind_or_nothing_to_do_is_invalid(trial):
    with trial.writing() as session:
        for kind, items in (("nothing", [{}]), ("trial.decide", [])):
            with pytest.raises(Invalid):
                start_bulk(session, trial.actor("ybj_officer"), trial.clock, kind, items, {})
