"""Rounds, lists, cases and tallies over HTTP: statuses, scopes, replays, downloads."""

from __future__ import annotations

import io
import json
import uuid

import pytest
from openpyxl import load_workbook

from app.engine.catalogue import deploy_scheme
from app.engine.inbox import find_open_task
from app.engine.jobs import run_due_jobs
from tests.rounds.place import add_snapshot, id_number
from tests.web.client import Town, make_app

BILLS = [
    (0, "180000.00", {"basic_insurance": "90000.00"}),
    (1, "40000.00", {"basic_insurance": "20000.00"}),
    (2, "39000.00", {"basic_insurance": "20000.00"}),
]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def town(database, place, clock, tmp_path):
    town = Town(make_app(database, clock, tmp_path), place.county)
    with database.writing() as session:
        town.snapshot = add_snapshot(session, place, clock, BILLS)
        deploy_scheme(session, place.actor("administrator"), clock, "shengzhou")
    town.run_jobs = lambda: run_due_jobs(database, database.info["engine"], clock)
    return town


@pytest.fixture
def body(town):
    return {
        "scheme": "shengzhou",
        "cost_year": 2025,
        "cut_off": "2025-12-31",
        "settlement_snapshot_id": town.snapshot,
    }


@pytest.fixture
def opened(town, body):
    reply = town.person("ybj_officer").post("/rounds", body)
    assert reply.status_code == 201, reply.json
    return reply.json


@pytest.fixture
def issued(town, opened, database):
    """The round with its list issued; {unit: request}."""
    with database.reading() as session:
        task_id = find_open_task(session, f"round:{opened['id']}", "t1_review").id
    officer = town.person("ybj_officer")
    reply = officer.post(f"/tasks/{task_id}/complete", {"form": {"confirm": True}})
    assert reply.status_code == 200, reply.json
    requests = officer.get(f"/rounds/{opened['id']}").json["tally_requests"]
    return {request["unit_code"]: request for request in requests}


def send_file(person, path, content, name="表.xlsx", **fields):
    data = {"file": (io.BytesIO(content), name), **fields}
    headers = {"Idempotency-Key": uuid.uuid4().hex}
    return person.send("POST", path, data=data, headers=headers, content_type="multipart/form-data")


def edit(content, row, heading, value):
    book = load_workbook(io.BytesIO(content))
    header = next(r for r in book.active.iter_rows() if any(cell.value == "案号" for cell in r))
    column = next(cell.column for cell in header if cell.value == heading)
    book.active.cell(header[0].row + row, column).value = value
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_opening_twice_with_one_key_opens_one_round(town, body):
    officer = town.person("ybj_officer")
    first = officer.post("/rounds", body, key="one")
    again = officer.post("/rounds", body, key="one")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json["id"] == again.json["id"]
    assert len(officer.get("/rounds").json["items"]) == 1
    assert first.json["cases"] == {"preliminary": 3}
    assert first.json["screening_line"] == "5000.00"


@pytest.mark.parametrize(
    ("change", "status", "where"),
    [
        ({"cost_year": "2025"}, 422, "/cost_year"),
        ({"cut_off": "heute"}, 422, "/cut_off"),
        ({"screening_line": 5}, 422, "/screening_line"),
        ({"settlement_snapshot_id": 9999}, 422, "/settlement_snapshot_id"),
        ({"extra": 1}, 422, "/extra"),
    ],
)
def test_a_bad_opening_is_told_where(town, body, change, status, where):
    reply = town.person("ybj_officer").post("/rounds", body | change)
    assert reply.status_code == status
    assert where in [fault["where"] for fault in reply.json["faults"]]


def test_who_may_not_open_is_denied_and_unknown_rounds_are_not_found(town, body):
    assert town.person("liaison_mzj").post("/rounds", body).status_code == 403
    assert town.person("ybj_officer").post("/rounds", body | {"scheme": "nowhere"}).status_code == 404
    for path in ("/rounds/99", "/rounds/99/cases", "/rounds/99/lists", "/rounds/99/lists/final.xlsx"):
        assert town.person("ybj_officer").get(path).status_code == 404
    assert town.person("ybj_officer").get("/cases/99").status_code == 404
    assert town.person("ybj_officer").get("/tally-requests/99").status_code == 404


