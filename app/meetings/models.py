"""Standards, amounts with their trace, meetings, decisions and the resolutions that seal them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import Base, BigId, Exact, Instant, Json, Money
from app.kernel.guards import attach
from app.meetings.guards import GUARDS
from app.rounds.models import Case, ListRow


class Standard(Base):
    """One subsidy standard: proposed by bureau and civil affairs, or approved by exactly one resolution.

    『具体补助标准根据…等因素确定，由医保部门和民政部门提出意见，提交…会议审核确定』[S0 附件3 二].
    """

    __tablename__ = "standard"
    __table_args__ = (UniqueConstraint("round_id", "n"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    n: Mapped[int]
    # proposed -> superseded (a later proposal) ; approved belongs to a resolution
    state: Mapped[str] = mapped_column(String(12), default="proposed")
    base: Mapped[str] = mapped_column(String(8))  # excess | whole | tiers
    threshold: Mapped[Decimal | None] = mapped_column(Money)
    ratio: Mapped[Decimal | None] = mapped_column(Exact)
    cap: Mapped[Decimal | None] = mapped_column(Money)
    tiers: Mapped[list[dict[str, Any]] | None] = mapped_column(Json)  # [{over, up_to, ratio}] as strings
    # money raised, self-paid costs of the year, the year's 低保/低边 standard, as shown when it was proposed
    factors: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    resolution_line: Mapped[Decimal | None] = mapped_column(Money)  # 化解标准 (A-SZ-14)
    resolution_id: Mapped[int | None] = mapped_column(BigId, index=True)
    list_version_id: Mapped[int | None] = mapped_column(BigId)  # the subsidy list frozen with the drafts
    note: Mapped[str | None] = mapped_column(String(1000))
    proposed_by: Mapped[int | None] = mapped_column(BigId)
    proposed_at: Mapped[datetime] = mapped_column(Instant)


class CaseAmount(Base):
    """What one case gets under one standard: a draft (拟补助金额) under a proposed one, payable once sealed.

    `due` is the amount on the year's sum, `amount` what is left after what was paid before and after the
    shortfall rule; `trace` explains it to a person and to a recomputation.
    """

    __tablename__ = "case_amount"
    __table_args__ = (
        UniqueConstraint("case_id", "standard_id"),
        Index("ix_case_amount_standard", "standard_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    standard_id: Mapped[int] = mapped_column(ForeignKey("standard.id"))
    resolution_id: Mapped[int | None] = mapped_column(BigId, index=True)
    state: Mapped[str] = mapped_column(String(8), default="draft")  # draft | approved
    self_paid: Mapped[Decimal] = mapped_column(Money)
    due: Mapped[Decimal] = mapped_column(Money)
    already_paid: Mapped[Decimal] = mapped_column(Money)
    overpaid: Mapped[Decimal] = mapped_column(Money)  # paid before beyond what is due; never clawed back
    amount: Mapped[Decimal] = mapped_column(Money)
    # paid_full | paid_partial | fund_exhausted | zero | not_eligible
    status: Mapped[str] = mapped_column(String(16))
    left_after: Mapped[Decimal] = mapped_column(Money)  # self-paid that stays with the person
    unanswered: Mapped[list[str]] = mapped_column(Json, default=list)  # units 未反馈: the amount is provisional
    trace: Mapped[dict[str, Any]] = mapped_column(Json)


class Submission(Base):
    """The bureau or civil affairs puts the subsidy list before the meeting; both must, as two people."""

    __tablename__ = "submission"
    __table_args__ = (UniqueConstraint("standard_id", "role"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    standard_id: Mapped[int] = mapped_column(ForeignKey("standard.id"))
    role: Mapped[str] = mapped_column(String(24))  # ybj_officer | civil_affairs_officer
    user_id: Mapped[int | None] = mapped_column(BigId)
    user_name: Mapped[str] = mapped_column(String(60))
    note: Mapped[str | None] = mapped_column(String(1000))
    at: Mapped[datetime] = mapped_column(Instant)


class Meeting(Base):
    """One sitting of the joint meeting over a round; its members need no account."""

    __tablename__ = "meeting"
    __table_args__ = (UniqueConstraint("round_id", "n"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    n: Mapped[int]
    state: Mapped[str] = mapped_column(String(12), default="open")  # open -> concluded
    held_on: Mapped[date | None]
    place: Mapped[str | None] = mapped_column(String(100))
    chair: Mapped[str | None] = mapped_column(String(60))
    opened_by: Mapped[int | None] = mapped_column(BigId)
    opened_at: Mapped[datetime] = mapped_column(Instant)
    version: Mapped[int] = mapped_column(default=1)


class Attendance(Base):
    """Who sat there for which unit, or that nobody came (A-SZ-8: recorded, no quorum enforced)."""

    __tablename__ = "attendance"
    __table_args__ = (UniqueConstraint("meeting_id", "unit_code", "member_name"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    unit_code: Mapped[str] = mapped_column(String(32))
    unit_name: Mapped[str] = mapped_column(String(60))
    member_name: Mapped[str] = mapped_column(String(60))
    present: Mapped[bool]
    note: Mapped[str | None] = mapped_column(String(200))


class Recusal(Base):
    """A member leaves one row (回避); a user who is that member may not decide it."""

    __tablename__ = "recusal"
    __table_args__ = (UniqueConstraint("meeting_id", "case_id", "member_name"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    member_name: Mapped[str] = mapped_column(String(60))
    user_id: Mapped[int | None] = mapped_column(BigId)
    reason: Mapped[str] = mapped_column(String(200))


class Resolution(Base):
    """What the meeting resolved: standard, rule when money is short, rows; immutable once sealed.

    『审核后形成最终补助名单和金额』[S0 附件3 三 4]; a correction is a later resolution of the same round.
    """

    __tablename__ = "resolution"
    __table_args__ = (UniqueConstraint("round_id", "n"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    n: Mapped[int]
    # draft -> recorded (stamped minutes uploaded) -> sealed
    state: Mapped[str] = mapped_column(String(12), default="draft")
    no: Mapped[str | None] = mapped_column(String(60), index=True)
    text: Mapped[str] = mapped_column(Text, default="")
    held_on: Mapped[date | None]
    standard_id: Mapped[int] = mapped_column(ForeignKey("standard.id"))
    # fit_ratio | pro_rata | list_order
    shortfall_rule: Mapped[str] = mapped_column(String(12), default="fit_ratio")
    available: Mapped[Decimal] = mapped_column(Money)  # 可用额度 when the amounts were computed
    reserve_kept: Mapped[Decimal] = mapped_column(Money)  # kept back for later rounds
    fitted_ratio: Mapped[Decimal | None] = mapped_column(Exact)  # ratio, or the factor on all tiers
    # why money that deferred, rejected or lowered rows free is not shared among the others
    keep_freed_reason: Mapped[str | None] = mapped_column(String(500))
    unanswered_rule: Mapped[str | None] = mapped_column(String(8))  # zero (暂按0后补抵扣) | defer (暂缓)
    corrections: Mapped[list[int]] = mapped_column(Json, default=list)  # decided cases that it decides anew
    row_count: Mapped[int] = mapped_column(default=0)
    total: Mapped[Decimal] = mapped_column(Money)
    minutes_file_id: Mapped[int | None] = mapped_column(BigId)
    list_version_id: Mapped[int | None] = mapped_column(BigId)
    created_by: Mapped[int | None] = mapped_column(BigId)
    created_at: Mapped[datetime] = mapped_column(Instant)
    sealed_by: Mapped[int | None] = mapped_column(BigId)
    sealed_at: Mapped[datetime | None] = mapped_column(Instant)
    version: Mapped[int] = mapped_column(default=1)


class Decision(Base):
    """One row decided by one resolution; `amount` is written at sealing (approve: as computed)."""

    __tablename__ = "decision"
    __table_args__ = (
        UniqueConstraint("resolution_id", "case_id"),
        Index("ix_decision_case", "case_id", "resolution_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    resolution_id: Mapped[int] = mapped_column(ForeignKey("resolution.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    kind: Mapped[str] = mapped_column(String(8))  # approve | lower | raise | defer | reject
    amount: Mapped[Decimal | None] = mapped_column(Money)  # lower, raise: as said; approve: at sealing
    payable: Mapped[Decimal | None] = mapped_column(Money)  # at sealing: amount less what earlier ones have paid
    reason: Mapped[str | None] = mapped_column(String(500))
    decided_by: Mapped[int | None] = mapped_column(BigId)
    decided_at: Mapped[datetime] = mapped_column(Instant)


attach(
    GUARDS,
    *(t.__table__ for t in (Standard, CaseAmount, Attendance, Recusal, Resolution, Decision, ListRow, Case)),
)
