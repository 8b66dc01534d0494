"""Files kept by content hash, and import runs with every cell that was wrong."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import Base, BigId, Instant, Json


class StoredFile(Base):
    """One content, encrypted on disk under its hash; `purpose` is evidence or import (which holds ID numbers)."""

    __tablename__ = "stored_file"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    hash: Mapped[str] = mapped_column(String(64), unique=True)
    size: Mapped[int]
    media_type: Mapped[str] = mapped_column(String(80))
    name: Mapped[str] = mapped_column(String(200))
    purpose: Mapped[str] = mapped_column(String(12), default="evidence")
    uploaded_by: Mapped[int | None] = mapped_column(BigId)
    at: Mapped[datetime] = mapped_column(Instant)


class FileHolder(Base):
    """Who uploaded that content: two people with the same photo hold one file."""

    __tablename__ = "file_holder"

    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(BigId, primary_key=True)


class ImportRun(Base):
    """One uploaded table: queued -> running -> done | failed; `attempt` grows when a dead worker's run restarts."""

    __tablename__ = "import_run"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[str] = mapped_column(String(32))
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"))
    file_name: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(12), default="queued")
    attempt: Mapped[int] = mapped_column(default=0)
    rows_total: Mapped[int] = mapped_column(default=0)
    rows_done: Mapped[int] = mapped_column(default=0)
    rows_bad: Mapped[int] = mapped_column(default=0)
    faults_total: Mapped[int] = mapped_column(default=0)
    params: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    result: Mapped[dict[str, Any] | None] = mapped_column(Json)
    created_by: Mapped[int | None] = mapped_column(BigId, index=True)
    created_at: Mapped[datetime] = mapped_column(Instant)
    changed_at: Mapped[datetime] = mapped_column(Instant)


class ImportFault(Base):
    """A cell that was wrong (`fault`, nothing was stored) or a row worth a look (`warning`)."""

    __tablename__ = "import_error"
    __table_args__ = (Index("ix_import_error_import", "import_id", "id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("import_run.id"))
    severity: Mapped[str] = mapped_column(String(8), default="fault")
    sheet: Mapped[str] = mapped_column(String(60))
    row: Mapped[int | None]
    column: Mapped[str | None] = mapped_column(String(60))
    code: Mapped[str] = mapped_column(String(48))
    message: Mapped[str] = mapped_column(String(500))
