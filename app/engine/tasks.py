"""The use cases of a human task: complete it, send it back along a drawn flow; and those that hold it (holding)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from app.engine.advance import make_call
from app.engine.comments import check_words, comment_task
from app.engine.drafts import drop_drafts, find_draft, save_draft
from app.engine.engine import engine_of
from app.engine.etags import check_etag
from app.engine.forms import check_form
from app.engine.holding import assign_task, claim_task, delegate_task, release_task, return_delegated
from app.engine.models import TASKS, TaskComment
from app.engine.retrying import retried
from app.engine.rights import check_may_act, signing
from app.engine.running import Running, lock_instance_of
from app.engine.runtime import move_on
from app.engine.separation import check_differs
from app.kernel.actors import Actor
from app.kernel.dates import Clock
from app.kernel.errors import Fault, Invalid, NotFound

__all__ = [
    "Completed", "assign_task", "claim_task", "comment_task", "complete_task", "complete_within", "delegate_task",
    "find_draft", "release_task", "return_delegated", "save_draft", "send_back_task",
]  # fmt: skip

SENT_BACK_TO = "send_back_to"  # the variable that drawn flows back look at

_READ = select(*(TASKS.c[name] for name in (
    "id", "instance_id", "node", "element_id", "role", "holder_unit_id", "assignee_id", "assignee_name",
    "delegator_id", "state", "version", "has_draft", "changed_at", "changed_by", "changed_by_name",
))).where(TASKS.c.id == bindparam("sought"))  # fmt: skip
_FINISH = (
    update(TASKS)
    .where(TASKS.c.id == bindparam("sought"))
    .values({name: bindparam(name) for name in (
        "state", "outcome", "version", "has_draft", "changed_at", "changed_by", "changed_by_name",
    )})
)  # fmt: skip


@dataclass(frozen=True)
class Completed:
    """What it did; `opened` are the elements of the tasks that appeared, `ended` says the process is over."""

    task_id: int
    instance_id: int
    opened: tuple[str, ...]
    ended: bool


def complete_task(
    session: Session, actor: Actor, clock: Clock, task_id: int, form: dict[str, Any], etag: str | None = None
) -> Completed:
    """Check the form, run the process on, commit.

    Raises NotFound, Denied (`same_person`), Invalid (JSON pointers into the form), Conflict
    `task_already_completed`, `task_claimed` or `task_changed` (naming who and when, only about this very task).
    """
    return retried(session, lambda: _committed(session, complete_within(session, actor, clock, task_id, form, etag)))


def complete_within(
    session: Session, actor: Actor, clock: Clock, task_id: int, form: dict[str, Any], etag: str | None = None
) -> Completed:
    """The same inside the caller's transaction, for bulk. Does not commit."""
    running, task, token = _take_up(session, actor, clock, task_id)
    config = running.definition.elements[task.element_id]
    call = make_call(running, token, task.id)
    check_etag(call, config, task, etag)
    check_form(running.definition, config, form)
    if config.send_back_targets:
        token.data[SENT_BACK_TO] = None
    token.data.update(_submit(running, config, call, form))
    return _finish(running, task, token, "completed", {})


def send_back_task(
    session: Session, actor: Actor, clock: Clock, task_id: int, target: str, reason: str
) -> Completed:
    """Follow the drawn flow back to the element `target`; the reason goes along to the task that opens there.

    Raises as `complete_task`; Invalid `no_such_way_back` names the targets that are drawn.
    """
    words = check_words(reason, "/reason")
    return retried(session, lambda: _committed(session, _send_back(session, actor, clock, task_id, target, words)))


def _send_back(
    session: Session, actor: Actor, clock: Clock, task_id: int, target: str, words: str
) -> Completed:
    running, task, token = _take_up(session, actor, clock, task_id)
    targets = running.definition.elements[task.element_id].send_back_targets
    if target not in targets:
        drawn = {"targets": list(targets)}
        raise Invalid([Fault("/target", "no_such_way_back", "流程图中没有退回到该环节的路径", drawn)])
    token.data[SENT_BACK_TO] = target
    sent_back = _finish(running, task, token, "sent_back", {"target": target, "reason": words})
    _pass_reason_on(running, task, words)
    return sent_back


def _committed(session: Session, completed: Completed) -> Completed:
    session.commit()
    return completed


def _take_up(session: Session, actor: Actor, clock: Clock, task_id: int) -> tuple[Running, Any, Any]:
    """Lock the instance, then read the task: whoever came first has written it by then."""
    running = lock_instance_of(session, actor, clock, task_id)
    task: Any = session.connection().execute(_READ, {"sought": task_id}).first()
    if task is None:
        raise NotFound
    check_may_act(actor, task)
    if running is not None:
        running.actor = signing(actor, task)
    token = running.find_token(task.node) if running else None
    if running is None or token is None:
        raise NotFound
    check_differs(running, task)
    return running, task, token


def _submit(running: Running, config: Any, call: Any, form: dict[str, Any]) -> dict[str, Any]:
    """What enters the workflow data: what the submit operator returns, or, without one, the form's decisions."""
    if config.submit_operator is None:
        return {name: value for name, value in form.items() if name in config.decisions}
    return engine_of(running.session).operators[config.submit_operator](call, form) or {}


def _finish(running: Running, task: Any, token: Any, outcome: str, detail: dict[str, Any]) -> Completed:
    actor = running.actor
    running.connection.execute(_FINISH, {
        "sought": task.id, "state": "completed", "outcome": outcome, "version": task.version + 1,
        "has_draft": False, "changed_at": running.now(), "changed_by": actor.user_id, "changed_by_name": actor.name,
    })  # fmt: skip
    if task.has_draft:
        drop_drafts(running.session, [task.id])
    running.books.tasks.remove(task.node)
    token.run()
    move_on(running, f"task_{outcome}", {"task_id": task.id, "element": task.element_id, **detail})
    return Completed(task.id, running.id, tuple(running.opened), running.ended)


def _pass_reason_on(running: Running, task: Any, words: str) -> None:
    opened = select(TASKS.c.id).where(TASKS.c.instance_id == running.id, TASKS.c.state == "open",
                                       TASKS.c.received_at == running.now(), TASKS.c.version == 1)  # fmt: skip
    connection = running.connection
    tasks = [task.id, *connection.execute(opened).scalars()]
    author = {"author_id": running.actor.user_id, "author_name": running.actor.name, "at": running.now()}
    connection.execute(insert(TaskComment), [{"task_id": id_, "text": words, **author} for id_ in tasks])
