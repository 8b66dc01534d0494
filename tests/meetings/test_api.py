"""Steps 4 and 5 over HTTP: who may, what comes back, and that a repeated request is done once."""

import io

import pytest
from docx import Document
from openpyxl import load_workbook

from tests.meetings.council import STANDARD
from tests.web.client import Town, make_app

PEOPLE = [("001", "32000.00"), ("002", "18000.00"), ("003", "90000.00", {"name": "欧阳某某"})]
MEMBERS = [{"unit_code": "ybj", "member_name": "王局长", "present": True}]


@pytest.fixture
def council(make_round):
    council = make_round(PEOPLE, fiscal="20000.00", charity="0.00")
    council.submit(council.propose())
    return council


@pytest.fixture
def town(council, clock, tmp_path):
    return Town(make_app(council.database, clock, tmp_path), council.county)


def path(council, rest):
    return f"/rounds/{council.round_id}/{rest}"


@pytest.fixture
def secretary(town):
    return town.person("meeting_secretary")


@pytest.fixture
def resolution(council, secretary):
    body = {"held_on": "2026-03-01", "chair": "王局长", "attendance": MEMBERS, "recusals": []}
    assert secretary.send("PUT", path(council, "meeting"), json=body).status_code == 200
    said = {"no": "嵊专班〔2026〕1号", "text": "同意。", "held_on": "2026-03-01"}
    reply = secretary.post(path(council, "resolutions"), said)
    assert reply.status_code == 201, reply.json
    return reply.json


def test_a_resolution_goes_from_draft_to_sealed(council, town, secretary, resolution):
    assert (resolution["fitted_ratio"], resolution["available"]) == ("0.1818", "20000.00")
    rows = secretary.get(path(council, "amounts?sort=self_paid&limit=2")).json
    assert [row["case_no"] for row in rows["items"]] == ["003", "001"]
    rest = secretary.get(path(council, f"amounts?sort=self_paid&limit=2&cursor={rows['next']}")).json
    assert ([row["case_no"] for row in rest["items"]], rest["next"]) == (["002"], None)
    for case_id in council.cases.values():
        row = {"decision": {"case_id": case_id, "kind": "approve"}}
        assert secretary.post(path(council, "decisions"), row).status_code == 202
    draft = secretary.get(f"/resolutions/{resolution['id']}/minutes").json["text"]
    assert "补助比例调整为 18.18%" in draft
    assert "同意 3 人" in draft
    council.stamp(resolution["id"])
    sealed = secretary.post(f"/resolutions/{resolution['id']}/seal", key="seal-1")
    assert (sealed.status_code, sealed.json["state"]) == (200, "sealed")
    again = secretary.post(f"/resolutions/{resolution['id']}/seal", key="seal-1")
    assert again.json == sealed.json
    officer = town.person("ybj_officer")
    batch = officer.post(path(council, "payment-batches"), {"purpose": "暖心无忧基金补助"})
    assert (batch.status_code, batch.json["payments"]) == (201, {"pending": 3})
    assert officer.get(path(council, "payout")).json["open_people"] == 3


def test_totals_stand_beside_the_money(council, secretary, resolution):
    shown = secretary.get(path(council, "summary")).json
    assert (shown["people"], shown["undecided"], shown["draft"]) == (3, 3, True)
    assert shown["quota"]["available"] == "20000.00"
    assert (shown["resolution_line"], shown["above_line"]) == ("30000.00", 1)
    assert sum(cell["people"] for cell in shown["cells"]) == 3


def test_another_ratio_can_be_tried_out(council, secretary):
    query = "threshold=10000.00&ratio=0.30&cap=20000.00"
    shown = secretary.get(path(council, f"preview?{query}")).json
    assert (shown["wanted"], shown["short"], shown["fitted_ratio"]) == ("29000.00", True, "0.1818")
    bad = secretary.get(path(council, "preview?threshold=x&ratio=2"))
    assert bad.status_code == 422
    assert {fault["where"] for fault in bad.json["faults"]} == {"/threshold", "/ratio"}


def test_the_handout_is_masked(council, secretary):
    rows = secretary.get(path(council, "agenda")).json
    assert rows[0]["name"] == "欧***"
    assert "id_masked" not in rows[0]


def test_rows_can_be_picked_out(council, secretary, resolution):
    for only, count in {
        "undecided": 3,
        "overpaid": 0,
        "above_line": 1,
        "short": 3,
        "unanswered": 0,
        "recused": 0,
    }.items():
        assert len(secretary.get(path(council, f"amounts?only={only}")).json["items"]) == count


@pytest.mark.parametrize("login", ["ybj_officer", "civil_affairs_officer", "clerk_1", "liaison_cl", "grid_worker_1"])
def test_only_the_secretary_writes_resolutions_and_decisions(council, town, login):
    person = town.person(login)
    assert person.post(path(council, "resolutions"), {}).status_code == 403
    decision = {"decision": {"case_id": 1, "kind": "approve"}}
    assert person.post(path(council, "decisions"), decision).status_code == 403
    assert person.send("PUT", path(council, "meeting"), json={}).status_code == 403


