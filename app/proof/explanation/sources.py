"""Where a rule stands: quotes cut out of annotations, with document and clause in full."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from app.engine.schemes import find_resource

_QUOTED = re.compile(r"(?P<quotes>(?:『[^』]+』\s*)*)\[(?P<tag>S\d+)\s*(?P<clause>[^\]]*)\]")
_DEFAULT = re.compile(r"A-[A-Z]{2,4}-\d+")


@dataclass(frozen=True)
class Source:
    """`quote` is verbatim; a `clause` begins with the annex where there is one."""

    tag: str
    document: str
    standing: str
    clause: str
    quote: str | None

    @property
    def words(self) -> str:
        """`《…》附件3 二：『…』`."""
        if not self.tag:
            return f"{self.document}：{self.clause}"
        return f"《{self.document}》（{self.standing}）{self.place}"

    @property
    def place(self) -> str:
        """`附件3 二：『…』`, for who has named the document already."""
        return self.clause if self.quote is None else f"{self.clause}：『{self.quote}』"


class Library:
    """The documents by their tags, and the clauses of rules that stand in no table."""

    def __init__(self, documents: Mapping[str, Mapping[str, Any]], clauses: Mapping[str, str]) -> None:
        self._documents = documents
        self._clauses = clauses

    def find(self, texts: Iterable[str]) -> list[Source]:
        """Every source named in the texts, once."""
        found: dict[Source, None] = {}
        for text in texts:
            for match in _QUOTED.finditer(text):
                quotes = re.findall(r"『([^』]+)』", match["quotes"]) or [None]
                found.update(dict.fromkeys(self._source(match, quote) for quote in quotes))
        return list(found)

    def clause(self, rule: str) -> str:
        """The annotation of a rule without a table, like `shortfall`; empty where the scheme names none."""
        return self._clauses.get(rule, "")

    def _source(self, match: re.Match[str], quote: str | None) -> Source:
        document = self._documents.get(match["tag"], {})
        clause = match["clause"].strip()
        for annex, title in document.get("annexes", {}).items():
            if clause.startswith(annex):
                clause = f"{annex}《{title}》{clause.removeprefix(annex)}"
        return Source(match["tag"], document.get("title", match["tag"]), document.get("standing", ""), clause, quote)


def own_reading(text: str) -> Source:
    """A rule that no document says in words: our reading, with its id in the text."""
    return Source("", "本系统的约定", "", text, None)


def print_source(source: Source) -> dict[str, Any]:
    """`{tag, document, standing, clause, quote, place, words}`."""
    return asdict(source) | {"place": source.place, "words": source.words}


def defaults_in(texts: Iterable[str]) -> list[str]:
    """Ids of our own readings of an unclear text, like A-GEN-1."""
    return sorted({name for text in texts for name in _DEFAULT.findall(text)})


def load_library(resources: Path, scheme: str) -> Library:
    """`documents.json` and `clauses.json`, the scheme's own over the common; an unknown tag stands for itself."""
    found = [find_resource(resources, "bpmn", scheme, name) for name in ("documents.json", "clauses.json")]
    documents, clauses = ({} if path is None else _read(path) for path in found)
    return Library(documents, clauses)


@lru_cache(maxsize=32)
def _read(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content
