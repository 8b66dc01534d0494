"""Row 3: the SQL statements of one completion, counted at the database's cursor, BEGIN included and COMMIT not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, event

from tests.bench.completion import complete
from tests.bench.place import FIVE, Place, has_postgresql, open_place
from tests.bench.report import Line
from tests.bench.scale import Scale

_GOAL = 15
_RAW = 3  # BEGIN, SELECT the state, UPDATE it


def measure(scale: Scale) -> list[Line]:
    kinds = ["SQLite", "PostgreSQL"] if has_postgresql() else ["SQLite"]
    return [_count(kind) for kind in kinds]


def _count(kind: str) -> Line:
    with open_place(kind) as place:
        counts = {step: _complete_one(place, step, login, subject) for step, login, subject in _steps(place)}
    most = max(counts.values())
    return Line(
        3, f"SQL statements a completion, most of five ({kind})", str(most), f"{_RAW}", most / _RAW, "<= 15",
        most <= _GOAL, {"statements": counts},
    )  # fmt: skip


def _steps(place: Place) -> Iterator[tuple[str, str, str]]:
    [warm, counted] = place.start("five_tasks", 2)
    for step, login in FIVE:
        complete(place, login, place.open_tasks(step, [warm])[0])
        yield step, login, counted


def _complete_one(place: Place, step: str, login: str, subject: str) -> int:
    [task_id] = place.open_tasks(step, [subject])
    with counted_statements(place.database.engine) as said:
        complete(place, login, task_id)
    return len(said)


@contextmanager
def counted_statements(engine: Engine) -> Iterator[list[str]]:
    """Every statement that a cursor is given meanwhile."""
    said: list[str] = []

    def note(_connection, _cursor, statement, *_rest):
        said.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(engine, "before_cursor_execute", note)
