"""Every route says who may call it, can be asked twice, and goes wrong in one shape."""

from __future__ import annotations

import io
import re

from app.kernel.roles import ROLES
from app.web.problems import MEDIA_TYPE
from app.web.routes import ANYBODY, PUBLIC
from tests.access.people import PASSWORD

# A password or the secret of a token cannot be answered again.
NOT_REPLAYABLE = {"session.post_session", "tokens.post_token", "bulk_tasks.post_bulk_preview"}  # the last keeps nothing
OPEN = {"health.get_health", "session.post_session", "tokens.post_token", "api-docs.openapi_json"}
# The pages themselves hold nothing; what they show comes from the routes of the API.
PAGES = {"pages.get_desk", "pages.get_phone", "pages.get_asset", "pages.get_docs", "pages.get_docs_file"}


def rules(flask):
    return [rule for rule in flask.url_map.iter_rules() if rule.endpoint not in PAGES]


def address(rule, number: str = "1", text: str = "x") -> str:
    """The rule's address with `number` for every id and `text` for everything else."""

    def fill(part: re.Match[str]) -> str:
        return number if part[0].startswith("<int:") else text

    return re.sub(r"<[^>]*>", fill, rule.rule)


def test_every_route_says_who_may_call_it(house):
    views = {rule.endpoint: house.flask.view_functions[rule.endpoint] for rule in rules(house.flask)}
    silent = [name for name, view in views.items() if getattr(view, "nuanxin_roles", None) is None]
    assert silent == []
    public = {name for name, view in views.items() if view.nuanxin_roles == PUBLIC}
    assert public == OPEN
    assert all(house.flask.view_functions[name].nuanxin_roles == PUBLIC for name in PAGES)
    named = set().union(*(view.nuanxin_roles for view in views.values())) - ANYBODY
    assert named <= ROLES.keys()


def test_every_post_can_be_asked_twice(house):
    posts = {rule.endpoint for rule in rules(house.flask) if "POST" in rule.methods}
    once = {name for name in posts if not getattr(house.flask.view_functions[name], "nuanxin_replayable", False)}
    assert once == NOT_REPLAYABLE


def test_every_route_is_below_the_version(house):
    assert [rule.rule for rule in rules(house.flask) if not rule.rule.startswith("/api/v1/")] == []


def test_the_pages_are_the_only_routes_beside_the_api_and_change_nothing(house):
    pages = [rule for rule in house.flask.url_map.iter_rules() if rule.endpoint in PAGES]
    assert {rule.endpoint for rule in pages} == PAGES
    assert {method for rule in pages for method in rule.methods} == {"GET", "HEAD", "OPTIONS"}


def test_every_route_but_the_open_ones_wants_to_know_who_calls(house):
    stranger = house.flask.test_client()
    for rule in rules(house.flask):
        if rule.endpoint in OPEN:
            continue
        for method in sorted(rule.methods - {"OPTIONS", "HEAD"}):
            reply = stranger.open(address(rule), method=method)
            assert (reply.status_code, reply.json["code"]) == (401, "unauthenticated"), (method, rule.rule)


def test_every_route_refuses_people_whose_role_it_does_not_name(house):
    for rule in rules(house.flask):
        roles = house.flask.view_functions[rule.endpoint].nuanxin_roles
        if roles in (ANYBODY, PUBLIC):
            continue
        for method in sorted(rule.methods - {"OPTIONS", "HEAD"}):
            path = address(rule).removeprefix("/api/v1")
            reply = house.person("bystander").send(method, path, headers={"Idempotency-Key": "k"})
            assert (reply.status_code, reply.json["code"]) == (403, "role_missing"), (method, rule.rule)


def test_every_change_by_cookie_wants_the_token_of_the_session_uploads_too(house):
    browser = house.flask.test_client()
    opened = browser.post("/api/v1/session", json={"login": "administrator", "password": PASSWORD})
    assert opened.status_code == 200
    for rule in rules(house.flask):
        for method in sorted(rule.methods & {"POST", "PUT", "PATCH", "DELETE"}):
            if rule.endpoint in ("session.post_session", "tokens.post_token"):
                continue
            for sent in ({"json": {}}, {"data": {"file": (io.BytesIO(b"a,b\n1,2\n"), "a.csv")}}, {}):
                headers = {"Idempotency-Key": "k", "X-CSRF-Token": "x", "Origin": "https://elsewhere.example"}
                reply = browser.open(address(rule), method=method, headers=headers, **sent)
                assert (reply.status_code, reply.json["code"]) == (403, "csrf_token_wrong"), (method, rule.rule)
    refused = browser.post("/api/v1/tokens", json={"name": "x"})
    assert (refused.status_code, refused.json["code"]) == (403, "csrf_token_wrong")


def test_the_openapi_document_covers_every_route(house):
    document = house.flask.test_client().get("/api/v1/openapi.json").json
    assert document["openapi"].startswith("3.1")
    assert document["components"]["securitySchemes"].keys() == {"bearer", "cookie"}
    operations = {
        (path, method): operation
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if method != "parameters"
    }
    ids = [operation["operationId"] for operation in operations.values()]
    assert len(ids) == len(set(ids))
    for (path, method), operation in operations.items():
        assert "security" in operation, (path, method)
        assert operation["responses"]["default"] == {"$ref": "#/components/responses/DEFAULT_ERROR"}, (path, method)
        assert operation.get("summary"), f"{method} {path} has no sentence"
    shape = document["components"]["responses"]["DEFAULT_ERROR"]["content"]
    assert shape.keys() == {MEDIA_TYPE}
    documented = {path for path, _ in operations}
    routes = {address(rule, "{}", "{}") for rule in rules(house.flask) if rule.endpoint != "api-docs.openapi_json"}
    assert {re.sub(r"{[^}]*}", "{}", path) for path in documented} == routes


def test_each_way_of_going_wrong_has_the_one_shape(house):
    admin, clerk = house.person("administrator"), house.person("clerk_1")
    flask, key = house.flask.test_client(), {"Idempotency-Key": "shape"}
    big = b" " * (house.flask.config["MAX_CONTENT_LENGTH"] + 1)
    wrong = {"login": "nobody", "password": "x"}
    replies = {
        400: admin.send("POST", "/users", data=b"{", headers=key, content_type="application/json"),
        401: flask.get("/api/v1/me"),
        403: clerk.get("/users"),
        404: admin.get("/users/999999"),
        405: admin.send("PUT", "/users"),
        409: admin.post("/areas", {"code": "330683", "name": "x", "level": "county"}),
        413: admin.send("POST", "/users", data=big, headers=key, content_type="application/json"),
        415: admin.send("POST", "/users", data=b"x", headers=key, content_type="text/plain"),
        422: admin.post("/users", {}),
        429: [flask.post("/api/v1/session", json=wrong) for _ in range(6)][-1],
    }
    for status, reply in replies.items():
        assert reply.status_code == status, reply.json
        assert reply.content_type == MEDIA_TYPE
        assert reply.json.keys() >= {"type", "title", "status", "code", "detail", "instance", "faults"}
        assert reply.json["status"] == status
        assert reply.json["code"].isidentifier()
        assert not reply.json["detail"].isascii(), "people read Chinese"
        for fault in reply.json["faults"]:
            assert fault.keys() >= {"where", "code", "message"}
