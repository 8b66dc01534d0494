"""Visits to take along, results to bring back, and the sheet of paper."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

from flask import Response, jsonify, request
from marshmallow import fields, validate

from app.mobile.handing_out import VISITORS, hand_out_visits, note_hand_out
from app.mobile.notes import find_note
from app.mobile.paper import STYLE, print_paper
from app.mobile.submissions import Submission, get_receipt, submit_visit
from app.web import current
from app.web.fields import Id, Instant, Schema, Text
from app.web.idempotency import replayable
from app.web.routes import Blueprint, allow

mobile = Blueprint("mobile", __name__, description="The phone")
_HASH = validate.Regexp(r"^[0-9a-f]{64}\Z")


class KnownAmountSchema(Schema):
    """What a payer has paid so far as the county knows."""

    payer = fields.String(required=True)
    name = fields.String(required=True)
    amount = fields.String(required=True)


class AttemptSchema(Schema):
    """An earlier call at the same door."""

    attempt = fields.Integer(required=True)
    result = fields.String(required=True)
    visited_at = fields.String(required=True)
    place = fields.Dict(required=True, allow_none=True)
    note = fields.String(required=True, allow_none=True)


class PhoneVisitSchema(Schema):
    """One open visit; `ticket` goes back with the result, `id_hint` checks the last four digits unseen."""

    task_id = fields.Integer(required=True)
    version = fields.Integer(required=True)
    case_id = fields.Integer(required=True)
    case_no = fields.String(required=True)
    scheme = fields.String(required=True)
    due_at = fields.String(required=True, allow_none=True)
    ticket = fields.String(required=True)
    id_hint = fields.String(required=True)
    basis = fields.String(required=True)
    form = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    area = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    address = fields.String(required=True)
    name = fields.String(required=True)
    id_masked = fields.String(required=True)
    phone = fields.String(required=True, allow_none=True)
    institution = fields.String(required=True, allow_none=True)
    deceased = fields.Boolean(required=True)
    payee = fields.Dict(keys=fields.String(), values=fields.String(), required=True, allow_none=True)
    total_cost = fields.String(required=True)
    self_paid = fields.String(required=True, allow_none=True)
    amounts = fields.List(fields.Nested(KnownAmountSchema), required=True)
    attempts = fields.List(fields.Nested(AttemptSchema), required=True)


class SheetSchema(Schema):
    """Everything for a day without network; `forms` are JSON Schemas by their content hash."""

    visits = fields.List(fields.Nested(PhoneVisitSchema), required=True)
    schemes = fields.Dict(keys=fields.String(), values=fields.Dict(), required=True)
    forms = fields.Dict(keys=fields.String(), values=fields.Dict(), required=True)
    server_time = fields.String(required=True)


class MeasuredPlaceSchema(Schema):
    """Where a photo says that it was taken; kept apart from where the phone says it is."""

    sha256 = fields.String(required=True, validate=_HASH)
    lat = Text(12, load_default=None, allow_none=True)
    lng = Text(12, load_default=None, allow_none=True)
    taken_at = Text(40, load_default=None, allow_none=True)


class MeasuredSchema(Schema):
    """What the phone measured by itself."""

    phone_clock = Text(40, load_default=None, allow_none=True)
    clock_offset_ms = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(-(2**53), 2**53))
    place_accuracy_m = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(0, 10**7))
    photos = fields.List(fields.Nested(MeasuredPlaceSchema), load_default=list, validate=validate.Length(max=200))


class SubmissionSchema(Schema):
    """A visit form; files stand in it as `sha256:<hex>`. `client_id` is the phone's own, once and for all."""

    client_id = Text(64, 8, required=True)
    task_id = Id(required=True)
    case_id = Id(required=True)
    ticket = Text(40, required=True)
    basis = Text(20, required=True)
    form = fields.Dict(required=True)
    measured = fields.Nested(MeasuredSchema, load_default=dict)
    form_version = Text(64, load_default=None, allow_none=True)


class KeptNoteSchema(Schema):
    """Why it became a note for the township instead of the visit."""

    id = fields.Integer(required=True)
    code = fields.String(required=True)
    message = fields.String(required=True)


class ReceiptSchema(Schema):
    """The phone drops its copy once `sha256` is that of the bytes it sent; outcome is stored or kept_as_note."""

    id = fields.Integer(required=True)
    client_id = fields.String(required=True)
    sha256 = fields.String(required=True)
    outcome = fields.String(required=True)
    visit_id = fields.Integer(required=True, allow_none=True)
    note = fields.Nested(KeptNoteSchema, required=True, allow_none=True)
    received_at = Instant(required=True)


@mobile.route("/mobile/visits", methods=["GET"])
@mobile.response(200, SheetSchema)
@allow(*VISITORS)
def get_visits() -> Response:
    """The caller's open visits with all that is needed without network; 304 while nothing changed."""
    with current.writing() as session:
        sheet = hand_out_visits(session, current.actor())
        etag = hashlib.sha256(json.dumps(sheet, sort_keys=True).encode()).hexdigest()[:32]
        unchanged = request.if_none_match.contains(etag)
        if not unchanged:
            note_hand_out(session, current.actor(), current.clock(), sheet)
    reply = Response(status=304) if unchanged else jsonify(SheetSchema().dump(sheet | _now()))
    reply.set_etag(etag)
    reply.headers["X-Server-Time"] = _now()["server_time"]
    return reply


def _now() -> dict[str, str]:
    return {"server_time": current.clock()().isoformat()}


def _show_receipt(ref: str | None) -> dict[str, Any]:
    with current.reading() as session:
        receipt = get_receipt(session, current.actor(), int(str(ref)))
        note = find_note(session, receipt.id)
        return {name: getattr(receipt, name) for name in ReceiptSchema().fields if name != "note"} | {"note": note}


@mobile.route("/mobile/submissions", methods=["POST"])
@mobile.arguments(SubmissionSchema)
@mobile.response(200, ReceiptSchema)
@allow(*VISITORS)
@replayable(_show_receipt)
def post_submission(body: dict[str, Any]) -> dict[str, Any]:
    """A visit form from the outbox: done, or kept as a note when somebody was quicker."""
    digest = hashlib.sha256(request.get_data(cache=True)).hexdigest()
    with current.writing() as session:
        receipt = submit_visit(session, current.actor(), current.clock(), Submission(**body, sha256=digest))
        ref = str(receipt.id)
    return _show_receipt(ref)


@mobile.route("/tasks/<int:task_id>/paper.html", methods=["GET"])
@mobile.response(200)
@allow(*VISITORS)
def get_paper(task_id: int) -> Response:
    """The visit on one A4 sheet, with a QR code that leads back to it."""
    address = f"{request.host_url}m/#/visits/{task_id}"
    with current.writing() as session:
        page = print_paper(session, current.actor(), current.clock(), task_id, address)
    reply = Response(page, mimetype="text/html")
    style = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    reply.headers["Content-Security-Policy"] = f"default-src 'none'; style-src 'sha256-{style}'; frame-ancestors 'none'"
    return reply
