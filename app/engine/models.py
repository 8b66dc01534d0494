"""The engine's tables: definitions, instances, the inbox, messages, incidents, jobs and bulk runs; no commits."""

from __future__ import annotations

from datetime import UTC, datetime
from datetime import date as Date  # noqa: N812 a column is called `date`
from typing import Any, cast

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Table, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import Base, BigId, Instant, Json

NEVER = datetime(9999, 1, 1, tzinfo=UTC)  # due date of a task that has none, so that sorting needs no NULL


class Definition(Base):
    """A deployed diagram with everything it needs; `id` is the hash of all that, so a row never changes."""

    __tablename__ = "definition"
    __table_args__ = (Index("ix_definition_current", "scheme", "process_key", "current"),)

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    scheme: Mapped[str] = mapped_column(String(32))
    process_key: Mapped[str] = mapped_column(String(64))
    version: Mapped[int]
    current: Mapped[bool] = mapped_column(default=True)
    content: Mapped[dict[str, Any]] = mapped_column(Json)  # file names and the hashes of their contents
    deployed_at: Mapped[datetime] = mapped_column(Instant)
    deployed_by: Mapped[int | None] = mapped_column(BigId)


class DefinitionBlob(Base):
    """The bytes of a diagram, table or form, once for each content hash."""

    __tablename__ = "definition_blob"

    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class CalendarDay(Base):
    """A day that works or rests otherwise than the package says, or in a year that it lacks."""

    __tablename__ = "calendar_day"

    date: Mapped[Date] = mapped_column(primary_key=True)
    working: Mapped[bool]


