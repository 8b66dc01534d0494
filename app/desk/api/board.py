"""A round on its diagrams, and its open tasks on whosever desk."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from app.desk.board import draw_board, round_tasks
from app.engine.api.shapes import TaskSchema, show_tasks
from app.kernel.roles import ROLES
from app.meetings.reading import get_round_in_scope
from app.rounds.scope import COUNTY_ROLES
from app.web import current
from app.web.cursors import cut_page, decode_cursor
from app.web.fields import Pagination, Schema, Text, page_of
from app.web.routes import Blueprint, allow
from app.web.tables import Heading, exported

boards = Blueprint("boards", __name__, url_prefix="/rounds/<int:round_id>", description="流程进展")


class SpentSchema(Schema):
    """Working days from arrival to completion; 0 is the same day."""

    mean = fields.Float(required=True)
    median = fields.Float(required=True)
    longest = fields.Integer(required=True)


class ElementCountSchema(Schema):
    """One task of the diagram: `element` is its id there; `spent` once something was completed."""

    element = fields.String(required=True)
    title = fields.String(required=True)
    open = fields.Integer(required=True)
    overdue = fields.Integer(required=True)
    done = fields.Integer(required=True)
    spent = fields.Nested(SpentSchema, required=True, allow_none=True)


class BoardProcessSchema(Schema):
    """One version of a process in this round; GET /definitions/{definition_id} has its drawing."""

    definition_id = fields.String(required=True)
    process_key = fields.String(required=True)
    version = fields.Integer(required=True)
    running = fields.Integer(required=True)
    ended = fields.Integer(required=True)
    elements = fields.List(fields.Nested(ElementCountSchema), required=True)


class BoardSchema(Schema):
    """The round's own process first, then those of which there are many."""

    processes = fields.List(fields.Nested(BoardProcessSchema), required=True)


class RoundTaskQuerySchema(Pagination):
    """Which of the round's open tasks."""

    element = Text(64, load_default=None)
    overdue = fields.Boolean(load_default=None)


@boards.route("/board")
@boards.response(200, BoardSchema)
@allow(*COUNTY_ROLES)
def get_board(round_id: int) -> dict[str, Any]:
    """Tokens, overdue and done by task of each diagram, and the working days that each has taken."""
    with current.reading() as session:
        get_round_in_scope(session, current.actor(), round_id)
        return {"processes": draw_board(session, round_id)}


@boards.route("/tasks")
@boards.arguments(RoundTaskQuerySchema, location="query")
@boards.response(200, page_of(TaskSchema))
@allow(*COUNTY_ROLES)
@exported(
    TaskSchema, "本轮待办",
    Heading("任务", "title", width=22),
    Heading("对象", "subject"),
    Heading("承办单位", "unit.name", width=24),
    Heading("角色", "role", words=ROLES),
    Heading("领取人", "assignee.name"),
    Heading("收到时间", "received_at", "instant", width=17),
    Heading("办理期限", "due_at", "instant", width=17),
    Heading("超期", "overdue"),
    Heading("已催办", "reminded"),
)  # fmt: skip
def get_round_tasks(query: dict[str, Any], round_id: int) -> dict[str, Any]:
    """Whose desk the round's open tasks are on, oldest first."""
    after = decode_cursor(query["cursor"], int)[0] if query["cursor"] else 0
    limit, overdue = query["limit"], query["overdue"]
    with current.reading() as session:
        get_round_in_scope(session, current.actor(), round_id)
        found = round_tasks(session, round_id, query["element"], overdue=overdue, after=after, limit=limit + 1)
        page = cut_page(found, limit, lambda task: [task.id])
        return {"items": show_tasks(session, found[:limit]), "next": page["next"]}
