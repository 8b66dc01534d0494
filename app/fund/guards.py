"""What the database itself forbids: nobody changes or deletes a ledger row, not even by hand."""

from __future__ import annotations

from sqlalchemy import Table, event
from sqlalchemy.engine import Connection

PROTECTED = ("fund_entry", "fund_line", "bank_result_line")


def _sqlite_guards(table: str) -> list[tuple[str, str]]:
    guards = []
    for wish in ("UPDATE", "DELETE"):
        name = f"{table}_no_{wish.lower()}"
        refusal = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        guards.append((f"CREATE TRIGGER {name} BEFORE {wish} ON {table} {refusal}", f"DROP TRIGGER IF EXISTS {name}"))
    return guards


def _postgresql_guards(table: str) -> list[tuple[str, str]]:
    function, name = f"{table}_refuse_change", f"{table}_no_change"
    body = f"RAISE EXCEPTION '{table} is append-only' USING ERRCODE = 'restrict_violation'"
    when = f"BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} FOR EACH STATEMENT"
    return [
        (
            f"CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body}; END $$",
            f"DROP FUNCTION IF EXISTS {function}() CASCADE",
        ),
        (
            f"CREATE TRIGGER {name} {when} EXECUTE FUNCTION {function}()",
            f"DROP TRIGGER IF EXISTS {name} ON {table}",
        ),
    ]


def _guards_of(table: str, dialect: str) -> list[tuple[str, str]]:
    return {"sqlite": _sqlite_guards, "postgresql": _postgresql_guards}[dialect](table)


GUARDS: list[tuple[str, str, str]] = [
    (dialect, up, down)
    for table in PROTECTED
    for dialect in ("sqlite", "postgresql")
    for up, down in _guards_of(table, dialect)
]
"""(dialect, SQL that sets the guard up, SQL that takes it down); the migration runs the same strings."""


def guard_table(table: Table) -> None:
    """Set the guards of this table up whenever `create_all` makes it."""

    def set_up(_table: Table, connection: Connection, **_: object) -> None:
        for up, _down in _guards_of(table.name, connection.dialect.name):
            connection.exec_driver_sql(up)

    event.listen(table, "after_create", set_up)
