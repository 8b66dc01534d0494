"""The API's documentation to be browsed: Swagger UI from its package, nothing fetched from anywhere else."""

from __future__ import annotations

from importlib.resources import files

from app.pages.bundle import Served

PAGE = """<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>暖心：接口说明</title>
<link rel="icon" href="/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/api/docs/swagger-ui.css">
</head>
<body>
<main id="docs"></main>
<noscript>本页需要 JavaScript；接口说明原文见 <a href="/api/v1/openapi.json">openapi.json</a>。</noscript>
<script src="/api/docs/swagger-ui-bundle.js"></script>
<script src="/api/docs/start.js"></script>
</body>
</html>
"""
# Reading only: what changes something is done where its form is. One list is open at a time, there are many.
_START = """SwaggerUIBundle({
  url: '/api/v1/openapi.json', dom_id: '#docs', deepLinking: true, docExpansion: 'none', filter: true,
  defaultModelsExpandDepth: -1, supportedSubmitMethods: [], validatorUrl: null,
})
"""
_SHIPPED = {"swagger-ui.css": "text/css", "swagger-ui-bundle.js": "text/javascript"}


def find_docs_file(name: str) -> Served | None:
    """A script or style of the page, or None."""
    if name == "start.js":
        return Served(_START.encode(), "text/javascript; charset=utf-8")
    if name not in _SHIPPED:
        return None
    content = (files("flask_swagger_ui") / "dist" / name).read_bytes()
    return Served(content, f"{_SHIPPED[name]}; charset=utf-8")
