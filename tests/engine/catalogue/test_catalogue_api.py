"""Schemes and definitions over HTTP, for anybody who is logged in."""

from __future__ import annotations

import pytest
from lxml import etree

from app.engine.catalogue import deploy_scheme
from app.kernel.actors import SYSTEM
from tests.web.client import make_town


@pytest.fixture
def town(database, clock, tmp_path):
    town = make_town(database, clock, tmp_path)
    with database.writing() as session:
        deploy_scheme(session, SYSTEM, clock, "shengzhou")
    return town


def test_a_scheme_shows_its_units_payers_parameters_and_lists(town):
    scheme = town.person("grid_worker_1").get("/schemes/shengzhou").json
    assert (scheme["id"], scheme["org_level"]) == ("shengzhou", "county")
    assert "S0" in scheme["source"]
    units = {unit["code"]: unit for unit in scheme["units"]}
    assert units["mzj"]["name"] == "民政局"
    assert "civil_affairs_officer" in units["mzj"]["roles"]
    payers = {payer["id"]: payer for payer in scheme["payers_in_order"]}
    assert payers["charity"] == {"id": "charity", "name": "慈善总会", "kind": "evidenced", "units": ["cszh"]}
    assert payers["crowd_funding"]["units"] == []
    assert scheme["parameters"]["verification_line"] == "10000.00"
    assert set(scheme["lists"]) >= {"preliminary", "verification", "subsidy", "final"}
    assert set(scheme["processes"]) >= {"subsidy_five_step", "member_tally", "case_verification", "fix_account"}


@pytest.mark.parametrize("scheme", ["nowhere", "common", "..", "a" * 3000, "%E4%BA%BA", "x%00"])
def test_an_unknown_scheme_is_not_found(town, scheme):
    assert town.person("clerk_1").get(f"/schemes/{scheme}").status_code == 404


def test_a_definition_shows_its_tasks_its_files_and_its_drawing(town):
    clerk = town.person("clerk_1")
    rows = clerk.get("/definitions?scheme=shengzhou").json["items"]
    row = next(row for row in rows if row["process_key"] == "case_verification")
    shown = clerk.get(f"/definitions/{row['id']}").json
    assert {name: shown[name] for name in row} == row
    elements = {element["id"]: element for element in shown["elements"]}
    check = elements["township_check"]
    assert (check["role"], check["due_working_days"]) == ("township_clerk", 3)
    assert (check["differs_from"], check["send_back_targets"]) == (["visit"], ["visit"])
    assert "S0" in check["documentation"]
    assert {"bpmn/case_verification.bpmn", "forms/visit.json", "dmn/subsidy.dmn"} <= set(shown["files"])
    root = etree.fromstring(shown["diagram"])
    assert [process.get("id") for process in root.iterfind(".//{*}process")] == ["case_verification"]
    assert root.findall(".//{*}BPMNShape")


@pytest.mark.parametrize("definition", ["0" * 64, "x", "..", "a" * 3000, "x%00", "%E4%BA%BA"])
def test_an_unknown_definition_is_not_found(town, definition):
    assert town.person("clerk_1").get(f"/definitions/{definition}").status_code == 404


def test_definitions_of_no_scheme_are_none(town):
    assert town.person("clerk_1").get("/definitions?scheme=nowhere").json == {"items": []}


def test_strangers_are_told_nothing(town):
    stranger = town.flask.test_client()
    for path in ("schemes", "schemes/shengzhou", "definitions", "definitions/x"):
        assert stranger.get(f"/api/v1/{path}").status_code == 401
