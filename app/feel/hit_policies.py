"""From the rows that hit to the table's result, a function for each hit policy (DMN 1.5, 8.2.10)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from app.feel.builtins_statistics import largest, smallest, total
from app.feel.errors import FeelEvaluationError, HitPolicyViolated
from app.feel.values import same


class Hit(NamedTuple):
    """A row that hit, 1-based, and what it gives."""

    row: int
    value: object


Ranking = Callable[[Hit], list[int]]
Policy = Callable[[str, Sequence[Hit], Ranking], object]


def unique(table: str, hits: Sequence[Hit], _: Ranking) -> object:
    if len(hits) > 1:
        raise HitPolicyViolated(table, "UNIQUE", [hit.row for hit in hits])
    return hits[0].value


def any_agreeing(table: str, hits: Sequence[Hit], _: Ranking) -> object:
    if not all(same(hit.value, hits[0].value) for hit in hits):
        raise HitPolicyViolated(table, "ANY", [hit.row for hit in hits])
    return hits[0].value


def first(_table: str, hits: Sequence[Hit], _: Ranking) -> object:
    return hits[0].value


def priority(_table: str, hits: Sequence[Hit], ranking: Ranking) -> object:
    return min(hits, key=ranking).value


def output_order(_table: str, hits: Sequence[Hit], ranking: Ranking) -> object:
    return [hit.value for hit in sorted(hits, key=ranking)]


def every(_table: str, hits: Sequence[Hit], _: Ranking) -> object:
    return [hit.value for hit in hits]


def _aggregated(aggregate: Callable[[list[object]], object]) -> Policy:
    def collect(table: str, hits: Sequence[Hit], _: Ranking) -> object:
        values = [hit.value for hit in hits]
        if any(isinstance(value, dict) for value in values):
            raise FeelEvaluationError(f"决策表“{table}”有多个输出，不能汇总")
        return aggregate(values)

    return collect


COUNT = "COLLECT COUNT"
POLICIES: dict[str, Policy] = {
    "UNIQUE": unique,
    "ANY": any_agreeing,
    "FIRST": first,
    "PRIORITY": priority,
    "OUTPUT ORDER": output_order,
    "RULE ORDER": every,
    "COLLECT": every,
    "COLLECT SUM": _aggregated(total),
    "COLLECT MIN": _aggregated(smallest),
    "COLLECT MAX": _aggregated(largest),
    COUNT: lambda _table, hits, _: len(hits),
}
SHORT = {"U": "UNIQUE", "A": "ANY", "F": "FIRST", "P": "PRIORITY", "O": "OUTPUT ORDER", "R": "RULE ORDER",
         "C": "COLLECT", "C#": COUNT, "C+": "COLLECT SUM", "C<": "COLLECT MIN", "C>": "COLLECT MAX"}  # fmt: skip
LISTS = frozenset({"OUTPUT ORDER", "RULE ORDER", "COLLECT"})
