"""Areas, the units responsible for them, the users inside the units, their log-ins, and the audit trail."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.access.guards import GUARDS
from app.kernel.db import Base, BigId, Instant, Json
from app.kernel.guards import attach

LEVELS = ("prefecture", "county", "township", "village", "grid")
UNIT_KINDS = ("bureau", "department", "township", "village", "grid")


class Area(Base):
    """A node of the tree; `path` is "/1/4/17/", so an area lies inside another when its path starts so."""

    __tablename__ = "area"
    __table_args__ = (Index("ix_area_path", "path", postgresql_ops={"path": "varchar_pattern_ops"}),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    level: Mapped[str] = mapped_column(String(12))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"), index=True)
    path: Mapped[str] = mapped_column(String(200), default="")


class Unit(Base):
    """A bureau, department, township or grid: tasks are held by units, never by people."""

    __tablename__ = "unit"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    kind: Mapped[str] = mapped_column(String(12))
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), index=True)


class UnitRole(Base):
    """A unit fills a role in its area; tasks of that role are routed to it."""

    __tablename__ = "unit_role"
    __table_args__ = (Index("ix_unit_role_role", "role", "unit_id"),)

    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(32), primary_key=True)


class User(Base):
    """A person who can log in while `state` is active (not disabled)."""

    __tablename__ = "user"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    login: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(64))
    phone: Mapped[str | None] = mapped_column(String(32))
    password_hash: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(12), default="active")


class UserMembership(Base):
    """A user's place in a unit with one role, from day to day; an open end has no `valid_to`."""

    __tablename__ = "membership"
    __table_args__ = (
        UniqueConstraint("user_id", "unit_id", "role"),
        Index("ix_membership_unit_id_role", "unit_id", "role"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    role: Mapped[str] = mapped_column(String(32))
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]


class Substitution(Base):
    """Somebody is away and a colleague stands in: both days included, unless ended before."""

    __tablename__ = "substitution"
    __table_args__ = (Index("ix_substitution_substitute", "substitute_id", "valid_from"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    substitute_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    valid_from: Mapped[date]
    valid_to: Mapped[date]
    note: Mapped[str | None] = mapped_column(String(200))
    named_by: Mapped[int | None] = mapped_column(BigId)
    named_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)


class UserSession(Base):
    """A browser's log-in; only a hash of its cookie is kept, its CSRF token is derived from the cookie."""

    __tablename__ = "user_session"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant, index=True)


class ApiToken(Base):
    """A bearer token for programs and phones; only its hash is kept."""

    __tablename__ = "api_token"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    name: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)


class LoginAttempt(Base):
    """Tries in the running window by (hashed) login and by address; names that nobody has count alike."""

    __tablename__ = "login_attempt"

    subject: Mapped[str] = mapped_column(String(80), primary_key=True)
    tries: Mapped[int]
    until: Mapped[datetime] = mapped_column(Instant)


class Audit(Base):
    """What happened, who did it: rows of one instance chain by hash, sealed rows chain over everything."""

    __tablename__ = "audit"
    __table_args__ = (
        UniqueConstraint("instance_id", "seq"),
        Index("ix_audit_unsealed", "sealed_no", "id"),
        Index("ix_audit_subject", "subject", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)
    actor_id: Mapped[int | None] = mapped_column(BigId, index=True)
    actor_name: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(48))
    subject: Mapped[str | None] = mapped_column(String(64))
    instance_id: Mapped[int | None] = mapped_column(BigId)
    seq: Mapped[int | None]
    detail: Mapped[dict[str, Any]] = mapped_column(Json)
    prev_hash: Mapped[str | None] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
    sealed_no: Mapped[int | None] = mapped_column(BigId, unique=True)
    sealed_hash: Mapped[str | None] = mapped_column(String(64))


attach(GUARDS, Audit.__table__)
