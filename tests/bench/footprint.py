"""Row 6: what a finished case leaves behind: state, history and task rows with their indexes."""

from __future__ import annotations

from tests.bench.bare import Bare
from tests.bench.completion import complete
from tests.bench.place import FIVE, SCHEME, Place, has_postgresql, open_place
from tests.bench.report import Line
from tests.bench.scale import Scale

_GOAL = 12 * 1024
_TABLES = ("process_instance", "task", "audit", "task_comment", "task_draft", "subscription", "job", "job_done")


def measure(scale: Scale) -> list[Line]:
    kinds = ["SQLite", "PostgreSQL"] if has_postgresql() else ["SQLite"]
    return [_weigh(kind, scale.finished) for kind in kinds]


def _weigh(kind: str, count: int) -> Line:
    with open_place(kind) as place:
        before = _size(place)
        subjects = place.start("five_tasks", count)
        for step, login in FIVE:
            for task_id in place.open_tasks(step, subjects):
                complete(place, login, task_id)
        ours = (_size(place) - before) / count
        raw = _weigh_bare(place, count)
    return Line(
        6, f"bytes a finished case, indexes included ({kind})", f"{ours / 1024:.1f} KB", f"{raw / 1024:.1f} KB stock",
        ours / raw, "<= 12 KB", ours <= _GOAL, {"bytes": ours, "raw_bytes": raw, "cases": count},
    )  # fmt: skip


def _size(place: Place) -> int:
    """Bytes of the pages in use after vacuuming; on PostgreSQL of the engine's tables and their indexes."""
    if place.kind == "PostgreSQL":
        for table in _TABLES:
            place.administer(f"VACUUM FULL {table}")
        return sum(place.administer(f"SELECT pg_total_relation_size('{table}')")[0][0] for table in _TABLES)
    place.administer("VACUUM")
    [[pages]], [[size]] = place.administer("PRAGMA page_count"), place.administer("PRAGMA page_size")
    return pages * size


def _weigh_bare(place: Place, count: int) -> float:
    """The stock tokens and one short history row a step, in SQLite."""
    diagram = place.folder / f"resources/bpmn/{SCHEME}/five_tasks.bpmn"
    bare = Bare(place.folder, diagram, "five_tasks", lean=False, history=True)
    bare.start_many(range(count))
    for n in range(count):
        for _ in FIVE:
            bare.complete(n)
    bare.connection.execute("VACUUM")
    [pages], [size] = (bare.connection.execute(f"PRAGMA {what}").fetchone() for what in ("page_count", "page_size"))
    bare.close()
    return pages * size / count
