"""A step that fails with nobody there keeps its place, becomes an incident, and can be tried again."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.engine.incidents import list_incidents, retry_incident
from app.engine.models import Incident, Job
from app.kernel.errors import Conflict, Denied


def fail_in_the_background(trial, error=None):
    trial.start("background")
    trial.told.fail_with = error or RuntimeError("out of luck")
    trial.send("begin")
    trial.run_jobs()
    [incident] = trial.rows(select(Incident).order_by(Incident.id))
    return incident


def retry(trial, incident):
    with trial.writing() as session:
        retry_incident(session, trial.actor("administrator"), trial.clock, incident.id)
    trial.run_jobs()


def test_a_failing_step_waits_before_itself_and_its_rows_are_undone(trial):
    incident = fail_in_the_background(trial)
    assert (incident.kind, incident.element_id, incident.code) == ("step", "compute", "unexpected_error")
    assert "out of luck" not in incident.message
    assert trial.tasks() == {}
    assert trial.rows(select(Job).where(Job.kind == "trial.noted")) == []


def test_a_retried_step_goes_on(trial):
    incident = fail_in_the_background(trial)
    trial.told.fail_with = None
    retry(trial, incident)
    assert list(trial.tasks()) == ["check"]
    assert trial.told.computed == [2]
    [resolved] = trial.rows(select(Incident))
    assert resolved.state == "resolved"


def test_a_retry_that_fails_again_is_an_incident_again(trial):
    incident = fail_in_the_background(trial, Conflict("额度不足", code="quota_exceeded"))
    assert incident.message == "额度不足"
    retry(trial, incident)
    states = [(row.state, row.attempts) for row in trial.rows(select(Incident).order_by(Incident.id))]
    assert states == [("resolved", 1), ("open", 2)]


def test_only_one_retry_and_only_by_those_who_may(trial):
    incident = fail_in_the_background(trial)
    with trial.writing() as session:
        with pytest.raises(Denied):
            retry_incident(session, trial.actor("clerk_1"), trial.clock, incident.id)
        retry_incident(session, trial.actor("administrator"), trial.clock, incident.id)
        with pytest.raises(Conflict):
            retry_incident(session, trial.actor("administrator"), trial.clock, incident.id)


def test_an_error_in_a_step_that_somebody_waits_for_undoes_the_completion(trial):
    trial.start("approval")
    trial.complete("clerk_1", "prepare", {"amount": "10.00"})
    trial.told.fail_with = Conflict("额度不足", code="quota_exceeded")
    with pytest.raises(Conflict) as refused:
        trial.complete("ybj_officer", "review", {"approved": True})
    assert refused.value.code == "quota_exceeded"
    assert list(trial.tasks()) == ["review"]
    assert trial.rows(select(Incident)) == []


def test_incidents_are_listed_newest_first(trial):
    fail_in_the_background(trial)
    with trial.database.reading() as session:
        found = list_incidents(session, trial.actor("ybj_officer"), "open", None, 10)
    assert [incident.element_id for incident in found] == ["compute"]
