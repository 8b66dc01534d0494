"""Policy finds people over HTTP: the alerts, one of them whole, the board, and reports from below."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from app.alerts.models import Alert
from app.alerts.reading import READERS, AlertQuery, draw_board, list_alerts, show_alert
from app.alerts.reports import REPORTERS, Report, report_household
from app.alerts.rules import STATES
from app.web import current
from app.web.cursors import cut_page, decode_cursor
from app.web.fields import Choice, Id, IdInQuery, Instant, Pagination, Schema, Text, Yuan, page_of
from app.web.idempotency import replayable
from app.web.routes import Blueprint, allow
from app.web.tables import Heading, exported

alerts = Blueprint("alerts", __name__, description="政策找人")
BLUEPRINTS = [alerts]
LEVEL_WORDS = {"0": "上报", "1": "预警", "2": "升级"}
SOURCES = {"import": "结算导入", "freeze": "每月固化", "report": "乡村上报", "recheck": "再核"}


class AlertQueryIn(Pagination):
    """Which alerts; `unhelped`: found but not helped yet; `overdue`: somebody is late with it."""

    state = Choice(*STATES, load_default=None)
    level = fields.Integer(load_default=None)
    cost_year = fields.Integer(load_default=None)
    area_id = IdInQuery(load_default=None)
    person_id = IdInQuery(load_default=None)
    overdue = fields.Boolean(load_default=False)
    unhelped = fields.Boolean(load_default=False)


class AlertOut(Schema):
    """An alert in the list: what it waits for, until when, and whose it is."""

    id = Id(required=True)
    scheme = fields.String(required=True)
    person_id = Id(required=True)
    name = fields.String(required=True)
    township = fields.String(required=True)
    cost_year = fields.Integer(required=True)
    level = fields.Integer(required=True)
    source = Choice(*SOURCES, required=True)
    self_paid = Yuan(required=True)
    state = Choice(*STATES, required=True)
    reason = fields.String(required=True, allow_none=True)
    opened_at = Instant(required=True)
    visited_at = Instant(required=True, allow_none=True)
    applied_at = Instant(required=True, allow_none=True)
    recognised_at = Instant(required=True, allow_none=True)
    closed_at = Instant(required=True, allow_none=True)
    task_title = fields.String(required=True, allow_none=True)
    due_at = Instant(required=True, allow_none=True)
    overdue = fields.Boolean(required=True)
    owner = fields.String(required=True, allow_none=True)


class TriggerOut(Schema):
    """Why it was raised, or raised again."""

    source = Choice(*SOURCES, required=True)
    key = fields.String(required=True)
    level = fields.Integer(required=True)
    self_paid = Yuan(required=True)
    at = Instant(required=True)


class SurveyOut(Schema):
    """One visit; the answers are "***" for who does not need them."""

    attempt = fields.Integer(required=True)
    result = fields.String(required=True)
    visited_at = Instant(required=True)
    consent = fields.Boolean(required=True)
    photos = fields.List(fields.Integer(), required=True)
    answers = fields.Dict(keys=fields.String(), values=fields.Raw(), required=True)


class MeasureOut(Schema):
    """What a department was asked for, and its answer."""

    id = Id(required=True)
    kind = fields.String(required=True)
    unit_id = Id(required=True)
    unit = fields.String(required=True)
    state = Choice("asked", "given", "refused", required=True)
    note = fields.String(required=True, allow_none=True)
    answer = fields.String(required=True, allow_none=True)
    amount = Yuan(required=True, allow_none=True)
    asked_at = Instant(required=True)
    answered_at = Instant(required=True, allow_none=True)


class WholeAlertOut(AlertOut):
    """One alert with everything that belongs to it."""

    threshold = Yuan(required=True)
    instance_id = Id(required=True, allow_none=True)
    previous_id = Id(required=True, allow_none=True)
    triggers = fields.List(fields.Nested(TriggerOut), required=True)
    surveys = fields.List(fields.Nested(SurveyOut), required=True)
    measures = fields.List(fields.Nested(MeasureOut), required=True)


class BoardQueryIn(Schema):
    """Of which cost year."""

    cost_year = fields.Integer(required=True)


class BoardTownOut(Schema):
    """How many alerts of a township are in each state."""

    area_id = Id(required=True)
    name = fields.String(required=True)
    states = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)


class OverdueOut(Schema):
    """How many late alerts a unit owns."""

    unit_id = Id(required=True)
    name = fields.String(required=True)
    count = fields.Integer(required=True)


class FunnelOut(Schema):
    """How many got how far."""

    found = fields.Integer(required=True)
    visited = fields.Integer(required=True)
    applied = fields.Integer(required=True)
    recognised = fields.Integer(required=True)
    helped = fields.Integer(required=True)


class BoardOut(Schema):
    """Townships by state, the funnel, and who is late."""

    townships = fields.List(fields.Nested(BoardTownOut), required=True)
    funnel = fields.Nested(FunnelOut, required=True)
    overdue = fields.List(fields.Nested(OverdueOut), required=True)


class ReportIn(Schema):
    """Who has high costs, and what was learnt of it."""

    scheme = Text(32, required=True)
    name = Text(60, required=True)
    id_number = Text(18, required=True)
    told = Text(1000, required=True)
    cost = Yuan(minimum="0", maximum="9999999", load_default=None)


class ReportedOut(Schema):
    """The alert that the report belongs to."""

    id = Id(required=True)
    state = Choice(*STATES, required=True)


@alerts.route("/alerts", methods=["GET"])
@allow(*READERS)
@alerts.arguments(AlertQueryIn, location="query")
@alerts.response(200, page_of(AlertOut))
@exported(
    AlertOut, "费用预警",
    Heading("编号", "id", "int"),
    Heading("姓名", "name"),
    Heading("乡镇（街道）", "township", width=18),
    Heading("年度", "cost_year", "int"),
    Heading("级别", "level", words=LEVEL_WORDS),
    Heading("来源", "source", words=SOURCES),
    Heading("自付（元）", "self_paid", "money"),
    Heading("状态", "state", words=STATES, width=16),
    Heading("待办", "task_title", width=16),
    Heading("承办单位", "owner", width=18),
    Heading("办理期限", "due_at", "instant", width=17),
    Heading("超期", "overdue"),
    Heading("理由", "reason", width=40),
)  # fmt: skip
def get_alerts(query: dict[str, Any]) -> dict[str, Any]:
    """The alerts of one's own area; a grid worker sees those that were dispatched to the own grid."""
    after = decode_cursor(query.pop("cursor"), int)[0] if query.get("cursor") else 0
    query.pop("cursor", None)
    limit = query.pop("limit")
    with current.reading() as session:
        rows = list_alerts(session, current.actor(), AlertQuery(**query, after=after, limit=limit + 1))
    return cut_page(rows, limit, lambda row: [row["id"]])


