from __future__ import annotations

NEW = {"login": "wu", "name": "吴网格", "password": "long-enough-1"}
KEY = {"Idempotency-Key": "k"}


def is_problem(reply) -> bool:
    members = {"type", "title", "status", "code", "detail", "instance", "faults"}
    return (
        reply.content_type == "application/problem+json"
        and members <= reply.json.keys()
        and reply.json["status"] == reply.status_code
        and not reply.json["detail"].isascii()
    )


NO_JSON = [
    b"{", b"[", b'{"a":}', b"{'a': 1}", b"\xff\xfe\x00", b'{"login": "\x00"}', b"NaN", b'{"login": Infinity}', b"nul",
    b'{"login": ' + b"9" * 5000 + b"}", b"[" * 100_000, b'\xef\xbb\xbf{"login":"x"}', b'"\xed\xa0\x80"',
]  # fmt: skip


def test_what_is_no_json_is_a_bad_request(town):
    admin = town.person("administrator")
    for body in NO_JSON:
        reply = admin.send("POST", "/users", data=body, headers=KEY, content_type="application/json")
        assert (reply.status_code, reply.json["code"], is_problem(reply)) == (400, "bad_request", True), body[:50]


def test_another_content_type_is_named_so(town):
    admin = town.person("administrator")
    for kind in ("text/plain", "application/xml", "multipart/form-data", "application/x-www-form-urlencoded", "json"):
        reply = admin.send("POST", "/users", data=b"{}", headers=KEY, content_type=kind)
        assert (reply.status_code, reply.json["code"], is_problem(reply)) == (415, "unsupported_media_type", True), kind


UNKEEPABLE = [
    (b'{"login": "a\\u0000b"}', "/login", "bad_character"),
    (b'{"name": "\\ud800"}', "/name", "bad_character"),
    (b'{"na\\u0000me": 1}', "", "bad_character"),
    (b'{"login": ' + b"9" * 30 + b"}", "/login", "number_too_large"),
    (b'{"login": [1e400]}', "/login/0", "number_too_large"),
    (b'{"login": ' + b"[" * 70 + b"]" * 70 + b"}", "/login" + "/0" * 64, "too_deep"),
    (b"[]", "", "not_an_object"),
    (b"null", "", "not_an_object"),
    (b'"x"', "", "not_an_object"),
    (b"7", "", "not_an_object"),
]


def test_json_that_no_database_could_keep_is_refused_with_its_place(town):
    admin = town.person("administrator")
    for body, where, code in UNKEEPABLE:
        reply = admin.send("POST", "/users", data=body, headers=KEY, content_type="application/json")
        assert (reply.status_code, is_problem(reply)) == (422, True), body
        assert [(fault["where"], fault["code"]) for fault in reply.json["faults"]] == [(where, code)]


def test_text_that_only_looks_suspicious_is_kept(town):
    made = town.person("administrator").post("/users", NEW | {"name": "\\u0000 12345678901234567 [[[["})
    assert (made.status_code, made.json["name"]) == (201, "\\u0000 12345678901234567 [[[[")


NUMBERS = ["0", "99999999999", str(2**63 - 1), str(2**63), str(10**30), "9" * 5000, "-1", "x", "1.5", "%00", "１"]


def test_ids_that_do_not_exist_are_not_found(town):
    admin = town.person("administrator")
    for number in NUMBERS:
        for method, body in (("GET", None), ("PATCH", {})):
            reply = admin.send(method, f"/users/{number}", json=body)
            assert (reply.status_code, is_problem(reply)) == (404, True), (method, number[:40])


QUERIES = [
    "limit=0", "limit=201", "limit=-1", "limit=x", "limit=" + "9" * 30, "limit=1.5", "limit=", "limt=5",
    "q=", "q=" + "x" * 100, "q=%00", "cursor=%00", "limit=5&limit=x&nothing=1", "q=a%00b",
]  # fmt: skip


def test_wrong_queries_are_refused_with_their_place(town):
    admin = town.person("administrator")
    for query in QUERIES:
        reply = admin.get(f"/users?{query}")
        assert (reply.status_code, is_problem(reply)) == (422, True), query
        assert reply.json["faults"][0]["where"].startswith("query")


CURSORS = [
    "x", "!!!!", "W10", "WzFd0", "e30", "WyJ4Il0", "WzEsMl0", "W251bGxd", "W3RydWVd", "WzFlNDAwXQ", "W1tbW1tbXV1dXV1d",
    "Wzk5OTk5OTk5OTk5OTk5OTk5OTk5OTldXQ", "Wzk5OTk5OTk5OTk5OTk5OTk5OTk5XQ", "x" * 1999, "%E7%BD%91",
]  # fmt: skip


def test_cursors_that_are_not_ours_are_bad(town):
    admin = town.person("administrator")
    for cursor in CURSORS:
        for path in ("/users", "/areas", "/units", "/audit"):
            reply = admin.get(f"{path}?cursor={cursor}")
            assert (reply.status_code, reply.json["code"], is_problem(reply)) == (400, "bad_cursor", True), cursor


def test_strange_addresses_and_methods_have_the_one_error_shape(town):
    admin = town.person("administrator")
    for method, path, status in (
        ("GET", "/nothing", 404), ("GET", "/users/", 404), ("GET", "/../etc/passwd", 404), ("DELETE", "/users", 405),
        ("PUT", "/me", 405), ("GET", "/%ff%fe", 404), ("GET", "/users/1/memberships", 405),
    ):  # fmt: skip
        reply = admin.send(method, path)
        assert (reply.status_code, is_problem(reply)) == (status, True), path
    assert "POST" in admin.send("DELETE", "/users").headers["Allow"]


def test_a_body_over_the_limit_is_too_large(town):
    admin = town.person("administrator")
    reply = admin.send("POST", "/users", data=b" " * (9 * 1024 * 1024), headers=KEY, content_type="application/json")
    assert (reply.status_code, reply.json["code"], is_problem(reply)) == (413, "too_large", True)


def test_every_reply_carries_the_headers_that_protect_a_browser(town):
    for path in ("/api/v1/health", "/api/v1/me", "/nothing"):
        headers = town.flask.test_client().get(path).headers
        assert "default-src 'self'" in headers["Content-Security-Policy"]
        assert "unsafe-inline" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"


STRANGE_HEADERS = [
    ("If-Match", '"' + "x" * 3000),
    ("Accept", "\xff"),
    ("Content-Length", "0"),
    ("Cookie", "nuanxin_session=\x7f; ="),
    ("X-Forwarded-For", "' OR 1=1"),
    ("Host", "evil.example"),
    ("Content-Type", ";;;"),
]


def test_strange_headers_change_nothing(town):
    admin = town.person("administrator")
    for name, value in STRANGE_HEADERS:
        assert admin.send("GET", "/me", headers={name: value}).status_code == 200, name
