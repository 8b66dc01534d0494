"""The desk and the phone are served with the headers that their safety and their speed rest on."""

from __future__ import annotations

import re
import shutil

import pytest

from app.web.surroundings import COOKIE


@pytest.mark.parametrize("address", ["/", "/tasks/17", "/rounds/3/meeting", "/minutes"])
def test_every_address_of_the_desk_is_answered_by_the_desk(browser, address):
    reply = browser.get(address)
    assert reply.status_code == 200
    assert "desk" in reply.text
    assert reply.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("address", ["/m/", "/m/visits/17"])
def test_every_address_of_the_phone_is_answered_by_the_phone(browser, address):
    assert "phone" in browser.get(address).text
    assert browser.get("/m").headers["Location"].endswith("/m/")


def test_a_page_shows_a_nonce_of_its_own_and_allows_nothing_inline(browser):
    policies = []
    for _ in range(2):
        reply = browser.get("/")
        nonce = re.search(r'nonce="([^"]+)"', reply.text)[1]
        policies.append(reply.headers["Content-Security-Policy"])
        assert f"style-src 'self' 'nonce-{nonce}';" in policies[-1]
        assert "script-src 'self';" in policies[-1]
        assert "unsafe" not in policies[-1]
    assert policies[0] != policies[1]


def test_a_page_says_whether_it_is_worth_asking_who_is_there(browser):
    assert 'content="none"' in browser.get("/").text
    browser.set_cookie(COOKIE, "anything")
    assert 'content="shown"' in browser.get("/").text


def test_hashed_files_are_kept_for_ever_and_others_asked_for_again(browser):
    asset = browser.get("/assets/desk-abc.js")
    assert (asset.mimetype, "immutable" in asset.headers["Cache-Control"]) == ("text/javascript", True)
    assert "unsafe" not in asset.headers["Content-Security-Policy"]
    icon = browser.get("/icon.svg")
    assert (icon.mimetype, icon.headers["Cache-Control"]) == ("image/svg+xml", "no-cache")


def test_the_service_worker_may_speak_for_the_phone_and_is_never_stale(browser):
    worker = browser.get("/m/sw.js")
    assert worker.headers["Service-Worker-Allowed"] == "/m/"
    assert worker.headers["Cache-Control"] == "no-cache"
    assert browser.get("/m/manifest.webmanifest").mimetype == "application/manifest+json"


@pytest.mark.parametrize(
    "address",
    [
        "/assets/gone.js", "/gone.svg", "/m/gone.js", "/.vite/manifest.json", "/m/index.html", "/index.html",
        "/assets/../../secret.json", "/assets/%2e%2e/%2e%2e/secret.json", "/..%2fsecret.json", "/api/v1/gone",
    ],
)  # fmt: skip
def test_what_is_not_there_is_not_found_and_nothing_leaks_from_beside_the_build(browser, address):
    reply = browser.get(address)
    assert (reply.status_code, reply.json["code"]) == (404, "not_found")


def test_a_post_to_no_route_is_not_found_as_before(browser):
    assert browser.post("/api/v1/gone").status_code == 404


def test_a_missing_build_says_what_to_run(browser, build):
    shutil.rmtree(build)
    for address in ("/", "/tasks/17", "/m/"):
        reply = browser.get(address)
        assert reply.status_code == 503
        assert "make client" in reply.text
    assert browser.get("/assets/desk-abc.js").status_code == 404
