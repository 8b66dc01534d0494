"""What has become urgent goes to the top of its desk."""

from __future__ import annotations

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.engine.models import Task


def make_urgent(session: Session, subject: str) -> None:
    """The open tasks about that subject come first in the order of priority. Does not commit."""
    session.execute(update(Task).where(Task.subject == subject, Task.state == "open").values(rank=0))
