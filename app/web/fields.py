"""Marshmallow fields of the field: money as text, instants with a zone, ids that fit the database."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from app.kernel.errors import Invalid
from app.kernel.money import format_yuan, parse_yuan
from app.web.bodies import BIGGEST

_KEEPABLE = re.compile(r"\A[^\x00]*\Z", re.DOTALL)


class Schema(ma.Schema):
    """Unknown fields are refused; the order of declaration is the order shown."""

    class Meta:
        """Strict."""

        unknown = ma.RAISE


class Yuan(fields.Field[Decimal]):
    """`"1234.50"` in JSON, Decimal yuan in Python."""

    default_error_messages = {"invalid": "金额应为元，最多两位小数，例如 1234.50"}  # noqa: RUF012 marshmallow's way

    def __init__(self, *, minimum: str | None = None, maximum: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if minimum is not None or maximum is not None:
            low, high = (Decimal(bound) if bound is not None else None for bound in (minimum, maximum))
            self.validators.append(validate.Range(low, high))

    def _serialize(self, value: Decimal | None, *_: Any, **__: Any) -> str | None:
        return None if value is None else format_yuan(value)

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Decimal:
        try:
            return parse_yuan(value)
        except Invalid as wrong:
            raise self.make_error("invalid") from wrong


class Instant(fields.AwareDateTime):
    """`"2026-03-02T01:00:00+00:00"`; a time without a zone is refused."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="iso", **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:
        try:
            moment = super()._deserialize(value, attr, data, **kwargs)
            moment.astimezone(UTC)
        except (OverflowError, OSError) as wrong:
            raise self.make_error("invalid", input=value, obj_type="datetime") from wrong
        return moment


class Id(fields.Integer):
    """A database id: 1 to 2**63-1."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(strict=True, validate=validate.Range(1, BIGGEST), **kwargs)


class IdInQuery(fields.Integer):
    """A database id in a query string, where every value is text."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(validate=validate.Range(1, BIGGEST), **kwargs)


class Text(fields.String):
    """Text of 1 to `longest` characters, blanks around it dropped; no NUL characters."""

    def __init__(self, longest: int = 200, shortest: int = 1, **kwargs: Any) -> None:
        limits = [validate.Length(shortest, longest), validate.Regexp(_KEEPABLE)]
        super().__init__(validate=limits, **kwargs)

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        text: str = super()._deserialize(value, *args, **kwargs)
        return text.strip()


class Choice(fields.String):
    """One of these words."""

    def __init__(self, *choices: str, **kwargs: Any) -> None:
        super().__init__(validate=validate.OneOf(choices), **kwargs)


class Pagination(Schema):
    """Query of a list: how many, and where the last page ended; a list's own filters inherit from it.

    `format=xlsx` gives the whole list (up to 50,000 rows) as a workbook.
    """

    format = Choice("json", "xlsx", load_default="json")
    limit = fields.Integer(load_default=50, validate=validate.Range(1, 200))
    cursor = fields.String(load_default=None, validate=validate.Length(1, 2000))


@cache
def page_of(item: type[ma.Schema]) -> type[Schema]:
    """The reply of a list of these items: `{"items": [...], "next": "cursor" | null}`."""
    name = item.__name__.removesuffix("Schema")
    members = {
        "items": fields.List(fields.Nested(item), required=True),
        "next": fields.String(required=True, allow_none=True),
    }
    return type(f"ListOf{name}", (Schema,), {**members, "__module__": item.__module__})
