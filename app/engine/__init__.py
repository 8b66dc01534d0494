"""The workflow engine: BPMN over SpiffWorkflow for any approval process; knows nothing about subsidies."""

from app.engine.engine import Engine, engine_of

__all__ = ["Engine", "engine_of"]
