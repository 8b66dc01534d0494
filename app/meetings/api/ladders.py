"""The cost ladder of a case, for a waterfall chart."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from app.meetings.ladder import climb_down
from app.web import current
from app.web.fields import Choice, Schema, Yuan
from app.web.routes import Blueprint, allow_any

ladders = Blueprint("ladders", __name__, url_prefix="/cases", description="费用阶梯")


class RungOut(Schema):
    """`amount` is what the step takes off (total, self_paid and left: where it stands); `stands_at` what remains."""

    kind = Choice("total", "payer", "self_paid", "subsidy", "left", required=True)
    name = fields.String(required=True)
    amount = Yuan(required=True)
    stands_at = Yuan(required=True)
    payer = fields.String(required=True, allow_none=True)
    source = fields.String(required=True, allow_none=True)


class LadderOut(Schema):
    """From the top down."""

    rungs = fields.List(fields.Nested(RungOut), required=True)


@ladders.route("/<int:case_id>/ladder", methods=["GET"])
@allow_any
@ladders.response(200, LadderOut)
def get_ladder(case_id: int) -> dict[str, Any]:
    """Total, each payer, self-paid, subsidy and what is left; only for those who see every payer."""
    with current.reading() as session:
        return {"rungs": climb_down(session, current.actor(), case_id)}
