"""What the tree says, written where it can be found: open tasks, subscriptions and timers of one instance."""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.specs.event_definitions.message import MessageEventDefinition
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.util.task import TaskState
from sqlalchemy import bindparam, delete, insert, update
from sqlalchemy.orm import Session

from app.engine.drafts import drop_drafts
from app.engine.jobs import enqueue
from app.engine.messages import redeliver_to
from app.engine.models import SUBSCRIPTIONS, TASKS
from app.engine.opening import task_row
from app.engine.running import Running, element_of, number_tokens
from app.engine.timers import CalendarTimer, timer_due

_OPEN_TASK = insert(TASKS)
_SUBSCRIBE = insert(SUBSCRIPTIONS)
_UNSUBSCRIBE = delete(SUBSCRIPTIONS).where(
    SUBSCRIPTIONS.c.instance_id == bindparam("instance"), SUBSCRIPTIONS.c.node == bindparam("gone")
)
_WITHDRAW = (
    update(TASKS)
    .where(
        TASKS.c.instance_id == bindparam("instance"), TASKS.c.node.in_(bindparam("nodes", expanding=True)),
        TASKS.c.state == "open",
    )
    .values(state="cancelled", outcome="cancelled", changed_at=bindparam("now"), version=TASKS.c.version + 1)
    .returning(TASKS.c.id, TASKS.c.has_draft)
)  # fmt: skip


def project(running: Running) -> None:
    """Number the tokens, then write what appeared and withdraw what vanished. Does not commit."""
    number_tokens(running)
    rows = collect_rows(running)
    if rows["tasks"]:
        running.connection.execute(_OPEN_TASK, rows["tasks"])
    write_waits(running.session, rows)
    withdraw_vanished(running)


def collect_rows(running: Running) -> dict[str, list[dict[str, Any]]]:
    """Rows of what this run opened: tasks, subscriptions, timer jobs; the books already count them."""
    books = running.books
    rows: dict[str, list[dict[str, Any]]] = {"tasks": [], "subscriptions": [], "timers": []}
    open_nodes, waiting_nodes = set(books.tasks), set(books.waits)
    for token in running.tokens():
        if token.state == TaskState.READY and token.task_spec.manual and token.id not in open_nodes:
            rows["tasks"].append(task_row(running, token))
            books.tasks.append(token.id)
            running.opened.append(element_of(token))
        elif token.id not in waiting_nodes and _catches(token):
            _collect_wait(running, token, rows)
            books.waits.append(token.id)
    return rows


def _catches(token: Any) -> bool:
    return token.state == TaskState.WAITING and isinstance(token.task_spec, CatchingEvent)


def write_waits(session: Session, rows: dict[str, list[dict[str, Any]]]) -> None:
    """Subscriptions, then the messages that were sent too early for them; timers as jobs."""
    if rows["subscriptions"]:
        session.connection().execute(_SUBSCRIBE, rows["subscriptions"])
        redeliver_to(session, {(row["name"], row["correlation"]) for row in rows["subscriptions"]})
    for timer in rows["timers"]:
        enqueue(session, "engine.fire_timer", timer["payload"], due=timer["due"])


def _collect_wait(running: Running, token: Any, rows: dict[str, list[dict[str, Any]]]) -> None:
    definition = token.task_spec.event_definition
    for n, event in enumerate(getattr(definition, "event_definitions", [definition])):
        if isinstance(event, MessageEventDefinition):
            rows["subscriptions"].append({
                "instance_id": running.id, "node": token.id, "name": event.name, "correlation": running.row.subject,
            })  # fmt: skip
        elif isinstance(event, CalendarTimer):
            payload = {"instance_id": running.id, "node": token.id, "event": n}
            rows["timers"].append({"payload": payload, "due": timer_due(running, token, event)})


def withdraw_vanished(running: Running) -> None:
    """Open tasks and subscriptions whose token is gone: a boundary event fired, or the process ended."""
    books = running.books
    living = {token.id for token in running.tokens() if token.state == TaskState.READY}
    waiting = {token.id for token in running.tokens() if token.state == TaskState.WAITING}
    if running.ended:
        living = waiting = set()
    gone = [node for node in books.tasks if node not in living]
    stale = [node for node in books.waits if node not in waiting]
    if gone or stale:
        _withdraw(running, gone, stale)
        books.tasks = [node for node in books.tasks if node in living]
        books.waits = [node for node in books.waits if node in waiting]


def _withdraw(running: Running, gone: list[int], stale: list[int]) -> None:
    connection = running.connection
    if gone:
        values = {"instance": running.id, "nodes": gone, "now": running.now()}
        withdrawn = connection.execute(_WITHDRAW, values).all()
        drop_drafts(running.session, [task_id for task_id, has_draft in withdrawn if has_draft])
    if stale:
        connection.execute(_UNSUBSCRIBE, [{"instance": running.id, "gone": node} for node in stale])
