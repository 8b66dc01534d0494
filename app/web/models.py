"""Which requests were already carried out, and the reference of what each one made."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import Base, BigId, Instant


class IdempotencyKey(Base):
    """One carried-out POST, written in the use case's own transaction: it is there when the work is."""

    __tablename__ = "idempotency_key"

    user_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    route: Mapped[str] = mapped_column(String(100), primary_key=True)
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    body_hash: Mapped[str] = mapped_column(String(64))
    result_ref: Mapped[str | None] = mapped_column(String(200))
    at: Mapped[datetime] = mapped_column(Instant, index=True)
