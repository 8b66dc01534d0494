"""Decisions of a deployed definition: the tables it started with, whatever lies in the folder today."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import Session

from app.engine.engine import engine_of
from app.feel import DecisionModel, DecisionResult
from app.kernel.errors import NotFound


def evaluate(
    session: Session, definition_id: str, decision_id: str, inputs: Mapping[str, object]
) -> DecisionResult:
    """The result and its trace; money goes in as Decimal. Raises NotFound `decision_not_found`."""
    return find_model(session, definition_id, decision_id).evaluate(decision_id, inputs)


def find_model(session: Session, definition_id: str, decision_id: str) -> DecisionModel:
    """The model that holds the decision, for callers who evaluate thousands of rows."""
    definition = engine_of(session).definition(session, definition_id)
    for model in definition.models:
        if decision_id in model.decisions:
            return model
    raise NotFound(f"没有决策表 {decision_id}", code="decision_not_found", decision=decision_id)
