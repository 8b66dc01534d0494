"""Remarks beside a task; a reason for sending back is one, and goes along to the task that was reopened."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.engine.models import TaskComment
from app.engine.rights import get_visible_task
from app.kernel.actors import Actor
from app.kernel.dates import Clock
from app.kernel.errors import Fault, Invalid
from app.kernel.idempotency import remember

_LONGEST = 2000


def comment_task(session: Session, actor: Actor, clock: Clock, task_id: int, text: str) -> int:
    """Add a remark to a task that the actor may see, open or not; the comment's id."""
    get_visible_task(session, actor, task_id)
    comment = add_comment(session, actor, clock, task_id, check_words(text, "/text"))
    remember(session, str(comment.id))
    session.commit()
    return comment.id


def check_words(text: str, where: str) -> str:
    """Something was said, and not a book; raises Invalid."""
    words = text.strip()
    if not words:
        raise Invalid([Fault(where, "empty", "请填写内容")])
    if len(words) > _LONGEST:
        raise Invalid([Fault(where, "too_long", f"不超过{_LONGEST}字")])
    return words


def add_comment(session: Session, actor: Actor, clock: Clock, task_id: int, text: str) -> TaskComment:
    """Does not commit."""
    comment = TaskComment(task_id=task_id, at=clock(), author_id=actor.user_id, author_name=actor.name, text=text)
    session.add(comment)
    session.flush()
    return comment


def comments_of(session: Session, task_id: int) -> list[TaskComment]:
    """Oldest first."""
    return list(session.scalars(select(TaskComment).where(TaskComment.task_id == task_id).order_by(TaskComment.id)))
