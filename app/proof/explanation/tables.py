"""What a stored trace says in numbers, told with the texts of the tables it names by their hash."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from app.engine.catalogue import get_definition
from app.engine.decisions import find_model
from app.feel import Decision
from app.meetings.assessing import DECISION
from app.proof.explanation.sources import Library, defaults_in, print_source

_OF_TABLE = 5  # [decision, result, inputs, rows tried, rows hit]; others have the first two


@dataclass(frozen=True)
class Teller:
    """Tells decisions to one reader: `names` of categories, and those `hidden` (None: nothing is).

    A table that reads the hidden categories says only its result: which row hit would name them.
    """

    library: Library
    names: Mapping[str, str]
    hidden: Sequence[str] | None

    def tell(self, session: Session, trace: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Each decision with its value; of a table the inputs, the rows tried, the rows hit and what they rest on."""
        decisions = find_model(session, trace["definition"], DECISION).decisions
        return [self._decision(decisions[entry[0]], entry) for entry in trace["decisions"]]

    def _decision(self, decision: Decision, entry: Sequence[Any]) -> dict[str, Any]:
        texts, rows = [_description(decision)], None
        if len(entry) == _OF_TABLE and (self.hidden is None or list(self.hidden) not in entry[2]):
            rows = self._rows(decision, entry)
            texts += [text for row in rows["hit"] for text in row["annotations"].values()]
        return {
            "decision": decision.id,
            "label": decision.element.get("label") or decision.name,
            "result": self._say(entry[1]),
            "rows": rows,
            "sources": [print_source(source) for source in self.library.find(texts)],
            "defaults": defaults_in(texts),
        }

    def _rows(self, decision: Decision, entry: Sequence[Any]) -> dict[str, Any]:
        _, _, values, tried, hit = entry
        labels = [label for label, _ in decision.table.inputs] if decision.table else []
        rules = {rule.number: rule for rule in decision.rules}
        inputs = zip(labels, values, strict=True)
        return {
            "hit_policy": decision.table.hit_policy if decision.table else "",
            "inputs": [{"label": label, "value": self._say(value)} for label, value in inputs],
            "tried": [{"row": number, "failed": [labels[n - 1] for n in failed]} for number, *failed in tried],
            "hit": [
                {"row": number, "outputs": list(rules[number].outputs), "annotations": rules[number].annotations}
                for number in hit
            ],
        }

    def _say(self, value: Any) -> str:
        if value is None:
            return "无"
        if isinstance(value, bool):
            return "是" if value else "否"
        if isinstance(value, list):
            return "、".join(self._say(item) for item in value)
        return self.names.get(str(value), str(value))


def tell_definition(session: Session, trace: Mapping[str, Any]) -> dict[str, Any]:
    """Which version of which file decided."""
    row = get_definition(session, trace["definition"])
    file = find_model(session, trace["definition"], DECISION).source
    return {"id": row.id, "version": row.version, "file": file, "file_hash": row.content[file]}


def _description(decision: Decision) -> str:
    text: str | None = decision.element.findtext("{*}description")
    return text or ""