class ProcessInstance(Base):
    """One running process: its task tree and its data (ids and decisions only)."""

    __tablename__ = "process_instance"
    __table_args__ = (Index("ix_process_instance_subject", "subject", "state"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    definition_id: Mapped[str] = mapped_column(String(64))
    scheme: Mapped[str] = mapped_column(String(32))
    process_key: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(String(64))
    group_key: Mapped[str | None] = mapped_column(String(64), index=True)
    areas: Mapped[dict[str, int]] = mapped_column(Json)  # recognising, residence -> area id
    unit_id: Mapped[int | None] = mapped_column(BigId)
    state: Mapped[str] = mapped_column(String(12))  # running | ended | cancelled
    tree: Mapped[bytes | None] = mapped_column(LargeBinary)  # None once nothing can happen any more
    data: Mapped[dict[str, Any]] = mapped_column(Json)  # data at the end, or at the start while running
    version: Mapped[int]
    started_at: Mapped[datetime] = mapped_column(Instant)
    started_by: Mapped[int | None] = mapped_column(BigId)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)


class Task(Base):
    """A human task as the inbox sees it; no list ever opens a workflow.

    `holder_unit_id` and `role` say whose desk it is on; `assignee_id` is who took it; `rank` sorts the urgent first.
    """

    __tablename__ = "task"
    __table_args__ = (
        Index("ix_task_inbox", "holder_unit_id", "state", "due_at", "id"),
        Index("ix_task_received", "holder_unit_id", "state", "id"),
        Index("ix_task_rank", "holder_unit_id", "state", "rank", "id"),
        Index("ix_task_assignee", "assignee_id", "state", "due_at", "id"),
        Index("ix_task_group", "group_key", "state", "id"),
        Index("ix_task_subject", "subject", "element_id"),
        Index("ix_task_instance", "instance_id", "node"),
        Index("ix_task_remind", "remind_at", sqlite_where=text("reminded_at IS NULL AND state = 'open'"),
              postgresql_where=text("reminded_at IS NULL AND state = 'open'")),
        Index("ix_task_overdue", "due_at", sqlite_where=text("overdue_at IS NULL AND state = 'open'"),
              postgresql_where=text("overdue_at IS NULL AND state = 'open'")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    instance_id: Mapped[int] = mapped_column(ForeignKey("process_instance.id"))
    node: Mapped[int]  # number of the token in the instance's tree
    definition_id: Mapped[str] = mapped_column(String(64))
    scheme: Mapped[str] = mapped_column(String(32))
    element_id: Mapped[str] = mapped_column(String(64))
    title: Mapped[str] = mapped_column(String(100))
    subject: Mapped[str] = mapped_column(String(64))
    group_key: Mapped[str | None] = mapped_column(String(64))
    role: Mapped[str] = mapped_column(String(32))  # who acts; the lane's role unless the desk stands in
    lane_role: Mapped[str] = mapped_column(String(32))
    area_id: Mapped[int | None] = mapped_column(BigId)  # None: the holder is named by a unit variable
    holder_unit_id: Mapped[int] = mapped_column(BigId)
    fallback: Mapped[bool] = mapped_column(default=False)  # the unit that should hold it has nobody
    assignee_id: Mapped[int | None] = mapped_column(BigId)
    assignee_name: Mapped[str | None] = mapped_column(String(64))
    delegator_id: Mapped[int | None] = mapped_column(BigId)
    delegator_name: Mapped[str | None] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(12))  # open | completed | cancelled
    rank: Mapped[int] = mapped_column(default=50)  # 100 - priority
    version: Mapped[int] = mapped_column(default=1)
    received_at: Mapped[datetime] = mapped_column(Instant)
    due_at: Mapped[datetime] = mapped_column(Instant)
    remind_at: Mapped[datetime | None] = mapped_column(Instant)
    reminded_at: Mapped[datetime | None] = mapped_column(Instant)
    overdue_at: Mapped[datetime | None] = mapped_column(Instant)
    has_draft: Mapped[bool] = mapped_column(default=False)
    changed_at: Mapped[datetime] = mapped_column(Instant)  # last claim, assignment, completion …
    changed_by: Mapped[int | None] = mapped_column(BigId)
    changed_by_name: Mapped[str | None] = mapped_column(String(64))
    outcome: Mapped[str | None] = mapped_column(String(12))  # completed | sent_back | cancelled | rerouted


class TaskDraft(Base):
    """What a user typed and has not handed in; encrypted, because drafts hold whatever people type."""

    __tablename__ = "task_draft"

    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    content: Mapped[str] = mapped_column(Text)
    saved_at: Mapped[datetime] = mapped_column(Instant)


class TaskComment(Base):
    """A remark beside a task, read by everybody who may see the task."""

    __tablename__ = "task_comment"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"), index=True)
    at: Mapped[datetime] = mapped_column(Instant)
    author_id: Mapped[int | None] = mapped_column(BigId)
    author_name: Mapped[str] = mapped_column(String(64))
    text: Mapped[str] = mapped_column(Text)


class Subscription(Base):
    """A token that waits for a message; `correlation` is the subject of its instance."""

    __tablename__ = "subscription"
    __table_args__ = (
        Index("ix_subscription_name", "name", "correlation"),
        UniqueConstraint("instance_id", "node", "name"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    instance_id: Mapped[int] = mapped_column(ForeignKey("process_instance.id"))
    node: Mapped[int]
    name: Mapped[str] = mapped_column(String(64))
    correlation: Mapped[str] = mapped_column(String(64))


class PendingMessage(Base):
    """A message on its way, or waiting until somebody awaits it; `key` makes sending it twice harmless."""

    __tablename__ = "pending_message"
    __table_args__ = (
        Index("ix_pending_message_name", "name", "correlation", "state"),
        Index("ix_pending_message_batch", "batch", "state", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key: Mapped[str] = mapped_column(String(200), unique=True)
    batch: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(String(64))
    correlation: Mapped[str] = mapped_column(String(64))
    payload: Mapped[dict[str, Any]] = mapped_column(Json)
    state: Mapped[str] = mapped_column(String(10))  # sent | pending | delivered | expired | failed
    sent_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    delivered_at: Mapped[datetime | None] = mapped_column(Instant)


class Incident(Base):
    """Something that went wrong in the background and waits for a person."""

    __tablename__ = "incident"
    __table_args__ = (Index("ix_incident_state", "state", "id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[str] = mapped_column(String(12))  # step | job | message
    state: Mapped[str] = mapped_column(String(10))  # open | retrying | resolved
    at: Mapped[datetime] = mapped_column(Instant)
    instance_id: Mapped[int | None] = mapped_column(BigId, index=True)
    element_id: Mapped[str | None] = mapped_column(String(64))
    node: Mapped[int | None]
    job_id: Mapped[int | None] = mapped_column(BigId)
    message_id: Mapped[int | None] = mapped_column(BigId)
    code: Mapped[str] = mapped_column(String(64))
    message: Mapped[str] = mapped_column(Text)
    attempts: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime] = mapped_column(Instant)
    changed_by: Mapped[int | None] = mapped_column(BigId)


class Job(Base):
    """Work for the background. `key` is unique among jobs that have not begun: a second one is not needed.

    The id is never given twice (job_done remembers it), hence AUTOINCREMENT on SQLite.
    """

    __tablename__ = "job"
    __table_args__ = (Index("ix_job_due", "due_at", "id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    kind: Mapped[str] = mapped_column(String(64))
    key: Mapped[str | None] = mapped_column(String(200), unique=True)
    payload: Mapped[dict[str, Any]] = mapped_column(Json)
    state: Mapped[str] = mapped_column(String(8))  # ready | leased | dead
    due_at: Mapped[datetime] = mapped_column(Instant)  # when leased: the end of the lease
    attempts: Mapped[int] = mapped_column(default=0)
    leased_by: Mapped[str | None] = mapped_column(String(64))
    last_error: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Instant)


class JobDone(Base):
    """Written in the handler's own transaction, so that a job that comes again finds it and returns."""

    __tablename__ = "job_done"

    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant, index=True)


class BulkRun(Base):
    """One wish about thousands of items; `next_n` is the resume point, written in the commit of each chunk."""

    __tablename__ = "bulk_run"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[str] = mapped_column(String(64))
    common: Mapped[dict[str, Any]] = mapped_column(Json)
    state: Mapped[str] = mapped_column(String(8))  # queued | running | done
    total: Mapped[int]
    done: Mapped[int]
    refused: Mapped[int]
    next_n: Mapped[int]
    created_by: Mapped[int | None] = mapped_column(BigId)
    created_by_name: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(Instant)
    finished_at: Mapped[datetime | None] = mapped_column(Instant)


class BulkRow(Base):
    """One item of a bulk run and what became of it; a refusal is a result, not a failure of the run."""

    __tablename__ = "bulk_row"
    __table_args__ = (Index("ix_bulk_row_state", "bulk_id", "state", "n"),)

    bulk_id: Mapped[int] = mapped_column(ForeignKey("bulk_run.id"), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True)
    item: Mapped[dict[str, Any]] = mapped_column(Json)
    state: Mapped[str] = mapped_column(String(8))  # waiting | done | refused
    result: Mapped[dict[str, Any] | None] = mapped_column(Json)


# The same tables for statements that run in every completion, where the ORM would cost twice the time.
INSTANCES = cast("Table", ProcessInstance.__table__)
TASKS = cast("Table", Task.__table__)
SUBSCRIPTIONS = cast("Table", Subscription.__table__)
MESSAGES = cast("Table", PendingMessage.__table__)
BULK_ROWS = cast("Table", BulkRow.__table__)
