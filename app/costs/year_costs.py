"""What a year of illness cost each person, and who paid which part: SQL in a file, run by DuckDB on a snapshot."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
from sqlalchemy.orm import Session

from app.costs.snapshots import get_snapshot, verified_path
from app.kernel.errors import Fault, Invalid

_NAME = re.compile(r"[a-z][a-z0-9_]{0,40}\Z")


@dataclass(frozen=True)
class YearCost:
    """Yuan. `payments` has every payer asked for; `self_paid` = total less payments, never below 0 (A-GEN-3)."""

    person_id: int
    total: Decimal
    payments: dict[str, Decimal]
    self_paid: Decimal
    bills: int


def year_costs(
    session: Session,
    snapshot_id: int,
    year: int,
    cut_off: date,
    payers: Sequence[str],
    minimum: Decimal | None = None,
    person_ids: Sequence[int] | None = None,
) -> list[YearCost]:
    """Year costs by person id, of bills settled by `cut_off` (included), from `minimum` self-paid on (included).

    『年度内累计医疗费用经…报销、救助、补助后，个人负担金额』[S0 附件3 二]; the year is that of the settlement
    date (A-GEN-4), of a reversal that of the bill it reverses. Raises NotFound, Invalid (`payer_not_in_snapshot`),
    Conflict (`snapshot_damaged`).
    """
    snapshot = get_snapshot(session, snapshot_id)
    unknown = [payer for payer in payers if payer not in snapshot.payers or not _NAME.match(payer)]
    if unknown:
        message = f"这份结算数据没有“{'、'.join(unknown)}”一列"
        raise Invalid([Fault("/payers", "payer_not_in_snapshot", message)])
    path = verified_path(session, snapshot)
    rows = _run(path, year, cut_off, payers, minimum, person_ids)
    count = len(payers)
    return [
        YearCost(row[0], row[1], dict(zip(payers, row[2 : 2 + count], strict=True)), row[2 + count], row[3 + count])
        for row in rows
    ]


def year_costs_sql(payers: Sequence[str], *, some_people: bool) -> str:
    """The statement as it is run; the payers were checked to be column names."""
    names = [f'"{payer}"' for payer in payers]
    text = files("app.costs").joinpath("sql/year_costs.sql").read_text()
    return text.format(
        payers="".join(f", {name}" for name in names),
        payer_sums="".join(f", sum({name}) AS {name}" for name in names),
        minus_payers="".join(f" - {name}" for name in names),
        people="AND person_id IN (SELECT person_id FROM people)" if some_people else "",
    )


def _run(
    path: Path,
    year: int,
    cut_off: date,
    payers: Sequence[str],
    minimum: Decimal | None,
    person_ids: Sequence[int] | None,
) -> list[tuple[Any, ...]]:
    parameters = {
        "path": str(path), "first_day": date(year, 1, 1), "last_day": date(year, 12, 31), "cut_off": cut_off,
        "minimum": minimum,
    }  # fmt: skip
    with duckdb.connect() as connection:
        _lock_up(connection, path)
        if person_ids is not None:
            connection.register("people", pa.table({"person_id": pa.array(sorted(set(person_ids)), pa.int64())}))
        sql = year_costs_sql(payers, some_people=person_ids is not None)
        return list(connection.execute(sql, parameters).fetchall())


def _lock_up(connection: Any, path: Path) -> None:
    """It may read this one file and nothing else."""
    connection.execute("SET autoinstall_known_extensions = false")
    connection.execute("SET autoload_known_extensions = false")
    connection.execute("SET allowed_paths = [?]".replace("?", "'" + str(path).replace("'", "''") + "'"))
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
