"""Work that came too late, for the township to read and to settle."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from app.mobile.notes import READERS, SETTLERS, NoteLine, get_note, list_notes, settle_note
from app.web import current
from app.web.cursors import cut_page, decode_cursor
from app.web.fields import Choice, IdInQuery, Instant, Pagination, Schema, Text, page_of
from app.web.idempotency import replayable
from app.web.routes import Blueprint, allow
from app.web.tables import Heading, exported

notes = Blueprint("visit_notes", __name__, url_prefix="/visit-notes", description="Visits that came too late")
STATES = {"open": "待处理", "settled": "已处理"}


class NotesQuery(Pagination):
    """Open ones unless asked otherwise."""

    state = Choice("open", "settled", load_default="open")
    round_id = IdInQuery(load_default=None)


class NoteFileSchema(Schema):
    """A photo or signature: GET /files/{hash}."""

    purpose = fields.String(required=True)
    hash = fields.String(required=True)
    media_type = fields.String(required=True)


class VisitNoteSchema(Schema):
    """Who found what at the door, and why it could not become the visit; `form` is masked."""

    id = fields.Integer(required=True, attribute="note.id")
    case_id = fields.Integer(required=True, attribute="note.case_id")
    case_no = fields.String(required=True)
    round_id = fields.Integer(required=True)
    name = fields.String(required=True)
    task_id = fields.Integer(required=True, attribute="note.task_id")
    writer_name = fields.String(required=True, attribute="note.writer_name")
    code = fields.String(required=True, attribute="note.code")
    message = fields.String(required=True, attribute="note.message")
    form = fields.Dict(required=True)
    files = fields.List(fields.Nested(NoteFileSchema), required=True)
    created_at = Instant(required=True, attribute="note.created_at")
    state = fields.String(required=True, attribute="note.state")
    settled_at = Instant(required=True, allow_none=True, attribute="note.settled_at")
    settled_note = fields.String(required=True, allow_none=True, attribute="note.settled_note")


class SettleSchema(Schema):
    """What became of it."""

    note = Text(500, required=True)


@notes.route("", methods=["GET"])
@notes.arguments(NotesQuery, location="query")
@notes.response(200, page_of(VisitNoteSchema))
@allow(*READERS)
@exported(
    VisitNoteSchema, "上门情况说明",
    Heading("编号", "case_no", width=16),
    Heading("姓名", "name"),
    Heading("上门人", "writer_name"),
    Heading("未能办理的原因", "message", width=40),
    Heading("记录时间", "created_at", "instant", width=17),
    Heading("状态", "state", words=STATES),
    Heading("处理时间", "settled_at", "instant", width=17),
    Heading("处理情况", "settled_note", width=40),
)  # fmt: skip
def get_notes(query: dict[str, Any]) -> dict[str, Any]:
    """Notes of the caller's area, oldest first."""
    after = int(decode_cursor(query["cursor"], int)[0]) if query["cursor"] else 0
    with current.reading() as session:
        found = list_notes(
            session,
            current.actor(),
            state=query["state"],
            round_id=query["round_id"],
            after=after,
            limit=query["limit"] + 1,
        )
    return cut_page(found, query["limit"], lambda line: [line.note.id])


def _show(ref: str | None, **_: Any) -> NoteLine:
    with current.reading() as session:
        return get_note(session, current.actor(), int(str(ref)))


@notes.route("/<int:note_id>/settle", methods=["POST"])
@notes.arguments(SettleSchema)
@notes.response(200, VisitNoteSchema)
@allow(*SETTLERS)
@replayable(_show)
def post_settle(body: dict[str, Any], note_id: int) -> None:
    """Say what became of it."""
    with current.writing() as session:
        settle_note(session, current.actor(), current.clock(), note_id, body["note"])
