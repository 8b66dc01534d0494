"""What a diagram's operators are told; `fund.create_batch` in a diagram is app/fund/operations.py:create_batch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from app.kernel.actors import Actor
from app.kernel.dates import Clock


@dataclass(frozen=True)
class Call:
    """The step that calls: operators read `data`, write their own tables, and never commit."""

    session: Session
    actor: Actor
    clock: Clock
    instance_id: int
    definition_id: str
    scheme: str
    element_id: str
    subject: str  # "case:12"
    group: str | None  # "round:3"
    data: Mapping[str, Any]
    task_id: int | None = None
