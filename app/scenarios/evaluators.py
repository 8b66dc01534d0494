"""How the rows are computed: in whole fen where the round's table has that form, else by the table itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from sqlalchemy.orm import Session

from app.feel import DecisionModel
from app.kernel.money import from_fen, to_fen
from app.meetings.assessing import Assessment, assess, table_of
from app.meetings.rules import Terms, Tier
from app.scenarios.rules import Claim, wanted_amounts
from app.scenarios.sheet import Line, Sheet

Evaluate = Callable[[Terms], list[int | None]]
_SPOT = 8  # rows of the list itself that each candidate is compared on
_LINE, _CAP = Decimal("10000.00"), Decimal("20000.00")
_ODD = Decimal("0.3333")
# one of each form, with and without a cap, and sums just beside their edges
_TERMS = (
    Terms("excess", _LINE, _ODD, _CAP),
    Terms("whole", _LINE, Decimal("0.6"), None),
    Terms("tiers", None, None, _CAP, (Tier(_LINE, 3 * _LINE, _ODD), Tier(3 * _LINE, None, Decimal("0.55")))),
)
_EDGES = "0.00 10000.00 10000.01 12345.67 30000.01 70006.00 70006.01 999999.99"
_SUMS = tuple(Decimal(amount) for amount in _EDGES.split())
_COSTS = (Decimal("1000000.00"), Decimal("3000000.00"))


@dataclass(frozen=True)
class _Subject:
    """What the table reads of a row; it is its own person."""

    person_id: int
    categories: tuple[str, ...]
    total_cost: Decimal
    self_paid: Decimal | None
    eligible: bool = True


class Evaluators:
    """The computations over one list; `by_table` says whether the last candidate needed the table for each row."""

    def __init__(self, session: Session, sheet: Sheet) -> None:
        self._model = table_of(session, sheet.round_)
        self._year = sheet.round_.cost_year
        self._lines = sheet.lines
        held = {_held(line) for line in sheet.lines}
        self._formed = all(follows_terms(self._model, self._year, categories) for categories in held)
        paying = {categories: is_paid(self._model, self._year, categories) for categories in held}
        self._claims = [Claim(line.self_paid, line.already_paid, paying[_held(line)]) for line in sheet.lines]

    def choose(self, terms: Terms) -> tuple[Evaluate, bool]:
        """(computation for terms like these, whether the table is evaluated for each row)."""
        if self._formed and self._agree_on_some(terms):
            return (lambda tried: wanted_amounts(tried, self._claims)), False
        return (lambda tried: _by_table(self._model, self._year, tried, self._lines)), True

    def _agree_on_some(self, terms: Terms) -> bool:
        step = max(len(self._lines) // _SPOT, 1)
        fast = wanted_amounts(terms, self._claims[::step])
        return fast == _by_table(self._model, self._year, terms, self._lines[::step])


@lru_cache(maxsize=1024)
def follows_terms(model: DecisionModel, cost_year: int, categories: tuple[str, ...]) -> bool:
    """Whether the table computes what `wanted_amounts` does for people of these categories.

    Tried on one standard of each form at its edges, with other costs and with money paid before: no table is
    trusted by its name, and one that looks at anything else differs on some of them.
    """
    paid = is_paid(model, cost_year, categories)
    subjects = [_Subject(n, categories, _COSTS[n % 2], amount) for n, amount in enumerate(_SUMS)]
    already = {n: Decimal(3000) for n in range(0, len(_SUMS), 3)}
    claims = [Claim(to_fen(s), to_fen(already.get(n, Decimal(0))), paid) for n, s in enumerate(_SUMS)]
    return all(
        _amounts(assess(model, cost_year, terms, subjects, already)) == wanted_amounts(terms, claims)
        for terms in _TERMS
    )


@lru_cache(maxsize=1024)
def is_paid(model: DecisionModel, cost_year: int, categories: tuple[str, ...]) -> bool:
    """Whether the table pays people of these categories at all."""
    subject = _Subject(0, categories, _COSTS[0], _SUMS[-1])
    return assess(model, cost_year, _TERMS[0], [subject], {})[0].eligible


def _by_table(model: DecisionModel, cost_year: int, terms: Terms, lines: Sequence[Line]) -> list[int | None]:
    subjects = [
        _Subject(line.person_id, line.categories, from_fen(line.total_cost), from_fen(line.self_paid), line.eligible)
        for line in lines
    ]
    already: Mapping[int, Decimal] = {line.person_id: from_fen(line.already_paid) for line in lines}
    return _amounts(assess(model, cost_year, terms, subjects, already))


def _amounts(assessed: Sequence[Assessment]) -> list[int | None]:
    return [to_fen(a.amount) if a.eligible else None for a in assessed]


def _held(line: Line) -> tuple[str, ...]:
    """The categories that count: none for a row that the round itself has found not eligible."""
    return line.categories if line.eligible else ()
