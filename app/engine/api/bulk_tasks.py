"""Many tasks at once: complete, claim, assign, and what each row would come to before one does it."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify
from marshmallow import fields, validate

from app.engine.bulk import ASSIGN, CLAIM, COMPLETE, begin_bulk, complete_in_bulk, hide_forms, try_item
from app.web import current
from app.web.fields import Choice, Id, Schema, Text
from app.web.idempotency import replayable
from app.web.routes import Blueprint, allow_any

bulk_tasks = Blueprint("bulk_tasks", __name__, url_prefix="/tasks", description="Many tasks at once")
_KINDS = {"complete": COMPLETE, "claim": CLAIM, "assign": ASSIGN}
_MOST, _MOST_TRIED = 5000, 500


class BulkTaskSchema(Schema):
    """One task; with an `etag` it is refused when it has changed since."""

    task_id = Id(required=True)
    etag = Text(60, load_default=None)


class BulkItemSchema(BulkTaskSchema):
    """One task; its own `form` wins over the common one, member by member."""

    form = fields.Dict(load_default=dict)


class BulkCompleteSchema(Schema):
    """Up to 5,000 tasks with the same form."""

    items = fields.List(fields.Nested(BulkItemSchema), required=True, validate=validate.Length(1, _MOST))
    form = fields.Dict(load_default=dict)


class BulkClaimSchema(Schema):
    """Up to 5,000 tasks of one's units."""

    items = fields.List(fields.Nested(BulkTaskSchema), required=True, validate=validate.Length(1, _MOST))


class BulkAssignSchema(BulkClaimSchema):
    """All to one member of the holding unit."""

    user_id = Id(required=True)


class BulkPreviewSchema(Schema):
    """As the run itself would be asked for: `form` to complete, `user_id` to assign; up to 500 rows."""

    kind = Choice(*_KINDS, required=True)
    items = fields.List(fields.Nested(BulkItemSchema), required=True, validate=validate.Length(1, _MOST_TRIED))
    form = fields.Dict(load_default=dict)
    user_id = Id(load_default=None)


class BulkStartedSchema(Schema):
    """Where the progress is to be seen: GET /bulk/{id}."""

    id = fields.Integer(required=True)


class PreviewRowSchema(Schema):
    """What the row would come to: `done`, or `refused` with code, message and faults in `result`."""

    task_id = fields.Integer(required=True)
    state = Choice("done", "refused", required=True)
    result = fields.Dict(required=True, allow_none=True)


class PreviewSchema(Schema):
    """A row each, in the order asked, and how many there are of both kinds."""

    items = fields.List(fields.Nested(PreviewRowSchema), required=True)
    done = fields.Integer(required=True)
    refused = fields.Integer(required=True)


def _show_bulk(ref: str | None) -> Response:
    reply = jsonify({"id": int(ref or 0)})
    reply.status_code = 202
    return reply


@bulk_tasks.route("/bulk-complete", methods=["POST"])
@bulk_tasks.arguments(BulkCompleteSchema)
@bulk_tasks.response(202, BulkStartedSchema)
@allow_any
@replayable(_show_bulk)
def post_bulk_complete(body: dict[str, Any]) -> None:
    """Complete many tasks in the background; what is refused is refused singly."""
    with current.writing() as session:
        complete_in_bulk(session, current.actor(), current.clock(), body["items"], body["form"])


@bulk_tasks.route("/bulk-claim", methods=["POST"])
@bulk_tasks.arguments(BulkClaimSchema)
@bulk_tasks.response(202, BulkStartedSchema)
@allow_any
@replayable(_show_bulk)
def post_bulk_claim(body: dict[str, Any]) -> None:
    """Take many tasks for oneself in the background; what a colleague has is refused singly."""
    with current.writing() as session:
        begin_bulk(session, current.actor(), current.clock(), CLAIM, body["items"], {})


@bulk_tasks.route("/bulk-assign", methods=["POST"])
@bulk_tasks.arguments(BulkAssignSchema)
@bulk_tasks.response(202, BulkStartedSchema)
@allow_any
@replayable(_show_bulk)
def post_bulk_assign(body: dict[str, Any]) -> None:
    """Give many tasks to one colleague in the background; what may not be given is refused singly."""
    with current.writing() as session:
        begin_bulk(session, current.actor(), current.clock(), ASSIGN, body["items"], {"user_id": body["user_id"]})


@bulk_tasks.route("/bulk-preview", methods=["POST"])
@bulk_tasks.arguments(BulkPreviewSchema)
@bulk_tasks.response(200, PreviewSchema)
@allow_any
def post_bulk_preview(body: dict[str, Any]) -> dict[str, Any]:
    """What each row would come to if it were done now; nothing is kept, so it may be asked as often as one likes."""
    told = [_try(body, item) for item in body["items"]]
    items = [
        {"task_id": item["task_id"], "state": state, "result": result}
        for item, (state, result) in zip(body["items"], told, strict=True)
    ]
    refused = sum(state == "refused" for state, _ in told)
    return {"items": items, "done": len(items) - refused, "refused": refused}


def _try(body: dict[str, Any], item: dict[str, Any]) -> tuple[str, dict[str, Any] | None]:
    """A transaction a row, so that nobody waits for all of them."""
    with current.writing() as session:
        rows, common = hide_forms(session, [item], body["form"])
        given = {**common, "user_id": body["user_id"] or 0}
        return try_item(session, current.actor(), current.clock(), _KINDS[body["kind"]], rows[0], given)
