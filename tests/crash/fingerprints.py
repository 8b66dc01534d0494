"""What a database holds, table by table, to prove that a refused request has changed nothing."""

from __future__ import annotations

import hashlib

from sqlalchemy import select

from app.kernel.db import Database
from app.schema import whole_schema

# who looked and who asked is noted even when nothing is done
NOTES = frozenset({"audit", "idempotency_key", "login_attempt", "api_token", "user_session"})
# a failed import is on record, with its file and its errors
IMPORT_NOTES = NOTES | {"import_run", "import_error", "stored_file", "file_holder", "job", "job_done"}


def fingerprint(database: Database, leave_out: frozenset[str] = NOTES) -> dict[str, tuple[int, str]]:
    """{table: (rows, hash of their content)}."""
    found = {}
    with database.reading() as session:
        for table in whole_schema().sorted_tables:
            if table.name not in leave_out:
                rows = sorted(map(repr, session.connection().execute(select(table)).all()))
                found[table.name] = (len(rows), hashlib.sha256("\n".join(rows).encode()).hexdigest())
    return found


def changed(before: dict[str, tuple[int, str]], after: dict[str, tuple[int, str]]) -> list[str]:
    """Names of the tables that are not as they were."""
    return [name for name, content in before.items() if after[name] != content]
