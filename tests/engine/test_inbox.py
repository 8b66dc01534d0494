"""The inbox shows one's own desks, in order, page by page."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.engine.holding import claim_task
from app.engine.inbox import Filters, count_tasks, find_open_task, list_tasks
from app.engine.views import get_instance, get_task
from app.kernel.errors import Denied, NotFound


def pages(trial, login, sort="due", limit=3, **filters):
    after, found = None, []
    with trial.database.reading() as session:
        while True:
            page = list_tasks(session, trial.actor(login), Filters(**filters), sort, after, limit)
            found.append([task.subject for task in page.items])
            if page.next is None:
                return found
            after = page.next


def test_pages_follow_each_other_without_gaps_or_repeats(trial):
    for n in range(8):
        trial.at += timedelta(days=(n % 3))
        trial.start("five_tasks", f"case:{n}", group="round:1")
    for sort in ("due", "received", "priority"):
        found = pages(trial, "clerk_1", sort)
        assert [len(page) for page in found] == [3, 3, 2]
        assert len({subject for page in found for subject in page}) == 8
    assert pages(trial, "clerk_1", "received", 100) == [[f"case:{n}" for n in range(8)]]


def test_an_inbox_holds_only_ones_own_desk(trial):
    trial.start("five_tasks")
    assert pages(trial, "clerk_1") == [["case:1"]]
    assert pages(trial, "clerk_2") == [[]]
    assert pages(trial, "ybj_officer") == [[]]
    with trial.database.reading() as session, pytest.raises(Denied):
        list_tasks(session, trial.actor("clerk_2"), Filters(unit_id=trial.county.units["t1"].id))


def test_filters_narrow(trial):
    trial.start("five_tasks", "case:1", group="round:1")
    trial.start("five_tasks", "case:2", group="round:2")
    with trial.writing() as session:
        claim_task(session, trial.actor("clerk_1"), trial.clock, trial.tasks("case:2")["step_1"].id)
    assert pages(trial, "clerk_1", group="round:1") == [["case:1"]]
    assert pages(trial, "clerk_1", mine=True) == [["case:2"]]
    assert pages(trial, "clerk_1", subject="case:2", role="township_clerk", overdue=False) == [["case:2"]]
    assert pages(trial, "clerk_1", overdue=True) == [[]]
    trial.complete("clerk_1", "step_1", subject="case:1")
    assert pages(trial, "clerk_1", state="completed") == [["case:1"]]


def test_counts_are_those_of_the_list(trial):
    for n in range(4):
        trial.start("five_tasks", f"case:{n}")
    with trial.database.reading() as session:
        assert count_tasks(session, trial.actor("clerk_1"), Filters()) == 4
        assert count_tasks(session, trial.actor("clerk_2"), Filters()) == 0


def test_a_task_shows_its_form_what_is_known_and_an_etag_that_goes_stale_with_it(trial):
    trial.start("approval")
    task = trial.tasks()["prepare"]
    with trial.database.reading() as session:
        view = get_task(session, trial.actor("clerk_1"), task.id)
    assert view.prefill == {"amount": "10.00"}
    assert view.context == {"known": 1}
    assert view.schema["required"] == ["amount"]
    assert view.may_act
    trial.told.known = 2
    with pytest.raises(Exception, match="task_changed"):
        trial.complete("clerk_1", "prepare", {"amount": "10.00"}, etag=view.etag)
    trial.told.known = 1
    trial.complete("clerk_1", "prepare", {"amount": "10.00"}, etag=view.etag)


def test_an_instance_is_seen_by_those_who_had_a_hand_in_it(trial):
    instance_id = trial.start("five_tasks")
    with trial.database.reading() as session:
        assert get_instance(session, trial.actor("clerk_1"), instance_id).waiting_at == ["step_1"]
        assert get_instance(session, trial.actor("auditor"), instance_id).instance.state == "running"
        with pytest.raises(NotFound):
            get_instance(session, trial.actor("clerk_2"), instance_id)


def test_other_rooms_find_the_open_task_of_an_element(trial):
    trial.start("five_tasks")
    with trial.database.reading() as session:
        assert find_open_task(session, "case:1", "step_1").title == "第一步"
        assert find_open_task(session, "case:1", "step_2") is None
