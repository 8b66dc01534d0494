"""Incidents: what failed in the background, and trying it again."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify
from marshmallow import fields

from app.engine.incidents import get_incident, list_incidents, retry_incident, say_incident
from app.engine.models import Incident
from app.web import current
from app.web.cursors import cut_page, decode_cursor
from app.web.fields import Choice, Instant, Pagination, Schema, page_of
from app.web.idempotency import replayable
from app.web.routes import Blueprint, allow
from app.web.tables import Heading, exported

incidents = Blueprint("incidents", __name__, url_prefix="/incidents", description="Incidents")
KINDS = {"step": "流程环节", "job": "后台作业", "message": "流程消息"}
STATES = {"open": "待处理", "retrying": "正在重试", "resolved": "已处理"}


class IncidentSchema(Schema):
    """`kind` is step (of an instance), job or message; `where` and `advice` are for people."""

    id = fields.Integer(required=True)
    kind = fields.String(required=True)
    state = fields.String(required=True)
    at = Instant(required=True)
    instance_id = fields.Integer(required=True, allow_none=True)
    element_id = fields.String(required=True, allow_none=True)
    code = fields.String(required=True)
    message = fields.String(required=True)
    attempts = fields.Integer(required=True)
    where = fields.String(required=True)
    advice = fields.String(required=True)
    changed_at = Instant(required=True)


def columns_of(row: Incident) -> dict[str, Any]:
    """What is stored of it."""
    return {name: getattr(row, name) for name in IncidentSchema().fields if hasattr(row, name)}


class IncidentQuerySchema(Pagination):
    """Open ones unless told."""

    state = Choice("open", "retrying", "resolved", load_default="open")


@incidents.route("")
@incidents.arguments(IncidentQuerySchema, location="query")
@incidents.response(200, page_of(IncidentSchema))
@allow("administrator", "ybj_officer", "auditor")
@exported(
    IncidentSchema, "异常",
    Heading("编号", "id", "int"),
    Heading("类别", "kind", words=KINDS),
    Heading("状态", "state", words=STATES),
    Heading("发生时间", "at", "instant", width=17),
    Heading("流程实例", "instance_id", "int"),
    Heading("环节", "element_id"),
    Heading("原因", "message", width=60),
    Heading("所在环节", "where", width=30),
    Heading("怎么办", "advice", width=50),
    Heading("已试次数", "attempts", "int"),
)  # fmt: skip
def get_incidents(query: dict[str, Any]) -> dict[str, Any]:
    """Newest first."""
    before = decode_cursor(query["cursor"], int)[0] if query["cursor"] else None
    with current.reading() as session:
        found = list_incidents(session, current.actor(), query["state"], before, query["limit"] + 1)
        shown = [{**columns_of(row), **say_incident(session, row)} for row in found]
    return cut_page(shown, query["limit"], lambda row: [row["id"]])


def _show(_ref: str | None, incident_id: int) -> Response:
    with current.reading() as session:
        row = get_incident(session, current.actor(), incident_id)
        reply = jsonify(IncidentSchema().dump({**columns_of(row), **say_incident(session, row)}))
    reply.status_code = 202
    return reply


@incidents.route("/<int:incident_id>/retry", methods=["POST"])
@incidents.response(202, IncidentSchema)
@allow("administrator", "ybj_officer")
@replayable(_show)
def post_retry(incident_id: int) -> None:
    """Try it again in the background."""
    with current.writing() as session:
        retry_incident(session, current.actor(), current.clock(), incident_id)
