"""The engine over HTTP: the same answers, stable codes, and a repeated request is not done again."""

from __future__ import annotations

import pytest

from app.engine.models import Task
from tests.web.client import Town, make_app


@pytest.fixture
def town(trial, tmp_path):
    flask = make_app(trial.database, trial.clock, tmp_path)
    trial.database.info["engine"] = trial.engine
    return Town(flask, trial.county)


@pytest.fixture
def task_id(trial):
    trial.start("approval", group="round:1")
    return trial.tasks()["prepare"].id


def test_the_inbox_is_paged(trial, town):
    for n in range(5):
        trial.start("five_tasks", f"case:{n}", group="round:1")
    clerk = town.person("clerk_1")
    found, cursor = [], None
    for _ in range(3):
        query = "?limit=2&group=round:1" + (f"&cursor={cursor}" if cursor else "")
        reply = clerk.get(f"/tasks{query}")
        assert reply.status_code == 200, reply.json
        found += [item["subject"] for item in reply.json["items"]]
        cursor = reply.json["next"]
    assert (sorted(found), cursor) == ([f"case:{n}" for n in range(5)], None)
    assert clerk.get("/tasks/count").json == {"count": 5, "capped": False}
    item = reply.json["items"][0]
    assert item["unit"]["name"] == "第1街道"
    assert item["due_at"].startswith("2026-03-05T15:59:59")


@pytest.mark.parametrize("cursor", ["x", "WyJ4IiwxXQ", "WzEsMl0", "WyIyMDI2LTAzLTAyVDAxOjAwOjAwIiwxXQ"])
def test_a_cursor_of_somebody_elses_making_is_a_bad_request(town, cursor):
    reply = town.person("clerk_1").get(f"/tasks?cursor={cursor}")
    assert (reply.status_code, reply.json["code"]) == (400, "bad_cursor")


def test_a_task_is_looked_at_and_completed_with_its_etag(trial, town, task_id):
    clerk = town.person("clerk_1")
    shown = clerk.get(f"/tasks/{task_id}")
    assert shown.json["prefill"] == {"amount": "10.00"}
    etag = shown.headers["ETag"]
    body = {"form": {"amount": "12.00"}}
    reply = clerk.post(f"/tasks/{task_id}/complete", body, headers={"If-Match": etag})
    assert (reply.status_code, reply.json["state"]) == (200, "completed")
    again = town.person("clerk_1b").post(f"/tasks/{task_id}/complete", body, headers={"If-Match": etag})
    assert (again.status_code, again.json["code"]) == (409, "task_already_completed")
    assert again.json["by"]["name"] == "经办1甲"


def test_a_repeated_completion_is_answered_and_not_done_again(trial, town, task_id):
    clerk = town.person("clerk_1")
    body = {"form": {"amount": "12.00"}}
    first = clerk.post(f"/tasks/{task_id}/complete", body, key="k1")
    second = clerk.post(f"/tasks/{task_id}/complete", body, key="k1")
    assert (first.status_code, second.status_code) == (200, 200)
    assert first.json == second.json
    other = clerk.post(f"/tasks/{task_id}/complete", {"form": {"amount": "1"}}, key="k1")
    assert (other.status_code, other.json["code"]) == (409, "idempotency_key_reused")
    assert len(trial.all_tasks(Task.element_id == "review")) == 1


def test_a_wrong_form_is_told_by_pointer(town, task_id):
    reply = town.person("clerk_1").post(f"/tasks/{task_id}/complete", {"form": {"amount": "1,2"}})
    assert reply.status_code == 422
    assert reply.json["faults"][0]["where"] == "/amount"


