"""What was resolved cannot be changed quietly, not even by an administrator: triggers on both databases."""

from __future__ import annotations

from app.kernel.guards import Guard

_SEALED = "EXISTS (SELECT 1 FROM resolution r WHERE r.{key} IN ({columns}) AND r.state = 'sealed')"
_SEALED_LIST = (
    "EXISTS (SELECT 1 FROM list_version v JOIN resolution r ON r.id = v.resolution_id "
    "WHERE v.id = NEW.list_version_id AND r.state = 'sealed')"
)
_LAST_WORD = (
    "SELECT d.amount FROM decision d JOIN resolution r ON r.id = d.resolution_id "
    "WHERE d.case_id = NEW.id AND r.state = 'sealed' ORDER BY r.id DESC LIMIT 1"
)
_NOT_LAST_WORD = (
    f"NEW.approved_amount IS DISTINCT FROM OLD.approved_amount AND NEW.approved_amount IS DISTINCT FROM ({_LAST_WORD})"
)
_ROWS = {"INSERT": ("NEW",), "UPDATE": ("OLD", "NEW"), "DELETE": ("OLD",)}

Rule = tuple[str, str, str, str, str]  # trigger, table, event, condition that refuses, message


def _frozen_with(table: str, column: str, key: str) -> list[Rule]:
    """No row of `table` may come, change or go once the resolution found by `key` = `column` is sealed."""
    return [
        (
            f"guard_{table}_{verb.lower()}",
            table,
            verb,
            _SEALED.format(key=key, columns=", ".join(f"{row}.{column}" for row in rows)),
            f"{table} belongs to a sealed resolution",
        )
        for verb, rows in _ROWS.items()
    ]


_RULES: list[Rule] = [
    ("guard_resolution_update", "resolution", "UPDATE", "OLD.state = 'sealed'", "resolution is sealed"),
    ("guard_resolution_delete", "resolution", "DELETE", "OLD.state = 'sealed'", "resolution is sealed"),
    *_frozen_with("decision", "resolution_id", "id"),
    *_frozen_with("case_amount", "resolution_id", "id"),
    *_frozen_with("standard", "resolution_id", "id"),
    *_frozen_with("attendance", "meeting_id", "meeting_id"),
    *_frozen_with("recusal", "meeting_id", "meeting_id"),
    ("guard_list_row_insert", "list_row", "INSERT", _SEALED_LIST, "list version is final"),
    (
        "guard_case_approved_amount",
        '"case"',
        "UPDATE OF approved_amount",
        _NOT_LAST_WORD,
        "approved amount is not what was resolved",
    ),
]


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


GUARDS: list[Guard] = [
    Guard(dialect, rule[1].strip('"'), *write(*rule))
    for rule in _RULES
    for dialect, write in (("sqlite", _sqlite), ("postgresql", _postgresql))
]
