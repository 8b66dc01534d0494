"""Hundreds of thousands of open cases, copied inside the database from a few real ones: instance, task, history."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from app.access.models import Audit
from app.engine.models import INSTANCES, TASKS
from tests.bench.completion import complete
from tests.bench.place import Place

DESKS = [("visit", "grid_worker_1"), ("check", "clerk_1"), ("file", "liaison_mzj"), ("decide", "ybj_officer")]
_TABLES = {table.name: [column.name for column in table.c] for table in (INSTANCES, TASKS, Audit.__table__)}
_LATER = {  # due dates are spread over two months
    "sqlite": "strftime('%Y-%m-%d %H:%M:%S.000000', due_at, '+' || (n % 60) || ' days')",
    "postgresql": "due_at + (n % 60) * interval '1 day'",
}


@dataclass(frozen=True)
class Desk:
    """One unit's share of the open cases, in thousandths; `element` is the task they wait at."""

    element: str
    unit: str
    share: int


def desks_of(place: Place) -> list[Desk]:
    """As in a county: most wait for visits; the measured desks hold more than a page even at a thousand."""
    grids = [f"g{n}" for n in range(2, len(place.county.grids) + 1)]
    liaisons = ["ybj", "cszh", "hszh", "cl", "tyjrj", "zgh", "fl", "nyncj"]
    return [
        Desk("visit", "g1", 80), *(Desk("visit", unit, 30) for unit in grids), Desk("check", "t1", 80),
        Desk("check", "t2", 75), Desk("check", "t3", 75), Desk("file", "mzj", 80),
        *(Desk("file", unit, 10) for unit in liaisons), Desk("decide", "ybj", 200),
    ]  # fmt: skip


def fill(place: Place, count: int) -> int:
    """So many open cases more; how many there are."""
    models = _make_models(place)
    made = 0
    with place.database.engine.begin() as connection:
        for desk in desks_of(place):
            share = count * desk.share // 1000
            unit_id = place.county.units[desk.unit].id
            _copy(connection, models[desk.element], f"bg:{desk.unit}", unit_id, share)
            made += share
    _settle(place)
    return made


def _make_models(place: Place) -> dict[str, int]:
    """A real instance waiting at each desk: element -> instance id."""
    found = {}
    for n, (element, _) in enumerate(DESKS):
        [subject] = place.start("four_desks", 1)
        for before, login in DESKS[:n]:
            complete(place, login, place.open_tasks(before, [subject])[0])
        with place.database.engine.connect() as connection:
            found[element] = connection.scalar(select(INSTANCES.c.id).where(INSTANCES.c.subject == subject))
    return found


def _copy(connection: Connection, model: int, subject: str, unit_id: int, count: int) -> None:
    first = connection.scalar(select(func.max(INSTANCES.c.id))) or 0
    same = {"subject": f"'{subject}:' || n"}
    _insert(connection, "process_instance", count, {**same, "id": f"{first} + n"}, f"id = {model}")
    same["instance_id"] = f"{first} + n"
    held = {"holder_unit_id": str(unit_id), "due_at": _LATER[connection.dialect.name]}
    _insert(connection, "task", count, {**same, **held}, f"instance_id = {model} AND state = 'open'")
    _insert(connection, "audit", count, same, f"instance_id = {model}")


def _insert(connection: Connection, table: str, count: int, given: dict[str, str], where: str) -> None:
    """The rows found there once for each n of 1…count, with `given` (SQL) in place of their own values."""
    names = [name for name in _TABLES[table] if name != "id" or "id" in given]
    values = ", ".join(given.get(name, name) for name in names)
    series = f"WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < {count})"
    percent = "%%" if connection.dialect.name == "postgresql" else "%"
    statement = f"INSERT INTO {table} ({', '.join(names)}) {series} SELECT {values} FROM {table}, s WHERE {where}"
    connection.exec_driver_sql(statement.replace("%", percent))


def _settle(place: Place) -> None:
    """What time would do: the log folded into the file, PostgreSQL's statistics and numbers brought up to date."""
    if place.kind == "SQLite":
        place.administer("PRAGMA wal_checkpoint(TRUNCATE)")
        return
    newest = "(SELECT max(id) FROM process_instance)"
    place.administer(f"SELECT setval(pg_get_serial_sequence('process_instance', 'id'), {newest})")
    for table in _TABLES:
        place.administer(f"VACUUM ANALYZE {table}")
