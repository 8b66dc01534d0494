"""Running an instance on: every step that needs no person, until only people, messages and timers are left.

SpiffWorkflow's own loop is not used: it would fire timers by the wall clock, and a failing service task would leave
the tree broken instead of waiting before that step.
"""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.specs.mixins import ServiceTaskMixin
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import MultiInstanceTask
from SpiffWorkflow.util.task import TaskState
from sqlalchemy.exc import OperationalError

from app.engine.engine import engine_of
from app.engine.operators import Call
from app.engine.running import Running, element_of


def run_on(running: Running) -> None:
    """Run until nothing is left that needs no person. Does not commit.

    An error is the caller's and undoes everything; in a lenient run the failing step keeps its place, becomes an
    incident, and the other branches go on.
    """
    while steps := [token for token in running.tokens() if _may_run(running, token)]:
        for token in steps:
            if _may_run(running, token):
                _run_step(running, token)


def make_call(running: Running, token: Any, task_id: int | None = None) -> Call:
    """What an operator is told."""
    row = running.row
    return Call(
        session=running.session, actor=running.actor, clock=running.clock, instance_id=row.id,
        definition_id=row.definition_id, scheme=row.scheme, element_id=element_of(token), subject=row.subject,
        group=row.group_key, data=token.data, task_id=task_id,
    )  # fmt: skip


def _may_run(running: Running, token: Any) -> bool:
    if token.state != TaskState.READY or token.task_spec.manual or token.id in running.books.stuck:
        return False
    return all(token is not failed for failed, _ in running.failures)


def _run_step(running: Running, token: Any) -> None:
    is_operator = isinstance(token.task_spec, ServiceTaskMixin)
    if isinstance(token.task_spec, MultiInstanceTask) and token.task_spec.input_item is not None:
        token.data.pop(token.task_spec.input_item.bpmn_id, None)  # left over, it would forbid a second round
    if not running.lenient:
        _run_operator(running, token) if is_operator else token.run()
        return
    try:
        if is_operator:
            with running.session.begin_nested():
                _run_operator(running, token)
        else:
            token.run()
    except OperationalError:
        raise  # the database, not the step: the whole job is tried again
    except Exception as error:  # noqa: BLE001 whatever a step raises, the instance waits before it
        token._set_state(TaskState.READY)  # noqa: SLF001 SpiffWorkflow may have marked it as failed
        running.failures.append((token, error))


def _run_operator(running: Running, token: Any) -> None:
    """Call the operator that the diagram names; what it returns is merged into the data."""
    config = running.definition.elements[element_of(token)]
    operator = engine_of(running.session).operators[config.operator]
    script_engine = running.definition.script_engine
    parameters = {name: script_engine.evaluate(token, text) for name, text in config.parameters.items()}
    result = operator(make_call(running, token), **parameters)
    token.data.update(result or {})
    token.complete()
