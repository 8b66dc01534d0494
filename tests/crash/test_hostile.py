"""What a client should not send, over the whole API: the right answer, and the database stays as it was."""

from __future__ import annotations

import io
import re

import pytest

from app.web.routes import ANYBODY, PUBLIC
from tests.crash.county import fill_county
from tests.crash.doors import form_of
from tests.crash.fingerprints import changed, fingerprint
from tests.crash.meeting import id_number
from tests.house.test_routes import address

pytestmark = pytest.mark.crash
UNKNOWN = 987_654_321
PNG = b"\x89PNG\r\n\x1a\n" + b"photo" * 20
ENDING = {"session.delete_session", "tokens.delete_token", "me.post_password"}


@pytest.fixture
def full(product, database):
    return fill_county(database, product)


def note(reply):
    told = reply.mimetype == "application/problem+json"
    return (reply.status_code, reply.json["code"] if told else None)


def wishes_twice(full):
    """(who, path, body, another body): the first is carried out, the second comes with the same key."""
    payee = {"kind": "self", "name": "周0101", "account": "6217000000999999", "bank": "银行"}
    user = {"login": "xin", "name": "新", "password": "long-enough-1"}
    visit = {"form": form_of("not_home")}
    area = {"code": "9", "name": "甲", "level": "county"}
    return [
        ("grid_worker_1", f"/tasks/{full.visits[0]}/complete", visit, {"form": form_of("deceased")}),
        ("grid_worker_2", f"/tasks/{full.visits[1]}/comments", {"text": "在家"}, {"text": "不在家"}),
        ("ybj_officer", "/tasks/bulk-complete", {"items": [{"task_id": 1}]}, {"items": [{"task_id": 2}]}),
        ("administrator", "/areas", area, area | {"code": "8"}),
        ("administrator", "/users", user, user | {"login": "jiu"}),
        ("civil_affairs_officer", f"/people/{full.people[0]}/payees", payee, payee | {"account": "6217000000999998"}),
        ("civil_affairs_officer", "/people/look-up", {"id_number": id_number(101)}, {"id_number": id_number(102)}),
    ]  # fmt: skip


def test_a_key_with_another_body_is_a_conflict_and_changes_nothing(full, database):
    for n, (login, path, body, other) in enumerate(wishes_twice(full)):
        person = full.town.person(login)
        first = person.post(path, body, key=f"twice-{n}")
        before = fingerprint(database)
        again = person.post(path, body, key=f"twice-{n}")
        reused = person.post(path, other, key=f"twice-{n}")
        assert first.status_code in (200, 201, 202), (path, first.text)
        assert (again.status_code, again.data) == (first.status_code, first.data), path
        assert note(reused) == (409, "idempotency_key_reused"), (path, reused.text)
        assert changed(before, fingerprint(database)) == [], path


def test_a_file_under_a_used_key_is_a_conflict(full, database):
    def send(content, key="photo"):
        return full.grid_worker_1.post("/files", data={"file": (io.BytesIO(content), "a.png")}, key=key)

    first, before = send(PNG), fingerprint(database)
    assert send(PNG).data == first.data
    assert note(send(PNG + b"x")) == (409, "idempotency_key_reused")
    assert changed(before, fingerprint(database)) == []


def test_stale_versions_are_conflicts_and_change_nothing(full, database):
    visit, tally = full.visits[0], full.tally
    worker, liaison = full.grid_worker_1, full.liaison_cszh
    etag = worker.get(f"/tasks/{visit}").headers["ETag"]
    row = {"case_id": full.cases[0], "amounts": {"charity": "1.00"}}
    seen = liaison.get(f"/tally-requests/{tally}/rows").headers["ETag"]
    assert worker.post(f"/tasks/{visit}/claim").status_code == 200
    rows, match = f"/tally-requests/{tally}/rows", {"If-Match": seen}
    assert liaison.send("PATCH", rows, json={"rows": [row]}, headers=match).status_code == 200
    before = fingerprint(database)
    form = {"form": form_of("not_home")}
    stale = {"If-Match": etag}
    told = [
        note(worker.post(f"/tasks/{visit}/complete", form, headers=stale)),
        note(worker.post(f"/tasks/{visit}/release", headers=stale)),
        note(worker.post(f"/tasks/{visit}/complete", form, headers={"If-Match": '"nonsense"'})),
        note(worker.post(f"/tasks/{visit}/claim", headers={"If-Match": '"999"'})),
        note(liaison.send("PATCH", rows, json={"rows": [row]}, headers=match)),
        note(liaison.send("PATCH", rows, json={"rows": [row], "version": 999})),
    ]
    assert told[:4] == [(409, "task_changed")] * 4
    assert {status for status, _ in told[4:]} == {409}
    assert changed(before, fingerprint(database)) == []


