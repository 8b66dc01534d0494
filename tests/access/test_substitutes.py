"""Somebody is away: a colleague acts in the places of the unit, signs 乙（代甲）, and stays one person."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.access.actors import get_actor
from app.access.models import Audit
from tests.access.people import TODAY
from tests.web.client import make_town


@pytest.fixture
def town(database, clock, tmp_path):
    return make_town(database, clock, tmp_path)


def leave(town, who, whom, *, days=3, start=TODAY, by=None, **more):
    users = town.county.users
    body = {"substitute_id": users[whom].id, "valid_from": f"{start}", "valid_to": f"{start + timedelta(days)}", **more}
    path = "/me/substitutes" if by is None else f"/users/{users[who].id}/substitutes"
    return town.person(by or who).post(path, body)


def test_the_substitute_has_the_places_of_who_is_away_only_on_the_days_between(town, database):
    assert town.person("ybj_officer_2").get("/me").json["standing_in"] == []
    first = leave(town, "reviewer", "ybj_officer_2")
    assert (first.status_code, first.json["state"], first.json["user"]["name"]) == (201, "active", "钱复核")
    me = town.person("ybj_officer_2").get("/me").json
    assert [place["role"] for place in me["standing_in"]] == ["reviewer"]
    assert {role["id"] for role in me["roles"]} >= {"reviewer", "ybj_officer"}
    user_id = town.county.users["ybj_officer_2"].id
    with database.reading() as session:
        for day, there in ((TODAY - timedelta(1), False), (TODAY, True), (TODAY + timedelta(3), True),
                           (TODAY + timedelta(4), False)):  # fmt: skip
            assert get_actor(session, user_id, day).has_role("reviewer") is there, day
    listed = town.person("ybj_officer_2").get("/me/substitutes").json["items"]
    assert listed == [first.json]


def test_what_is_done_in_a_lent_place_is_signed_with_both_names_and_own_work_is_not(town, database):
    leave(town, "reviewer", "ybj_officer_2")
    substitute = town.person("ybj_officer_2")
    assert substitute.get("/payments?format=xlsx").status_code == 200
    assert substitute.get("/imports?format=xlsx").status_code == 200
    user = town.county.users["ybj_officer_2"]
    town.person("administrator").send("DELETE", f"/memberships/{substitute.get('/me').json['memberships'][0]['id']}")
    assert substitute.get("/payments?format=xlsx").status_code == 200
    with database.reading() as session:
        taken = session.scalars(select(Audit).where(Audit.kind == "list_exported").order_by(Audit.id)).all()
    assert [row.actor_name for row in taken] == [user.name, user.name, f"{user.name}（代钱复核）"]
    assert {row.actor_id for row in taken} == {user.id}


def test_places_that_oversee_are_not_lent(town):
    leave(town, "administrator", "ybj_officer")
    assert town.person("ybj_officer").get("/me").json["standing_in"] == []
    assert town.person("ybj_officer").get("/users").status_code == 403


def test_back_early_means_nothing_more_may_be_done(town):
    named = leave(town, "reviewer", "ybj_officer_2").json["id"]
    assert town.person("ybj_officer_2").send("DELETE", f"/me/substitutes/{named}").status_code == 404
    assert town.person("reviewer").send("DELETE", f"/me/substitutes/{named}").status_code == 204
    assert town.person("ybj_officer_2").get("/me").json["standing_in"] == []
    assert town.person("reviewer").get("/me/substitutes").json["items"][0]["state"] == "over"


@pytest.mark.parametrize(
    ("whom", "body", "code"),
    [
        ("reviewer", {}, "oneself"), ("civil_affairs_officer", {}, "not_in_unit"),
        ("ybj_officer_2", {"valid_from": "2026-02-01", "valid_to": "2026-02-02"}, "already_over"),
        ("ybj_officer_2", {"valid_to": "2026-01-01"}, "dates_reversed"),
        ("ybj_officer_2", {"valid_to": "2027-03-02"}, "too_long"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_the_reason(town, whom, body, code):
    reply = leave(town, "reviewer", whom, **body)
    assert (reply.status_code, reply.json["faults"][0]["code"]) == (422, code)


def test_two_at_once_are_refused_and_an_administrator_names_somebody_of_another_unit(town):
    assert leave(town, "reviewer", "civil_affairs_officer", by="administrator").status_code == 201
    assert leave(town, "reviewer", "ybj_officer_2").json["code"] == "substitute_exists"
    assert town.person("civil_affairs_officer").get("/payments").status_code == 200
    users = town.county.users
    assert town.person("auditor").get(f"/users/{users['reviewer'].id}/substitutes").json["items"] != []
    assert town.person("ybj_officer").get(f"/users/{users['reviewer'].id}/substitutes").status_code == 403


def test_a_disabled_user_lends_nothing(town):
    leave(town, "reviewer", "ybj_officer_2")
    user_id = town.county.users["reviewer"].id
    town.person("administrator").send("PATCH", f"/users/{user_id}", json={"state": "disabled"})
    assert town.person("ybj_officer_2").get("/me").json["standing_in"] == []


def test_colleagues_are_shown_to_colleagues_and_the_administrator(town):
    unit = town.county.units["t1"].id
    members = town.person("clerk_1").get(f"/units/{unit}/members").json["items"]
    assert {m["name"]: m["roles"] for m in members} == {"经办1甲": ["township_clerk"], "经办1乙": ["township_clerk"]}
    assert town.person("clerk_2").get(f"/units/{unit}/members").status_code == 404
    assert town.person("administrator").get(f"/units/{unit}/members").status_code == 200


def test_the_trail_is_searched_by_words_and_by_whom_it_is_about(town):
    leave(town, "reviewer", "ybj_officer_2")
    auditor = town.person("auditor")
    named = town.county.users["ybj_officer_2"].id
    found = auditor.get(f'/audit?text="substitute":{named}').json["items"]
    assert [(row["kind"], row["what"]) for row in found] == [("substitute_named", "指定代办人")]
    assert auditor.get("/audit?text=100%25").json["items"] == []
    assert auditor.get("/audit?person_id=999").json["items"] == []
