"""The inbox: pages of open tasks by equality on the holding unit, from the projection only."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.engine.models import Task


def find_open_task(session: Session, subject: str, element_id: str) -> Task | None:
    """The open task of that element about that subject (the oldest when a loop has several)."""
    wanted = (Task.subject == subject, Task.element_id == element_id, Task.state == "open")
    return session.scalars(select(Task).where(*wanted).order_by(Task.id).limit(1)).first()
