"""Named filters of the inbox: one's own, seen by nobody else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.desk.models import SavedFilter
from app.kernel.actors import Actor
from app.kernel.dates import Clock
from app.kernel.errors import Conflict, NotFound

MOST = 50


def list_filters(session: Session, actor: Actor) -> Sequence[SavedFilter]:
    """The actor's own, by name."""
    mine = select(SavedFilter).where(SavedFilter.user_id == actor.user_id)
    return session.scalars(mine.order_by(SavedFilter.name)).all()


def save_filter(session: Session, actor: Actor, clock: Clock, name: str, query: dict[str, Any]) -> SavedFilter:
    """Keep it under that name, in place of an older one; commits. Raises Conflict `too_many_filters`."""
    kept = _find(session, actor, name)
    if kept is None:
        if len(list_filters(session, actor)) >= MOST:
            raise Conflict(f"最多保存{MOST}个筛选，请先删除不用的", code="too_many_filters")
        kept = SavedFilter(user_id=actor.user_id, name=name)
        session.add(kept)
    kept.query, kept.saved_at = query, clock()
    session.commit()
    return kept


def drop_filter(session: Session, actor: Actor, name: str) -> None:
    """Commits. Raises NotFound `filter_unknown`."""
    kept = _find(session, actor, name)
    if kept is None:
        raise NotFound("没有这个筛选", code="filter_unknown")
    session.delete(kept)
    session.commit()


def _find(session: Session, actor: Actor, name: str) -> SavedFilter | None:
    return session.scalar(select(SavedFilter).where(SavedFilter.user_id == actor.user_id, SavedFilter.name == name))
