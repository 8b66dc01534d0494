"""Triggers with which the database itself forbids what nobody may do, not even by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import DDL, FromClause, event


@dataclass(frozen=True)
class Guard:
    """One statement on one table for one dialect; migrations run `sql_up`, and `sql_down` in reverse order."""

    dialect: str
    table: str
    sql_up: str
    sql_down: str


def attach(guards: Sequence[Guard], *tables: FromClause) -> None:
    """Has `create_all` set up the guards of these tables right after them, in their order."""
    by_name = {str(table).strip('"'): table for table in tables}
    for guard in guards:
        ddl = DDL(guard.sql_up.replace("%", "%%"))  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it so
        event.listen(by_name[guard.table], "after_create", ddl.execute_if(dialect=guard.dialect))


def forbid(table: str, *verbs: str) -> list[Guard]:
    """Guards that refuse these verbs (UPDATE, DELETE) on any row, and TRUNCATE on PostgreSQL."""
    why = f"{table} is append-only"
    guards = [
        Guard(
            "sqlite",
            table,
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{why}'); END",
            f"DROP TRIGGER {table}_no_{verb.lower()}",
        )
        for verb in verbs
    ]
    function, trigger = f"{table}_refuse", f"{table}_no_change"
    body = f"BEGIN RAISE EXCEPTION '{why}' USING ERRCODE = 'restrict_violation'; END"
    when = " OR ".join([*verbs, "TRUNCATE"])
    return [
        *guards,
        Guard(
            "postgresql",
            table,
            f"CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$",
            f"DROP FUNCTION {function}()",
        ),
        Guard(
            "postgresql",
            table,
            f"CREATE TRIGGER {trigger} BEFORE {when} ON {table} FOR EACH STATEMENT EXECUTE FUNCTION {function}()",
            f"DROP TRIGGER {trigger} ON {table}",
        ),
    ]
