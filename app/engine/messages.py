"""Messages to instances: sent in the caller's transaction, delivered by a job, kept until somebody awaits them."""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app.engine.jobs import clock_of, code_of, describe, enqueue
from app.engine.models import MESSAGES, SUBSCRIPTIONS, Incident, PendingMessage, Subscription
from app.kernel.dates import Clock
from app.kernel.db import is_postgresql

log = logging.getLogger("nuanxin.messages")

KEPT = timedelta(days=30)
CHUNK_SECONDS = 0.1
_CHUNK = 100
_AWAITING = select(SUBSCRIPTIONS.c.instance_id, SUBSCRIPTIONS.c.node).where(
    SUBSCRIPTIONS.c.name == bindparam("wanted_name"), SUBSCRIPTIONS.c.correlation == bindparam("wanted_correlation")
)
_DELIVERED = (
    update(MESSAGES)
    .where(MESSAGES.c.id == bindparam("sought"))
    .values(state=bindparam("state"), delivered_at=bindparam("delivered_at"))
)


@dataclass(frozen=True)
class Message:
    """`correlation` is the subject of the receiver ("round:3"); the same `key` sent twice is one message."""

    name: str
    correlation: str
    payload: dict[str, Any]
    key: str


def send_message(
    session: Session, clock: Clock, name: str, correlation: str, payload: dict[str, Any], key: str,
    expires: datetime | None = None,
) -> None:  # fmt: skip
    """Send one message; not awaited within its time (30 days unless told) it becomes an incident. Does not commit."""
    send_messages(session, clock, [Message(name, correlation, payload, key)], expires)


def send_messages(
    session: Session, clock: Clock, messages: Sequence[Message], expires: datetime | None = None
) -> None:
    """The fast path: one job delivers them all, in chunks of about 100 ms a commit. Does not commit."""
    if not messages:
        return
    now, batch = clock(), uuid.uuid4().hex
    rows = [
        {
            "key": message.key, "batch": batch, "name": message.name, "correlation": message.correlation,
            "payload": message.payload, "state": "sent", "sent_at": now, "expires_at": expires or now + KEPT,
        }
        for message in messages
    ]  # fmt: skip
    dialect_insert = insert_postgresql if is_postgresql(session) else insert_sqlite
    session.connection().execute(dialect_insert(PendingMessage).on_conflict_do_nothing(), rows)
    enqueue(session, "engine.deliver", {"batch": batch})


def deliver_batch(session: Session, payload: dict[str, Any]) -> None:
    """Job `engine.deliver`: give the batch's messages to whoever awaits them; the rest of it to the next job."""
    from app.engine.runtime import receive_message  # noqa: PLC0415 running on may send messages again

    until = time.monotonic() + CHUNK_SECONDS
    for message in _next_of(session, payload["batch"]):
        if time.monotonic() > until:
            enqueue(session, "engine.deliver", payload)
            return
        _deliver(session, message, receive_message)
    if _next_of(session, payload["batch"], 1):
        enqueue(session, "engine.deliver", payload)


def _next_of(session: Session, batch: str, limit: int = _CHUNK) -> list[Any]:
    waiting = select(MESSAGES).where(PendingMessage.batch == batch, PendingMessage.state == "sent")
    locked = waiting.order_by(PendingMessage.id).limit(limit).with_for_update(skip_locked=True)
    return list(session.connection().execute(locked).all())


def _deliver(session: Session, message: Any, receive: Any) -> None:
    """To every instance that awaits it; to none yet leaves it pending. What cannot be delivered is an incident."""
    sought = {"wanted_name": message.name, "wanted_correlation": message.correlation}
    awaiting = session.connection().execute(_AWAITING, sought).all()
    state = "pending"
    for instance_id, node in awaiting:
        try:
            with session.begin_nested():
                taken = receive(session, instance_id, node, message)
        except OperationalError:
            raise  # the database, not the message: the whole chunk is tried again
        except Exception as error:  # noqa: BLE001 one message must not hold up the batch
            _note_failure(session, message, instance_id, error)
            state = "failed"
        else:
            state = "delivered" if taken and state == "pending" else state
    done = {"sought": message.id, "state": state, "delivered_at": clock_of(session)() if awaiting else None}
    session.connection().execute(_DELIVERED, done)


def _note_failure(session: Session, message: Any, instance_id: int, error: Exception) -> None:
    log.warning("message %s for instance %s failed", message.id, instance_id, exc_info=error)
    now = clock_of(session)()
    session.connection().execute(insert(Incident), {
        "kind": "message", "state": "open", "at": now, "changed_at": now, "message_id": message.id,
        "instance_id": instance_id, "element_id": message.name, "code": code_of(error), "message": describe(error),
        "attempts": 1,
    })  # fmt: skip


def redeliver_to(session: Session, subscriptions: Iterable[tuple[str, str]]) -> None:
    """Somebody began to await these (name, correlation): pending messages of that kind go out again."""
    for name, correlation in subscriptions:
        wanted = (
            PendingMessage.name == name, PendingMessage.correlation == correlation, PendingMessage.state == "pending"
        )  # fmt: skip
        send_again(session, wanted)


def sweep_messages(session: Session) -> None:
    """Pending messages that met their subscription in a race go out again; the expired become incidents."""
    awaited = select(Subscription.id).where(
        Subscription.name == PendingMessage.name, Subscription.correlation == PendingMessage.correlation
    )
    send_again(session, (PendingMessage.state == "pending", awaited.exists()))
    now = clock_of(session)()
    expired = (
        update(PendingMessage)
        .where(PendingMessage.state == "pending", PendingMessage.expires_at <= now)
        .values(state="expired")
        .returning(PendingMessage.id, PendingMessage.name, PendingMessage.correlation)
    )
    rows = [
        {
            "kind": "message", "state": "open", "at": now, "changed_at": now, "message_id": id_, "element_id": name,
            "code": "message_not_awaited", "message": f"消息“{name}”（{correlation}）到期仍无流程接收", "attempts": 1,
        }
        for id_, name, correlation in session.connection().execute(expired).all()
    ]  # fmt: skip
    if rows:
        session.connection().execute(insert(Incident), rows)


def send_again(session: Session, wanted: tuple[Any, ...]) -> None:
    """Those messages go out in one new batch. Does not commit."""
    batch = uuid.uuid4().hex
    again = update(PendingMessage).where(*wanted).values(state="sent", batch=batch)
    if session.connection().execute(again).rowcount:
        enqueue(session, "engine.deliver", {"batch": batch})
