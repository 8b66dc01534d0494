"""Triggers that forbid the database itself to change what was printed: list versions and their rows."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import DDL, FromClause, event


@dataclass(frozen=True)
class Guard:
    """One trigger on one table for one dialect; migrations run `sql_up` and `sql_down`."""

    dialect: str
    table: str
    sql_up: str
    sql_down: str


def forbid(table: str, verb: str, why: str) -> list[Guard]:
    """Guards that refuse `verb` (UPDATE | DELETE) on any row of `table`, saying `why` in plain ASCII."""
    name = f"guard_{table}_{verb.lower()}"
    sqlite = f"CREATE TRIGGER {name} BEFORE {verb} ON {table} BEGIN SELECT RAISE(ABORT, '{why}'); END"
    function = (
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{why}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    drop = f"DROP FUNCTION {name}()"
    trigger = f"CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"
    return [
        Guard("sqlite", table, sqlite, f"DROP TRIGGER {name}"),
        Guard("postgresql", table, f"{function}; {trigger}", f"DROP TRIGGER {name} ON {table}; {drop}"),
    ]


def attach(guards: list[Guard], *tables: FromClause) -> None:
    """Has `create_all` create the guards of these tables right after them; called at the end of models.py."""
    by_name = {str(table): table for table in tables}
    for guard in guards:
        ddl = DDL(guard.sql_up.replace("%", "%%"))  # type: ignore[no-untyped-call]
        event.listen(by_name[guard.table], "after_create", ddl.execute_if(dialect=guard.dialect))


GUARDS: list[Guard] = [
    guard
    for table in ("list_version", "list_row")
    for verb in ("UPDATE", "DELETE")
    for guard in forbid(table, verb, f"{table} is immutable")
]
