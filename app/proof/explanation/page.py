"""The explanation as one printable A4 page: no script, its style under the reply's own nonce."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from importlib.resources import files
from itertools import groupby
from typing import Any

from jinja2 import Environment, StrictUndefined, Template

_NUMBER = re.compile(r"-?\d+(\.\d+)?\Z")


def print_page(told: Mapping[str, Any], nonce: str) -> str:
    """Everything escaped; the ID number is masked already."""
    parts = [(part, list(rows)) for part, rows in groupby(told["sentences"], key=lambda row: row["part"])]
    numbers, documents = _number(told)
    return _template().render(
        told=told, parts=parts, numbers=numbers, documents=documents, nonce=nonce, style=_read("explanation.css")
    )


def _number(told: Mapping[str, Any]) -> tuple[dict[str, int], dict[str, list[Mapping[str, Any]]]]:
    """({source in words: its number on the page}, {document: its sources}), in the order in which they are named."""
    documents: dict[str, list[Mapping[str, Any]]] = {}
    seen: set[str] = set()
    for source in (source for row in told["sentences"] for source in row["sources"]):
        if source["words"] not in seen:
            seen.add(source["words"])
            documents.setdefault(source["words"].removesuffix(source["place"]).rstrip("："), []).append(source)
    ordered = [source["words"] for sources in documents.values() for source in sources]
    return {words: n for n, words in enumerate(ordered, 1)}, documents


@lru_cache(maxsize=1)
def _template() -> Template:
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["figure"] = _figure
    return environment.from_string(_read("explanation.html"))


def _figure(text: str) -> str:
    """A number with separators, digit for digit; any other result as it is."""
    return f"{Decimal(text):,}" if _NUMBER.match(text) else text


def _read(name: str) -> str:
    return files("app.proof").joinpath("explanation", name).read_text(encoding="utf-8")
