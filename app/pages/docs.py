"""The API's documentation to be browsed: Swagger UI from its package, nothing fetched from anywhere else."""

from __future__ import annotations

from importlib.resources import files

from flask import Response

from app.kernel.errors import NotFound
from app.web.routes import allow_public

_PAGE = """<!doctype html>
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
_KEEP = {"Cache-Control": "public, max-age=86400"}


@allow_public
def get_docs() -> Response:
    """Every route with what goes in and out, who may call it, and how it fails."""
    return Response(_PAGE, content_type="text/html; charset=utf-8")


@allow_public
def get_docs_file(name: str) -> Response:
    """A script or style of that page. Raises NotFound."""
    if name == "start.js":
        return Response(_START, content_type="text/javascript; charset=utf-8")
    if name not in _SHIPPED:
        raise NotFound
    content = (files("flask_swagger_ui") / "dist" / name).read_bytes()
    return Response(content, content_type=f"{_SHIPPED[name]}; charset=utf-8", headers=_KEEP)