@pytest.mark.parametrize("login", ["clerk_1", "liaison_cl", "grid_worker_1"])
def test_others_do_not_see_the_list_of_the_meeting(council, town, login):
    for rest in ("amounts", "summary", "agenda", "resolutions", "payout", "meeting"):
        assert town.person(login).get(path(council, rest)).status_code == 403


def test_unknown_things_are_not_found(council, secretary):
    assert secretary.get("/rounds/999/amounts").status_code == 404
    assert secretary.get("/resolutions/999").status_code == 404
    assert secretary.get(path(council, "meeting")).status_code == 404
    assert secretary.get(path(council, "amounts?cursor=abc")).status_code == 400


@pytest.mark.parametrize(
    ("rest", "body", "status"),
    [
        ("decisions", {}, 422),
        ("decisions", {"undecided": "approve", "rows": [{"case_id": 1, "kind": "approve"}]}, 422),
        ("decisions", {"decision": {"case_id": 10**30, "kind": "approve"}}, 422),
        ("decisions", {"decision": {"case_id": 1, "kind": "maybe"}}, 422),
        ("resolutions", {"shortfall_rule": "nothing"}, 422),
        ("resolutions", {"standard": {**STANDARD, "ratio": "60%"}}, 422),
        ("resolutions", {"standard": {"base": "tiers", "tiers": []}}, 422),
        ("resolutions", {"reserve_kept": "-1.00"}, 422),
        ("resolutions", {"no": "x" * 61}, 422),
    ],
)
def test_bad_bodies_are_refused_with_a_place(council, secretary, resolution, rest, body, status):
    reply = secretary.post(path(council, rest), body)
    assert reply.status_code == status, reply.json
    assert reply.json["faults"]


def test_a_round_without_a_sitting_has_no_resolution(council, secretary):
    reply = secretary.post(path(council, "resolutions"), {"no": "1"})
    assert (reply.status_code, reply.json["code"]) == (409, "no_meeting_open")


def test_the_list_is_narrowed_and_its_totals_are_those_of_the_whole_filter(council, secretary, resolution):
    lowered = {
        "decision": {"case_id": council.cases["003"], "kind": "lower", "amount": "100.00", "reason": "已另有救助"}
    }
    assert secretary.post(path(council, "decisions"), lowered).status_code == 202
    whole = secretary.get(path(council, "amounts?limit=1")).json
    assert (len(whole["items"]), whole["totals"]["people"]) == (1, 3)
    assert whole["totals"]["self_paid"] == "140000.00"
    for query, numbers in (
        ("decision=lower", {"003"}), ("decision=none", {"001", "002"}), ("q=欧阳", {"003"}), ("q=002", {"002"}),
        ("amount_from=100&amount_to=100", {"003"}), ("self_paid_to=18000", {"002"}), ("differs=true", set()),
        ("differs=false", {"001", "002", "003"}), ("category=nothing", set()), ("category=db&decision=defer", set()),
    ):  # fmt: skip
        found = secretary.get(path(council, f"amounts?{query}")).json
        assert {row["case_no"] for row in found["items"]} == numbers, query
        assert found["totals"]["people"] == len(numbers), query
    row = secretary.get(path(council, "amounts?decision=lower")).json
    assert (row["items"][0]["final"], row["totals"]["amount"]) == ("100.00", "100.00")
    area = council.county.townships[0].id
    assert secretary.get(path(council, f"amounts?area_id={area}")).status_code == 200
    assert secretary.get(path(council, "amounts?area_id=999")).json["code"] == "area_unknown"
    book = secretary.get(path(council, "amounts?format=xlsx&decision=lower"))
    assert (book.status_code, book.data[:2]) == (200, b"PK")


def test_minutes_agenda_and_handout_are_papers_to_print_and_the_handout_shows_no_name(council, secretary, resolution):
    minutes = secretary.get(f"/resolutions/{resolution['id']}/minutes.docx")
    said = "\n".join(p.text for p in Document(io.BytesIO(minutes.data)).paragraphs)
    assert "嵊专班〔2026〕1号" in said
    assert "一、补助标准" in said
    [signatures] = Document(io.BytesIO(minutes.data)).tables
    assert [cell.text for cell in signatures.rows[1].cells][1] == "王局长"
    agenda = Document(io.BytesIO(secretary.get(path(council, "agenda.docx")).data))
    assert any("拟补助 3 人" in p.text for p in agenda.paragraphs)
    assert len(agenda.tables[0].rows) > 1
    sheet = load_workbook(io.BytesIO(secretary.get(path(council, "handout.xlsx")).data)).active
    words = " ".join(str(cell.value) for row in sheet.iter_rows() for cell in row)
    assert "欧***" in words
    assert "欧阳" not in words
