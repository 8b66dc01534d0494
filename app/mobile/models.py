"""What a phone has sent: uploads on their way, receipts of submissions, and work that came too late, kept as a note."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import Base, BigId, Instant, Json


class Upload(Base):
    """A file that arrives in parts, by its announced hash; `file_id` and `received_at` are the receipt."""

    __tablename__ = "upload"
    __table_args__ = (UniqueConstraint("user_id", "sha256"), Index("ix_upload_state", "state", "changed_at"))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    user_id: Mapped[int] = mapped_column(BigId)
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    kind: Mapped[str] = mapped_column(String(12))  # photo | signature | statement | proof
    task_id: Mapped[int | None] = mapped_column(BigId)  # the visit it belongs to, as the phone says
    received: Mapped[int] = mapped_column(default=0)  # bytes; the next part begins here
    state: Mapped[str] = mapped_column(String(8), default="open")  # open | done
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    created_at: Mapped[datetime] = mapped_column(Instant)
    changed_at: Mapped[datetime] = mapped_column(Instant)
    received_at: Mapped[datetime | None] = mapped_column(Instant)


class PhoneSubmission(Base):
    """The receipt of a visit form: `client_id` was given by the phone, `sha256` is of the very bytes it sent."""

    __tablename__ = "phone_submission"
    __table_args__ = (UniqueConstraint("user_id", "client_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    user_id: Mapped[int] = mapped_column(BigId)
    client_id: Mapped[str] = mapped_column(String(64))
    task_id: Mapped[int] = mapped_column(BigId, index=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    sha256: Mapped[str] = mapped_column(String(64))
    outcome: Mapped[str] = mapped_column(String(16))  # stored | kept_as_note
    visit_id: Mapped[int | None] = mapped_column(ForeignKey("visit.id"))
    measured: Mapped[dict[str, Any]] = mapped_column(Json)  # phone clock and its offset, places in photos
    form_version: Mapped[str | None] = mapped_column(String(64))
    received_at: Mapped[datetime] = mapped_column(Instant)


class VisitNote(Base):
    """What somebody found at a door that was no longer theirs: kept for the township with form and photos."""

    __tablename__ = "visit_note"
    __table_args__ = (Index("ix_visit_note_state", "state", "id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("phone_submission.id"), unique=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    task_id: Mapped[int] = mapped_column(BigId)
    written_by: Mapped[int] = mapped_column(BigId)
    writer_name: Mapped[str] = mapped_column(String(64))
    code: Mapped[str] = mapped_column(String(64))  # why it could not become the visit
    message: Mapped[str] = mapped_column(String(300))
    content: Mapped[str] = mapped_column(Text)  # the form, encrypted: people write accounts into it
    created_at: Mapped[datetime] = mapped_column(Instant)
    state: Mapped[str] = mapped_column(String(8), default="open")  # open -> settled
    settled_by: Mapped[int | None] = mapped_column(BigId)
    settled_at: Mapped[datetime | None] = mapped_column(Instant)
    settled_note: Mapped[str | None] = mapped_column(String(500))
