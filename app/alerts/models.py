"""Alerts, what triggered each, what was found in the household, and the measures that departments answer for."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import Base, BigId, Instant, Json, Money

_OPEN = text("closed_at IS NULL")


class Alert(Base):
    """One person's costs of one year: one open alert at a time, later triggers are added to it."""

    __tablename__ = "alert"
    __table_args__ = (
        Index("uq_alert_open", "scheme", "person_id", "cost_year", unique=True, sqlite_where=_OPEN,
              postgresql_where=_OPEN),
        Index("ix_alert_state", "state", "id"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    scheme: Mapped[str] = mapped_column(String(32))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    cost_year: Mapped[int]
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), index=True)
    residence_area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), index=True)
    level: Mapped[int]  # 0 reported without data, 1 over the line, 2 urgent
    source: Mapped[str] = mapped_column(String(10))  # import | freeze | report
    self_paid: Mapped[Decimal] = mapped_column(Money)  # as of the newest trigger
    threshold: Mapped[Decimal] = mapped_column(Money)
    # screening -> dispatching -> visiting -> judging -> applying -> recognising -> helping -> helped | refused
    state: Mapped[str] = mapped_column(String(12), default="screening")
    category: Mapped[str | None] = mapped_column(String(24))  # proposed by the criteria, then as recognised
    reason: Mapped[str | None] = mapped_column(String(500))
    instance_id: Mapped[int | None] = mapped_column(BigId)
    previous_id: Mapped[int | None] = mapped_column(BigId)  # the closed alert that this one opens again
    opened_at: Mapped[datetime] = mapped_column(Instant)
    visited_at: Mapped[datetime | None] = mapped_column(Instant)
    applied_at: Mapped[datetime | None] = mapped_column(Instant)
    recognised_at: Mapped[datetime | None] = mapped_column(Instant)
    closed_at: Mapped[datetime | None] = mapped_column(Instant)


class AlertTrigger(Base):
    """Why an alert was raised, raised again, or looked at again; `key` is "snapshot:3", "freeze:2" or "report:7"."""

    __tablename__ = "alert_trigger"
    __table_args__ = (UniqueConstraint("alert_id", "key"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    alert_id: Mapped[int] = mapped_column(ForeignKey("alert.id"))
    source: Mapped[str] = mapped_column(String(10))  # import | freeze | report | recheck
    key: Mapped[str] = mapped_column(String(40))
    level: Mapped[int]
    self_paid: Mapped[Decimal] = mapped_column(Money)
    at: Mapped[datetime] = mapped_column(Instant)


class AlertReport(Base):
    """What a village or township passed upwards about somebody; the words are encrypted."""

    __tablename__ = "alert_report"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    scheme: Mapped[str] = mapped_column(String(32))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    alert_id: Mapped[int | None] = mapped_column(ForeignKey("alert.id"), index=True)
    told_enc: Mapped[str] = mapped_column(Text)
    cost: Mapped[Decimal | None] = mapped_column(Money)
    reported_by: Mapped[int | None] = mapped_column(BigId)
    reported_at: Mapped[datetime] = mapped_column(Instant)


class HouseholdSurvey(Base):
    """One visit for an alert; everything the household said of itself is encrypted as one."""

    __tablename__ = "household_survey"
    __table_args__ = (UniqueConstraint("alert_id", "attempt"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    alert_id: Mapped[int] = mapped_column(ForeignKey("alert.id"))
    attempt: Mapped[int]
    result: Mapped[str] = mapped_column(String(12))  # surveyed | not_home | declined | moved | deceased
    visited_at: Mapped[datetime] = mapped_column(Instant)
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    visited_by: Mapped[int | None] = mapped_column(BigId, index=True)
    consent: Mapped[bool]
    answers_enc: Mapped[str] = mapped_column(Text)
    photos: Mapped[list[int]] = mapped_column(Json)


class AlertMeasure(Base):
    """One department's part of the help: asked for, then given or refused with an answer."""

    __tablename__ = "alert_measure"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    alert_id: Mapped[int] = mapped_column(ForeignKey("alert.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    state: Mapped[str] = mapped_column(String(8), default="asked")  # asked -> given | refused
    note: Mapped[str | None] = mapped_column(String(300))
    answer: Mapped[str | None] = mapped_column(String(500))
    amount: Mapped[Decimal | None] = mapped_column(Money)
    instance_id: Mapped[int | None] = mapped_column(BigId)
    asked_at: Mapped[datetime] = mapped_column(Instant)
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
