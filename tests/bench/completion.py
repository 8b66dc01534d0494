"""Row 1: completing a human task in process with state, inbox and audit saved, on SQLite with synchronous=FULL."""

from __future__ import annotations

from functools import partial

from app.engine.tasks import complete_task
from app.kernel.dates import system_clock
from tests.bench.bare import Bare
from tests.bench.place import FIVE, SCHEME, Place, open_place
from tests.bench.report import Line
from tests.bench.scale import Scale
from tests.bench.timing import Stopwatch

_GOAL_MS, _GOAL_RATIO = 2.0, 3.0


def measure(scale: Scale) -> list[Line]:
    """Ours, the lean floor and the stock one take turns, instance by instance, so that noise meets all three."""
    ours, lean, stock = Stopwatch(), Stopwatch(), Stopwatch()
    with open_place("SQLite") as place:
        diagram = place.folder / f"resources/bpmn/{SCHEME}/five_tasks.bpmn"
        floors = [(lean, Bare(place.folder, diagram, "five_tasks")),
                  (stock, Bare(place.folder, diagram, "five_tasks", lean=False))]  # fmt: skip
        _, subjects = place.start("five_tasks", 5), place.start("five_tasks", scale.instances)
        for _, bare in floors:
            bare.start_many(range(scale.instances))
        for step, login in FIVE:
            for n, task_id in enumerate(place.open_tasks(step, subjects)):
                ours.run(partial(complete, place, login, task_id))
                for watch, bare in floors:
                    watch.run(partial(bare.complete, n))
        for _, bare in floors:
            assert bare.all_ended(), "the floor did not come to its end"
            bare.close()
    return [_line(ours, lean, stock)]


def complete(place: Place, login: str, task_id: int) -> None:
    """One completion as a request makes it: a session of its own, one commit."""
    with place.database.writing() as session:
        complete_task(session, place.actor(login), system_clock, task_id, {"approved": True})


def _line(ours: Stopwatch, lean: Stopwatch, stock: Stopwatch) -> Line:
    ratio = ours.mean / lean.mean
    return Line(
        1, "completion in process, mean (five tasks, SQLite, FULL)",
        f"{ours.mean:.2f} ms (p50 {ours.p50:.2f}, CPU {ours.cpu:.2f})",
        f"{lean.mean:.2f} ms lean (CPU {lean.cpu:.2f}), {stock.mean:.2f} stock", ratio, "<= 2.0 ms, <= 3 x",
        ours.mean <= _GOAL_MS and ratio <= _GOAL_RATIO,
        {
            "mean_ms": ours.mean, "p50_ms": ours.p50, "p99_ms": ours.percentile(0.99), "cpu_ms": ours.cpu,
            "lean_ms": lean.mean, "lean_p50_ms": lean.p50, "lean_cpu_ms": lean.cpu, "stock_ms": stock.mean,
            "stock_cpu_ms": stock.cpu, "completions": len(ours.seconds),
        },
    )  # fmt: skip
