"""An alert from the costs to its end: help, or a reason that is kept; nobody is found and forgotten."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.alerts.models import AlertMeasure, HouseholdSurvey
from app.kernel.errors import Invalid
from app.registry.categories import spans_of
from tests.alerts.conftest import SURVEY

APPLICATION = {"applied": "yes", "category": "db", "documents": ["identity", "income"]}
NO = {"outcome": "no", "reason": "家庭收入高于低边标准"}


def test_a_household_is_found_visited_recognised_and_helped_by_several_departments(watch):
    assert watch.raise_from("snapshot:1", "8000.00") == 1
    watch.up_to_visit()
    watch.do(watch.worker(), "household_visit", SURVEY)
    assert (watch.alert().state, watch.alert().category) == ("applying", "db")
    watch.do("clerk_1", "assist_application", APPLICATION)
    recognised = {"result": "recognised", "category": "dib", "recognised_on": "2026-03-01"}
    measures = [{"kind": "charity", "unit": "cszh"}, {"kind": "pairing", "unit": "nyncj", "note": "结对帮扶"}]
    watch.do("civil_affairs_officer", "recognise", {**recognised, "measures": measures})
    assert watch.alert().state == "helping"
    watch.do("liaison_cszh", "answer_measure", {"result": "given", "answer": "已救助", "amount": "500.00"},
             "alert_measure:1")  # fmt: skip
    assert watch.alert().closed_at is None
    watch.do("liaison_nyncj", "answer_measure", {"result": "refused", "answer": "不在农村"}, "alert_measure:2")
    assert watch.alert().state == "helped"
    with watch.door.database.reading() as session:
        written = [(s.category, str(s.valid_from)) for s in spans_of(session, watch.alert().person_id)]
        answers = [(m.state, m.answer) for m in session.scalars(select(AlertMeasure).order_by(AlertMeasure.id))]
    assert ("dib", "2026-03-01") in written
    assert answers == [("given", "已救助"), ("refused", "不在农村")]


def test_a_refusal_is_kept_with_its_reason_and_opened_again_only_when_the_costs_rise(watch):
    watch.raise_from("snapshot:1", "8000.00")
    watch.up_to_visit()
    watch.do(watch.worker(), "household_visit", {**SURVEY, "income": "900000.00"})
    assert watch.alert().state == "judging"
    watch.do("civil_affairs_officer", "decide_no", NO)
    assert (watch.alert().state, watch.alert().reason) == ("refused", NO["reason"])
    assert watch.raise_from("snapshot:2", "9000.00") == 0
    assert watch.triggers() == [("import", "8000.00", 1), ("recheck", "9000.00", 1)]
    assert watch.raise_from("snapshot:3", "31000.00") == 1
    assert (watch.alert(2).previous_id, watch.alert(2).level, watch.alert(2).state) == (1, 2, "screening")
    assert watch.raise_from("snapshot:3", "31000.00") == 0


def test_who_cannot_be_recognised_is_helped_otherwise(watch):
    watch.raise_from("snapshot:1", "8000.00")
    watch.do("ybj_officer", "screen", {"result": "no", "note": "一次性费用"})
    watch.do("civil_affairs_officer", "decide_no", {**NO, "measures": [{"kind": "temporary_relief", "unit": "mzj"}]})
    watch.do("liaison_mzj", "answer_measure", {"result": "given", "answer": "临时救助"}, "alert_measure:1")
    assert watch.alert().state == "helped"


def test_a_shut_door_is_tried_three_times_and_then_a_reason_is_asked_for(watch):
    watch.raise_from("snapshot:1", "8000.00")
    watch.up_to_visit()
    for _ in range(3):
        watch.do(watch.worker(), "household_visit", {"result": "not_home", "visited_at": SURVEY["visited_at"]})
    assert watch.task("alert:1", "decide_no").lane_role == "civil_affairs_officer"


def test_civil_affairs_may_send_papers_back_and_overrule_the_table(watch):
    watch.raise_from("snapshot:1", "8000.00")
    watch.up_to_visit()
    watch.do(watch.worker(), "household_visit", {"result": "declined", "visited_at": SURVEY["visited_at"]})
    watch.do("civil_affairs_officer", "decide_no", {"outcome": "apply", "reason": "邻里反映确有困难"})
    watch.do("clerk_1", "assist_application", APPLICATION)
    watch.send_back("civil_affairs_officer", "recognise", "assist_application")
    watch.do("clerk_1", "assist_application", {"applied": "no", "note": "本人不愿申请"})
    watch.do("civil_affairs_officer", "decide_no", NO)
    assert watch.alert().state == "refused"


def test_a_survey_needs_consent_and_what_the_household_said_is_encrypted(watch):
    watch.raise_from("snapshot:1", "8000.00")
    watch.up_to_visit()
    with pytest.raises(Invalid) as refused:
        watch.do(watch.worker(), "household_visit", {"result": "surveyed", "visited_at": SURVEY["visited_at"]})
    assert {fault.where for fault in refused.value.faults} == {
        "/members", "/income", "/housing", "/assets", "/consent",
    }  # fmt: skip
    watch.do(watch.worker(), "household_visit", SURVEY)
    with watch.door.database.reading() as session:
        kept = session.scalars(select(HouseholdSurvey)).one()
    assert "尿毒症" not in kept.answers_enc
    assert "30000" not in kept.answers_enc
