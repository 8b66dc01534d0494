"""`python -m tests.browser.server`: the product's own server over a database that a test has filled."""

from __future__ import annotations

from app.cli.serve import _Server
from app.kernel.settings import read_settings

if __name__ == "__main__":
    _Server(read_settings(), with_worker=True).run()
