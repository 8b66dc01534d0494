"""Every route, called by people who may, with input that nobody should send: an answer, and never a 5xx."""

from __future__ import annotations

import io
import json
import re
import uuid

from app.web.routes import ANYBODY, PUBLIC
from tests.house.test_routes import address, rules

PEOPLE = (
    "ybj_officer", "administrator", "meeting_secretary", "fund_manager", "civil_affairs_officer", "finance_officer",
    "reviewer", "clerk_1", "liaison_mzj", "grid_worker_1", "auditor",
)  # fmt: skip
NUMBERS = ("1", "0", "9223372036854775807", str(10**30))
TEXTS = ("x", "%00", "%E4%BA%BA", "..", "a" * 3000, "'", "%F0%9F%92%A9", "final", "0" * 64)
BODIES = (
    b"{}", b"[]", b"null", b"7", b'"x"', b"{", b"", b'{"x": "\\u0000"}', b'{"a": {"b": [1, {"c": null}]}}', b"[[[[]]]]",
    b'{"form": {}, "items": [], "rows": [], "reason": "", "task_ids": [9223372036854775807], "name": "x"}',
    b'{"form": 1, "items": {}, "rows": [1], "reason": 1, "task_ids": ["x"], "version": "x", "params": "{"}',
    b'{"form": [], "items": [null], "rows": [{"amount": "9999999999999.99"}], "cost_year": 99999999999, "unit_id": -1}',
)  # fmt: skip
UPLOADS = ((b"", ""), (b"PK\x03\x04rubbish", "a.xlsx"), (b"\xff" * 50, "a\x00.csv"), (b"a,b\n1,2\n", "../x.csv"))
PARAMS = (
    ("people", "{}"),
    ("settlements", "{"),
    ("bank_results", '{"x": "\\u0000"}'),
    ("x\x00", ""),
    ("people", "[" * 5000),
)
ENDING = ("session.delete_session", "tokens.delete_token", "me.post_password")  # would end the log-in that calls
QUERIES = (
    "",
    "?limit=0",
    "?cursor=W10",
    "?cursor=WyJhIl0",
    "?cursor=WzEsMiwzXQ",
    "?limit=1&unknown=%00",
    "?state=x&sort=x",
)


def roles_held(house, login: str) -> frozenset[str]:
    return house.county.actor(login).roles


def callers(house, rule):
    roles = house.flask.view_functions[rule.endpoint].nuanxin_roles
    able = [login for login in PEOPLE if roles in (ANYBODY, PUBLIC) or roles & roles_held(house, login)]
    return able[:2]


def addresses(rule):
    kinds = {type(converter).__name__ for converter in rule._converters.values()}
    for number in NUMBERS if "IdConverter" in kinds else ("1",):
        for text in TEXTS if kinds - {"IdConverter"} else ("x",):
            yield address(rule, number, text).removeprefix("/api/v1")


def test_no_reading_gives_a_server_error(any_house):
    for rule in rules(any_house.flask):
        if "GET" not in rule.methods or rule.endpoint == "api-docs.openapi_json":
            continue
        for login in callers(any_house, rule):
            person = any_house.person(login)
            first, *others = addresses(rule)
            for path in [*others, *(first + query for query in QUERIES)]:
                reply = person.get(path)
                assert reply.status_code < 500, (login, path[:80], reply.text[:300])


def test_no_writing_gives_a_server_error(any_house):
    for rule in rules(any_house.flask):
        if rule.endpoint in ENDING:
            continue
        for method in sorted(rule.methods & {"POST", "PUT", "PATCH", "DELETE"}):
            uploads = takes_files(any_house, rule, method)
            for login in callers(any_house, rule):
                person = any_house.person(login)
                first, *others = addresses(rule)
                calls = [(first, options) for options in requests_of(uploads=uploads)]
                calls += [(path, {"data": BODIES[-1], "content_type": "application/json"}) for path in others[:12]]
                for path, options in calls:
                    headers = {"Idempotency-Key": uuid.uuid4().hex, "If-Match": '"1"'}
                    reply = person.send(method, path, headers=headers, **options)
                    assert reply.status_code < 500, (login, method, path[:80], options, reply.text[:300])


def takes_files(house, rule, method: str) -> bool:
    document = house.flask.test_client().get("/api/v1/openapi.json").text
    path = re.sub(r"<(?:[^:>]*:)?([^>]*)>", r"{\1}", rule.rule)
    return "multipart" in json.dumps(json.loads(document)["paths"].get(path, {}).get(method.lower(), {}))


def requests_of(*, uploads: bool):
    if uploads:
        for content, name in UPLOADS:
            for kind, params in PARAMS:
                yield {"data": {"file": (io.BytesIO(content), name), "kind": kind, "params": params}}
    for body in BODIES:
        yield {"data": body, "content_type": "application/json"}
    yield {"data": {"file": (io.BytesIO(b"x"), "a.csv")}}
    yield {"data": b"<x/>", "content_type": "text/xml"}
    yield {}
    yield {"data": b"a=%00", "content_type": "application/x-www-form-urlencoded"}
