from __future__ import annotations

import pytest
from sqlalchemy import select

from app.access.models import Audit
from tests.access.people import PASSWORD
from tests.web.client import make_app

NEW = {"login": "wu", "name": "吴网格", "password": "long-enough-1"}


def test_an_administrator_makes_a_user_with_a_place_who_then_logs_in(town):
    admin = town.person("administrator")
    made = admin.post("/users", NEW)
    assert (made.status_code, made.json["memberships"]) == (201, [])
    assert "password" not in made.json
    unit = town.county.units["g1"].id
    place = admin.post(f"/users/{made.json['id']}/memberships", {"unit_id": unit, "role": "grid_worker"})
    assert (place.status_code, place.json["unit"]["code"]) == (201, "g1")
    browser = town.flask.test_client()
    assert browser.post("/api/v1/session", json={"login": "wu", "password": NEW["password"]}).status_code == 200
    assert [role["id"] for role in browser.get("/api/v1/me").json["roles"]] == ["grid_worker"]

    assert admin.send("DELETE", f"/memberships/{place.json['id']}").status_code == 204
    assert browser.get("/api/v1/me").json["roles"] == []
    assert admin.send("PATCH", f"/users/{made.json['id']}", json={"state": "disabled"}).status_code == 200
    assert browser.get("/api/v1/me").status_code == 401


def test_a_new_password_ends_every_log_in(town):
    clerk, admin = town.person("clerk_1"), town.person("administrator")
    clerk_id = town.county.users["clerk_1"].id
    assert admin.send("PATCH", f"/users/{clerk_id}", json={"password": "another-good-one"}).status_code == 200
    assert clerk.get("/me").status_code == 401


def test_one_changes_ones_own_password_with_the_old_one(town):
    clerk = town.person("clerk_1")
    wrong = clerk.post("/me/password", {"old_password": "x", "new_password": "another-good-one"})
    assert (wrong.status_code, wrong.json["faults"][0]["where"]) == (422, "/old_password")
    weak = clerk.post("/me/password", {"old_password": PASSWORD, "new_password": "CLERK_1-CLERK_1"})
    assert weak.json["code"] == "invalid"
    assert weak.json["faults"][0]["code"] == "password_weak"
    assert clerk.post("/me/password", {"old_password": PASSWORD, "new_password": "another-good-one"}).status_code == 204
    assert clerk.get("/me").status_code == 401


def test_the_last_administrator_cannot_be_lost(town):
    admin = town.person("administrator")
    me = admin.get("/me").json
    for reply in (
        admin.send("PATCH", f"/users/{me['id']}", json={"state": "disabled"}),
        admin.send("DELETE", f"/memberships/{me['memberships'][0]['id']}"),
    ):
        assert (reply.status_code, reply.json["code"]) == (409, "last_administrator")
    assert admin.get("/me").json == me


@pytest.mark.parametrize(
    ("body", "where", "code"),
    [
        (NEW | {"password": "short"}, "/password", "password_weak"),
        (NEW | {"login": "two words"}, "/login", "format_wrong"),
        (NEW | {"name": "  "}, "/name", "length_wrong"),
        (NEW | {"name": None}, "/name", "null"),
        (NEW | {"name": 7}, "/name", "not_text"),
        (NEW | {"surname": "x"}, "/surname", "unknown_field"),
        ({"login": "wu", "name": "x"}, "/password", "required"),
    ],
)
def test_a_wrong_user_is_refused_with_the_place(town, body, where, code):
    reply = town.person("administrator").post("/users", body)
    assert reply.status_code == 422
    assert [(fault["where"], fault["code"]) for fault in reply.json["faults"]] == [(where, code)]


def test_a_login_is_taken_whatever_its_case(town):
    reply = town.person("administrator").post("/users", NEW | {"login": "Clerk_1"})
    assert (reply.status_code, reply.json["code"]) == (409, "login_taken")


def test_memberships_need_a_unit_a_role_and_dates_in_order(town):
    admin, user = town.person("administrator"), town.county.users["clerk_1"].id
    unit = town.county.units["g1"].id
    ok = {"unit_id": unit, "role": "grid_worker"}
    for body, where in (
        (ok | {"unit_id": 10**9}, "/unit_id"),
        (ok | {"role": "king"}, "/role"),
        (ok | {"valid_from": "2026-03-02", "valid_to": "2026-03-01"}, "/valid_to"),
        (ok | {"valid_from": "yesterday"}, "/valid_from"),
    ):
        reply = admin.post(f"/users/{user}/memberships", body)
        assert (reply.status_code, [f["where"] for f in reply.json["faults"]]) == (422, [where])
    assert admin.post(f"/users/{10**9}/memberships", ok).json["code"] == "user_unknown"
    assert admin.post(f"/users/{user}/memberships", ok).status_code == 201
    assert admin.post(f"/users/{user}/memberships", ok).json["code"] == "membership_exists"


