"""Request bodies are read strictly: what a database could not keep is refused at the door, with its place."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, NoReturn

import marshmallow as ma
from flask import Request, request
from webargs.core import missing
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from app.kernel.errors import Fault, Invalid
from app.web.wording import code_of

BIGGEST = 2**63 - 1
_SUSPECT = re.compile(rb"\\u(0000|[dD][89a-fA-F])|[0-9]{16}|[eE][+]?[0-9]{3}|(?:[\[{][^\[\]{}]*){65}")
_DEEPEST = 64
_LOCATIONS = ("json", "query", "form", "files", "headers")
_BAD_CHARACTER = re.compile("[\x00\ud800-\udfff]")


class StrictParser(FlaskParser):
    """JSON must be JSON, unknown parameters are refused, every fault is told with a pointer and a code."""

    DEFAULT_UNKNOWN_BY_LOCATION = {  # noqa: RUF012 webargs' own declaration
        **FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION,
        "query": ma.RAISE,
        "querystring": ma.RAISE,
    }

    def _raw_load_json(self, req: Request) -> Any:
        if req.mimetype not in ("application/json", "") and not req.mimetype.endswith("+json"):
            raise UnsupportedMediaType
        content = req.get_data(cache=True)
        if not content:
            return missing
        if not req.mimetype:
            raise UnsupportedMediaType
        return read_json(content)

    def handle_error(self, error: ma.ValidationError, *_: Any, **__: Any) -> NoReturn:
        messages: dict[str, Any] = error.normalized_messages()  # type: ignore[no-untyped-call]
        (location, inside), *others = messages.items()
        if others or location not in _LOCATIONS:
            location, inside = "json", messages
        prefix = "" if location == "json" else f"{location}:"
        raise Invalid([Fault(prefix + pointer, code_of(text), text) for pointer, text in _faults(inside)])


def read_json(content: bytes | str) -> Any:
    """JSON without NUL, lone surrogates, numbers beyond 64 bits, NaN; raises BadRequest or Invalid."""
    raw = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
    try:
        value = json.loads(raw.decode("utf-8"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as broken:
        raise BadRequest("请求内容不是有效的 JSON（UTF-8）") from broken
    if _SUSPECT.search(raw):
        faults = list(_unkeepable(value, "", 0))
        if faults:
            raise Invalid(faults[:100])
    return value


def json_body() -> Any:
    """The whole JSON body of this request, for views whose body has no schema of its own (a form's data)."""
    return StrictParser()._raw_load_json(request)  # noqa: SLF001 the same reading as for declared bodies


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def _unkeepable(value: Any, where: str, depth: int) -> Iterator[Fault]:
    if depth > _DEEPEST:
        yield Fault(where, "too_deep", "内容嵌套过深")
    elif isinstance(value, dict):
        for key, inside in value.items():
            yield from _unkeepable(key, where, depth)
            yield from _unkeepable(inside, f"{where}/{key}", depth + 1)
    elif isinstance(value, list):
        for place, inside in enumerate(value):
            yield from _unkeepable(inside, f"{where}/{place}", depth + 1)
    elif isinstance(value, str) and _BAD_CHARACTER.search(value):
        yield Fault(_BAD_CHARACTER.sub("?", where), "bad_character", "含有不可用的字符")
    elif isinstance(value, int | float) and not -BIGGEST <= value <= BIGGEST:
        yield Fault(where, "number_too_large", "数字过大")


def _faults(messages: Any, where: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(messages, dict):
        for key, inside in messages.items():
            yield from _faults(inside, where if key == "_schema" else f"{where}/{key}")
    elif isinstance(messages, list):
        for inside in messages:
            yield from _faults(inside, where)
    else:
        yield where, str(messages)
