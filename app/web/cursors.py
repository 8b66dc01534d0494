"""Keyset cursors: where a page ended, as text that only we read."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from werkzeug.exceptions import BadRequest

from app.web.bodies import BIGGEST

Row = TypeVar("Row")


class BadCursor(BadRequest):
    """The cursor was not made by us, or for another list."""

    nuanxin_code = "bad_cursor"
    description = "翻页参数无效，请从第一页重新查询"


def encode_cursor(values: Sequence[object]) -> str:
    """Sort values of the last row (numbers, text, None; instants as isoformat) as text for the URL."""
    raw = json.dumps(list(values), ensure_ascii=False, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decode_cursor(text: str, *kinds: type | tuple[type, ...]) -> list[Any]:
    """The values back; number and types must fit `kinds`. Raises BadCursor (400, `bad_cursor`)."""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        values = json.loads(raw)
    except (ValueError, RecursionError) as broken:
        raise BadCursor from broken
    if not isinstance(values, list) or not all(_is_plain(value) for value in values):
        raise BadCursor
    fits = len(values) == len(kinds) and all(isinstance(v, k) for v, k in zip(values, kinds, strict=True))
    if kinds and not fits:
        raise BadCursor
    return values


def cut_page(
    rows: Sequence[Row], limit: int, key: Callable[[Row], Sequence[object]]
) -> dict[str, list[Row] | str | None]:
    """From `limit + 1` fetched rows: `{"items": the first limit, "next": cursor of the last one or None}`."""
    items = list(rows[:limit])
    return {"items": items, "next": encode_cursor(key(items[-1])) if len(rows) > limit else None}


def _is_plain(value: object) -> bool:
    if isinstance(value, str):
        return "\x00" not in value and value.isprintable()
    if isinstance(value, int | float) and not isinstance(value, bool):
        return -BIGGEST <= value <= BIGGEST
    return value is None
