"""What each person finds on coming in: numbers that open into exactly their rows."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlencode

from sqlalchemy import update

from app.engine.models import Incident, Task
from tests.conftest import NOW


def rows_of(person, figure) -> int:
    """How many rows the list behind a figure has."""
    wanted = {k: v if isinstance(v, list) else str(v).lower() for k, v in figure["filter"]["query"].items()}
    reply = person.get(f"{figure['filter']['list']}?{urlencode({**wanted, 'limit': 200}, doseq=True)}")
    assert reply.status_code == 200, (figure, reply.text)
    return len(reply.json["items"])


def make_late(door) -> None:
    with door.database.writing() as session:
        session.execute(update(Task).where(Task.element_id == "visit").values(overdue_at=NOW - timedelta(1)))
        session.add(Incident(kind="job", state="open", at=NOW, changed_at=NOW, code="x", message="磁盘已满"))
        session.commit()


def test_every_number_of_the_home_page_opens_into_its_rows(door, town):
    make_late(door)
    for login in ("ybj_officer", "clerk_1", "grid_worker_7", "administrator"):
        person = town.person(login)
        home = person.get("/home").json
        figures = [*home["totals"], *(line[kind] for line in home["waiting"] for kind in ("waiting", "late"))]
        for line in home["rounds"]:
            assert [step["name"] for step in line["steps"]] == ["统计", "填报", "核实", "会议", "发放"]
            for step in line["steps"]:
                figures += [f for f in step["figures"] if f["key"] not in ("answered", "outstanding", "waived")]
        figures += [home["incidents"]] if home["incidents"] else []
        assert {f["key"]: f["count"] for f in figures}.keys() >= {"waiting", "mine", "late", "people"}
        for figure in figures:
            assert rows_of(person, figure) == figure["count"], (login, figure)


def test_home_says_what_is_late_and_where_the_round_stands(door, town):
    make_late(door)
    worker = town.person("grid_worker_7").get("/home").json
    assert {figure["key"]: figure["count"] for figure in worker["totals"]} == {"waiting": 1, "mine": 0, "late": 1}
    assert [(line["element"], line["late"]["alarm"]) for line in worker["waiting"]] == [("visit", True)]
    officer = town.person("ybj_officer").get("/home").json
    steps = officer["rounds"][0]["steps"]
    assert [step["state"] for step in steps] == ["done", "done", "current", "ahead", "ahead"]
    assert {f["key"]: f["count"] for f in steps[2]["figures"]} == {"visited": 0, "visiting": 3, "late": 2}
    assert officer["incidents"]["count"] == 1
    assert town.person("meeting_secretary").get("/home").json["incidents"] is None


def test_what_one_has_taken_is_counted_once(door, town):
    clerk = town.person("clerk_1")
    task = clerk.get("/tasks").json["items"][0]["id"]
    assert clerk.post(f"/tasks/{task}/claim").status_code == 200
    assert clerk.get("/tasks/count").json["count"] == 1
    totals = {figure["key"]: figure["count"] for figure in clerk.get("/home").json["totals"]}
    assert totals == {"waiting": 1, "mine": 1, "late": 0}


def test_the_board_counts_tokens_and_the_working_days_of_each_step(door, town):
    with door.database.writing() as session:
        earlier = update(Task).where(Task.element_id == "visit", Task.state == "completed")
        session.execute(earlier.values(received_at=NOW - timedelta(4)))  # from Thursday over the weekend to Monday
        session.commit()
    reply = town.person("ybj_officer").get(f"/rounds/{door.round_id}/board")
    process = next(p for p in reply.json["processes"] if any(e["element"] == "visit" for e in p["elements"]))
    found = {element["element"]: element for element in process["elements"]}
    assert (process["running"], process["ended"]) == (3, 0)
    visit = found["visit"]
    assert (visit["open"], visit["done"], visit["overdue"]) == (2, 1, 0)
    assert visit["spent"]["longest"] in (2, 3), "28 February 2026 is a day that is worked"
    assert (found["township_check"]["open"], found["township_check"]["spent"]) == (1, None)
    drawn = town.person("ybj_officer").get(f"/definitions/{process['definition_id']}").json
    assert 'id="visit"' in drawn["diagram"]
    assert town.person("ybj_officer").get("/rounds/999/board").status_code == 404


def test_decision_tables_are_shown_as_published_with_their_sources(door, town):
    process = town.person("ybj_officer").get(f"/rounds/{door.round_id}/board").json["processes"][0]
    tables = town.person("clerk_1").get(f"/definitions/{process['definition_id']}/decisions").json["items"]
    subsidy = next(table for table in tables if table["file"] == "subsidy.dmn")
    assert {"id": "subsidy", "name": "补助结果"} in subsidy["decisions"]
    assert any("[S0" in source for source in subsidy["sources"])
    assert subsidy["xml"].startswith("<definitions")
    assert town.person("clerk_1").get("/definitions/x/decisions").status_code == 404


def test_filters_are_kept_by_name_for_their_owner_only(town):
    clerk, other = town.person("clerk_1"), town.person("clerk_2")
    saved = clerk.send("PUT", "/me/filters/超期上门", json={"query": {"element": "visit", "overdue": "true"}})
    assert (saved.status_code, saved.json["name"]) == (200, "超期上门")
    clerk.send("PUT", "/me/filters/超期上门", json={"query": {"overdue": "true"}})
    assert [item["query"] for item in clerk.get("/me/filters").json["items"]] == [{"overdue": "true"}]
    assert other.get("/me/filters").json["items"] == []
    assert other.send("DELETE", "/me/filters/超期上门").status_code == 404
    for query in ({"nonsense": "1"}, {"cursor": "x"}, {"state": "sideways"}):
        assert clerk.send("PUT", "/me/filters/x", json={"query": query}).status_code == 422, query
    assert clerk.send("PUT", f"/me/filters/{'长' * 41}", json={"query": {}}).status_code == 422
    assert clerk.send("DELETE", "/me/filters/超期上门").status_code == 204
    assert clerk.get("/me/filters").json["items"] == []


def test_the_ladder_goes_from_the_bills_over_each_payer_to_what_is_left(door, town):
    case_id = door.place.cases[0]
    door.check(0)
    rungs = town.person("clerk_1").get(f"/cases/{case_id}/ladder").json["rungs"]
    assert [(rung["kind"], rung["amount"], rung["stands_at"]) for rung in rungs] == [
        ("total", "100000.00", "100000.00"), ("payer", "40000.00", "60000.00"), ("payer", "5000.00", "55000.00"),
        ("self_paid", "55000.00", "55000.00"),
    ]  # fmt: skip
    assert [rung["source"] for rung in rungs] == [None, "settlement", "visit", None]
    assert town.person("liaison_cszh").get(f"/cases/{case_id}/ladder").status_code == 404


def test_a_person_has_a_history_of_rounds_and_visits(door, town):
    person_id = door.place.people[0]
    history = town.person("clerk_1").get(f"/people/{person_id}/history").json
    assert [(line["case_id"], line["total_cost"]) for line in history["rounds"]] == [(door.place.cases[0], "100000.00")]
    assert [(visit["result"], visit["attempt"]) for visit in history["visits"]] == [("changed", 1)]
    assert history["payments"] == []
    assert town.person("clerk_2").get(f"/people/{person_id}/history").status_code == 404


def test_many_tasks_are_claimed_assigned_and_tried_out_with_a_result_each(door, town):
    worker, ids = town.person("grid_worker_7"), [door.task(who, "visit").id for who in (1, 2)]
    rows = {"items": [{"task_id": task_id} for task_id in ids]}
    tried = worker.post("/tasks/bulk-preview", {"kind": "claim", **rows}).json
    assert [row["state"] for row in tried["items"]] == ["done", "refused"]
    assert (tried["items"][1]["result"]["code"], tried["done"], tried["refused"]) == ("not_found", 1, 1)
    assert worker.get("/tasks?mine=true").json["items"] == [], "nothing of it was kept"
    started = worker.post("/tasks/bulk-claim", rows)
    assert started.status_code == 202
    door.run_jobs()
    told = worker.get(f"/bulk/{started.json['id']}/rows").json["items"]
    assert [(row["state"], (row["result"] or {}).get("assignee")) for row in told] == [
        ("done", "网格员7"), ("refused", None),
    ]  # fmt: skip
    assert [task["id"] for task in worker.get("/tasks?mine=true").json["items"]] == [ids[0]]
    clerk, check = town.person("clerk_1"), door.task(0, "township_check").id
    mate = door.place.county.users["clerk_1b"].id
    given = {"items": [{"task_id": check}], "user_id": mate}
    assert clerk.post("/tasks/bulk-preview", {"kind": "assign", **given}).json["done"] == 1
    stranger = {"kind": "assign", **given, "user_id": door.place.county.users["clerk_2"].id}
    refused = clerk.post("/tasks/bulk-preview", stranger).json["items"][0]["result"]
    assert refused["faults"][0]["code"] == "not_in_unit"
    clerk.post("/tasks/bulk-assign", given)
    door.run_jobs()
    assert [task["id"] for task in town.person("clerk_1b").get("/tasks?mine=true").json["items"]] == [check]


def test_completing_is_tried_out_without_anything_having_happened(door, town):
    clerk, check = town.person("clerk_1"), door.task(0, "township_check").id
    rows = {"kind": "complete", "items": [{"task_id": check}]}
    assert clerk.post("/tasks/bulk-preview", {**rows, "form": {"accept": True}}).json["done"] == 1
    told = clerk.post("/tasks/bulk-preview", {**rows, "form": {"accept": "perhaps"}}).json["items"][0]["result"]
    assert told["faults"][0]["where"] == "/accept"
    assert clerk.get(f"/tasks/{check}").json["state"] == "open"


def test_visits_of_a_round_are_listed_and_narrowed(door, town):
    path = f"/rounds/{door.round_id}/visits"
    rows = town.person("civil_affairs_officer").get(f"{path}?result=changed").json["items"]
    assert [(row["visitor"], row["state"]) for row in rows] == [(rows[0]["visitor"], "recorded")]
    assert town.person("civil_affairs_officer").get(f"{path}?result=moved").json["items"] == []
    book = town.person("clerk_1").get(f"{path}?format=xlsx")
    assert (book.status_code, book.data[:2]) == (200, b"PK")


def test_a_substitute_completes_in_a_lent_place_and_the_history_says_for_whom(door, town):
    users = door.place.county.users
    for_days = {"valid_from": "2026-03-01", "valid_to": "2026-03-09"}
    body = {"substitute_id": users["clerk_2"].id, **for_days}
    town.person("administrator").post(f"/users/{users['clerk_1'].id}/substitutes", body)
    check = door.task(0, "township_check").id
    town.person("clerk_1").post(f"/tasks/{check}/claim")
    substitute = town.person("clerk_2")
    assert substitute.get(f"/tasks/{check}").json["may_act"] is True, "taken by who is away"
    done = substitute.post(f"/tasks/{check}/complete", {"form": {"accept": True}})
    assert (done.status_code, done.json["changed_by"]["name"]) == (200, "经办2甲（代经办1甲）"), done.json
    rows = town.person("auditor").get(f"/audit?case_id={door.place.cases[0]}&text=代经办1甲").json["items"]
    assert {row["actor_id"] for row in rows} == {users["clerk_2"].id}
    assert [row["what"] for row in rows][-1] == "办结任务"
