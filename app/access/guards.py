"""The audit trail defends itself: its rows may be sealed once, and never be changed or deleted."""

from __future__ import annotations

from app.kernel.guards import Guard

_KEPT = (
    "id",
    "at",
    "actor_id",
    "actor_name",
    "kind",
    "subject",
    "instance_id",
    "seq",
    "detail",
    "prev_hash",
    "hash",
)
_SEALED = "OLD.sealed_hash IS NOT NULL"


def _sqlite() -> list[tuple[str, str]]:
    changed = " OR ".join(f'OLD."{column}" IS NOT NEW."{column}"' for column in _KEPT)
    refuse = "BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END"
    when = f"WHEN {_SEALED} OR {changed}"
    return [
        (
            f"CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit {when} {refuse}",
            "DROP TRIGGER audit_no_update",
        ),
        (f"CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit {refuse}", "DROP TRIGGER audit_no_delete"),
    ]


def _postgresql() -> list[tuple[str, str]]:
    changed = " OR ".join(f'OLD."{column}" IS DISTINCT FROM NEW."{column}"' for column in _KEPT)
    refuse = "RAISE EXCEPTION 'audit is append-only' USING ERRCODE = 'restrict_violation';"
    when = f"FOR EACH ROW WHEN ({_SEALED} OR {changed})"
    call = "EXECUTE FUNCTION audit_refuse()"
    return [
        (
            f"CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {refuse} END $$",
            "DROP FUNCTION audit_refuse()",
        ),
        (
            f"CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit {when} {call}",
            "DROP TRIGGER audit_no_update ON audit",
        ),
        (
            f"CREATE TRIGGER audit_no_delete BEFORE DELETE OR TRUNCATE ON audit FOR EACH STATEMENT {call}",
            "DROP TRIGGER audit_no_delete ON audit",
        ),
    ]


GUARDS: list[Guard] = [
    *(Guard("sqlite", "audit", up, down) for up, down in _sqlite()),
    *(Guard("postgresql", "audit", up, down) for up, down in _postgresql()),
]
