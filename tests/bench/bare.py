"""The raw floor: SpiffWorkflow and sqlite3 with nothing between, which saves the state and checks nothing at all.

`stock` stores the tokens as SpiffWorkflow's own serializer writes them, without the specs (with them every save
would be ten times as much); `lean` stores them as our engine does. Goals are judged by the lean one, the harder.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable
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

CHUNK = 100
_REGISTRY = BpmnWorkflowSerializer.configure(DEFAULT_CONFIG)


class BareProcess:
    """A parsed diagram, and what can be done with a stored state; nothing is kept."""

    def __init__(self, diagram: Path, key: str, *, lean: bool = True) -> None:
        parser = parse_processes({f"bpmn/{diagram.name}": diagram.read_bytes()})
        self.spec, self.subprocess_specs = parser.get_spec(key), parser.get_subprocess_specs(key)
        self.script_engine = FeelScriptEngine()
        self.lean = lean

    def start(self, data: dict[str, Any]) -> bytes:
        """A new instance run to where it waits."""
        workflow = BpmnWorkflow(self.spec, self.subprocess_specs, script_engine=self.script_engine)
        workflow.task_tree.data.update(data)
        return self._run_on(workflow, Bookkeeping())

    def complete(self, stored: bytes) -> bytes:
        """Its one open task completed, and run on."""
        workflow, books = self.load(stored)
        next(token for token in workflow.tasks.values() if token.state == TaskState.READY).run()
        return self._run_on(workflow, books)

    def receive(self, stored: bytes, payload: dict[str, Any]) -> bytes:
        """The message that it awaits taken, and run on."""
        workflow, books = self.load(stored)
        waiting = next(token for token in workflow.tasks.values() if token.state == TaskState.WAITING)
        workflow.catch(BpmnEvent(waiting.task_spec.event_definition, payload=payload))
        workflow.refresh_waiting_tasks()
        return self._run_on(workflow, books)

    def load(self, stored: bytes) -> tuple[BpmnWorkflow, Bookkeeping]:
        if self.lean:
            return unpack(stored, self.spec, self.subprocess_specs, self.script_engine)
        return self._load_stock(json.loads(stored)), Bookkeeping()

    def _run_on(self, workflow: BpmnWorkflow, books: Bookkeeping) -> bytes:
        workflow.do_engine_steps()
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


class Bare:
    """One process over one SQLite file: a table of states and, if wanted, one of history."""

    def __init__(self, folder: Path, diagram: Path, key: str, *, lean: bool = True, history: bool = False) -> None:
        self.process = BareProcess(diagram, key, lean=lean)
        self.history = history
        path = folder / f"bare-{key}-{'lean' if lean else 'stock'}-{id(self):x}.db"
        self.connection = sqlite3.connect(path, isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=FULL"):
            self.connection.execute(f"PRAGMA {pragma}")
        self.connection.execute("CREATE TABLE state (id INTEGER PRIMARY KEY, state BLOB)")
        self.connection.execute("CREATE TABLE history (id INTEGER PRIMARY KEY, instance INTEGER, what TEXT)")

    def start_many(self, numbers: Iterable[int], data: dict[str, Any] | None = None) -> None:
        """Each run to where it waits, saved; a commit every hundred."""

        def start(number: int) -> None:
            row = (number, self.process.start(data or {}))
            self.connection.execute("INSERT INTO state VALUES (?, ?)", row)
            self._note(number, "started")

        self._in_chunks(numbers, start)

    def message_many(self, numbers: Iterable[int], payload: dict[str, Any]) -> None:
        """The message that each awaits, saved; a commit every hundred."""
        self._in_chunks(numbers, lambda number: self._change(number, self.process.receive, payload))

    def complete(self, number: int) -> None:
        """Restore, complete the one open task, run on, save, commit."""
        self._in_chunks([number], lambda number: self._change(number, self.process.complete))

    def all_ended(self) -> bool:
        rows = self.connection.execute("SELECT state FROM state").fetchall()
        return all(self.process.load(stored)[0].completed for (stored,) in rows)

    def close(self) -> None:
        self.connection.close()

    def _in_chunks(self, numbers: Iterable[int], act: Callable[[int], None]) -> None:
        for n, number in enumerate(numbers):
            if n % CHUNK == 0:
                self.connection.execute("COMMIT" if n else "BEGIN IMMEDIATE")
                if n:
                    self.connection.execute("BEGIN IMMEDIATE")
            act(number)
        self.connection.execute("COMMIT")

    def _change(self, number: int, change: Callable[..., bytes], *given: Any) -> None:
        [stored] = self.connection.execute("SELECT state FROM state WHERE id = ?", (number,)).fetchone()
        row = (change(stored, *given), number)
        self.connection.execute("UPDATE state SET state = ? WHERE id = ?", row)
        self._note(number, change.__name__)

    def _note(self, number: int, what: str) -> None:
        if self.history:
            self.connection.execute("INSERT INTO history (instance, what) VALUES (?, ?)", (number, what))
