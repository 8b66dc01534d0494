"""Visits, what was found at each, and the differences between tally and door."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import Base, BigId, Instant, Json, Money


class Visit(Base):
    """One call at a household, or one attempt at it; `attempt` counts within the case."""

    __tablename__ = "visit"
    __table_args__ = (UniqueConstraint("case_id", "attempt"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    attempt: Mapped[int]
    # confirmed | changed | not_home | unreachable | moved | deceased | not_eligible | identity_doubtful
    result: Mapped[str] = mapped_column(String(24))
    method: Mapped[str] = mapped_column(String(8), default="door")  # door | phone
    visited_at: Mapped[datetime] = mapped_column(Instant)  # as the phone says
    recorded_at: Mapped[datetime] = mapped_column(Instant)  # as the server says
    place: Mapped[dict[str, Any] | None] = mapped_column(Json)  # {"lat": "…", "lng": "…"} when the phone gave it
    visited_by: Mapped[int | None] = mapped_column(BigId, index=True)
    unit_id: Mapped[int | None] = mapped_column(BigId)
    second_visitor: Mapped[str | None] = mapped_column(String(60))
    signatures: Mapped[dict[str, int]] = mapped_column(Json, default=dict)  # visitor, household -> file id
    opinion: Mapped[str | None] = mapped_column(String(1000))
    statement_file_id: Mapped[int | None] = mapped_column(BigId)  # the village's statement
    paper_cost: Mapped[Decimal | None] = mapped_column(Money)  # costs on paper found at the door
    paper_accepted: Mapped[Decimal | None] = mapped_column(Money)  # how much of them the bureau accepts
    paper_note: Mapped[str | None] = mapped_column(String(500))
    # recorded -> checked | sent_back
    state: Mapped[str] = mapped_column(String(12), default="recorded")
    checked_by: Mapped[int | None] = mapped_column(BigId)
    checked_at: Mapped[datetime | None] = mapped_column(Instant)
    check_note: Mapped[str | None] = mapped_column(String(500))


class VisitFile(Base):
    """A photo or paper of a visit: evidence for a payer's amount, a paper cost, a payee's proof."""

    __tablename__ = "visit_file"
    __table_args__ = (UniqueConstraint("visit_id", "file_id", "purpose"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"))
    file_id: Mapped[int] = mapped_column(BigId)
    purpose: Mapped[str] = mapped_column(String(40))  # payer:charity | paper_cost | payee | photo


class Difference(Base):
    """Data or tally says one amount, the door another; kept whatever is decided, and shown to the member unit.

    A-SZ-4: for electronic payers data prevail and a bureau check opens; for the others an evidenced visit prevails.
    """

    __tablename__ = "difference"
    __table_args__ = (UniqueConstraint("visit_id", "payer"), Index("ix_difference_case", "case_id", "state"))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"))
    payer: Mapped[str] = mapped_column(String(32))
    unit_id: Mapped[int | None] = mapped_column(BigId, index=True)  # the member unit that filed the figure
    before: Mapped[Decimal] = mapped_column(Money)
    found: Mapped[Decimal] = mapped_column(Money)
    prevails: Mapped[str] = mapped_column(String(8))  # data | visit
    # open (waits for the bureau) -> settled ; void when the visit was sent back
    state: Mapped[str] = mapped_column(String(8), default="open")
    settled_amount: Mapped[Decimal | None] = mapped_column(Money)
    settled_by: Mapped[int | None] = mapped_column(BigId)
    settled_at: Mapped[datetime | None] = mapped_column(Instant)
    note: Mapped[str | None] = mapped_column(String(500))
