"""Decisions of a deployed definition: the tables it started with, whatever lies in the folder today."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from lxml import etree
from sqlalchemy.orm import Session

from app.engine.engine import engine_of
from app.engine.specs import read_xml
from app.feel import DecisionModel, DecisionResult
from app.kernel.errors import NotFound

_CITES = re.compile(r"\[[^\]]+\]|《[^》]+》")  # [document clause], or a document by its name


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


def describe_table(file: str, content: bytes) -> dict[str, Any]:
    """A DMN document for a reader: its decisions by their labels, its sources (annotations that cite), itself."""
    root = read_xml(content)
    decisions = [
        {"id": node.get("id"), "name": node.get("label") or node.get("name") or node.get("id")}
        for node in root.iterfind("{*}decision")
    ]
    cited = [text for node in root.iterfind(".//{*}annotationEntry/{*}text") if _CITES.search(text := node.text or "")]
    return {
        "file": file,
        "name": root.get("name") or file,
        "decisions": decisions,
        "sources": list(dict.fromkeys(cited)),
        "xml": str(etree.tostring(root, encoding="unicode")),
    }
