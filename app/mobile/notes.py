"""Work that came too late is not lost: the township reads it, with form and photos, and says what became of it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from app.access import audit
from app.engine.comments import add_comment, check_words
from app.engine.inbox import open_tasks_of
from app.intake.models import StoredFile
from app.kernel.actors import Actor
from app.kernel.dates import SHANGHAI, Clock
from app.kernel.db import cipher_of
from app.kernel.errors import Conflict, NotFound, NuanxinError
from app.kernel.idempotency import remember
from app.kernel.idnumbers import mask_account
from app.mobile.models import PhoneSubmission, VisitNote
from app.registry.models import Person
from app.rounds.models import Case
from app.rounds.scope import areas_of
from app.visits.reading import read_instant
from app.visits.recording import files_by_purpose

READERS = ("township_clerk", "civil_affairs_officer", "ybj_officer", "auditor")
SETTLERS = ("township_clerk", "civil_affairs_officer")
_LONGEST = 300


@dataclass(frozen=True)
class NoteLine:
    """A note as it is read: `files` are [{"purpose", "hash", "media_type"}], opened at GET /files/{hash}."""

    note: VisitNote
    case_no: str
    name: str
    round_id: int
    form: dict[str, Any]
    files: list[dict[str, str]]


def keep_note(
    session: Session, actor: Actor, clock: Clock, receipt: PhoneSubmission, form: Mapping[str, Any], why: NuanxinError
) -> VisitNote:
    """Write the note, say so beside the open tasks of the case and in the audit; does not commit."""
    note = VisitNote(
        submission_id=receipt.id,
        case_id=receipt.case_id,
        task_id=receipt.task_id,
        written_by=receipt.user_id,
        writer_name=actor.name,
        code=why.code,
        message=why.message[:_LONGEST],
        content=cipher_of(session).encrypt(json.dumps(form, ensure_ascii=False)),
        created_at=clock(),
    )
    session.add(note)
    session.flush()
    words = _told(actor, form, note)
    for task_id in {receipt.task_id, *(task.id for task in open_tasks_of(session, f"case:{receipt.case_id}"))}:
        add_comment(session, actor, clock, task_id, words)
    detail = {"note_id": note.id, "task_id": note.task_id, "code": note.code}
    audit.record(session, actor, clock, "visit_kept_as_note", subject=f"case:{note.case_id}", detail=detail)
    return note


def find_note(session: Session, submission_id: int) -> VisitNote | None:
    """The note that a submission became, if it did."""
    return session.scalar(select(VisitNote).where(VisitNote.submission_id == submission_id))


def list_notes(
    session: Session, actor: Actor, *, state: str, round_id: int | None, after: int, limit: int
) -> list[NoteLine]:
    """Notes of the actor's area with id over `after`, oldest first."""
    query = (
        select(VisitNote, Case, Person.name)
        .join(Case, Case.id == VisitNote.case_id)
        .join(Person, Person.id == Case.person_id)
        .where(_may_see(actor), VisitNote.state == state, VisitNote.id > after)
    )
    if round_id is not None:
        query = query.where(Case.round_id == round_id)
    rows = session.execute(query.order_by(VisitNote.id).limit(limit)).all()
    return [_line(session, *row) for row in rows]


def get_note(session: Session, actor: Actor, note_id: int) -> NoteLine:
    """Raises NotFound."""
    query = select(VisitNote, Case, Person.name).join(Case, Case.id == VisitNote.case_id)
    found = query.join(Person, Person.id == Case.person_id).where(_may_see(actor), VisitNote.id == note_id)
    row = session.execute(found).one_or_none()
    if row is None:
        raise NotFound(code="note_not_found")
    return _line(session, *row)


def settle_note(session: Session, actor: Actor, clock: Clock, note_id: int, text: str) -> VisitNote:
    """The township has dealt with it, in a sentence. Commits. Raises NotFound, Conflict `note_settled`."""
    words = check_words(text, "/note")
    note = get_note(session, actor, note_id).note
    session.refresh(note, with_for_update=True)
    if note.state != "open":
        raise Conflict("此情况说明已处理", code="note_settled")
    note.state, note.settled_by, note.settled_at, note.settled_note = "settled", actor.user_id, clock(), words[:500]
    audit.record(
        session, actor, clock, "visit_note_settled", subject=f"case:{note.case_id}", detail={"note_id": note.id}
    )
    remember(session, str(note.id))
    session.commit()
    return note


def _told(actor: Actor, form: Mapping[str, Any], note: VisitNote) -> str:
    visited: datetime | None = read_instant(str(form.get("visited_at", "")))
    when = f"{visited.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" if visited else "时间不详"
    return f"{actor.name}离线填写的上门结果（{when}）未能入档：{note.message}。内容和照片已存为情况说明 {note.id} 号。"


def _may_see(actor: Actor) -> ColumnElement[bool]:
    return or_(
        Case.area_id.in_(areas_of(actor, *READERS)), Case.residence_area_id.in_(areas_of(actor, "township_clerk"))
    )


def _line(session: Session, note: VisitNote, case: Case, name: str) -> NoteLine:
    form: dict[str, Any] = json.loads(cipher_of(session).decrypt(note.content))
    return NoteLine(note, case.case_no, name, case.round_id, _masked(form), _files(session, form))


def _masked(form: dict[str, Any]) -> dict[str, Any]:
    """Without the last four digits, the account masked."""
    shown = {key: value for key, value in form.items() if key != "id_last4"}
    payee = shown.get("payee")
    if isinstance(payee, dict) and payee.get("account"):
        shown["payee"] = payee | {"account": mask_account(str(payee["account"]))}
    return shown


def _files(session: Session, form: Mapping[str, Any]) -> list[dict[str, str]]:
    named: Sequence[tuple[str, int, str]] = files_by_purpose(form)
    purposes = {file_id: purpose for _, file_id, purpose in named}
    purposes |= {file_id: f"signature:{who}" for who, file_id in (form.get("signatures") or {}).items()}
    if form.get("statement_file"):
        purposes[form["statement_file"]] = "statement"
    kept = session.scalars(select(StoredFile).where(StoredFile.id.in_(purposes)).order_by(StoredFile.id))
    return [{"purpose": purposes[file.id], "hash": file.hash, "media_type": file.media_type} for file in kept]
