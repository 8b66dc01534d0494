"""The Python behind the diagrams of policy finds people; runs inside the engine's transaction and never commits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.alerts.alerts import close_alert, decide_no, dispatch, screen
from app.alerts.measures import answer_measure, start_measures
from app.alerts.prefill import prefill_alert, prefill_application, prefill_measure, prefill_recognition, prefill_visit
from app.alerts.raising import BULK_KIND
from app.alerts.recognition import record_application, record_recognition_result
from app.alerts.starting import start_alert, start_alerts
from app.alerts.surveys import judge, record_survey
from app.engine.bulk import Together

OPERATORS: dict[str, Callable[..., Any]] = {
    "alerts.prefill_alert": prefill_alert,
    "alerts.prefill_visit": prefill_visit,
    "alerts.prefill_application": prefill_application,
    "alerts.prefill_recognition": prefill_recognition,
    "alerts.prefill_measure": prefill_measure,
    "alerts.screen": screen,
    "alerts.dispatch": dispatch,
    "alerts.record_survey": record_survey,
    "alerts.judge": judge,
    "alerts.record_application": record_application,
    "alerts.record_recognition": record_recognition_result,
    "alerts.decide_no": decide_no,
    "alerts.start_measures": start_measures,
    "alerts.answer_measure": answer_measure,
    "alerts.close_alert": close_alert,
}
BULK_HANDLERS: dict[str, Callable[..., Any]] = {BULK_KIND: Together(start_alert, start_alerts)}
