"""The audit trail, for auditor and administrator."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from app.access.deeds import say_deed
from app.access.trail import search_audit
from app.web import current
from app.web.cursors import cut_page, decode_cursor
from app.web.fields import IdInQuery, Instant, Pagination, Schema, Text, page_of
from app.web.routes import Blueprint, allow
from app.web.tables import Heading, exported

audit = Blueprint("audit", __name__, url_prefix="/audit", description="Audit trail")
_AN_ID = validate.Range(1, 2**63 - 1)


class AuditSchema(Schema):
    """One thing that happened; `detail` never holds an ID number or account."""

    id = fields.Integer(required=True)
    at = Instant(required=True)
    actor_id = fields.Integer(required=True, allow_none=True)
    actor_name = fields.String(required=True)
    kind = fields.String(required=True)
    what = fields.Function(lambda row: say_deed(row.kind), required=True, metadata={"type": "string"})
    subject = fields.String(required=True, allow_none=True)
    instance_id = fields.Integer(required=True, allow_none=True)
    detail = fields.Dict(required=True)
    hash = fields.String(required=True)
    sealed_no = fields.Integer(required=True, allow_none=True)


class AuditQuerySchema(Pagination):
    """Every filter narrows; `until` is not included, `text` is part of who, about what, or of the details.

    `case_id`, `person_id` and `round_id` are short for the subject "case:3", "person:3", "round:3".
    """

    kind = Text(48, load_default=None)
    subject = Text(64, load_default=None)
    text = Text(60, load_default=None)
    case_id = IdInQuery(load_default=None)
    person_id = IdInQuery(load_default=None)
    round_id = IdInQuery(load_default=None)
    actor_id = fields.Integer(load_default=None, validate=_AN_ID)
    instance_id = fields.Integer(load_default=None, validate=_AN_ID)
    since = Instant(load_default=None)
    until = Instant(load_default=None)


@audit.route("")
@audit.arguments(AuditQuerySchema, location="query")
@audit.response(200, page_of(AuditSchema))
@allow("auditor", "administrator")
@exported(
    AuditSchema, "操作记录",
    Heading("编号", "id", "int"),
    Heading("时间", "at", "instant", width=17),
    Heading("操作人", "actor_name"),
    Heading("事项", "what", width=24),
    Heading("对象", "subject", width=24),
    Heading("流程实例", "instance_id", "int"),
    Heading("内容", "detail", width=60),
    Heading("封存号", "sealed_no", "int"),
)  # fmt: skip
def get_audit(query: dict[str, Any]) -> dict[str, Any]:
    """Rows of the trail, newest first."""
    limit, cursor = query.pop("limit"), query.pop("cursor")
    for about in ("case", "person", "round"):
        number = query.pop(f"{about}_id")
        query["subject"] = query["subject"] or (number and f"{about}:{number}")
    before = decode_cursor(cursor, int)[0] if cursor else None
    with current.reading() as session:
        found = search_audit(session, limit + 1, before, **query)
    return cut_page(found, limit, lambda row: [row.id])