def test_holding_drafts_remarks_and_sending_back_over_http(trial, town, task_id):
    clerk, officer = town.person("clerk_1"), town.person("ybj_officer")
    assert clerk.send("PUT", f"/tasks/{task_id}/draft", json={"form": {"amount": "1"}}).status_code == 204
    assert clerk.get(f"/tasks/{task_id}").json["draft"] == {"amount": "1"}
    claimed = clerk.post(f"/tasks/{task_id}/claim")
    assert claimed.json["assignee"]["name"] == "经办1甲"
    colleague = town.county.users["clerk_1b"].id
    assert clerk.post(f"/tasks/{task_id}/delegate", {"user_id": colleague}).status_code == 200
    assert town.person("clerk_1b").post(f"/tasks/{task_id}/return").status_code == 200
    assert clerk.post(f"/tasks/{task_id}/release").json["assignee"] is None
    assert clerk.post(f"/tasks/{task_id}/assign", {"user_id": colleague}).status_code == 200
    assert clerk.post(f"/tasks/{task_id}/comments", {"text": "请核对"}).status_code == 201
    done = town.person("clerk_1b").post(f"/tasks/{task_id}/complete", {"form": {"amount": "1"}})
    assert done.status_code == 200
    review = trial.tasks()["review"].id
    wrong = officer.post(f"/tasks/{review}/send-back", {"target": "finish", "reason": "不符"})
    assert (wrong.status_code, wrong.json["faults"][0]["code"]) == (422, "no_such_way_back")
    back = officer.post(f"/tasks/{review}/send-back", {"target": "prepare", "reason": "不符"})
    assert (back.status_code, back.json["outcome"]) == (200, "sent_back")


def test_an_instance_and_its_history_are_read(trial, town, task_id):
    instance_id = trial.tasks()["prepare"].instance_id
    clerk = town.person("clerk_1")
    assert clerk.get(f"/instances/{instance_id}").json["waiting_at"] == ["prepare"]
    history = clerk.get(f"/instances/{instance_id}/history").json["items"]
    assert [row["kind"] for row in history] == ["instance_started"]
    assert town.person("clerk_2").get(f"/instances/{instance_id}").status_code == 404


def test_many_are_completed_in_bulk(trial, town):
    for n in range(3):
        trial.start("five_tasks", f"case:{n}")
    clerk = town.person("clerk_1")
    items = [{"task_id": task.id} for task in trial.all_tasks()] + [{"task_id": 999}]
    reply = clerk.post("/tasks/bulk-complete", {"items": items, "form": {"note": "同意"}})
    assert reply.status_code == 202
    trial.run_jobs()
    run = clerk.get(f"/bulk/{reply.json['id']}").json
    assert (run["state"], run["done"], run["refused"]) == ("done", 3, 1)
    rows = clerk.get(f"/bulk/{reply.json['id']}/rows?state=refused&limit=1").json
    assert rows["items"][0]["result"]["code"] == "not_found"
    assert "form_enc" not in rows["items"][0]["item"]
    assert town.person("clerk_2").get(f"/bulk/{reply.json['id']}").status_code == 404


def test_incidents_are_listed_and_tried_again(trial, town):
    trial.start("background")
    trial.told.fail_with = RuntimeError("no")
    trial.send("begin")
    trial.run_jobs()
    trial.told.fail_with = None
    admin = town.person("administrator")
    [incident] = admin.get("/incidents").json["items"]
    assert admin.post(f"/incidents/{incident['id']}/retry").status_code == 202
    trial.run_jobs()
    assert list(trial.tasks()) == ["check"]
    assert admin.get("/incidents?state=resolved").json["items"][0]["id"] == incident["id"]
    assert town.person("clerk_1").get("/incidents").status_code == 403


def test_unknown_ids_are_not_found_whatever_one_wants_of_them(town):
    clerk = town.person("clerk_1")
    for path in ("/tasks/7777", "/instances/7777", "/instances/7777/history", "/bulk/7777", "/bulk/7777/rows"):
        assert clerk.get(path).status_code == 404, path
    bodies = {
        "claim": None, "release": None, "return": None, "complete": {"form": {}}, "comments": {"text": "x"},
        "send-back": {"target": "x", "reason": "y"}, "assign": {"user_id": 1}, "delegate": {"user_id": 1},
    }  # fmt: skip
    for action, body in bodies.items():
        assert clerk.post(f"/tasks/7777/{action}", body).status_code == 404, action


def test_schemes_and_their_deployed_processes_are_listed(town):
    clerk = town.person("clerk_1")
    [scheme] = clerk.get("/schemes").json["items"]
    assert (scheme["id"], scheme["name"]) == ("trial", "试用方案")
    assert "five_tasks" in scheme["processes"]
    definitions = clerk.get("/definitions?scheme=trial").json["items"]
    assert {row["version"] for row in definitions} == {1}
