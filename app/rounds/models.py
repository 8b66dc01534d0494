"""A round, its cases, every figure with its source, and list versions that can never change."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import Base, BigId, Instant, Json, Money
from app.kernel.guards import attach
from app.rounds.guards import GUARDS


class Round(Base):
    """One run of the five steps over one cost year; `number` counts the rounds of that year."""

    __tablename__ = "round"
    __table_args__ = (UniqueConstraint("scheme", "cost_year", "number"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    scheme: Mapped[str] = mapped_column(String(32))
    cost_year: Mapped[int]
    number: Mapped[int]
    name: Mapped[str] = mapped_column(String(100))
    # open -> tallying -> verifying -> listing -> meeting -> paying -> closed
    stage: Mapped[str] = mapped_column(String(20), default="open", index=True)
    # grows with each wave of tallies or visits, so that the barrier of a second wave is a message of its own
    wave: Mapped[int] = mapped_column(default=1)
    signalled_wave: Mapped[int] = mapped_column(default=0)  # the last wave whose end was told
    cut_off: Mapped[date]
    screening_line: Mapped[Decimal] = mapped_column(Money)
    verification_line: Mapped[Decimal] = mapped_column(Money)
    settlement_snapshot_id: Mapped[int | None] = mapped_column(BigId)
    area_id: Mapped[int] = mapped_column(BigId)
    instance_id: Mapped[int | None] = mapped_column(BigId, index=True)
    definition_id: Mapped[str | None] = mapped_column(String(64))
    opened_by: Mapped[int | None] = mapped_column(BigId)
    opened_at: Mapped[datetime] = mapped_column(Instant)
    closed_at: Mapped[datetime | None] = mapped_column(Instant)


class Case(Base):
    """One person in one round; the row exists from the preliminary list, its instance from step 3 on."""

    __tablename__ = "case"
    __table_args__ = (
        UniqueConstraint("round_id", "person_id"),
        UniqueConstraint("round_id", "case_no"),
        Index("ix_case_round_stage", "round_id", "stage", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    person_id: Mapped[int] = mapped_column(BigId, index=True)
    case_no: Mapped[str] = mapped_column(String(20))
    origin: Mapped[str] = mapped_column(String(12), default="preliminary")  # preliminary | door
    # preliminary -> excluded | below_line | to_verify -> verifying -> verified | supplementary
    # -> listed -> decided; what no meeting has seen when the round is closed is carried (to the next round)
    stage: Mapped[str] = mapped_column(String(16), default="preliminary")
    categories: Mapped[list[str]] = mapped_column(Json)  # all ids on any day of the cost year
    eligible: Mapped[bool] = mapped_column(default=True)
    total_cost: Mapped[Decimal] = mapped_column(Money)
    self_paid: Mapped[Decimal | None] = mapped_column(Money)  # None until consolidation
    cost_over_paid: Mapped[bool] = mapped_column(default=False)  # payments exceed cost: clamped (A-GEN-3)
    area_id: Mapped[int] = mapped_column(BigId, index=True)  # recognising area: owns the case
    residence_area_id: Mapped[int] = mapped_column(BigId, index=True)  # visited there
    reason: Mapped[str | None] = mapped_column(String(500))  # why excluded, or why not listed
    visit_result: Mapped[str | None] = mapped_column(String(24))
    instance_id: Mapped[int | None] = mapped_column(BigId, index=True)
    # after the meeting: approved_amount is what the resolution says; outcome says what became of it
    approved_amount: Mapped[Decimal | None] = mapped_column(Money)
    # paid | zero | held | deferred | unclaimed | exhausted | rejected
    outcome: Mapped[str | None] = mapped_column(String(12))
    version: Mapped[int] = mapped_column(default=1)


class Figure(Base):
    """What one payer has paid for one case, from one source; never a sum of two sources.

    source: settlement | tally | visit | correction. The figure in force per (case, payer) has `in_force`.
    Payer `total_cost` holds a corrected year cost.
    """

    __tablename__ = "figure"
    __table_args__ = (
        UniqueConstraint("case_id", "payer", "source", "version"),
        Index("ix_figure_case_in_force", "case_id", "in_force"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    payer: Mapped[str] = mapped_column(String(32))
    source: Mapped[str] = mapped_column(String(12))
    version: Mapped[int] = mapped_column(default=1)
    amount: Mapped[Decimal] = mapped_column(Money)
    in_force: Mapped[bool] = mapped_column(default=False)
    unit_id: Mapped[int | None] = mapped_column(BigId)
    recorded_by: Mapped[int | None] = mapped_column(BigId)
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    origin_ref: Mapped[str | None] = mapped_column(String(64))  # "tally_request:3", "visit:9", "snapshot:2"
    note: Mapped[str | None] = mapped_column(String(500))


class ListVersion(Base):
    """A list at one moment, immutable, hashed; stage preliminary | verification | subsidy | final."""

    __tablename__ = "list_version"
    __table_args__ = (UniqueConstraint("round_id", "stage", "n"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    stage: Mapped[str] = mapped_column(String(16))
    n: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))
    row_count: Mapped[int]
    total: Mapped[Decimal] = mapped_column(Money)
    resolution_id: Mapped[int | None] = mapped_column(BigId)  # final lists only
    prepared_by: Mapped[int | None] = mapped_column(BigId)
    created_at: Mapped[datetime] = mapped_column(Instant)
    meta: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)


class ListRow(Base):
    """One printed row; the name and the masked ID are kept as printed, the full ID stays with the person."""

    __tablename__ = "list_row"
    __table_args__ = (
        UniqueConstraint("list_version_id", "no"),
        UniqueConstraint("list_version_id", "case_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    list_version_id: Mapped[int] = mapped_column(ForeignKey("list_version.id"))
    no: Mapped[int]
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    person_name: Mapped[str] = mapped_column(String(60))
    id_masked: Mapped[str] = mapped_column(String(18))
    category: Mapped[str] = mapped_column(String(24))
    township: Mapped[str] = mapped_column(String(60))
    total_cost: Mapped[Decimal] = mapped_column(Money)
    payments: Mapped[dict[str, str]] = mapped_column(Json)  # payer -> "123.45"
    self_paid: Mapped[Decimal] = mapped_column(Money)
    amount: Mapped[Decimal | None] = mapped_column(Money)  # subsidy and final lists
    section: Mapped[str] = mapped_column(String(16), default="main")  # main | unreachable | supplementary
    decision: Mapped[str | None] = mapped_column(String(12))  # approve | lower | raise | defer | reject
    outcome: Mapped[str | None] = mapped_column(String(12))  # final: see Case.outcome
    reason: Mapped[str | None] = mapped_column(String(500))


class Exclusion(Base):
    """A person taken off the preliminary list by the bureau officer before it was issued, with the reason."""

    __tablename__ = "exclusion"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), unique=True)
    reason: Mapped[str] = mapped_column(String(500))
    excluded_by: Mapped[int | None] = mapped_column(BigId)
    excluded_at: Mapped[datetime] = mapped_column(Instant)


class TallyRequest(Base):
    """One member unit asked for its payments to a set of cases; `version` is the ETag of its rows.

    kind: round (everybody on the preliminary list) | door (found by a visit) | sent_back (by the meeting).
    state: open -> filed | nil | waived -> consolidated; filed and nil may be reopened until consolidation.
    """

    __tablename__ = "tally_request"
    __table_args__ = (Index("ix_tally_request_round_state", "round_id", "kind", "state"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    unit_id: Mapped[int] = mapped_column(BigId, index=True)
    unit_code: Mapped[str] = mapped_column(String(32))
    unit_name: Mapped[str] = mapped_column(String(60))
    payers: Mapped[list[str]] = mapped_column(Json)
    kind: Mapped[str] = mapped_column(String(12), default="round")
    state: Mapped[str] = mapped_column(String(16), default="open")
    version: Mapped[int] = mapped_column(default=1)
    filings: Mapped[int] = mapped_column(default=0)  # how often it was handed in, corrections included
    instance_id: Mapped[int | None] = mapped_column(BigId, index=True)
    opened_at: Mapped[datetime] = mapped_column(Instant)
    due_at: Mapped[datetime | None] = mapped_column(Instant)
    filed_at: Mapped[datetime | None] = mapped_column(Instant)
    filed_by: Mapped[int | None] = mapped_column(BigId)
    note: Mapped[str | None] = mapped_column(String(500))  # what the unit wrote, or why it was waived
    waived_by: Mapped[int | None] = mapped_column(BigId)
    waived_at: Mapped[datetime | None] = mapped_column(Instant)


class TallyRow(Base):
    """What a unit paid to one case as one payer; None is not filled. Old versions stay, one is `current`."""

    __tablename__ = "tally_row"
    __table_args__ = (
        UniqueConstraint("request_id", "case_id", "payer", "version"),
        Index("ix_tally_row_current", "request_id", "current", "case_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("tally_request.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    payer: Mapped[str] = mapped_column(String(32))
    version: Mapped[int] = mapped_column(default=1)
    amount: Mapped[Decimal | None] = mapped_column(Money)
    note: Mapped[str | None] = mapped_column(String(200))
    current: Mapped[bool] = mapped_column(default=True)
    recorded_by: Mapped[int | None] = mapped_column(BigId)
    recorded_at: Mapped[datetime] = mapped_column(Instant)


class TallyUpload(Base):
    """A workbook read and compared, waiting for the liaison to accept the difference; keeps no ID number."""

    __tablename__ = "tally_upload"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("tally_request.id"), index=True)
    request_version: Mapped[int]
    form: Mapped[str] = mapped_column(String(12))  # template | workbook
    file_name: Mapped[str] = mapped_column(String(200))
    file_hash: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(12), default="preview")  # preview | accepted | faulty
    changes: Mapped[list[dict[str, Any]]] = mapped_column(Json)  # case_id, case_no, payer, old, new, note, rows
    unmatched: Mapped[list[dict[str, Any]]] = mapped_column(Json)  # sheet, row, id_masked, amount, code, message
    faults: Mapped[list[dict[str, Any]]] = mapped_column(Json)  # where, code, message, detail
    marked_file_id: Mapped[int | None] = mapped_column(BigId)  # the same workbook, faulty cells red
    uploaded_by: Mapped[int | None] = mapped_column(BigId)
    uploaded_at: Mapped[datetime] = mapped_column(Instant)


class TallyConflict(Base):
    """Settlement data and a tally both name an amount for one payer: resolved to one of them, never added."""

    __tablename__ = "tally_conflict"
    __table_args__ = (UniqueConstraint("case_id", "payer", "request_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    request_id: Mapped[int] = mapped_column(ForeignKey("tally_request.id"))
    payer: Mapped[str] = mapped_column(String(32))
    settlement_amount: Mapped[Decimal] = mapped_column(Money)
    tally_amount: Mapped[Decimal] = mapped_column(Money)
    chosen: Mapped[str | None] = mapped_column(String(12))  # settlement | tally | correction; None is open
    amount: Mapped[Decimal | None] = mapped_column(Money)
    reason: Mapped[str | None] = mapped_column(String(500))
    resolved_by: Mapped[int | None] = mapped_column(BigId)
    resolved_at: Mapped[datetime | None] = mapped_column(Instant)


attach(GUARDS, ListVersion.__table__, ListRow.__table__)
