"""The raw floor: SpiffWorkflow and sqlite3 with nothing between, which saves the state and checks nothing at all.

`stock` stores the tokens as SpiffWorkflow's own serializer writes them, without the specs (with them every save
would be ten times as much); `lean` stores them as our engine does. Goals are judged by the lean one, the harder.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from uuid import UUID

from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.util import BpmnEvent
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.spiff.serializer import DEFAULT_CONFIG
from SpiffWorkflow.util.task import TaskState

from app.engine.script_engine import FeelScriptEngine
from app.engine.specs import parse_processes
from app.engine.state import Bookkeeping, pack, settle, unpack

_REGISTRY = BpmnWorkflowSerializer.configure(DEFAULT_CONFIG)


class Bare:
    """One process over one table of states and one of history; `commit` each time or when the caller says so."""

    def __init__(self, folder: Path, diagram: Path, key: str, *, lean: bool = True, history: bool = False) -> None:
        parser = parse_processes({f"bpmn/{diagram.name}": diagram.read_bytes()})
        self.spec, self.subprocess_specs = parser.get_spec(key), parser.get_subprocess_specs(key)
        self.script_engine = FeelScriptEngine()
        self.lean, self.history = lean, history
        self.path = folder / f"bare-{key}-{'lean' if lean else 'stock'}-{id(self):x}.db"
        self.connection = sqlite3.connect(self.path, isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=FULL"):
            self.connection.execute(f"PRAGMA {pragma}")
        self.connection.execute("CREATE TABLE state (id INTEGER PRIMARY KEY, state BLOB)")
        self.connection.execute("CREATE TABLE history (id INTEGER PRIMARY KEY, instance INTEGER, what TEXT)")

    def start_many(self, ids: Iterable[int], data: dict[str, Any] | None = None, chunk: int = 100) -> None:
        """Each run to where it waits, saved; a commit every `chunk`."""
        for n, number in enumerate(ids):
            if n % chunk == 0:
                self.begin()
            workflow = BpmnWorkflow(self.spec, self.subprocess_specs, script_engine=self.script_engine)
            workflow.task_tree.data.update(data or {})
            workflow.do_engine_steps()
            stored = self._dump(workflow, Bookkeeping())
            self.connection.execute("INSERT INTO state VALUES (?, ?)", (number, stored))
            self._note(number, "started")
            if n % chunk == chunk - 1:
                self.commit()
        if self.connection.in_transaction:
            self.commit()

    def complete(self, number: int) -> None:
        """Restore, complete the one open task, run on, save, commit."""
        self.begin()
        workflow, books = self._read(number)
        next(token for token in workflow.tasks.values() if token.state == TaskState.READY).run()
        self._write(number, workflow, books, "completed")
        self.commit()

    def message_many(self, ids: Iterable[int], payload: dict[str, Any], chunk: int = 100) -> None:
        """The message that each awaits, saved; a commit every `chunk`."""
        for n, number in enumerate(ids):
            if n % chunk == 0:
                self.begin()
            workflow, books = self._read(number)
            waiting = next(token for token in workflow.tasks.values() if token.state == TaskState.WAITING)
            workflow.catch(BpmnEvent(waiting.task_spec.event_definition, payload=payload))
            workflow.refresh_waiting_tasks()
            self._write(number, workflow, books, "message")
            if n % chunk == chunk - 1:
                self.commit()
        if self.connection.in_transaction:
            self.commit()

    def states(self) -> list[bool]:
        """Whether each instance is over."""
        rows = self.connection.execute("SELECT id FROM state ORDER BY id").fetchall()
        return [self._read(number)[0].completed for (number,) in rows]

    def begin(self) -> None:
        self.connection.execute("BEGIN IMMEDIATE")

    def commit(self) -> None:
        self.connection.execute("COMMIT")

    def close(self) -> None:
        self.connection.close()

    def _read(self, number: int) -> tuple[BpmnWorkflow, Bookkeeping]:
        [stored] = self.connection.execute("SELECT state FROM state WHERE id = ?", (number,)).fetchone()
        if self.lean:
            return unpack(stored, self.spec, self.subprocess_specs, self.script_engine)
        return self._load_stock(json.loads(stored)), Bookkeeping()

    def _write(self, number: int, workflow: BpmnWorkflow, books: Bookkeeping, what: str) -> None:
        workflow.do_engine_steps()
        stored = self._dump(workflow, books)
        self.connection.execute("UPDATE state SET state = ? WHERE id = ?", (stored, number))
        self._note(number, what)

    def _note(self, number: int, what: str) -> None:
        if self.history:
            self.connection.execute("INSERT INTO history (instance, what) VALUES (?, ?)", (number, what))

    def _dump(self, workflow: BpmnWorkflow, books: Bookkeeping) -> bytes:
        if self.lean:
            return pack(settle(workflow, books), books)
        tokens = [_REGISTRY.convert(token) for token in workflow.tasks.values()]
        content = {"t": tokens, "root": str(workflow.task_tree.id), "d": workflow.data, "c": workflow.completed}
        return json.dumps(content).encode()

    def _load_stock(self, content: dict[str, Any]) -> BpmnWorkflow:
        workflow = BpmnWorkflow(
            self.spec, self.subprocess_specs, script_engine=self.script_engine, deserializing=True
        )
        for token in content["t"]:
            workflow.tasks[UUID(token["id"])] = _REGISTRY.restore(token, workflow=workflow)
        workflow.task_tree = workflow.tasks[UUID(content["root"])]
        workflow.data, workflow.completed = content["d"], content["c"]
        return workflow