def test_areas_and_units_are_made_renamed_and_seen_in_scope(town):
    admin, county = town.person("administrator"), town.county
    village = county.villages[0].id
    area = admin.post("/areas", {"code": "new", "name": "新网格", "level": "grid", "parent_id": village}).json
    assert area["path"] == f"{county.villages[0].path}{area['id']}/"
    unit = admin.post(
        "/units",
        {"code": "u", "name": "新网格", "kind": "grid", "area_id": area["id"], "roles": ["grid_worker"]},
    )
    assert (unit.status_code, unit.json["roles"]) == (201, ["grid_worker"])
    changed = admin.send("PATCH", f"/units/{unit.json['id']}", json={"name": "改名", "roles": []}).json
    assert (changed["name"], changed["roles"]) == ("改名", [])
    assert admin.send("PATCH", f"/areas/{area['id']}", json={"name": "改名"}).json["name"] == "改名"

    clerk, other = town.person("clerk_1"), town.person("clerk_2")
    assert area["id"] in {a["id"] for a in clerk.get("/areas?limit=200").json["items"]}
    assert area["id"] not in {a["id"] for a in other.get("/areas?limit=200").json["items"]}
    assert {u["code"] for u in clerk.get("/units").json["items"]} == {"t1", "g1", "g2", "g3", "g4", "u"}

    again = {"code": "new", "name": "x", "level": "grid", "parent_id": village}
    assert admin.post("/areas", again).json["code"] == "code_taken"
    upside_down = {"code": "x", "name": "x", "level": "township", "parent_id": village}
    assert admin.post("/areas", upside_down).json["faults"][0]["code"] == "level_wrong"
    assert admin.post("/areas", again | {"code": "y", "parent_id": 10**9}).json["faults"][0]["code"] == "area_unknown"


def test_lists_are_paged_without_gaps_or_repeats(town):
    admin = town.person("administrator")
    for path in ("/users", "/units", "/areas"):
        whole = [item["id"] for item in admin.get(f"{path}?limit=200").json["items"]]
        ids, cursor = [], ""
        while cursor is not None:
            page = admin.get(f"{path}?limit=7{cursor and f'&cursor={cursor}'}").json
            ids += [item["id"] for item in page["items"]]
            cursor = page["next"]
        assert ids == whole == sorted(set(ids))


def test_people_are_found_by_a_part_of_their_name(town):
    found = town.person("auditor").get("/users?q=秘书").json["items"]
    assert [user["login"] for user in found] == ["meeting_secretary"]
    assert town.person("auditor").get("/users?q=%25").json["items"] == []


def test_only_the_administrator_administers(town):
    calls = [
        ("POST", "/users", NEW), ("PATCH", "/users/1", {}), ("POST", "/users/1/memberships", {}),
        ("DELETE", "/memberships/1", None), ("POST", "/areas", {}), ("PATCH", "/areas/1", {}),
        ("POST", "/units", {}), ("PATCH", "/units/1", {}), ("GET", "/audit", None), ("GET", "/users", None),
    ]  # fmt: skip
    for login in ("ybj_officer", "clerk_1", "grid_worker_1", "meeting_secretary"):
        for method, path, body in calls:
            reply = town.person(login).send(method, path, json=body)
            assert (reply.status_code, reply.json["code"]) == (403, "role_missing"), (login, method, path)


def test_the_trail_can_be_searched(town, database):
    admin, auditor = town.person("administrator"), town.person("auditor")
    made = admin.post("/users", NEW).json["id"]
    admin.send("PATCH", f"/users/{made}", json={"phone": "13800000000"})
    rows = auditor.get(f"/audit?subject=user:{made}").json["items"]
    assert [row["kind"] for row in rows] == ["user_changed", "user_created"]
    assert rows[0]["detail"] == {"fields": ["phone"]}
    assert rows[0]["actor_name"] == "管理员"
    first = auditor.get("/audit?limit=1").json
    second = auditor.get(f"/audit?limit=1&cursor={first['next']}").json
    assert first["items"][0]["id"] > second["items"][0]["id"]
    assert auditor.get("/audit?since=2030-01-01T00:00:00Z").json["items"] == []
    assert (
        auditor.get("/audit?since=2020-01-01T00:00:00Z&kind=user_created").json["items"][0]["subject"] == f"user:{made}"
    )
    naive = auditor.get("/audit?since=2020-01-01T00:00:00")
    assert (naive.status_code, naive.json["faults"][0]["code"]) == (422, "not_an_instant")
    with database.reading() as session:
        assert "13800000000" not in str(session.execute(select(Audit.detail)).all())


def test_moves_are_announced_to_higher_rooms_in_the_same_transaction(town, database, clock, tmp_path):
    heard = []
    flask = make_app(database, clock, tmp_path)
    database.info["listeners"] = {
        "places_changed": [lambda session, actor, _clock: heard.append((actor.name, session.in_transaction()))]
    }
    town.flask = flask
    admin, unit = town.person("administrator"), town.county.units["g1"].id
    admin.send("PATCH", f"/units/{unit}", json={"name": "改名"})
    assert heard == []
    admin.send("PATCH", f"/units/{unit}", json={"roles": []})
    assert heard == [("管理员", True)]