def strangers(full):
    """(who, method, path, body) for things of another unit or another area."""
    visit, case, person = full.visits[0], full.cases[0], full.people[0]
    tally = f"/tally-requests/{full.tally}"
    row = {"rows": [{"case_id": case, "amounts": {"charity": "1.00"}}], "version": 1}
    wishes = [
        ("GET", f"/tasks/{visit}", None),
        ("PUT", f"/tasks/{visit}/draft", {"form": {}}),
        ("POST", f"/tasks/{visit}/complete", {"form": form_of("not_home")}),
        ("POST", f"/tasks/{visit}/claim", None),
        ("POST", f"/tasks/{visit}/release", None),
        ("POST", f"/tasks/{visit}/assign", {"user_id": 1}),
        ("POST", f"/tasks/{visit}/delegate", {"user_id": 1}),
        ("POST", f"/tasks/{visit}/return", None),
        ("POST", f"/tasks/{visit}/comments", {"text": "我"}),
        ("POST", f"/tasks/{visit}/send-back", {"target": "visit", "reason": "不对"}),
        ("GET", f"/cases/{case}", None),
        ("GET", f"/cases/{case}/visits", None),
        ("GET", "/instances/1", None),
        ("GET", "/instances/1/history", None),
        ("GET", "/bulk/1", None),
        ("GET", "/bulk/1/rows", None),
    ]  # fmt: skip
    for login in ("grid_worker_12", "clerk_3", "liaison_fl"):
        yield from ((login, *wish) for wish in wishes)
    for login in ("grid_worker_12", "clerk_3"):
        yield login, "GET", f"/people/{person}", None
        yield login, "GET", f"/people/{person}/payees", None
        yield login, "GET", f"/people/{person}/categories", None
        payee = {"kind": "self", "name": "某", "account": "6217000000999999", "bank": "银行"}
        yield login, "POST", f"/people/{person}/payees", payee
    yield "clerk_3", "POST", f"/people/{person}/unmask", {"reason": "核对身份"}
    for login in ("liaison_fl", "liaison_mzj"):
        for method, path, body in (
            ("GET", tally, None), ("GET", f"{tally}/rows", None), ("PATCH", f"{tally}/rows", row),
            ("GET", f"{tally}/template.xlsx", None), ("POST", f"{tally}/nil", None),
        ):  # fmt: skip
            yield login, method, path, body


def test_people_of_other_units_and_areas_find_nothing_and_change_nothing(full, database):
    before = fingerprint(database)
    wrong = []
    for login, method, path, body in strangers(full):
        headers = {"Idempotency-Key": "k" + login + path.replace("/", "-")} if method == "POST" else {}
        reply = full.town.person(login).send(method, path, json=body, headers=headers)
        if reply.status_code not in (403, 404):
            wrong.append((login, method, path, reply.status_code, reply.text[:200]))
    assert wrong == []
    for login in ("grid_worker_12", "clerk_3", "liaison_fl"):
        inbox = full.town.person(login).get("/tasks").json["items"]
        assert not {task["id"] for task in inbox} & {full.visits[0]}
    assert changed(before, fingerprint(database)) == []


NEEDED = {"quota": "?year=2025"}
LOGINS = (
    "ybj_officer", "administrator", "meeting_secretary", "fund_manager", "civil_affairs_officer", "finance_officer",
    "reviewer", "clerk_1", "liaison_cszh", "grid_worker_1", "auditor",
)  # fmt: skip
# one good value a field: what is refused is refused because the thing does not exist
BODY = {
    "form": {}, "text": "x", "target": "visit", "reason": "没有此事", "user_id": 1, "rows": [], "purpose": "补助",
    "decision": {"case_id": UNKNOWN, "kind": "approve"}, "file_id": UNKNOWN, "name": "新名", "unit_id": 1,
    "role": "auditor", "year": 2031, "carry_in": "0.00", "fiscal": "1.00", "charity_committed": "0.00",
    "kind": "self", "account": "6217000000999999", "bank": "银行", "category": "db", "recognised_on": "2025-01-01",
    "ended_on": "2025-02-01", "result": "paid", "note": "x", "no": "1", "held_on": "2026-03-01", "chair": "王",
}  # fmt: skip


def body_of(operation, document):
    """The members of BODY that the operation knows, so that no unknown field hides what is asked."""
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    reference = content.get("$ref", "").rsplit("/", 1)[-1]
    schema = document["components"]["schemas"].get(reference, content)
    return {name: BODY[name] for name in schema.get("properties", {}) if name in BODY}


def test_unknown_ids_are_not_found_and_change_nothing(full, database, product):
    document = product.test_client().get("/api/v1/openapi.json").json
    before, wrong, asked = fingerprint(database), [], 0
    for rule in product.url_map.iter_rules():
        if "<int:" not in rule.rule or rule.endpoint in ENDING:
            continue
        roles = product.view_functions[rule.endpoint].nuanxin_roles
        able = [login for login in LOGINS if roles in (ANYBODY, PUBLIC) or roles & full.county.actor(login).roles]
        path = address(rule, str(UNKNOWN), "final").removeprefix("/api/v1")
        template = re.sub(r"<(?:[^:>]*:)?([^>]*)>", r"{\1}", rule.rule)
        for method in sorted(rule.methods - {"OPTIONS", "HEAD"}):
            body = body_of(document["paths"].get(template, {}).get(method.lower(), {}), document)
            for n, login in enumerate(able[:3]):
                asked += 1
                options = {} if method == "GET" else {"json": body, "headers": {"Idempotency-Key": f"u-{n}"}}
                reply = full.town.person(login).send(method, path + NEEDED.get(path.rsplit("/", 1)[-1], ""), **options)
                fine = (404,) if method == "GET" else (400, 403, 404, 409, 422)
                if reply.status_code not in fine:
                    wrong.append((login, method, path, reply.status_code, reply.text[:150]))
    assert wrong == []
    assert asked > 120
    assert changed(before, fingerprint(database)) == []
