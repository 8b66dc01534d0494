"""The first page over HTTP: what waits, what is late, how the rounds stand."""

from __future__ import annotations

from marshmallow import fields

from app.desk.home import Home, look_around
from app.web import current
from app.web.fields import Choice, Id, Schema, Yuan
from app.web.routes import Blueprint, allow_any

home = Blueprint("home", __name__, url_prefix="/home", description="首页")
STAGES = ("open", "tallying", "verifying", "listing", "meeting", "paying", "closed")


class RowsSchema(Schema):
    """Where the rows are: the address of a list below /api/v1, and its query (a list is repeated)."""

    list = fields.String(required=True)
    query = fields.Dict(keys=fields.String(), values=fields.Raw(), required=True)


class FigureSchema(Schema):
    """A number that opens into its rows; `capped`: at least so many; `alarm`: somebody must act."""

    key = fields.String(required=True)
    name = fields.String(required=True)
    count = fields.Integer(required=True)
    capped = fields.Boolean(required=True)
    alarm = fields.Boolean(required=True)
    filter = fields.Nested(RowsSchema, required=True)


class WaitingTaskSchema(Schema):
    """Open tasks of one kind on my desks, late ones first."""

    process = fields.String(required=True)
    element = fields.String(required=True)
    title = fields.String(required=True)
    role = fields.String(required=True)
    waiting = fields.Nested(FigureSchema, required=True)
    late = fields.Nested(FigureSchema, required=True)


class StepSchema(Schema):
    """One of the five steps.

    Keys of the figures: people, excluded, below_line | answered, outstanding, waived | visited, visiting, late |
    listed, undecided, deferred | paid, waiting, failed, unclaimed.
    """

    number = fields.Integer(required=True)
    name = fields.String(required=True)
    state = Choice("done", "current", "ahead", required=True)
    figures = fields.List(fields.Nested(FigureSchema), required=True)


class HomeRoundSchema(Schema):
    """A round in short."""

    id = Id(required=True)
    name = fields.String(required=True)
    cost_year = fields.Integer(required=True)
    number = fields.Integer(required=True)
    stage = Choice(*STAGES, required=True)


class ShortageSchema(Schema):
    """What the proposed standard wants, what the fund may still promise, and what is missing."""

    wanted = Yuan(required=True)
    available = Yuan(required=True)
    missing = Yuan(required=True)


class RoundLineSchema(Schema):
    """A round and its five steps; shortage before the resolution, for the county."""

    round = fields.Nested(HomeRoundSchema, required=True)
    steps = fields.List(fields.Nested(StepSchema), required=True)
    shortage = fields.Nested(ShortageSchema, required=True, allow_none=True)


class HomeSchema(Schema):
    """Totals: waiting, mine, late. Incidents only for those who may mend them."""

    totals = fields.List(fields.Nested(FigureSchema), required=True)
    waiting = fields.List(fields.Nested(WaitingTaskSchema), required=True)
    rounds = fields.List(fields.Nested(RoundLineSchema), required=True)
    incidents = fields.Nested(FigureSchema, required=True, allow_none=True)


@home.route("")
@home.response(200, HomeSchema)
@allow_any
def get_home() -> Home:
    """What waits for me, what is late, how the rounds stand."""
    with current.reading() as session:
        return look_around(session, current.actor())
