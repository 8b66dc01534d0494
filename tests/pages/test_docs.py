"""The API's documentation is a page of this server's own, under the strict policy."""

from __future__ import annotations

import re


def test_the_documentation_is_served_whole_and_holds_no_script_of_its_own(browser):
    page = browser.get("/api/docs")
    assert (page.status_code, page.mimetype) == (200, "text/html")
    assert "'unsafe" not in page.headers["Content-Security-Policy"]
    assert re.findall(r"<script(?![^>]*src=)", page.text) == []
    addresses = re.findall(r'(?:src|href)="(/api/docs/[^"]+)"', page.text)
    assert len(addresses) == 3
    for address in addresses:
        assert browser.get(address).status_code == 200, address
    assert "/api/v1/openapi.json" in browser.get("/api/docs/start.js").text


def test_nothing_else_of_the_package_is_served(browser):
    for name in ("index.template.html", "VERSION", "..%2f__init__.py"):
        assert browser.get(f"/api/docs/{name}").status_code == 404, name
