"""A person through the years."""

from __future__ import annotations

from marshmallow import fields

from app.desk.history import PersonHistory, history_of_person
from app.fund.api.schemas import PaymentOut
from app.registry.people import READERS
from app.visits.api import METHODS, RESULTS, VISIT_STATES
from app.web import current
from app.web.fields import Choice, Id, Instant, Schema, Yuan
from app.web.routes import Blueprint, allow

histories = Blueprint("histories", __name__, url_prefix="/people/<int:person_id>", description="历年情况")


class HistoryRoundSchema(Schema):
    """What a round meant for the person."""

    round_id = Id(required=True)
    round_name = fields.String(required=True)
    cost_year = fields.Integer(required=True)
    case_id = Id(required=True)
    case_no = fields.String(required=True)
    stage = fields.String(required=True)
    origin = fields.String(required=True)
    total_cost = Yuan(required=True)
    self_paid = Yuan(required=True, allow_none=True)
    approved_amount = Yuan(required=True, allow_none=True)
    outcome = fields.String(required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True)


class HistoryVisitSchema(Schema):
    """One attempt at the door."""

    id = Id(required=True)
    case_id = Id(required=True)
    attempt = fields.Integer(required=True)
    result = Choice(*RESULTS, required=True)
    method = Choice(*METHODS, required=True)
    state = Choice(*VISIT_STATES, required=True)
    visited_at = Instant(required=True)
    opinion = fields.String(required=True, allow_none=True)


class HistorySchema(Schema):
    """The newest first; payments are empty for those who may not see any."""

    rounds = fields.List(fields.Nested(HistoryRoundSchema), required=True)
    visits = fields.List(fields.Nested(HistoryVisitSchema), required=True)
    payments = fields.List(fields.Nested(PaymentOut), required=True)


@histories.route("/history")
@histories.response(200, HistorySchema)
@allow(*READERS)
def get_history(person_id: int) -> PersonHistory:
    """The person's rounds, visits and payments, as far as the caller may see them."""
    with current.reading() as session:
        return history_of_person(session, current.actor(), person_id)
