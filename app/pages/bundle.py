"""What the build of the web client left: its pages, its hashed files, and what to say when there is none."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

NONCE = "__CSP_NONCE__"
SESSION = "__SESSION__"
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".webmanifest": "application/manifest+json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
    ".woff": "font/woff",
    ".ttf": "font/ttf",
    ".eot": "application/vnd.ms-fontobject",
}
_NOT_BUILT = """<!doctype html>
<html lang="zh-CN"><meta charset="utf-8"><title>暖心：页面尚未构建</title>
<h1>页面尚未构建</h1>
<p>服务和接口都在运行，只缺网页文件。请在安装目录运行 <code>make client</code>，完成后刷新本页。</p>
<p lang="en">The server is running, but its pages have not been built. Run <code>make client</code>, then reload.</p>
<p><a href="/api/v1/openapi.json">/api/v1/openapi.json</a></p>
</html>
"""


@dataclass(frozen=True)
class Served:
    """A file of the build and how it is called on the way."""

    content: bytes
    mimetype: str


def find_file(build: Path, name: str) -> Served | None:
    """The file of that name inside the build; nothing outside it, nothing hidden, no unknown kinds."""
    path = (build / name).resolve()
    mimetype = _TYPES.get(path.suffix)
    hidden = any(part.startswith(".") for part in Path(name).parts)
    if mimetype is None or hidden or not path.is_relative_to(build.resolve()) or not path.is_file():
        return None
    return Served(path.read_bytes(), mimetype)


def find_page(build: Path, name: str, nonce: str, *, known: bool) -> str | None:
    """A page with the nonce that its own styles must show; None when the client has not been built.

    `known` tells the page whether it is worth asking who is logged in.
    """
    path = build / name
    if not path.is_file():
        return None
    return path.read_text(encoding="utf-8").replace(NONCE, nonce).replace(SESSION, "shown" if known else "none")


def page_that_says_what_to_run() -> str:
    """Instead of a page of the client that nobody has built."""
    return _NOT_BUILT
