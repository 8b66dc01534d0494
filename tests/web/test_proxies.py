"""Behind a proxy the address of a request is the one the proxy saw; without one, nobody may invent it."""

from __future__ import annotations

import pytest
from flask import request

from app.kernel.settings import read_settings
from tests.web.client import make_app

SAID = {"X-Forwarded-For": "198.51.100.9, 203.0.113.7", "X-Forwarded-Proto": "https"}


@pytest.mark.parametrize(
    ("proxies", "seen"),
    [(0, ("127.0.0.1", "http")), (1, ("203.0.113.7", "https")), (2, ("198.51.100.9", "http"))],
)
def test_as_many_addresses_are_believed_as_proxies_are_trusted(database, clock, tmp_path, proxies, seen):
    flask = make_app(database, clock, tmp_path, trusted_proxies=proxies)
    told = []
    flask.teardown_request(lambda _: told.append((request.remote_addr, request.scheme)))
    flask.test_client().get("/api/v1/me", headers=SAID)
    assert told == [seen]


def test_the_number_of_proxies_comes_from_the_environment(tmp_path):
    given = {"NUANXIN_DATA_DIR": str(tmp_path)}
    assert read_settings(given).trusted_proxies == 0
    assert read_settings(given | {"NUANXIN_TRUSTED_PROXIES": "2"}).trusted_proxies == 2
