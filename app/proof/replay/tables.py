"""The tables that a round used: the stored bytes against the hashes that name them, then loaded afresh."""

from __future__ import annotations

import hashlib

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.engine.models import Definition, DefinitionBlob
from app.feel import DecisionModel, load_decisions
from app.meetings.assessing import DECISION, definition_of
from app.proof.replay.comparing import Comparison
from app.rounds.models import Round


def load_table(session: Session, round_: Round, comparison: Comparison) -> DecisionModel | None:
    """The model with the decision `assessment`, from bytes that are what they were; None when they are not.

    Not the engine's cached one: a process that has run for weeks would not see that a table was changed.
    """
    definition = session.get_one(Definition, definition_of(session, round_))
    query = select(DefinitionBlob.hash, DefinitionBlob.content)
    blobs = dict(session.execute(query.where(DefinitionBlob.hash.in_(definition.content.values()))).all())
    lines = [f"{name} {digest}" for name, digest in sorted(definition.content.items())]
    named = "\n".join([definition.scheme, definition.process_key, *lines])
    whole = comparison.compare("流程版本", "哈希", definition.id, hashlib.sha256(named.encode()).hexdigest())
    for name, digest in sorted(definition.content.items()):
        found = hashlib.sha256(blobs[digest]).hexdigest() if digest in blobs else "文件缺失"
        whole &= comparison.compare(f"文件 {name}", "哈希", digest, found)
    return _find(definition, blobs) if whole else None


def _find(definition: Definition, blobs: dict[str, bytes]) -> DecisionModel:
    for name, digest in definition.content.items():
        if name.startswith("dmn/"):
            model = load_decisions(blobs[digest], source=name)
            if DECISION in model.decisions:
                return model
    raise LookupError(f"definition {definition.id} has no decision {DECISION}, although it ran")
