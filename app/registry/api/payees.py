"""Accounts of a person: one officer proposes, another confirms."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from app.registry import payees as use_cases
from app.registry.people import READERS, get_visible_person
from app.web import current
from app.web.fields import Choice, Id, Instant, Schema, Text
from app.web.idempotency import replayable
from app.web.routes import Blueprint, allow

payees = Blueprint("payees", __name__, description="Accounts that people's money goes to")


class PayeeSchema(Schema):
    """A payee: pending, active or closed; only the last four places of the account are shown."""

    id = fields.Integer(required=True)
    person_id = fields.Integer(required=True)
    kind = fields.String(required=True)
    name = fields.String(required=True)
    relation = fields.String(required=True, allow_none=True)
    account_masked = fields.String(required=True)
    bank = fields.String(required=True)
    proof_file_id = fields.Integer(required=True, allow_none=True)
    state = fields.String(required=True)
    version = fields.Integer(required=True)
    proposed_by = fields.Integer(required=True, allow_none=True)
    proposed_at = Instant(required=True)
    confirmed_by = fields.Integer(required=True, allow_none=True)
    confirmed_at = Instant(required=True, allow_none=True)


class PayeesSchema(Schema):
    """All that ever were."""

    items = fields.List(fields.Nested(PayeeSchema), required=True)


class NewPayeeSchema(Schema):
    """An account to be confirmed; guardian and heir need relation and proof."""

    kind = Choice(*use_cases.KINDS, required=True)
    name = Text(60, required=True)
    account = Text(40, required=True)
    bank = Text(100, required=True)
    relation = Text(30, load_default=None, allow_none=True)
    proof_file_id = Id(load_default=None, allow_none=True)


class RejectionSchema(Schema):
    """Why the proposal is not taken."""

    reason = Text(200, required=True)


def render_payee(ref: str | None, **_: Any) -> Any:
    """The payee as it stands."""
    with current.reading() as session:
        payee = use_cases.get_payee(session, int(str(ref)))
        get_visible_person(session, current.actor(), payee.person_id)
        return payee


@payees.route("/people/<int:person_id>/payees", methods=["GET"])
@payees.response(200, PayeesSchema)
@allow(*READERS)
def get_payees(person_id: int) -> Any:
    """All payees, the newest first."""
    with current.reading() as session:
        get_visible_person(session, current.actor(), person_id)
        return {"items": use_cases.payees_of(session, person_id)}


@payees.route("/people/<int:person_id>/payees", methods=["POST"])
@payees.arguments(NewPayeeSchema)
@payees.response(201, PayeeSchema)
@allow(*use_cases.PROPOSERS)
@replayable(render_payee)
def post_payee(body: dict[str, Any], person_id: int) -> None:
    """Propose an account."""
    with current.writing() as session:
        use_cases.submit_payee(session, current.actor(), current.clock(), person_id, **body)


@payees.route("/payees/<int:payee_id>/confirm", methods=["POST"])
@payees.response(200, PayeeSchema)
@allow(*use_cases.CONFIRMERS)
@replayable(render_payee)
def post_confirm(payee_id: int) -> None:
    """Confirm somebody else's proposal; the old account is closed."""
    with current.writing() as session:
        use_cases.decide_payee(session, current.actor(), current.clock(), payee_id, accept=True)


@payees.route("/payees/<int:payee_id>/reject", methods=["POST"])
@payees.arguments(RejectionSchema)
@payees.response(200, PayeeSchema)
@allow(*use_cases.CONFIRMERS)
@replayable(render_payee)
def post_reject(body: dict[str, Any], payee_id: int) -> None:
    """Close a proposal; the active account stays."""
    with current.writing() as session:
        use_cases.decide_payee(session, current.actor(), current.clock(), payee_id, accept=False, reason=body["reason"])
