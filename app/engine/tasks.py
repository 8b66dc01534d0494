"""The use cases of a human task that move its process: complete it, or send it back along a drawn flow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from app.kernel.actors import Actor
from app.kernel.dates import Clock


@dataclass(frozen=True)
class Completed:
    """What a completion did: `opened` are the tasks that appeared, `ended` says the process is over."""

    task_id: int
    instance_id: int
    ended: bool


def complete_task(
    session: Session, actor: Actor, clock: Clock, task_id: int, form: dict[str, Any], etag: str | None = None
) -> Completed:
    """Check the form, run the process on, commit.

    Raises NotFound, Denied, Invalid (JSON pointers into the form), Conflict `task_already_completed` or
    `task_changed` (naming who and when).
    """
    raise NotImplementedError