def test_cases_are_paged_masked_and_scoped(town, opened):
    officer = town.person("ybj_officer")
    first = officer.get(f"/rounds/{opened['id']}/cases?limit=2").json
    rest = officer.get(f"/rounds/{opened['id']}/cases?limit=2&cursor={first['next']}").json
    assert [line["case_no"] for line in first["items"] + rest["items"]] == [
        "2025-1-0001",
        "2025-1-0002",
        "2025-1-0003",
    ]
    assert rest["next"] is None
    assert "*" in first["items"][0]["id_masked"]
    assert officer.get(f"/rounds/{opened['id']}/cases?cursor=xx").status_code == 400
    assert town.person("grid_worker_4").get(f"/rounds/{opened['id']}/cases").json["items"] == []
    case = officer.get(f"/cases/{first['items'][0]['id']}").json
    assert {figure["source"] for figure in case["figures"]} == {"settlement"}


def test_the_preliminary_list_is_downloaded_by_officers_only(town, opened, issued):
    path = f"/rounds/{opened['id']}/lists/preliminary.xlsx"
    reply = town.person("ybj_officer").get(path)
    assert (reply.status_code, reply.mimetype) == (200, XLSX)
    assert load_workbook(io.BytesIO(reply.data)).active["A1"].value.endswith("初步名单")
    assert town.person("liaison_mzj").get(path).status_code == 403
    lists = town.person("auditor").get(f"/rounds/{opened['id']}/lists").json
    assert [(version["stage"], version["row_count"]) for version in lists] == [("preliminary", 3)]


def test_a_unit_fills_by_row_with_the_version_it_saw(town, issued):
    liaison, request = town.person("liaison_cszh"), issued["cszh"]
    path = f"/tally-requests/{request['id']}/rows"
    seen = liaison.get(path)
    rows = [{"case_id": seen.json["items"][0]["case_id"], "amounts": {"charity": "12.50"}}]
    etag = {"If-Match": seen.headers["ETag"]}
    assert liaison.send("PATCH", path, json={"rows": rows}).status_code == 422
    assert liaison.send("PATCH", path, json={"rows": rows}, headers=etag).status_code == 200
    stale = liaison.send("PATCH", path, json={"rows": rows}, headers=etag)
    assert (stale.status_code, stale.json["code"]) == (409, "tally_changed")
    wrong = [{"case_id": rows[0]["case_id"], "amounts": {"charity": "12.505", "red_cross": "1.00"}}]
    version = liaison.get(f"/tally-requests/{request['id']}").json["version"]
    reply = liaison.send("PATCH", path, json={"rows": wrong, "version": version})
    assert [fault["code"] for fault in reply.json["faults"]] == ["not_an_amount", "not_your_column"]
    assert town.person("liaison_mzj").get(path).status_code == 404
    assert town.person("grid_worker_1").get(path).status_code == 403


def test_nothing_to_report_is_one_click_and_shown_to_the_bureau(town, issued):
    request = issued["mzj"]
    path = f"/tally-requests/{request['id']}/nil"
    key = uuid.uuid4().hex
    liaison = town.person("liaison_mzj")
    assert liaison.post(path, key=key).json["state"] == "nil"
    assert liaison.post(path, key=key).json["state"] == "nil"
    again = liaison.post(path)
    assert (again.status_code, again.json["code"]) == (409, "tally_not_open")
    shown = town.person("ybj_officer").get(f"/tally-requests/{request['id']}").json
    assert (shown["state"], shown["filings"]) == ("nil", 1)


