"""What-if over HTTP and as a command: who may ask, every fault at once, and a database that stays as it was."""

from __future__ import annotations

import io
import json

import openpyxl
import pytest
from click.testing import CliRunner
from sqlalchemy import MetaData, select

from app.cli import cli
from app.kernel.errors import Invalid
from app.scenarios.api.trials import TRIERS
from tests.web.client import Town, make_app

PEOPLE = [("001", "32000.00"), ("002", "18000.00"), ("003", "90000.00", {"name": "欧阳某某"})]
PLAIN = {"threshold": "10000.00", "ratio": "0.60", "cap": "20000.00"}
OTHERS = ("administrator", "clerk_1", "grid_worker_1", "liaison_cszh")


@pytest.fixture
def council(make_round):
    council = make_round(PEOPLE, fiscal="20000.00", charity="0.00")
    council.convene()
    return council


@pytest.fixture
def town(council, clock, tmp_path):
    return Town(make_app(council.database, clock, tmp_path), council.county)


@pytest.fixture
def path(council):
    return f"/rounds/{council.round_id}/what-if"


def everything(database):
    """{table: all its rows}."""
    meta = MetaData()
    meta.reflect(database.engine)
    with database.engine.connect() as connection:
        return {
            table.name: sorted(map(repr, connection.execute(select(table)))) for table in meta.sorted_tables
        }  # fmt: skip


def test_the_county_may_ask_and_the_round_stays_as_it_was(council, town, path):
    people = {login: town.person(login) for login in (*TRIERS, *OTHERS)}
    before = everything(council.database)
    body = {"candidates": [PLAIN, {**PLAIN, "ratio": None, "solve": "ratio", "name": "用完"}]}
    replies = {login: person.post(path, body, key="one") for login, person in people.items()}
    assert {login for login, reply in replies.items() if reply.status_code == 200} == set(TRIERS)
    assert {replies[login].status_code for login in OTHERS} == {403}
    assert len({reply.data for login, reply in replies.items() if login in TRIERS}) == 1
    after = everything(council.database)
    keys = (len(before.pop("idempotency_key")), len(after.pop("idempotency_key")))
    assert keys == (0, len(TRIERS))
    for spent in (before, after):  # when a token was used last is noted by the log-in
        spent.pop("access_token", None)
        spent.pop("user_session", None)
    assert after == before
    found = replies["auditor"].json
    assert found["candidates"][0]["fund"] == found["base"]["fund"]
    assert (found["candidates"][1]["solved"]["value"], found["candidates"][1]["fund"]["left"]) == ("0.1818", "2.00")
    assert [row["name"] for row in found["base"]["above_line"]["rows"]] == ["欧***"]


def test_the_same_key_is_answered_again_and_another_question_under_it_is_refused(town, path):
    secretary = town.person("meeting_secretary")
    body = {"candidates": [PLAIN], "rows": 1}
    first, again = (secretary.post(path, body, key="slider-1") for _ in range(2))
    assert (again.status_code, again.json) == (200, first.json)
    other = secretary.post(path, {"candidates": [{**PLAIN, "ratio": "0.5"}]}, key="slider-1")
    assert (other.status_code, other.json["code"]) == (409, "idempotency_key_reused")


