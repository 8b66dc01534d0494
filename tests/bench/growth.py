"""Row 4: does a completion, or the inbox's first page, get slower when 200,000 other cases are open?"""

from __future__ import annotations

from collections import defaultdict
from contextlib import ExitStack
from functools import partial

from sqlalchemy import text

from app.engine.inbox import Filters, list_tasks
from tests.bench.background import DESKS, fill
from tests.bench.bare import Bare
from tests.bench.completion import complete
from tests.bench.place import SCHEME, Place, has_postgresql, open_place
from tests.bench.report import Line
from tests.bench.scale import Scale
from tests.bench.timing import Stopwatch

_COMPLETION, _INBOX = 1.1, 1.5
_PLAIN = "SELECT * FROM task WHERE holder_unit_id = {} AND state = 'open' ORDER BY due_at, id LIMIT 51"
_ROLES = {
    "grid_worker_1": "grid_worker", "clerk_1": "township_clerk", "liaison_mzj": "department_liaison",
    "ybj_officer": "ybj_officer",
}  # fmt: skip
Watches = dict[tuple[str, str, int], Stopwatch]  # (what, login, which place) -> its time


def measure(scale: Scale) -> list[Line]:
    kinds = ["SQLite", "PostgreSQL"] if has_postgresql() else ["SQLite"]
    return [line for kind in kinds for line in _grow(kind, scale)]


def _grow(kind: str, scale: Scale) -> list[Line]:
    """The small place and the large one take turns, case by case, so that noise meets both."""
    watches: Watches = defaultdict(Stopwatch)
    with ExitStack() as stack:
        places = [stack.enter_context(open_place(kind)) for _ in range(2)]
        for place, count in zip(places, (scale.small, scale.large), strict=True):
            fill(place, count)
        _warm(places)
        subjects = [place.start("four_desks", scale.measured) for place in places]
        floors = [_floor(place, count, scale.measured) for place, count in zip(places, (scale.small, scale.large),
                                                                              strict=True)]  # fmt: skip
        for step, (element, login) in enumerate(DESKS):
            tasks = [place.open_tasks(element, of) for place, of in zip(places, subjects, strict=True)]
            for n in range(scale.measured):
                for which, place in _in_turn(places, n):
                    watches["completion", login, which].run(partial(complete, place, login, tasks[which][n]))
                    watches["inbox", login, which].run(partial(read_inbox, place, login))
                    watches["plain", login, which].run(partial(_read_plainly, place, login))
                    if step == 0:
                        watches["floor", "", which].run(partial(floors[which].complete, n + 1))
        for floor in floors:
            floor.close()
    return [line for _, login in DESKS for line in _lines(kind, login, watches, scale)]


def read_inbox(place: Place, login: str) -> None:
    """The first page as the inbox reads it, in a session of its own."""
    with place.database.reading() as session:
        list_tasks(session, place.actor(login), Filters())


def _in_turn(places: list[Place], n: int) -> list[tuple[int, Place]]:
    """Now the one first, now the other: whoever comes second finds a warmer machine."""
    order = list(enumerate(places))
    return order if n % 2 else order[::-1]


def _warm(places: list[Place]) -> None:
    for place in places:
        subjects = place.start("four_desks", 10)
        for element, login in DESKS:
            for task_id in place.open_tasks(element, subjects):
                complete(place, login, task_id)
                read_inbox(place, login)


def _floor(place: Place, count: int, measured: int) -> Bare:
    """Bare states: those that are completed and, copied from the first, as many as there are open cases."""
    diagram = place.folder / f"resources/bpmn/{SCHEME}/four_desks.bpmn"
    bare = Bare(place.folder, diagram, "four_desks")
    bare.start_many(range(1, measured + 1))
    series = f"WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < {count})"
    copied = f"INSERT INTO state {series} SELECT {measured} + n, state FROM state, s WHERE id = 1"
    bare.connection.execute(copied)
    bare.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return bare


def _read_plainly(place: Place, login: str) -> None:
    """The same page without ORM: one SELECT on the desk's index."""
    [unit_id] = place.actor(login).unit_ids
    with place.database.reading() as session:
        session.connection().execute(text(_PLAIN.format(unit_id))).all()


def _lines(kind: str, login: str, watches: Watches, scale: Scale) -> list[Line]:
    role = _ROLES[login]
    grown = f"{_short(scale.small)} -> {_short(scale.large)} open"
    found = []
    for what, raw, raw_login, most in (("completion", "floor", "", _COMPLETION), ("inbox", "plain", login, _INBOX)):
        (small, large), (raw_small, raw_large) = (
            [watches[name, who, which].p50 for which in (0, 1)] for name, who in ((what, login), (raw, raw_login))
        )
        label = f"{what} p50, {grown}, {role} ({kind})"
        found.append(Line(
            4, label, f"{small:.2f} -> {large:.2f} ms", f"{raw_small:.2f} -> {raw_large:.2f} ms", large / small,
            f"<= {most} x", large / small <= most,
            {"small_ms": small, "large_ms": large, "raw_small_ms": raw_small, "raw_large_ms": raw_large},
            f"{what} {kind}",
        ))  # fmt: skip
    return found


def _short(count: int) -> str:
    return f"{count // 1000}k" if count >= 1000 else str(count)
