"""Drafts: what a user typed into a task and has not handed in, kept for that user alone, encrypted."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.engine.models import TaskDraft
from app.engine.rights import check_may_act, get_visible_task
from app.kernel.actors import Actor
from app.kernel.dates import Clock
from app.kernel.db import cipher_of
from app.kernel.errors import TooLarge

_LIMIT = 256 * 1024  # bytes of JSON


def save_draft(session: Session, actor: Actor, clock: Clock, task_id: int, form: dict[str, Any]) -> None:
    """Replace this user's draft. The form is not checked: a draft may be half of anything."""
    task = get_visible_task(session, actor, task_id, lock=True)
    check_may_act(actor, task)
    text = json.dumps(form, ensure_ascii=False)
    if len(text.encode()) > _LIMIT:
        raise TooLarge("草稿过大，请以附件形式上传文件")
    content = cipher_of(session).encrypt(text)
    session.merge(TaskDraft(task_id=task_id, user_id=actor.user_id, content=content, saved_at=clock()))
    task.has_draft = True
    session.commit()


def find_draft(session: Session, actor: Actor, task_id: int) -> dict[str, Any] | None:
    """This user's own draft of the task."""
    draft = session.get(TaskDraft, (task_id, actor.user_id)) if actor.user_id is not None else None
    if draft is None:
        return None
    form: dict[str, Any] = json.loads(cipher_of(session).decrypt(draft.content))
    return form


def drop_drafts(session: Session, task_ids: list[int]) -> None:
    """When a task is over, nobody's draft of it is kept. Does not commit."""
    session.connection().execute(delete(TaskDraft).where(TaskDraft.task_id.in_(task_ids)))