def test_template_fault_marked_workbook_preview_and_acceptance(town, issued):
    liaison, path = town.person("liaison_cszh"), f"/tally-requests/{issued['cszh']['id']}"
    template = liaison.get(f"{path}/template.xlsx")
    assert (template.status_code, template.mimetype) == (200, XLSX)
    bad = send_file(liaison, f"{path}/upload", edit(template.data, 1, "慈善总会（元）", "很多"))
    assert (bad.status_code, bad.json["faults"][0]["code"]) == (422, "not_an_amount")
    marked = liaison.get(bad.json["marked"].removeprefix("/api/v1"))
    assert any(cell.comment for row in load_workbook(io.BytesIO(marked.data)).active.iter_rows() for cell in row)
    good = send_file(liaison, f"{path}/upload", edit(template.data, 1, "慈善总会（元）", 321))
    assert (good.status_code, good.json["changes"][0]["new"]) == (201, "321.00")
    assert liaison.get(f"{path}/uploads/{good.json['id']}").json["state"] == "preview"
    accepted = liaison.post(f"{path}/uploads/{good.json['id']}/accept")
    assert accepted.status_code == 200, accepted.json
    assert liaison.get(f"{path}/rows").json["items"][0]["amounts"] == {"charity": "321.00"}


def test_an_upload_with_a_mapping_and_uploads_that_are_none(town, issued):
    liaison, path = town.person("liaison_cszh"), f"/tally-requests/{issued['cszh']['id']}/upload"
    text = f"号,甲,乙\n{id_number(1)},5,7\n".encode()
    mapping = json.dumps({"id_column": "号", "amounts": {"charity": "乙"}})
    reply = send_file(liaison, path, text, "x.csv", mapping=mapping)
    assert (reply.status_code, reply.json["changes"][0]["new"]) == (201, "7.00")
    for content, name in ((b"", "x.xlsx"), (b"\x00\x01", "x.xlsx"), (b"<html></html>", "x.xls")):
        assert send_file(liaison, path, content, name).status_code == 422
    assert send_file(liaison, path, text, "x.csv", mapping="{").status_code == 400
    assert liaison.post(path).status_code == 400
    assert send_file(town.person("liaison_mzj"), path, text, "x.csv").status_code == 404


def test_the_bureau_waives_and_reopens_and_sees_conflicts(town, opened, issued):
    officer = town.person("ybj_officer")
    waived = officer.post(f"/tally-requests/{issued['fl']['id']}/waive", {"reason": "逾期未报"})
    assert waived.json["state"] == "waived"
    assert officer.post(f"/tally-requests/{issued['fl']['id']}/waive", {"reason": "再次"}).status_code == 409
    assert officer.post(f"/tally-requests/{issued['cl']['id']}/reopen", {"reason": "未报"}).status_code == 409
    assert officer.get(f"/rounds/{opened['id']}/conflicts").json == {"items": []}
    resolution = {"conflict_id": 5, "chosen": "tally", "reason": "没有这项"}
    reply = officer.post(f"/rounds/{opened['id']}/conflicts", {"resolutions": [resolution]})
    assert reply.status_code == 422
    stop = town.person("civil_affairs_officer").post(f"/rounds/{opened['id']}/stop-visits", {"reason": "太久"})
    assert (stop.status_code, stop.json["code"]) == (409, "round_not_verifying")


def test_exclusions_over_http_show_the_round_again(town, opened):
    officer = town.person("ybj_officer")
    case = officer.get(f"/rounds/{opened['id']}/cases").json["items"][0]
    body = {"exclusions": [{"case_id": case["id"], "reason": "已列入另一方案"}]}
    reply = officer.post(f"/rounds/{opened['id']}/exclusions", body)
    assert reply.json["cases"] == {"preliminary": 2, "excluded": 1}


def test_a_click_reminds_a_unit_of_its_open_tally(town, issued):
    path = f"/tally-requests/{issued['cszh']['id']}/remind"
    civil, liaison = town.person("civil_affairs_officer"), town.person("liaison_cszh")
    assert civil.post(path).status_code == 200
    inbox = liaison.get("/tasks?element=file_tally").json["items"]
    assert [task["reminded"] for task in inbox] == [True]
    again = town.person("ybj_officer").post(path)
    assert (again.status_code, again.json["code"]) == (409, "reminded_recently")
    for login in ("clerk_1", "liaison_cszh", "liaison_mzj"):
        assert town.person(login).post(path).status_code == 403
    assert civil.post("/tally-requests/9999/remind").status_code == 404
    assert liaison.post(f"/tally-requests/{issued['cszh']['id']}/nil").status_code == 200
    town.run_jobs()
    done = civil.post(path)
    assert (done.status_code, done.json["code"]) == (409, "tally_not_open")
