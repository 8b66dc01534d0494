"""What the engine was put together from: resources, operators, handlers; and the compiled definitions it caches."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

Operator = Callable[..., Any]
JobHandler = Callable[[Session, dict[str, Any]], None]
BulkHandler = Callable[..., dict[str, Any] | None]
Listener = Callable[..., None]


class Engine:
    """Built once by create_app and reached through the session; holds nothing that may not be lost."""

    def __init__(
        self,
        resources: Path,
        operators: Mapping[str, Operator],
        job_handlers: Mapping[str, JobHandler] | None = None,
        bulk_handlers: Mapping[str, BulkHandler] | None = None,
        listeners: Mapping[str, Sequence[Listener]] | None = None,
        periodic: Mapping[str, int] | None = None,
    ) -> None:
        """`listeners`: event name -> functions of higher rooms; `periodic`: job kind -> seconds between runs."""
        self.resources = resources
        self.operators = dict(operators)
        self.job_handlers = dict(job_handlers or {})
        self.bulk_handlers = dict(bulk_handlers or {})
        self.listeners = {name: list(functions) for name, functions in (listeners or {}).items()}
        self.periodic = dict(periodic or {})


def engine_of(session: Session) -> Engine:
    """The engine that the session was opened with (`Database.info["engine"]`)."""
    engine = session.info["engine"]
    if not isinstance(engine, Engine):
        raise TypeError("a session must be opened by a Database that knows its engine")
    return engine