def test_every_fault_of_every_candidate_is_told_at_once(town, path):
    asked = [
        {"ratio": "1.5", "cap": "x", "shortfall_rule": "lottery", "name": "甲" * 31},
        {"solve": "ratio", "ratio": "0.5", "threshold": "-1.00", "reserve": "-3.00", "name": "方案3"},
        {"solve": "threshold", "tiers": [{"over": "0.00", "ratio": "0.5"}, {"over": "1.00"}]},
        {"base": "some", "solve": "people", "threshold": "1.00", "ratio": "1e-999999999", "reserve": "1.001"},
    ]
    reply = town.person("ybj_officer").post(path, {"candidates": asked})
    assert reply.status_code == 422
    assert {(fault["where"].removeprefix("/candidates/"), fault["code"]) for fault in reply.json["faults"]} == {
        ("0/name", "name_too_long"), ("0/ratio", "not_a_ratio"), ("0/cap", "not_an_amount"),
        ("0/threshold", "threshold_missing"), ("0/shortfall_rule", "unknown_shortfall_rule"),
        ("1/ratio", "solved_value_given"), ("1/threshold", "negative_amount"), ("1/reserve", "negative_amount"),
        ("2/name", "name_taken"), ("2/solve", "tiers_without_threshold"), ("2/tiers/1/ratio", "ratio_missing"),
        ("3/base", "unknown_base"), ("3/solve", "unknown_solve"), ("3/reserve", "not_an_amount"),
        ("3/ratio", "not_a_ratio"),
    }  # fmt: skip


def test_each_candidate_without_a_solution_says_why(town, path):
    asked = [
        {"threshold": "89000.00", "cap": None, "solve": "ratio"},
        {**PLAIN, "cap": None, "solve": "cap", "reserve": "20000.01"},
        {**PLAIN, "threshold": None, "ratio": "0.1", "solve": "threshold"},
    ]
    reply = town.person("ybj_officer").post(path, {"candidates": asked})
    assert [(fault["where"], fault["code"]) for fault in reply.json["faults"]] == [
        ("/candidates/0/solve", "fund_exceeds_need"),
        ("/candidates/1/solve", "money_already_spoken_for"),
        ("/candidates/2/solve", "fund_exceeds_need"),
    ]


@pytest.fixture
def command(council, tmp_path, monkeypatch):
    """`command("--json", …)` -> what `nuanxin what-if 2025-1 …` says."""
    monkeypatch.setenv("NUANXIN_DATABASE_URL", council.database.url.render_as_string(hide_password=False))
    monkeypatch.setenv("NUANXIN_SECRET_KEY", "a secret for tests only")
    monkeypatch.setenv("NUANXIN_DATA_DIR", str(tmp_path))

    def run(*words):
        return CliRunner().invoke(cli, ["what-if", "2025-1", *words])

    return run


def test_the_command_prints_a_table_json_and_a_workbook(command, tmp_path):
    standard = (
        "--standard",
        "threshold=10000,ratio=0.60,cap=20000,name=六成",
        "--standard",
        "threshold=10000,solve=ratio",
    )
    table = command(*standard).output
    assert "六成" in table
    assert "降低比例" in table
    assert "19,998.00" in table
    told = json.loads(command(*standard, "--json", "--rows", "1").output)
    assert [candidate["name"] for candidate in told["candidates"]] == ["六成", "方案2"]
    file = tmp_path / "测算.xlsx"
    assert command(*standard, "--xlsx", str(file)).exit_code == 0
    book = openpyxl.load_workbook(io.BytesIO(file.read_bytes()))
    assert book.sheetnames == ["方案比较", "1 决议标准", "2 六成", "3 方案2"]
    totals = [row[4].value for row in book["方案比较"].iter_rows() if row[0].value in ("决议标准", "六成", "方案2")]
    assert totals == [float(told[who]["fund"]["total"]) for who in ("base",)] + [
        float(candidate["fund"]["total"]) for candidate in told["candidates"]
    ]


def test_the_command_reads_tiers_and_says_what_it_cannot_read(command):
    tiers = command("--standard", "tiers=10000-30000:0.2;30000-:0.1,rule=none", "--json")
    assert json.loads(tiers.output)["candidates"][0]["fund"]["need"] == "15800.00"
    wrong = command("--standard", "ratoi=0.6,tiers=many", "--standard", "cap")
    assert isinstance(wrong.exception, Invalid)
    assert [fault.where for fault in wrong.exception.faults] == [
        "/candidates/0/ratoi",
        "/candidates/0/tiers/0",
        "/candidates/1/cap",
    ]
