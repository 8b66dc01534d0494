"""Every route, called by people who may, with input that nobody should send: an answer, and never a 5xx."""

from __future__ import annotations

import io
import uuid

import pytest

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
    return able[:3]


def addresses(rule):
    kinds = {type(converter).__name__ for converter in rule._converters.values()}
    for number in NUMBERS if "IdConverter" in kinds else ("1",):
        for text in TEXTS if kinds - {"IdConverter"} else ("x",):
            yield address(rule, number, text).removeprefix("/api/v1")


def test_no_reading_gives_a_server_error(house):
    for rule in rules(house.flask):
        if "GET" not in rule.methods or rule.endpoint == "api-docs.openapi_json":
            continue
        for login in callers(house, rule):
            for path in addresses(rule):
                for query in QUERIES:
                    reply = house.person(login).get(path + query)
                    assert reply.status_code < 500, (login, path[:80], query, reply.text[:300])


@pytest.mark.parametrize("kind", ["json", "multipart", "other"])
def test_no_writing_gives_a_server_error(house, kind):
    for rule in rules(house.flask):
        if rule.endpoint in ("session.delete_session", "tokens.delete_token", "me.post_password"):
            continue  # would end the very log-in that calls
        for method in sorted(rule.methods & {"POST", "PUT", "PATCH", "DELETE"}):
            for login in callers(house, rule):
                for path in list(addresses(rule))[:12]:
                    for options in requests_of(kind):
                        headers = {"Idempotency-Key": uuid.uuid4().hex, "If-Match": '"1"'}
                        reply = house.person(login).send(method, path, headers=headers, **options)
                        assert reply.status_code < 500, (login, method, path[:80], options, reply.text[:300])


def requests_of(kind: str):
    if kind == "json":
        return [{"data": body, "content_type": "application/json"} for body in BODIES]
    if kind == "multipart":
        return [
            {"data": {"file": (io.BytesIO(content), name), "kind": kind_, "params": params}}
            for content, name in (
                (b"", ""),
                (b"PK\x03\x04rubbish", "a.xlsx"),
                (b"\xff" * 50, "a\x00.csv"),
                (b"a,b\n1,2\n", "../x.csv"),
            )
            for kind_, params in (
                ("people", "{}"),
                ("settlements", "{"),
                ("bank_results", '{"x": "\\u0000"}'),
                ("x\x00", ""),
            )
        ]
    return [
        {"data": b"<x/>", "content_type": "text/xml"},
        {},
        {"data": b"a=%00", "content_type": "application/x-www-form-urlencoded"},
    ]
