"""The snapshots that statistics read: immutable files, known by their hash."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import Base, BigId, Instant, Json


class Snapshot(Base):
    """One Parquet file without ID numbers; `path` is relative to the snapshots folder, `hash` is of its bytes."""

    __tablename__ = "snapshot"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))  # settlements
    hash: Mapped[str] = mapped_column(String(64), unique=True)
    path: Mapped[str] = mapped_column(String(200))
    size: Mapped[int] = mapped_column(BigId)
    rows: Mapped[int]
    left_out: Mapped[int] = mapped_column(default=0)  # rows of people the registry does not know
    payers: Mapped[list[str]] = mapped_column(Json)
    period_from: Mapped[date | None]
    period_to: Mapped[date | None]
    name: Mapped[str] = mapped_column(String(200))
    file_id: Mapped[int | None] = mapped_column(BigId)  # the encrypted original
    created_by: Mapped[int | None] = mapped_column(BigId)
    created_at: Mapped[datetime] = mapped_column(Instant)
