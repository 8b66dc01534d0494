"""A task's ETag: its version, and a hash of what its form was prefilled from; who looked at old data may not submit."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from app.engine.elements import ElementConfig
from app.engine.engine import engine_of
from app.engine.operators import Call
from app.engine.rights import changed_meanwhile
from app.kernel.errors import Conflict


def compute_prefill(call: Call, config: ElementConfig) -> dict[str, Any] | None:
    """What the prefill operator says now (form data, and "context" for showing); None when the task has none."""
    if config.prefill_operator is None:
        return None
    prefill: dict[str, Any] = engine_of(call.session).operators[config.prefill_operator](call)
    return prefill


def etag_of(task: Any, prefill: dict[str, Any] | None) -> str:
    """`"3"` or `"3-<hash>"`."""
    if prefill is None:
        return str(task.version)
    text = json.dumps(prefill, ensure_ascii=False, sort_keys=True, default=str)
    return f"{task.version}-{hashlib.sha256(text.encode()).hexdigest()[:20]}"


def check_etag(call: Call, config: ElementConfig, task: Any, etag: str | None) -> None:
    """Raises Conflict `task_changed`; without an ETag nothing is compared."""
    if etag is None:
        return
    version, _, prefill_hash = etag.partition("-")
    if version != str(task.version):
        raise changed_meanwhile(task)
    if prefill_hash and etag != etag_of(task, compute_prefill(call, config)):
        raise Conflict("任务所依据的数据在您打开之后有变化，请刷新后再办理", code="task_changed")
