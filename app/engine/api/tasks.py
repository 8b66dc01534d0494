"""The inbox and everything a person does with a task."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Response, jsonify
from marshmallow import fields, validate

from app.engine import holding
from app.engine.api.shapes import TaskSchema, show_tasks
from app.engine.comments import comment_task
from app.engine.drafts import save_draft
from app.engine.inbox import COUNT_LIMIT, Filters, count_tasks, list_tasks
from app.engine.models import TaskComment
from app.engine.rights import get_visible_task
from app.engine.tasks import complete_task, send_back_task
from app.engine.views import TaskView, get_task
from app.kernel.roles import ROLES
from app.web import current
from app.web.cursors import BadCursor, decode_cursor, encode_cursor
from app.web.fields import Choice, Id, Instant, Pagination, Schema, Text, page_of
from app.web.idempotency import replayable
from app.web.routes import Blueprint, allow_any
from app.web.tables import Heading, exported

tasks = Blueprint("tasks", __name__, url_prefix="/tasks", description="The inbox")
TASK_STATES = {"open": "待办", "completed": "已办", "cancelled": "已撤销"}
_CURSORS: dict[str, tuple[type, ...]] = {"due": (str, int), "received": (int,), "priority": (int, int)}


class TaskFilterSchema(Schema):
    """Filters narrow; `unit` is one of the caller's own, `mine` what is assigned to the caller."""

    state = Choice(*TASK_STATES, load_default="open")
    role = Text(32, load_default=None)
    group = Text(64, load_default=None)
    subject = Text(64, load_default=None)
    element = Text(64, load_default=None, data_key="element", attribute="element_id")
    overdue = fields.Boolean(load_default=None)
    unit = fields.Integer(load_default=None, attribute="unit_id", validate=validate.Range(1, 2**63 - 1))
    mine = fields.Boolean(load_default=False)


class InboxQuerySchema(Pagination, TaskFilterSchema):
    """The same by pages."""

    sort = Choice("due", "received", "priority", load_default="due")


class CountSchema(Schema):
    """`capped`: there are at least so many."""

    count = fields.Integer(required=True)
    capped = fields.Boolean(required=True)


class CommentSchema(Schema):
    """A remark, or the reason of a sending back."""

    id = fields.Integer(dump_only=True)
    at = Instant(dump_only=True)
    author_id = fields.Integer(dump_only=True)
    author_name = fields.String(dump_only=True)
    text = Text(2000, required=True)


class TaskPageSchema(TaskSchema):
    """A task with its form, what it is prefilled with, the caller's draft, and where it can be sent back to."""

    etag = fields.String(required=True)
    may_act = fields.Boolean(required=True)
    schema = fields.Dict(required=True, allow_none=True)
    ui_schema = fields.Dict(required=True, allow_none=True)
    prefill = fields.Dict(required=True)
    context = fields.Raw(required=True, allow_none=True)
    draft = fields.Dict(required=True, allow_none=True)
    comments = fields.List(fields.Nested(CommentSchema), required=True)
    send_back_targets = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    documentation = fields.String(required=True, allow_none=True)


class FormSchema(Schema):
    """The data of the task's own form; its shape is the task's `schema`."""

    form = fields.Dict(required=True)


class SendBackSchema(Schema):
    """Which of `send_back_targets`, and why."""

    target = Text(64, required=True)
    reason = Text(2000, required=True)


class UserSchema(Schema):
    """A member of the holding unit."""

    user_id = Id(required=True)


@tasks.route("")
@tasks.arguments(InboxQuerySchema, location="query")
@tasks.response(200, page_of(TaskSchema))
@allow_any
@exported(
    TaskSchema, "待办",
    Heading("任务", "title", width=22),
    Heading("对象", "subject"),
    Heading("承办单位", "unit.name", width=18),
    Heading("角色", "role", words=ROLES),
    Heading("领取人", "assignee.name"),
    Heading("状态", "state", words=TASK_STATES),
    Heading("收到时间", "received_at", "instant", width=17),
    Heading("办理期限", "due_at", "instant", width=17),
    Heading("超期", "overdue"),
    Heading("已催办", "reminded"),
    Heading("办理人", "changed_by.name"),
)  # fmt: skip
def get_inbox(query: dict[str, Any]) -> dict[str, Any]:
    """A page of the caller's inbox."""
    limit, cursor, sort = query.pop("limit"), query.pop("cursor"), query.pop("sort")
    after = _read_cursor(cursor, sort) if cursor else None
    with current.reading() as session:
        page = list_tasks(session, current.actor(), Filters(**query), sort, after, limit)
        items = show_tasks(session, page.items)
    plain = [v.isoformat() if isinstance(v, datetime) else v for v in page.next or []]
    return {"items": items, "next": encode_cursor(plain) if page.next else None}


@tasks.route("/count")
@tasks.arguments(TaskFilterSchema, location="query")
@tasks.response(200, CountSchema)
@allow_any
def get_count(query: dict[str, Any]) -> dict[str, Any]:
    """How many tasks such a list has; stops counting at 1,000."""
    with current.reading() as session:
        count = count_tasks(session, current.actor(), Filters(**query))
    return {"count": count, "capped": count >= COUNT_LIMIT}


