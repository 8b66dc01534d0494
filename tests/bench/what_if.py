"""Row 7: a what-if over 10,000 people: the list read, computed and reported, one candidate and five.

Raw is the decision table asked once a row for one candidate, without reading anything.
"""

from __future__ import annotations

import random

from app.meetings.assessing import assess_cases
from app.meetings.standards import listed_cases
from app.rounds.models import Round
from app.scenarios.candidates import Candidate, read_candidates
from app.scenarios.reports import report
from app.scenarios.trying import compare_candidates
from tests.bench.fan_out import Town, open_town
from tests.bench.report import Line
from tests.bench.scale import Scale
from tests.bench.timing import Stopwatch

_GOAL = 1.0
_RUNS = 3
_PLAIN = {"threshold": "10000.00", "cap": "20000.00"}
_FIVE = (
    {**_PLAIN, "ratio": "0.60"},
    {**_PLAIN, "ratio": "0.55", "shortfall_rule": "pro_rata"},
    {"tiers": [{"over": "10000.00", "up_to": "40000.00", "ratio": "0.5"}, {"over": "40000.00", "ratio": "0.7"}]},
    {**_PLAIN, "solve": "ratio"},
    {"ratio": "0.60", "cap": "20000.00", "solve": "threshold"},
)


def measure(scale: Scale) -> list[Line]:
    people = 2 * scale.fan_out
    with open_town(people) as town:
        _spread_out(town)
        one, five = (_ask(town, read_candidates(forms)) for forms in (_FIVE[:1], _FIVE))
        raw = _ask_the_table(town)
    return [_line(f"what-if, {people:,} people, 1 candidate", one, raw), _line("the same, 5 candidates", five, raw)]


def _spread_out(town: Town) -> None:
    """Sums as they come in life, so that each row is one of its own."""
    chance = random.Random(7)  # noqa: S311 sums, not secrets
    with town.database.writing() as session:
        for case in listed_cases(session, town.eve.round_id):
            case.self_paid = case.self_paid * 0 + chance.randrange(10_000, 120_000)
        session.commit()


def _ask(town: Town, candidates: list[Candidate]) -> Stopwatch:
    """Everything that the request does but HTTP; the round's own standard comes on top of the candidates."""
    watch = Stopwatch()
    for _ in range(_RUNS):
        with watch.lap(), town.database.reading() as session:
            round_ = session.get_one(Round, town.eve.round_id)
            shown = report(compare_candidates(session, round_, candidates))
        assert not any(trial.by_table for trial in shown.candidates), "the table was asked row by row"
    return watch


def _ask_the_table(town: Town) -> Stopwatch:
    watch = Stopwatch()
    with town.database.reading() as session:
        round_, cases = session.get_one(Round, town.eve.round_id), listed_cases(session, town.eve.round_id)
        [candidate] = read_candidates(_FIVE[:1])
        with watch.lap():
            assess_cases(session, round_, candidate.terms, cases, {}, explain=False)
    return watch


def _line(what: str, ours: Stopwatch, raw: Stopwatch) -> Line:
    seconds, floor = ours.mean / 1000, raw.mean / 1000
    figures = {"seconds": seconds, "cpu_seconds": ours.cpu / 1000, "raw_seconds": floor}
    return Line(7, what, f"{seconds:.2f} s", f"{floor:.2f} s", seconds / floor, "<= 1 s", seconds <= _GOAL, figures)
