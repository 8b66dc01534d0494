"""An application whose client is a handful of invented files: nothing here needs a build."""

from __future__ import annotations

import pytest

from app.kernel.dates import fixed_clock
from app.kernel.db import Database
from tests.conftest import NOW
from tests.web.client import make_app

META = '<meta property="csp-nonce" nonce="__CSP_NONCE__"><meta name="session" content="__SESSION__">'
PAGE = META + '<div id="root">{}</div>'


@pytest.fixture
def build(tmp_path):
    """What a build leaves."""
    folder = tmp_path / "dist"
    for name, content in {
        "index.html": PAGE.format("desk"),
        "icon.svg": "<svg/>",
        "m/index.html": PAGE.format("phone"),
        "m/sw.js": "self.skipWaiting()",
        "m/manifest.webmanifest": "{}",
        "assets/desk-abc.js": "export {}",
        ".vite/manifest.json": "{}",
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)
    (tmp_path / "secret.json").write_text("{}")
    return folder


@pytest.fixture
def browser(tmp_path, build, cipher):
    """Somebody who has not logged in."""
    database = Database(f"sqlite:///{tmp_path / 'pages.db'}", cipher)
    yield make_app(database, fixed_clock(NOW), tmp_path, client_dir=build).test_client()
    database.dispose()