@tasks.route("/<int:task_id>")
@tasks.response(200, TaskPageSchema)
@allow_any
def get_one(task_id: int) -> Response:
    """One task with its form; the ETag goes back as If-Match with the completion."""
    with current.reading() as session:
        view = get_task(session, current.actor(), task_id)
        shown = {**show_tasks(session, [view.task])[0], **_members(view)}
    reply = jsonify(TaskPageSchema().dump(shown))
    reply.set_etag(view.etag)
    return reply


@tasks.route("/<int:task_id>/draft", methods=["PUT"])
@tasks.arguments(FormSchema)
@tasks.response(204)
@allow_any
def put_draft(body: dict[str, Any], task_id: int) -> None:
    """Keep what the caller has typed so far; seen by nobody else."""
    with current.writing() as session:
        save_draft(session, current.actor(), current.clock(), task_id, body["form"])


def _show_task(_ref: str | None, task_id: int) -> Response:
    with current.reading() as session:
        task = get_visible_task(session, current.actor(), task_id)
        reply = jsonify(TaskSchema().dump(show_tasks(session, [task])[0]))
    reply.set_etag(str(task.version))
    return reply


@tasks.route("/<int:task_id>/complete", methods=["POST"])
@tasks.arguments(FormSchema)
@tasks.response(200, TaskSchema)
@allow_any
@replayable(_show_task)
def post_complete(body: dict[str, Any], task_id: int) -> None:
    """Hand in the form and let the process go on; If-Match is the ETag of the task as it was looked at."""
    with current.writing() as session:
        complete_task(session, current.actor(), current.clock(), task_id, body["form"], current.if_match())


@tasks.route("/<int:task_id>/send-back", methods=["POST"])
@tasks.arguments(SendBackSchema)
@tasks.response(200, TaskSchema)
@allow_any
@replayable(_show_task)
def post_send_back(body: dict[str, Any], task_id: int) -> None:
    """Follow a drawn flow back, with a reason."""
    with current.writing() as session:
        send_back_task(session, current.actor(), current.clock(), task_id, body["target"], body["reason"])


@tasks.route("/<int:task_id>/claim", methods=["POST"])
@tasks.response(200, TaskSchema)
@allow_any
@replayable(_show_task)
def post_claim(task_id: int) -> None:
    """Take the task for oneself."""
    _hold(holding.claim_task, task_id)


@tasks.route("/<int:task_id>/release", methods=["POST"])
@tasks.response(200, TaskSchema)
@allow_any
@replayable(_show_task)
def post_release(task_id: int) -> None:
    """Put the task back on the unit's desk."""
    _hold(holding.release_task, task_id)


@tasks.route("/<int:task_id>/assign", methods=["POST"])
@tasks.arguments(UserSchema)
@tasks.response(200, TaskSchema)
@allow_any
@replayable(_show_task)
def post_assign(body: dict[str, Any], task_id: int) -> None:
    """Give the task to somebody of the unit."""
    _hold(holding.assign_task, task_id, body["user_id"])


@tasks.route("/<int:task_id>/delegate", methods=["POST"])
@tasks.arguments(UserSchema)
@tasks.response(200, TaskSchema)
@allow_any
@replayable(_show_task)
def post_delegate(body: dict[str, Any], task_id: int) -> None:
    """Let a colleague do it for once."""
    _hold(holding.delegate_task, task_id, body["user_id"])


@tasks.route("/<int:task_id>/return", methods=["POST"])
@tasks.response(200, TaskSchema)
@allow_any
@replayable(_show_task)
def post_return(task_id: int) -> None:
    """Give a delegated task back to whoever delegated it."""
    _hold(holding.return_delegated, task_id)


def _hold(use_case: Callable[..., Any], task_id: int, *more: int) -> None:
    with current.writing() as session:
        use_case(session, current.actor(), current.clock(), task_id, *more, etag=current.if_match())


def _show_comment(ref: str | None, **_path: int) -> Response:
    with current.reading() as session:
        comment = session.get_one(TaskComment, int(ref or 0))
        reply = jsonify(CommentSchema().dump(comment))
    reply.status_code = 201
    return reply


@tasks.route("/<int:task_id>/comments", methods=["POST"])
@tasks.arguments(CommentSchema)
@tasks.response(201, CommentSchema)
@allow_any
@replayable(_show_comment)
def post_comment(body: dict[str, Any], task_id: int) -> None:
    """Remark something beside the task."""
    with current.writing() as session:
        comment_task(session, current.actor(), current.clock(), task_id, body["text"])


def _read_cursor(cursor: str, sort: str) -> list[Any]:
    values = decode_cursor(cursor, *_CURSORS[sort])
    if sort != "due":
        return values
    try:
        instant = datetime.fromisoformat(values[0])
    except ValueError as broken:
        raise BadCursor from broken
    if instant.tzinfo is None:
        raise BadCursor
    return [instant, values[1]]


def _members(view: TaskView) -> dict[str, Any]:
    names = (
        "etag", "may_act", "schema", "ui_schema", "prefill", "context", "draft", "comments", "send_back_targets",
        "documentation",
    )  # fmt: skip
    return {name: getattr(view, name) for name in names}
