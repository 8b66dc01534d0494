"""Persons, households, category spans and payees; ID numbers, phones and accounts are encrypted."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import Base, BigId, Instant


class Household(Base):
    """People who live off one purse; `head_person_id` is empty until the head is known."""

    __tablename__ = "household"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), index=True)
    head_person_id: Mapped[int | None] = mapped_column(BigId, index=True)


class Person(Base):
    """One human being, known by the ID number: two people of the same name are two people."""

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str] = mapped_column(String(60), index=True)
    id_hash: Mapped[str] = mapped_column(String(64), unique=True)
    id_enc: Mapped[str] = mapped_column(String(120))
    id_masked: Mapped[str] = mapped_column(String(18))
    birth: Mapped[date]
    sex: Mapped[str] = mapped_column(String(6))  # male | female
    household_id: Mapped[int | None] = mapped_column(ForeignKey("household.id"), index=True)
    recognising_area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), index=True)
    residence_area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), index=True)
    phone_enc: Mapped[str | None] = mapped_column(String(120))
    phone_masked: Mapped[str | None] = mapped_column(String(20))
    deceased_on: Mapped[date | None]
    institution: Mapped[str | None] = mapped_column(String(100))
    insured: Mapped[str | None] = mapped_column(String(10))  # resident | employee | none; None is unknown
    changed_at: Mapped[datetime] = mapped_column(Instant)


class CategorySpan(Base):
    """A person belongs to a category from day to day, both included; open while `valid_to` is empty."""

    __tablename__ = "category_span"
    __table_args__ = (
        UniqueConstraint("person_id", "category", "valid_from"),
        Index("ix_category_span_days", "valid_from", "valid_to", "person_id", "category"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    category: Mapped[str] = mapped_column(String(24))
    recognised_by: Mapped[int | None] = mapped_column(BigId)  # unit
    recognised_on: Mapped[date]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    recorded_by: Mapped[int | None] = mapped_column(BigId)
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    note: Mapped[str | None] = mapped_column(String(500))


class Payee(Base):
    """An account that a person's money goes to: pending until a second person confirms it, then active, then closed."""

    __tablename__ = "payee"
    __table_args__ = (
        Index("uq_payee_active", "person_id", unique=True, sqlite_where=text("state = 'active'"),
              postgresql_where=text("state = 'active'")),
        Index("uq_payee_pending", "person_id", unique=True, sqlite_where=text("state = 'pending'"),
              postgresql_where=text("state = 'pending'")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[str] = mapped_column(String(12))  # self | guardian | heir | institution
    name: Mapped[str] = mapped_column(String(60))
    relation: Mapped[str | None] = mapped_column(String(30))
    account_enc: Mapped[str] = mapped_column(String(160))
    account_masked: Mapped[str] = mapped_column(String(12))
    account_hash: Mapped[str] = mapped_column(String(64), index=True)
    bank: Mapped[str] = mapped_column(String(100))
    proof_file_id: Mapped[int | None] = mapped_column(BigId)
    state: Mapped[str] = mapped_column(String(10))
    version: Mapped[int] = mapped_column(default=1)
    proposed_by: Mapped[int | None] = mapped_column(BigId)
    proposed_at: Mapped[datetime] = mapped_column(Instant)
    confirmed_by: Mapped[int | None] = mapped_column(BigId)
    confirmed_at: Mapped[datetime | None] = mapped_column(Instant)
