"""Looking things up in the audit trail."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Text, cast, or_, select
from sqlalchemy.orm import Session

from app.access.models import Audit


def search_audit(
    session: Session,
    limit: int,
    before_id: int | None = None,
    *,
    kind: str | None = None,
    subject: str | None = None,
    actor_id: int | None = None,
    instance_id: int | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    text: str | None = None,
) -> Sequence[Audit]:
    """Matching rows, newest first; `before_id` is where the last page ended, `until` is not included.

    `text` is part of who did it, about what, or of the details.
    """
    wanted = select(Audit).order_by(Audit.id.desc()).limit(limit)
    equals = {"kind": kind, "subject": subject, "actor_id": actor_id, "instance_id": instance_id}
    wanted = wanted.filter_by(**{column: value for column, value in equals.items() if value is not None})
    if before_id is not None:
        wanted = wanted.where(Audit.id < before_id)
    if since is not None:
        wanted = wanted.where(Audit.at >= since)
    if until is not None:
        wanted = wanted.where(Audit.at < until)
    if text is not None:
        columns = (Audit.actor_name, Audit.subject, cast(Audit.detail, Text))
        wanted = wanted.where(or_(*(column.contains(text, autoescape=True) for column in columns)))
    return session.scalars(wanted).all()
