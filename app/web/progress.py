"""How far a long run is, and how long it may still take: for a bar that tells the truth."""

from __future__ import annotations

from datetime import datetime

from marshmallow import fields

from app.web.fields import Schema


class ProgressSchema(Schema):
    """`seconds_left` is a guess from the pace so far; null before there is a pace, and when nothing is left."""

    percent = fields.Integer(required=True)
    seconds_left = fields.Integer(required=True, allow_none=True)


def tell_progress(began: datetime, now: datetime, done: int, total: int, *, over: bool) -> dict[str, int | None]:
    """Whole percent, 100 only when it is over."""
    if over:
        return {"percent": 100, "seconds_left": None}
    share = min(done / total, 1.0) if total else 0.0
    spent = (now - began).total_seconds()
    left = round(spent * (1 - share) / share) if share and spent > 0 else None
    return {"percent": min(int(share * 100), 99), "seconds_left": left}
