"""Drawn timers count working days of our calendar, by our clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from app.engine.models import Job, Task


def test_a_timer_of_three_days_goes_off_at_the_end_of_the_third_working_day(trial):
    trial.start("timed")
    [job] = trial.rows(select(Job))
    assert job.due_at == datetime(2026, 3, 5, 15, 59, 59, tzinfo=UTC)  # Thursday, end of the county's day


def test_a_timer_that_goes_off_withdraws_the_task_and_goes_its_own_way(trial):
    trial.start("timed")
    trial.run_jobs()
    assert list(trial.tasks()) == ["answer"]
    trial.at += timedelta(days=4)
    trial.run_jobs()
    assert list(trial.tasks()) == ["escalated"]


def test_a_timer_of_a_completed_task_does_nothing(trial):
    trial.start("timed")
    trial.complete("ybj_officer", "answer")
    trial.at += timedelta(days=4)
    trial.run_jobs()
    assert len(trial.all_tasks()) == 1


def test_due_and_remind_dates_are_working_days_and_swept_once(trial):
    trial.start("five_tasks")
    task = trial.tasks()["step_1"]
    assert task.due_at == datetime(2026, 3, 5, 15, 59, 59, tzinfo=UTC)
    assert task.remind_at == datetime(2026, 3, 4, 15, 59, 59, tzinfo=UTC)
    trial.at += timedelta(days=3)
    trial.run_periodic("engine.sweep_due")
    reminded = trial.tasks()["step_1"]
    assert (reminded.reminded_at, reminded.overdue_at) == (trial.at, None)
    trial.at += timedelta(days=1)
    trial.run_periodic("engine.sweep_due")
    trial.run_periodic("engine.sweep_due")
    overdue = trial.tasks()["step_1"]
    assert (overdue.reminded_at, overdue.overdue_at) == (reminded.reminded_at, trial.at)
    assert trial.kinds_of_history().count("task_overdue") == 1


def test_a_task_without_a_due_date_is_never_overdue(trial):
    trial.start("both")
    trial.at += timedelta(days=4000)
    trial.run_periodic("engine.sweep_due")
    assert trial.all_tasks(Task.overdue_at.is_not(None)) == []