@alerts.route("/alerts/<int:alert_id>", methods=["GET"])
@allow(*READERS)
@alerts.response(200, WholeAlertOut)
def get_alert(alert_id: int) -> dict[str, Any]:
    """One alert with its triggers, visits and measures."""
    with current.reading() as session:
        return show_alert(session, current.actor(), alert_id)


@alerts.route("/alerts/board", methods=["GET"])
@allow(*READERS)
@alerts.arguments(BoardQueryIn, location="query")
@alerts.response(200, BoardOut)
def get_board(query: dict[str, Any]) -> dict[str, Any]:
    """Townships by state, found to helped, and which units are late."""
    with current.reading() as session:
        return draw_board(session, current.actor(), query["cost_year"])


def _show_reported(ref: str | None, **_: Any) -> Alert:
    with current.reading() as session:
        return session.get_one(Alert, int(str(ref)))


@alerts.route("/alert-reports", methods=["POST"])
@allow(*REPORTERS)
@alerts.arguments(ReportIn)
@alerts.response(201, ReportedOut)
@replayable(_show_reported)
def add_report(body: dict[str, Any]) -> Alert:
    """A village or township passes on what it has learnt; it is screened and visited like any other alert."""
    with current.writing() as session:
        return report_household(session, current.actor(), current.clock(), Report(**body))
