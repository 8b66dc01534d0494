"""Files and imports as clients see them: what they may send, read and repeat."""

from __future__ import annotations

import hashlib
import io

from sqlalchemy import func, select

from app.engine.jobs import run_due_jobs
from app.intake.models import ImportRun, StoredFile
from app.intake.workbooks import read_table
from tests.intake.tables import PEOPLE_HEADERS, person, to_csv, to_xlsx

PHOTO = b"\x89PNG\r\n\x1a\n" + b"photo" * 20


def upload(person, path, content, name="table.xlsx", key=None, **form):
    return person.post(path, key=key, data={"file": (io.BytesIO(content), name), **form})


def run_jobs(town, clock):
    run_due_jobs(town.flask.extensions["nuanxin_database"], town.flask.extensions["nuanxin_engine"], clock)


def test_a_file_is_kept_encrypted_and_read_back_by_its_hash(town, tmp_path):
    worker = town.person("grid_worker_1")
    kept = upload(worker, "/files", PHOTO, "照片.png")
    assert (kept.status_code, kept.json["media_type"]) == (201, "image/png")
    digest = hashlib.sha256(PHOTO).hexdigest()
    assert (kept.json["hash"], kept.json["size"]) == (digest, len(PHOTO))
    read = worker.get(f"/files/{digest}")
    assert (read.data, read.headers["Content-Disposition"][:10]) == (PHOTO, "attachment")
    (stored,) = (path for path in (tmp_path / "files").rglob("*") if path.is_file())
    assert b"photo" not in stored.read_bytes()


def test_evidence_is_read_by_officers_of_the_area_and_by_nobody_else(town):
    digest = upload(town.person("grid_worker_1"), "/files", PHOTO, "a.png").json["hash"]
    seen = {
        login: town.person(login).get(f"/files/{digest}").status_code
        for login in ("clerk_1", "ybj_officer", "clerk_2", "grid_worker_2", "liaison_cl")
    }
    assert seen == {"clerk_1": 200, "ybj_officer": 200, "clerk_2": 404, "grid_worker_2": 404, "liaison_cl": 404}


def test_the_same_content_is_kept_once_and_held_by_both(town, database):
    first = upload(town.person("grid_worker_1"), "/files", PHOTO, "a.png")
    second = upload(town.person("grid_worker_12"), "/files", PHOTO, "b.png")
    assert first.json["id"] == second.json["id"]
    assert town.person("grid_worker_12").get(f"/files/{first.json['hash']}").status_code == 200
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(StoredFile)) == 1


def test_other_files_are_refused(town):
    worker = town.person("grid_worker_1")
    for content, code in (
        (b"MZ\x90\x00 a program", "file_type_refused"),
        (b"<html><script>alert(1)</script></html>", "file_type_refused"),
        (b"#!/bin/sh\nrm -rf /", "file_type_refused"),
        (b"", "file_empty"),
    ):
        reply = upload(worker, "/files", content, "a.png")
        assert (reply.status_code, reply.json["faults"][0]["code"]) == (422, code), content


def test_a_file_without_a_file_is_a_bad_request(town):
    assert town.person("grid_worker_1").post("/files", data={"x": "y"}).status_code == 400


def test_an_import_is_queued_run_and_read(town, clock):
    officer = town.person("civil_affairs_officer")
    queued = upload(officer, "/imports", to_xlsx(PEOPLE_HEADERS, person(1)), kind="people")
    assert (queued.status_code, queued.json["state"]) == (202, "queued")
    run_jobs(town, clock)
    done = officer.get(f"/imports/{queued.json['id']}").json
    assert (done["state"], done["rows_done"], done["result"]["people_added"]) == ("done", 1, 1)
    assert [run["id"] for run in officer.get("/imports").json["items"]] == [queued.json["id"]]
    assert len(officer.get("/people").json["items"]) == 1


def test_the_same_request_twice_is_one_import(town, database):
    officer, content = town.person("civil_affairs_officer"), to_csv(PEOPLE_HEADERS, person(1))
    first = upload(officer, "/imports", content, "a.csv", key="k1", kind="people")
    again = upload(officer, "/imports", content, "a.csv", key="k1", kind="people")
    assert first.json["id"] == again.json["id"]
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(ImportRun)) == 1


def test_faults_are_paged_and_come_as_a_workbook(town, clock):
    officer = town.person("civil_affairs_officer")
    rows = [person(n, 身份证号=str(n)) for n in range(1, 6)]
    queued = upload(officer, "/imports", to_xlsx(PEOPLE_HEADERS, *rows), kind="people").json
    run_jobs(town, clock)
    assert officer.get(f"/imports/{queued['id']}").json["faults_total"] == 5
    page = officer.get(f"/imports/{queued['id']}/errors?limit=3").json
    rest = officer.get(f"/imports/{queued['id']}/errors?limit=3&cursor={page['next']}").json
    assert [fault["row"] for fault in page["items"] + rest["items"]] == [2, 3, 4, 5, 6]
    assert (page["items"][0]["column"], page["items"][0]["code"], rest["next"]) == ("身份证号", "id_length", None)
    report = officer.get(f"/imports/{queued['id']}/errors.xlsx").data
    (sheet,) = read_table(report, "a.xlsx", wanted=["原因", "列"]).sheets
    assert [sheet.cell(row, "列") for row in sheet.rows] == ["身份证号"] * 5


def test_others_neither_start_nor_see_an_import(town, clock):
    content = to_csv(PEOPLE_HEADERS, person(1))
    made = upload(town.person("civil_affairs_officer"), "/imports", content, "a.csv", kind="people").json
    assert upload(town.person("clerk_1"), "/imports", content, "a.csv", kind="people").status_code == 403
    assert upload(town.person("finance_officer"), "/imports", content, "a.csv", kind="people").status_code == 403
    assert town.person("finance_officer").get(f"/imports/{made['id']}").status_code == 404
    assert town.person("auditor").get(f"/imports/{made['id']}").status_code == 200


def test_an_uploaded_table_with_id_numbers_is_no_evidence_for_others(town):
    content = to_csv(PEOPLE_HEADERS, person(1))
    upload(town.person("civil_affairs_officer"), "/imports", content, "a.csv", kind="people")
    digest = hashlib.sha256(content).hexdigest()
    assert town.person("reviewer").get(f"/files/{digest}").status_code == 404
    assert town.person("civil_affairs_officer").get(f"/files/{digest}").status_code == 200


def test_a_senseless_import_is_refused_at_once(town):
    officer, content = town.person("civil_affairs_officer"), to_csv(PEOPLE_HEADERS, person(1))
    for form, status in (
        ({"kind": "rich"}, 422),
        ({}, 422),
        ({"kind": "people", "params": "[1]"}, 400),
        ({"kind": "people", "params": "{"}, 400),
        ({"kind": "people", "params": '{"x": 1}'}, 422),
    ):
        assert upload(officer, "/imports", content, "a.csv", **form).status_code == status, form
