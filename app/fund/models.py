"""Accounts, fund years, a ledger that only grows, promises, payments and the bank's answers."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.fund.guards import GUARDS
from app.kernel.db import Base, BigId, Instant, Json, Money
from app.kernel.guards import attach

LIVE_TRANSFER = "state IN ('prepared', 'sent', 'unknown', 'paid')"


class FundAccount(Base):
    """The fund's own account at a bank, ring-fenced: 『专款专用』[S0 附件3 四]."""

    __tablename__ = "fund_account"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    scheme: Mapped[str] = mapped_column(String(32), index=True)
    code: Mapped[str] = mapped_column(String(32), unique=True)
    name: Mapped[str] = mapped_column(String(100))


class FundYear(Base):
    """The quota of one account in one year as it was opened; what became of it stands in the ledger."""

    __tablename__ = "fund_year"
    __table_args__ = (UniqueConstraint("account_id", "year"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("fund_account.id"))
    year: Mapped[int]
    state: Mapped[str] = mapped_column(String(8), default="open")  # open | closed
    charity_prior: Mapped[Decimal | None] = mapped_column(Money)
    warnings: Mapped[list[str]] = mapped_column(Json, default=list)
    opened_by: Mapped[int | None] = mapped_column(BigId)
    opened_at: Mapped[datetime] = mapped_column(Instant)
    closed_by: Mapped[int | None] = mapped_column(BigId)
    closed_at: Mapped[datetime | None] = mapped_column(Instant)


class FundEntry(Base):
    """One event of the ledger, said once: (account, kind, ref) is unique, so that a repeat finds it."""

    __tablename__ = "fund_entry"
    __table_args__ = (
        UniqueConstraint("account_id", "kind", "ref"),
        Index("ix_fund_entry_account_year", "account_id", "year", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("fund_account.id"))
    year: Mapped[int]
    # open_year | close_year | carry_on | inflow | reserve | consume | release | send | result | settle
    kind: Mapped[str] = mapped_column(String(20))
    ref: Mapped[str] = mapped_column(String(120))
    at: Mapped[datetime] = mapped_column(Instant)
    booked_on: Mapped[date]
    actor_id: Mapped[int | None] = mapped_column(BigId)
    memo: Mapped[str | None] = mapped_column(String(500))


class FundLine(Base):
    """One amount from one book to another: an entry cannot be out of balance, its lines do not allow it."""

    __tablename__ = "fund_line"
    __table_args__ = (
        CheckConstraint("amount > 0", name="positive"),
        CheckConstraint("debit <> credit", name="two_books"),
        Index("ix_fund_line_payment", "payment_id"),
        Index("ix_fund_line_reservation", "reservation_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("fund_entry.id"), index=True)
    debit: Mapped[str] = mapped_column(String(20))
    credit: Mapped[str] = mapped_column(String(20))
    amount: Mapped[Decimal] = mapped_column(Money)
    payment_id: Mapped[int | None] = mapped_column(ForeignKey("fund_payment.id"))
    reservation_id: Mapped[int | None] = mapped_column(ForeignKey("fund_reservation.id"))


class Reservation(Base):
    """Money set apart for one promise (a resolution of one round); what is left stands in the ledger."""

    __tablename__ = "fund_reservation"
    __table_args__ = (Index("ix_fund_reservation_account_year", "account_id", "year"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("fund_account.id"))
    year: Mapped[int]
    ref: Mapped[str] = mapped_column(String(80), unique=True)
    amount: Mapped[Decimal] = mapped_column(Money)
    at: Mapped[datetime] = mapped_column(Instant)
    actor_id: Mapped[int | None] = mapped_column(BigId)


class Payment(Base):
    """One approved amount for one person, paid at most once; each try at it is a `Transfer`."""

    __tablename__ = "fund_payment"
    __table_args__ = (
        Index("ix_fund_payment_waiting", "account_id", "year", "state"),
        CheckConstraint("amount > 0", name="positive"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("fund_account.id"))
    year: Mapped[int]
    ref: Mapped[str] = mapped_column(String(80), unique=True)
    reservation_id: Mapped[int] = mapped_column(ForeignKey("fund_reservation.id"), index=True)
    amount: Mapped[Decimal] = mapped_column(Money)
    person_id: Mapped[int] = mapped_column(BigId, index=True)
    payee_id: Mapped[int | None] = mapped_column(BigId)  # none: unclaimed
    payee_name: Mapped[str | None] = mapped_column(String(60))
    # unclaimed | held | pending -> sent -> paid | failed | unknown ; cancelled
    state: Mapped[str] = mapped_column(String(12))
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("fund_batch.id"), index=True)  # the latest it is in
    hold_reason: Mapped[str | None] = mapped_column(String(500))
    held_by: Mapped[int | None] = mapped_column(BigId)
    paid_at: Mapped[datetime | None] = mapped_column(Instant)
    fix_instance_id: Mapped[int | None] = mapped_column(BigId)
    version: Mapped[int] = mapped_column(default=1)


class Batch(Base):
    """Payments that go to the bank together; prepared, reviewed and approved by three different people."""

    __tablename__ = "fund_batch"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("fund_account.id"), index=True)
    year: Mapped[int]
    no: Mapped[str] = mapped_column(String(32), unique=True)
    purpose: Mapped[str] = mapped_column(String(100))
    # prepared -> reviewed -> approved -> sent -> settled ; cancelled
    state: Mapped[str] = mapped_column(String(12), default="prepared", index=True)
    count: Mapped[int]
    total: Mapped[Decimal] = mapped_column(Money)
    content_hash: Mapped[str] = mapped_column(String(64))
    prepared_by: Mapped[int | None] = mapped_column(BigId)
    prepared_at: Mapped[datetime] = mapped_column(Instant)
    reviewed_by: Mapped[int | None] = mapped_column(BigId)
    reviewed_at: Mapped[datetime | None] = mapped_column(Instant)
    approved_by: Mapped[int | None] = mapped_column(BigId)
    approved_at: Mapped[datetime | None] = mapped_column(Instant)
    sent_by: Mapped[int | None] = mapped_column(BigId)
    sent_at: Mapped[datetime | None] = mapped_column(Instant)
    settled_at: Mapped[datetime | None] = mapped_column(Instant)
    note: Mapped[str | None] = mapped_column(String(500))  # why it was returned
    version: Mapped[int] = mapped_column(default=1)


class Transfer(Base):
    """One try to pay one payment: a line of a batch, with the account as it was then.

    The partial unique index is the last guard against paying twice: one live try a payment.
    """

    __tablename__ = "fund_transfer"
    __table_args__ = (
        Index(
            "uq_fund_transfer_live",
            "payment_id",
            unique=True,
            sqlite_where=text(LIVE_TRANSFER),
            postgresql_where=text(LIVE_TRANSFER),
        ),
        Index("ix_fund_transfer_batch", "batch_id", "serial"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    payment_id: Mapped[int] = mapped_column(ForeignKey("fund_payment.id"), index=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("fund_batch.id"))
    serial: Mapped[int]
    reference: Mapped[str] = mapped_column(String(40), unique=True)  # what the bank sends back
    amount: Mapped[Decimal] = mapped_column(Money)
    payee_id: Mapped[int] = mapped_column(BigId)
    payee_version: Mapped[int]
    payee_name: Mapped[str] = mapped_column(String(60))
    account_enc: Mapped[str] = mapped_column(String(400))
    account_masked: Mapped[str] = mapped_column(String(40))
    bank: Mapped[str] = mapped_column(String(100))
    # prepared -> sent -> paid | failed | unknown ; dropped (left the batch before it was sent)
    state: Mapped[str] = mapped_column(String(10), default="prepared")
    doubt: Mapped[str | None] = mapped_column(String(16))  # processing | wrong_amount | conflict
    reason: Mapped[str | None] = mapped_column(String(200))
    bank_serial: Mapped[str | None] = mapped_column(String(64))
    bank_time: Mapped[str | None] = mapped_column(String(19))  # as the bank says, 2026-03-02 10:00:00


class ResultFile(Base):
    """One answer of the bank; the same bytes again get the same answer and change nothing."""

    __tablename__ = "bank_result_file"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    hash: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("fund_batch.id"), index=True)
    received_by: Mapped[int | None] = mapped_column(BigId)
    received_at: Mapped[datetime] = mapped_column(Instant)
    summary: Mapped[dict[str, Any]] = mapped_column(Json)


class ResultLine(Base):
    """One line of the bank's answer as it came, with what we made of it; kept for ever."""

    __tablename__ = "bank_result_line"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("bank_result_file.id"), index=True)
    row: Mapped[int]
    batch_no: Mapped[str] = mapped_column(String(40))
    reference: Mapped[str] = mapped_column(String(64), index=True)
    amount: Mapped[Decimal] = mapped_column(Money)
    result: Mapped[str] = mapped_column(String(12))  # success | failure | processing
    reason: Mapped[str | None] = mapped_column(String(200))
    bank_serial: Mapped[str | None] = mapped_column(String(64))
    bank_time: Mapped[str | None] = mapped_column(String(19))
    transfer_id: Mapped[int | None] = mapped_column(ForeignKey("fund_transfer.id"), index=True)
    # applied | repeated | stale | late_success | conflict | wrong_amount | wrong_batch | unknown_line
    outcome: Mapped[str] = mapped_column(String(16))


attach(GUARDS, FundEntry.__table__, FundLine.__table__, ResultLine.__table__)
