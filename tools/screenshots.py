"""`python -m tools.screenshots [NAME …]`: the desk and the phone, from a demonstration county of their own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import Browser, Page, sync_playwright

from app.demo.accounts import PASSWORD
from hatch_build import CLIENT

TARGET = Path(__file__).resolve().parent.parent / "docs" / "screenshots"
WAIT_SECONDS = 300


class Shot(NamedTuple):
    """A page as somebody sees it; `{2025-2}` in a path becomes the number of that round."""

    login: str
    path: str
    name: str


SHOTS = (
    Shot("ybj1", "/home", "home"),
    Shot("ybj1", "/tasks", "tasks"),
    Shot("ybj1", "/rounds/{2026-1}", "round"),
    Shot("ybj1", "/rounds/{2026-1}/process", "process"),
    Shot("mishu", "/rounds/{2025-2}/meeting", "meeting"),
    Shot("mishu", "/rounds/{2025-2}/what-if", "what-if"),
    Shot("minzheng", "/guide", "guide"),
    Shot("wg163", "/m/", "phone"),
)
SIZES = ((1280, 800), (390, 844))


def main(names: list[str]) -> int:
    """Every shot, or those that are named, at both sizes."""
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.exit("no chromium is installed: apt-get install chromium")
    TARGET.mkdir(parents=True, exist_ok=True)
    with demo_server() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for shot in SHOTS:
            if not names or shot.name in names:
                take(browser, address, shot)
        browser.close()
    return 0


@contextmanager
def demo_server() -> Iterator[str]:
    """The address of a server that runs over data of its own and is gone afterwards."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with TemporaryDirectory() as data:
        mine = {"NUANXIN_DATA_DIR": data, "NUANXIN_PORT": str(port)}
        built = {"NUANXIN_CLIENT_DIR": str(CLIENT / "dist")}
        command = [str(Path(sys.executable).with_name("nuanxin")), "run"]
        server = subprocess.Popen(command, env=built | os.environ | mine, stdout=subprocess.DEVNULL)  # noqa: S603 our own command
        try:
            wait_for(server, f"http://127.0.0.1:{port}")
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(30)


def wait_for(server: subprocess.Popen[bytes], address: str) -> None:
    """Until the county is loaded and the pages are served."""
    until = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < until:
        if server.poll() is not None:
            sys.exit(f"the server ended with {server.returncode} before it answered")
        try:
            urlopen(address, timeout=5).close()  # noqa: S310 our own address
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(1)
        else:
            return
    sys.exit(f"the server did not answer within {WAIT_SECONDS} seconds")


def take(browser: Browser, address: str, shot: Shot) -> None:
    """Log in as that person, open the page, wait until it stands still, and keep the picture."""
    for width, height in SIZES:
        if shot.path.startswith("/m/") and width > 400:
            continue
        context = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN", base_url=address)
        page = context.new_page()
        log_in(page, shot.login)
        page.goto(fill(page, shot.path))
        page.wait_for_load_state("networkidle")
        if shot.path.startswith("/m/"):
            log_in_by_hand(page, shot.login)
        page.wait_for_timeout(1500)
        target = TARGET / f"{shot.name}-{width}.png"
        page.screenshot(path=target)
        context.close()
        print(f"{target.name}  {target.stat().st_size // 1024} KB")  # noqa: T201 what a command did


def log_in(page: Page, login: str) -> None:
    """Through the API, in the page's own cookie jar."""
    reply = page.request.post("/api/v1/session", data={"login": login, "password": PASSWORD})
    if not reply.ok:
        sys.exit(f"{login} could not log in: {reply.status} {reply.text()}")


def log_in_by_hand(page: Page, login: str) -> None:
    """The phone keeps no list for a session that it did not begin itself."""
    page.get_by_label("用户名").fill(login)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.get_by_label("密码").wait_for(state="detached")


def fill(page: Page, path: str) -> str:
    """The path with the numbers of the rounds it names."""
    if "{" not in path:
        return path
    rounds = page.request.get("/api/v1/rounds").json()["items"]
    for one in rounds:
        path = path.replace(f"{{{one['cost_year']}-{one['number']}}}", str(one["id"]))
    return path


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
