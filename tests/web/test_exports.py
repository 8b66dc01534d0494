"""Every list is a workbook too: the same rows in the same scope, masked, amounts as numbers, nothing that runs."""

from __future__ import annotations

import io

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from app.access.models import Audit
from app.registry.provision import PersonRow, Recorder, add_people
from app.web import tables
from app.web.downloads import XLSX
from tests.conftest import NOW
from tests.rounds.place import id_number
from tests.web.client import make_town

PEOPLE = 450


@pytest.fixture
def town(database, clock, tmp_path):
    town = make_town(database, clock, tmp_path)
    grids = town.county.grids
    with database.writing() as session:
        rows = [person_row(n, grids[0 if n % 2 else 4].id) for n in range(PEOPLE)]
        add_people(session, rows, Recorder(NOW))
        session.commit()
    return town


def person_row(n: int, area_id: int) -> PersonRow:
    number = id_number(n)
    return PersonRow(f"=周{n:03d}", number, area_id, area_id)


def lines_of(reply) -> list[list[object]]:
    assert (reply.status_code, reply.content_type) == (200, XLSX), reply.text
    sheet = load_workbook(io.BytesIO(reply.data)).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    at = next(n for n, row in enumerate(rows) if "姓名" in row or "登录名" in row)
    return rows[at:]


def test_a_list_of_many_pages_comes_whole_masked_and_without_formulas(town):
    head, *rows = lines_of(town.person("ybj_officer").get("/people?format=xlsx"))
    assert head[:3] == ["编号", "姓名", "身份证号"]
    assert len(rows) == PEOPLE
    assert all("*" in row[2] for row in rows)
    assert rows[7][1] == "=周007"
    assert id_number(7) not in str(rows)


def test_scope_and_filters_are_those_of_the_list_itself(town):
    clerk = town.person("clerk_1")
    assert len(lines_of(clerk.get("/people?format=xlsx"))) - 1 == len(range(1, PEOPLE, 2))
    assert len(lines_of(clerk.get("/people?format=xlsx&name=%3D周001"))) - 1 == 1
    assert clerk.get("/users?format=xlsx").status_code == 403
    assert clerk.get("/people?format=xlsx&category=mental").status_code == 200
    assert town.person("grid_worker_1").get("/people?format=xlsx&category=mental").json["code"] == "role_missing"


def test_what_was_taken_is_in_the_trail_without_the_words_that_were_sought(town, database):
    lines_of(town.person("clerk_1").get("/people?format=xlsx&name=%3D周"))
    with database.reading() as session:
        row = session.scalars(select(Audit).where(Audit.kind == "list_exported")).one()
    assert (row.subject, row.detail) == ("/people", {"rows": PEOPLE // 2, "filters": ["name"]})


def test_more_rows_than_a_workbook_should_have_are_refused_with_what_to_do(town, monkeypatch):
    monkeypatch.setattr(tables, "MOST_ROWS", 100)
    monkeypatch.setattr(tables, "_BITE", 60)
    reply = town.person("ybj_officer").get("/people?format=xlsx")
    assert (reply.status_code, reply.json["code"]) == (422, "too_many_rows")
    assert "缩小" in reply.json["detail"]


def test_every_list_with_pages_is_a_workbook_too(town):
    document = town.flask.test_client().get("/api/v1/openapi.json").json
    paged = {
        path: methods["get"]["responses"]["200"]["content"].keys()
        for path, methods in document["paths"].items()
        if any(p.get("name") == "cursor" for p in methods.get("get", {}).get("parameters", []))
    }
    assert len(paged) > 15
    assert [path for path, kinds in paged.items() if XLSX not in kinds] == []


def test_users_units_and_the_trail_are_written_in_words(town):
    head, *rows = lines_of(town.person("administrator").get("/users?format=xlsx&q=clerk_1"))
    assert [row[head.index("状态")] for row in rows] == ["在用"] * len(rows)
    assert any("乡镇（街道）经办" in row[head.index("任职")] for row in rows)
