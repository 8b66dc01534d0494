"""What the engine was put together from: resources, operators, handlers; and the definitions it has compiled."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from app.engine.sharing import connect_repeats

if TYPE_CHECKING:
    from app.engine.specs import LoadedDefinition

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
        """`listeners`: event -> functions of higher rooms; `periodic`: job kind -> seconds between runs."""
        from app.engine import handlers  # noqa: PLC0415 the handlers need the engine of their session

        self.resources = resources
        self.operators = dict(operators)
        self.job_handlers = {**handlers.JOB_HANDLERS, **(job_handlers or {})}
        self.bulk_handlers = {**handlers.BULK_HANDLERS, **(bulk_handlers or {})}
        self.listeners = {name: list(functions) for name, functions in (listeners or {}).items()}
        self.periodic = {**handlers.PERIODIC, **(periodic or {})}
        self._definitions: dict[str, LoadedDefinition] = {}
        self._compiling = threading.Lock()

    def definition(self, session: Session, definition_id: str) -> LoadedDefinition:
        """The compiled definition, kept for ever: its id is the hash of its content. Raises NotFound."""
        known = self._definitions.get(definition_id)
        if known is None:
            from app.engine.catalogue import load_definition  # noqa: PLC0415 the catalogue asks for the engine

            with self._compiling:
                known = self._definitions.get(definition_id) or load_definition(session, definition_id)
                for spec in (known.spec, *known.subprocess_specs.values()):
                    connect_repeats(spec)
                self._definitions[definition_id] = known
        return known


def engine_of(session: Session) -> Engine:
    """The engine that the session was opened with (`Database.info["engine"]`)."""
    engine = session.info["engine"]
    if not isinstance(engine, Engine):
        raise TypeError("a session must be opened by a Database that knows its engine")
    return engine
