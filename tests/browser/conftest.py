"""Debian's Chromium, the built client, and phones to hold in it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from hatch_build import CLIENT, build_client
from tests.browser.ground import Ground, make_ground
from tests.browser.handset import Handset

CHROMIUM = shutil.which("chromium")


@pytest.fixture(scope="session")
def client() -> Path:
    """The build, fresh; NUANXIN_CLIENT_DIR names another one."""
    if "NUANXIN_CLIENT_DIR" in os.environ:
        return Path(os.environ["NUANXIN_CLIENT_DIR"])
    build_client()
    return CLIENT / "dist"


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Skipped where there is none, unless `NUANXIN_REQUIRE_CHROMIUM` is set (CI)."""
    if CHROMIUM is None:
        missing = "no chromium is installed"
        (pytest.fail if os.environ.get("NUANXIN_REQUIRE_CHROMIUM") else pytest.skip)(missing)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def ground(tmp_path_factory, client) -> Iterator[Ground]:
    """Fourteen visits for one grid worker; each test takes other homes."""
    ground = make_ground(tmp_path_factory.mktemp("ground"), client, people=14)
    ground.start()
    yield ground
    ground.stop()
    ground.door.database.dispose()


@pytest.fixture
def handset(chromium, ground) -> Iterator[Handset]:
    """A phone on which nobody has logged in yet."""
    handset = Handset(chromium, ground.address)
    yield handset
    handset.close()
