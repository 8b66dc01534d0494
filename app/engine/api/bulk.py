"""Bulk runs: how far, and what became of each row."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from app.engine.bulk import bulk_rows, get_bulk
from app.web import current
from app.web.cursors import cut_page, decode_cursor
from app.web.fields import Choice, Instant, Pagination, Schema, page_of
from app.web.progress import ProgressSchema, tell_progress
from app.web.routes import Blueprint, allow_any
from app.web.tables import Heading, exported

bulk = Blueprint("bulk", __name__, url_prefix="/bulk", description="Bulk runs")
ROW_STATES = {"waiting": "等待", "done": "完成", "refused": "未办"}


class BulkSchema(Schema):
    """`done` and `refused` add up to `total` once `state` is done."""

    id = fields.Integer(required=True)
    kind = fields.String(required=True)
    state = fields.String(required=True)
    total = fields.Integer(required=True)
    done = fields.Integer(required=True)
    refused = fields.Integer(required=True)
    created_by_name = fields.String(required=True)
    created_at = Instant(required=True)
    finished_at = Instant(required=True, allow_none=True)
    progress = fields.Nested(ProgressSchema, required=True)


class BulkRowSchema(Schema):
    """`n` counts from 0 in the order of the request; a refused row says why in `result`."""

    n = fields.Integer(required=True)
    item = fields.Dict(required=True)
    state = fields.String(required=True)
    result = fields.Dict(required=True, allow_none=True)


class BulkRowQuerySchema(Pagination):
    """All rows unless told."""

    state = Choice("waiting", "done", "refused", load_default=None)


@bulk.route("/<int:bulk_id>")
@bulk.response(200, BulkSchema)
@allow_any
def get_one(bulk_id: int) -> dict[str, Any]:
    """The progress of one's own run."""
    with current.reading() as session:
        run = get_bulk(session, current.actor(), bulk_id)
    shown = {name: getattr(run, name) for name in BulkSchema().fields if hasattr(run, name)}
    far = run.done + run.refused
    over = run.state == "done"
    return {**shown, "progress": tell_progress(run.created_at, current.clock()(), far, run.total, over=over)}


@bulk.route("/<int:bulk_id>/rows")
@bulk.arguments(BulkRowQuerySchema, location="query")
@bulk.response(200, page_of(BulkRowSchema))
@allow_any
@exported(
    BulkRowSchema, "批量办理结果",
    Heading("序号", "n", "int"),
    Heading("任务", "item.task_id", "int"),
    Heading("人员", "item.case_id", "int"),
    Heading("结果", "state", words=ROW_STATES),
    Heading("原因", "result.message", width=60),
)  # fmt: skip
def get_rows(query: dict[str, Any], bulk_id: int) -> dict[str, Any]:
    """The rows in order, each with its result."""
    after = decode_cursor(query["cursor"], int)[0] if query["cursor"] else -1
    with current.reading() as session:
        rows = bulk_rows(session, current.actor(), bulk_id, query["state"], after, query["limit"] + 1)
    page = cut_page(rows, query["limit"], lambda row: [row.n])
    return {"items": [_show(row) for row in page["items"] or []], "next": page["next"]}


def _show(row: Any) -> dict[str, Any]:
    """Without what is encrypted: forms are shown by their tasks."""
    item = {name: value for name, value in row.item.items() if not name.endswith("_enc")}
    return {"n": row.n, "item": item, "state": row.state, "result": row.result}
