"""The third step inside its round: from the dispatch to the list of those to be subsidised."""

from __future__ import annotations

import pytest

from app.assembly import BULK_HANDLERS, JOB_HANDLERS, LISTENERS, OPERATORS
from app.engine.engine import Engine
from app.engine.inbox import find_open_task
from app.engine.views import get_task
from app.kernel.errors import Invalid
from app.rounds.cases import cases_of
from app.rounds.models import Case
from app.rounds.progress import stop_visits
from tests.rounds.place import ROOT, add_person, add_snapshot, make_place
from tests.rounds.story import REST, Story
from tests.visits.doorstep import Doorstep, deploy_once

BILLS = [
    (0, "180000.00", {"basic_insurance": "90000.00"}),
    (1, "40000.00", {"basic_insurance": "20000.00"}),
    (2, "75000.00", {}),
    (3, "60000.00", {"basic_insurance": "5000.00"}),
]


@pytest.fixture
def story(database, clock):
    database.info["engine"] = Engine(ROOT, OPERATORS, JOB_HANDLERS, BULK_HANDLERS, LISTENERS)
    with database.writing() as session:
        place = make_place(session, 3)
        place.people.append(add_person(session, place.county, 4).id)
        story = Story(database, place, clock)
        story.snapshot_id = add_snapshot(session, place, clock, BILLS)
        deploy_once(session, place, clock)
    story.open()
    story.issue()
    story.file("cszh", {0: {"charity": "3000.00"}})
    story.nothing("ybj", *REST)
    story.complete("ybj_officer", "t2_consolidate", {"confirm": True})
    return story


@pytest.fixture
def door(story):
    """The visits of the story; `who` as in the story."""
    story.place.round_id = story.round_id
    story.place.cases = [story.case_id(who) for who in range(4)]
    return Doorstep(story.database, story.place, story.clock)


def look_at(story, login, element):
    with story.database.reading() as session:
        task = find_open_task(session, f"round:{story.round_id}", element)
        return get_task(session, story.place.actor(login), task.id)


def test_a_round_goes_through_its_third_step(story, door, database):
    dispatch = look_at(story, "civil_affairs_officer", "t3_dispatch").context
    assert dispatch["people"] == 4
    assert sum(row["people"] for row in dispatch["areas"]) == 4
    assert {row["area"] for row in dispatch["areas"]} <= {f"第{n}街道" for n in (1, 2, 3)}
    story.complete("civil_affairs_officer", "t3_dispatch", {"confirm": True, "note": "请月底前完成"})
    door.visit(0, "changed", figures=door.found(0, charity="5000.00"))
    door.visit(1)
    door.visit(2, "changed", figures=door.found(2, crowd_funding="68000.00"))
    door.visit(3, "not_eligible")
    for who in range(4):
        assert not story.is_open("t3_merge")
        door.check(who)
        story.run_jobs()
    merge = look_at(story, "civil_affairs_officer", "t3_merge")
    assert merge.context == {"verified": 2, "unfinished": 0, "settled_differences": 2}
    story.complete("civil_affairs_officer", "t3_merge", merge.prefill)
    with database.reading() as session:
        stages = {case.id: case.stage for case in cases_of(session, story.round_id)}
    assert [stages[door.place.cases[who]] for who in range(4)] == ["listed", "listed", "below_line", "excluded"]
    assert str(door.case(0).self_paid) == "85000.00"


def test_the_unfinished_go_to_the_supplementary_list_only_when_somebody_says_so(story, door, database, clock):
    story.complete("civil_affairs_officer", "t3_dispatch", {"confirm": True})
    door.visit(0)
    door.check(0)
    with database.writing() as session:
        stop_visits(session, story.place.actor("civil_affairs_officer"), clock, story.round_id, "年底前须开会")
    story.run_jobs()
    merge = look_at(story, "civil_affairs_officer", "t3_merge")
    assert merge.context["unfinished"] == 3
    assert merge.prefill == {"unfinished": "supplementary"}
    with pytest.raises(Invalid) as refused:
        story.complete("civil_affairs_officer", "t3_merge", {"unfinished": "none"})
    assert [fault.code for fault in refused.value.faults] == ["cases_unfinished"]
    story.complete("civil_affairs_officer", "t3_merge", {"unfinished": "supplementary"})
    with database.reading() as session:
        stages = {case.id: case.stage for case in session.query(Case)}
    assert [stages[case_id] for case_id in door.place.cases] == ["listed"] + ["supplementary"] * 3
    door.visit(1)
    door.check(1)
    assert door.case(1).stage == "verified", "a late visit waits for the next merge"
