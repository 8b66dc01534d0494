"""A phone of 390 by 844 in a grid worker's hand: what she taps, and whether anything went wrong underneath."""

from __future__ import annotations

import random
import struct
import zlib
from typing import Any

from playwright.sync_api import Browser, Page, expect

from tests.access.people import PASSWORD
from tests.browser.ground import WORKER

PLACE = {"latitude": 29.5812, "longitude": 120.8312}


def noisy_png(seed: int, side: int = 40) -> bytes:
    """A picture like no other, also after it was shrunk and saved as JPEG."""
    dots = random.Random(seed)  # noqa: S311 pictures, not secrets
    rows = b"".join(b"\x00" + dots.randbytes(side * 3) for _ in range(side))
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows, 1)),
        (b"IEND", b""),
    )
    chunks = b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)) for name, body in parts
    )
    return b"\x89PNG\r\n\x1a\n" + chunks


class Handset:
    """`page` is the one that is open; `errors` is what the page's own scripts threw."""

    def __init__(self, chromium: Browser, address: str, *, script: str = "", **more: Any) -> None:
        given = {"viewport": {"width": 390, "height": 844}, "has_touch": True, **more}
        self.context = chromium.new_context(
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            geolocation=PLACE,
            permissions=["geolocation"],
            **given,
        )
        if script:
            self.context.add_init_script(script)
        self.address = address
        self.errors: list[str] = []
        self.page = self.open()

    def open(self) -> Page:
        self.page = self.context.new_page()
        self.page.set_default_timeout(15_000)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.goto(f"{self.address}/m/")
        return self.page

    def close(self) -> None:
        self.context.close()
        assert self.errors == []

    def log_in(self, login: str = WORKER) -> None:
        self.page.fill("input[autocomplete=username]", login)
        self.page.fill("input[type=password]", PASSWORD)
        self.page.click("button[type=submit]")
        expect(self.page.locator(".lead .soft")).to_be_visible()  # the list has come
        self.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        self.page.wait_for_function("navigator.serviceWorker.controller !== null")

    def tab(self, words: str) -> None:
        self.page.locator(".tabs button", has_text=words).click()

    def card(self, name: str):
        return self.page.locator(".card", has_text=name)

    def mark(self, name: str, kind: str) -> None:
        """Waits until the tick of that home is so."""
        expect(self.card(name).locator(f'[data-mark="{kind}"]').first).to_be_visible(timeout=60_000)

    def visit(self, name: str) -> None:
        self.tab("走访") if self.page.locator(".tabs").is_visible() else None
        self.card(name).locator("button.card-main").click()

    def begin(self, name: str, result: str) -> None:
        self.visit(name)
        self.page.locator(".actions .primary").click()
        self.page.locator(".choice", has_text=result).click()
        self.next()

    def next(self) -> None:
        self.page.locator(".actions .primary").click()

    def take(self, *pictures: bytes) -> None:
        files = [{"name": "a.png", "mimeType": "image/png", "buffer": picture} for picture in pictures]
        before = self.page.locator(".photos figure").count()
        self.page.set_input_files(".photos input[type=file]", files)
        expect(self.page.locator(".photos figure img")).to_have_count(before + len(files))

    def not_eligible(self, name: str, *pictures: bytes) -> None:
        """A whole visit with photos: result, reason, photos, submit."""
        self.begin(name, "不符合条件")
        self.page.fill("textarea", f"{name}户内有两辆汽车")
        self.next()
        self.take(*pictures)
        self.next()
        self.next()
        expect(self.page.locator(".tabs")).to_be_visible()

    def not_home(self, name: str) -> None:
        """Two taps once the visit is open."""
        self.visit(name)
        self.page.get_by_role("button", name="上门未遇", exact=True).click()
        self.page.get_by_role("button", name="提交上门未遇").click()
        expect(self.page.locator(".tabs")).to_be_visible()
