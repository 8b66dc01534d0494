"""What was resolved cannot be changed quietly, not even by an administrator: triggers on both databases."""

from __future__ import annotations

from sqlalchemy import DDL, MetaData, event

_SEALED = "SELECT 1 FROM resolution r WHERE r.id = {column} AND r.state = 'sealed'"
_SEALED_LIST = (
    "SELECT 1 FROM list_version v JOIN resolution r ON r.id = v.resolution_id "
    "WHERE v.id = {column} AND r.state = 'sealed'"
)
_SEALED_MEETING = "SELECT 1 FROM resolution r WHERE r.meeting_id = {column} AND r.state = 'sealed'"
_LAST_WORD = (
    "SELECT d.amount FROM decision d JOIN resolution r ON r.id = d.resolution_id "
    "WHERE d.case_id = NEW.id AND r.state = 'sealed' ORDER BY r.id DESC LIMIT 1"
)

# (trigger, table, event, condition that refuses, message)
_RULES: tuple[tuple[str, str, str, str, str], ...] = (
    ("resolution_no_update", "resolution", "UPDATE", "OLD.state = 'sealed'", "resolution is sealed"),
    ("resolution_no_delete", "resolution", "DELETE", "OLD.state = 'sealed'", "resolution is sealed"),
    *(
        (f"{table}_no_{verb.lower()}", table, verb, f"EXISTS ({_SEALED.format(column=f'{row}.resolution_id')})",
         "resolution is sealed")
        for table in ("decision", "case_amount", "standard")
        for verb, row in (("INSERT", "NEW"), ("UPDATE", "OLD"), ("DELETE", "OLD"))
    ),
    *(
        (f"list_row_no_{verb.lower()}", "list_row", verb,
         f"EXISTS ({_SEALED_LIST.format(column=f'{row}.list_version_id')})", "list version is final")
        for verb, row in (("INSERT", "NEW"), ("UPDATE", "OLD"), ("DELETE", "OLD"))
    ),
    *(
        (f"list_version_no_{verb.lower()}", "list_version", verb,
         f"EXISTS ({_SEALED.format(column='OLD.resolution_id')})", "list version is final")
        for verb in ("UPDATE", "DELETE")
    ),
    *(
        (f"{table}_no_{verb.lower()}", table, verb,
         f"EXISTS ({_SEALED_MEETING.format(column=f'{row}.meeting_id')})", "meeting has a sealed resolution")
        for table in ("attendance", "recusal")
        for verb, row in (("INSERT", "NEW"), ("UPDATE", "OLD"), ("DELETE", "OLD"))
    ),
    ("case_approved_amount", '"case"', "UPDATE OF approved_amount",
     "NEW.approved_amount IS DISTINCT FROM OLD.approved_amount "
     f"AND NEW.approved_amount IS DISTINCT FROM ({_LAST_WORD})", "approved amount is not what was resolved"),
)


def _sqlite(name: str, table: str, verb: str, condition: str, message: str) -> tuple[str, str]:
    up = (
        f"CREATE TRIGGER IF NOT EXISTS {name} BEFORE {verb} ON {table} FOR EACH ROW WHEN {condition} "
        f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
    )
    return up, f"DROP TRIGGER IF EXISTS {name}"


def _postgresql(name: str, table: str, verb: str, condition: str, message: str) -> tuple[str, str]:
    row = "OLD" if verb == "DELETE" else "NEW"
    up = (
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $guard$ BEGIN "
        f"IF {condition} THEN RAISE EXCEPTION '{message}' USING ERRCODE = 'restrict_violation'; END IF; "
        f"RETURN {row}; END $guard$; "
        f"CREATE OR REPLACE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"
    )
    return up, f"DROP TRIGGER IF EXISTS {name} ON {table}; DROP FUNCTION IF EXISTS {name}()"


GUARDS: list[tuple[str, str, str]] = [
    (dialect, *write(*rule)) for rule in _RULES for dialect, write in (("sqlite", _sqlite), ("postgresql", _postgresql))
]
"""(dialect, statement that puts the guard up, statement that takes it down), for migrations."""


def install_guards(metadata: MetaData) -> None:
    """Put the guards up whenever the whole schema is created."""
    for dialect, up, _down in GUARDS:
        event.listen(metadata, "after_create", DDL(up).execute_if(dialect=dialect))
