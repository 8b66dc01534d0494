"""The OpenAPI document, made from the routes themselves."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from apispec.ext.marshmallow import MarshmallowPlugin
from apispec.ext.marshmallow.common import resolve_schema_cls
from flask import Flask, Response
from flask_smorest import Api

from app.web import fields
from app.web.downloads import XLSX
from app.web.problems import MEDIA_TYPE, ProblemSchema
from app.web.routes import ANYBODY, API_PREFIX, PUBLIC, Blueprint, allow_public
from app.web.surroundings import COOKIE

_SCHEMES = {
    "bearer": {"type": "http", "scheme": "bearer"},
    "cookie": {"type": "apiKey", "in": "cookie", "name": COOKIE},
}
_KEY = {
    "in": "header", "name": "Idempotency-Key", "required": True,
    "description": "Repeating a request with the same key answers it again without doing it again.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200},
}  # fmt: skip


class DocumentedApi(Api):  # type: ignore[misc]  # flask-smorest is not typed
    """Errors are ours, with their own media type; flask-smorest handles none."""

    ERROR_SCHEMA = ProblemSchema

    def _register_error_handlers(self) -> None:
        """Handled by web.problems."""

    def _register_responses(self) -> None:
        usual: str = Api.DEFAULT_RESPONSE_CONTENT_TYPE
        self.DEFAULT_RESPONSE_CONTENT_TYPE = MEDIA_TYPE
        super()._register_responses()
        self.DEFAULT_RESPONSE_CONTENT_TYPE = usual


def publish(flask: Flask, blueprints: list[Blueprint]) -> None:
    """Register these routes below /api/v1 and serve their document at /api/v1/openapi.json."""
    flask.config.update(
        API_TITLE="Nuanxin 暖心",
        API_VERSION=version("nuanxin"),
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX=API_PREFIX,
        OPENAPI_JSON_PATH="openapi.json",
    )
    api = DocumentedApi(flask, spec_kwargs={"marshmallow_plugin": MarshmallowPlugin(SchemaNames())})
    for name, scheme in _SCHEMES.items():
        api.spec.components.security_scheme(name, scheme)
    for field, kind in ((fields.Yuan, ("string", "decimal")), (fields.Id, ("integer", "int64"))):
        api.register_field(field, *kind)
    for blueprint in blueprints:
        api.register_blueprint(blueprint, url_prefix=f"{API_PREFIX}{blueprint.url_prefix or ''}")
    _complete(flask, api)
    content = flask.json.dumps(api.spec.to_dict(), sort_keys=False)

    @allow_public
    def send_document() -> Response:
        return Response(content, mimetype="application/json")

    flask.view_functions["api-docs.openapi_json"] = send_document


class SchemaNames:
    """`RoundsUnit` for UnitSchema of the room `rounds`: two rooms, or two modules of one, may use one word."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def __call__(self, schema: Any) -> str:
        """A name that no other schema of the document has; asked once a schema."""
        kind: Any = resolve_schema_cls(schema)
        _, room, *inner = kind.__module__.split(".")
        word = kind.__name__.removesuffix("Schema")
        prefix = "" if room == "web" else room.capitalize()
        module = inner[-1].replace("_", " ").title().replace(" ", "") if inner else ""
        names = [f"{prefix}{word}", f"{prefix}{module}{word}", *(f"{prefix}{module}{word}{n}" for n in range(2, 100))]
        name = next(one for one in names if one not in self._taken)
        self._taken.add(name)
        return name


def _complete(flask: Flask, api: Api) -> None:
    """Say of every operation who may call it, its Idempotency-Key, and its error shape."""
    paths: dict[str, Any] = api.spec._paths  # noqa: SLF001 apispec shows them only as a finished copy
    for rule in flask.url_map.iter_rules():
        operations = paths.get(api.flask_plugin.flaskpath2openapi(rule.rule), {})
        view = flask.view_functions[rule.endpoint]
        for method in rule.methods or ():
            operation = operations.get(method.lower())
            if operation is None:
                continue
            roles = getattr(view, "nuanxin_roles", PUBLIC)
            operation["security"] = [] if roles == PUBLIC else [{"bearer": []}, {"cookie": []}]
            operation["operationId"] = rule.endpoint.replace(".", "_")
            if roles not in (PUBLIC, ANYBODY):
                operation["x-roles"] = sorted(roles)
            if method == "GET" and hasattr(view, "nuanxin_export"):
                operation["responses"]["200"]["content"][XLSX] = {"schema": {"type": "string", "format": "binary"}}
            if method == "POST" and getattr(view, "nuanxin_replayable", False):
                operation.setdefault("parameters", []).append(_KEY)
