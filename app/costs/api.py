"""The snapshots that a round can name, over HTTP."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from app.costs import snapshots as use_cases
from app.web import current
from app.web.cursors import cut_page, decode_cursor
from app.web.fields import Instant, Pagination, Schema, page_of
from app.web.routes import Blueprint, allow
from app.web.tables import Heading, exported

snapshots = Blueprint("snapshots", __name__, url_prefix="/snapshots", description="Frozen settlement data")
BLUEPRINTS = [snapshots]
READERS = ("ybj_officer", "reviewer", "meeting_secretary", "fund_manager", "auditor")


class SnapshotSchema(Schema):
    """A frozen table of bills; `hash` is the SHA-256 of its file, `left_out` rows were of unknown people."""

    id = fields.Integer(required=True)
    kind = fields.String(required=True)
    name = fields.String(required=True)
    hash = fields.String(required=True)
    rows = fields.Integer(required=True)
    left_out = fields.Integer(required=True)
    payers = fields.List(fields.String(), required=True)
    period_from = fields.Date(required=True, allow_none=True)
    period_to = fields.Date(required=True, allow_none=True)
    created_at = Instant(required=True)


@snapshots.route("", methods=["GET"])
@snapshots.arguments(Pagination, location="query")
@snapshots.response(200, page_of(SnapshotSchema))
@allow(*READERS)
@exported(
    SnapshotSchema, "结算数据快照",
    Heading("编号", "id", "int"),
    Heading("名称", "name", width=24),
    Heading("行数", "rows", "int", width=10),
    Heading("查无此人", "left_out", "int", width=10),
    Heading("起", "period_from", "date"),
    Heading("止", "period_to", "date"),
    Heading("形成时间", "created_at", "instant", width=17),
    Heading("校验值", "hash", width=66),
)  # fmt: skip
def get_snapshots(query: dict[str, Any]) -> Any:
    """The newest first."""
    before = int(decode_cursor(query["cursor"], int)[0]) if query["cursor"] else None
    with current.reading() as session:
        found = use_cases.list_snapshots(session, query["limit"] + 1, before)
    return cut_page(found, query["limit"], lambda snapshot: [snapshot.id])


@snapshots.route("/<int:snapshot_id>", methods=["GET"])
@snapshots.response(200, SnapshotSchema)
@allow(*READERS)
def get_snapshot(snapshot_id: int) -> Any:
    """One snapshot."""
    with current.reading() as session:
        return use_cases.get_snapshot(session, snapshot_id)
