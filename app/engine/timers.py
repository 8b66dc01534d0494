"""Timers drawn in a diagram become jobs: our calendar counts their days, our clock decides when they are due."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from SpiffWorkflow.bpmn.specs.event_definitions.base import EventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimerEventDefinition
from SpiffWorkflow.bpmn.util import BpmnEvent
from sqlalchemy.orm import Session

from app.engine.calendar import calendar_of, read_time
from app.engine.jobs import clock_of
from app.engine.running import Running, element_of, lock_instance
from app.kernel.actors import SYSTEM
from app.kernel.dates import SHANGHAI
from app.kernel.errors import Conflict


class CalendarTimer(EventDefinition):  # type: ignore[misc]  # SpiffWorkflow ships no types
    """In place of SpiffWorkflow's timers, which ask `datetime.now` and count calendar days."""

    def __init__(self, name: str, expression: str) -> None:
        super().__init__(name)
        self.expression = expression

    def __eq__(self, other: object) -> bool:
        return self is other

    __hash__ = object.__hash__


def replace_timers(spec: Any) -> None:
    """Put our timers into a freshly compiled process (in place; twice does nothing)."""
    for task_spec in spec.task_specs.values():
        event = getattr(task_spec, "event_definition", None)
        if isinstance(event, TimerEventDefinition):
            task_spec.event_definition = CalendarTimer(task_spec.name, event.expression)
        several = getattr(event, "event_definitions", [])
        for n, one in enumerate(several):
            if isinstance(one, TimerEventDefinition):
                several[n] = CalendarTimer(f"{task_spec.name}_{n}", one.expression)


def timer_due(running: Running, token: Any, timer: CalendarTimer) -> datetime:
    """When it goes off. The expression gives a date, an instant, or a duration whose days are working days."""
    value = running.definition.script_engine.evaluate(token, timer.expression)
    if isinstance(value, str):
        value = read_time(value)
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=SHANGHAI)
    if isinstance(value, date):
        return datetime.combine(value, time(), SHANGHAI)
    if not isinstance(value, timedelta):
        raise TypeError(f"timer {timer.name}: {type(value).__name__} is neither a date nor a duration")
    if value.days and not value.seconds:
        return calendar_of(running.session).due_instant(running.now(), value.days)
    return running.now() + value


def fire_timer(session: Session, payload: dict[str, Any]) -> None:
    """Job `engine.fire_timer`: the token goes on, unless it has gone already."""
    from app.engine.runtime import move_on  # noqa: PLC0415 the projection makes timers, running on projects

    try:
        running = lock_instance(session, SYSTEM, clock_of(session), payload["instance_id"], lenient=True)
    except Conflict:
        return  # ended meanwhile
    token = running.find_token(payload["node"])
    if token is None or payload["node"] not in running.books.waits:
        return
    definition = token.task_spec.event_definition
    timer = getattr(definition, "event_definitions", [definition])[payload["event"]]
    token.task_spec.catch(token, BpmnEvent(timer))
    token.task_spec._update(token)  # noqa: SLF001 what SpiffWorkflow does after catching
    move_on(running, "timer_fired", {"element": element_of(token)})
