"""`python -m tools.next_migration "sentence"`: writes the migration from the newest one to the models, triggers too.

Read what it wrote before you commit it: a renamed column looks like one dropped and one added.
"""

from __future__ import annotations

import importlib
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

from alembic.autogenerate import produce_migrations, render_python_code
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from app.kernel.crypto import Cipher
from app.kernel.db import Database
from app.schema import ROOMS, upgrade, whole_schema

ROOT = Path(__file__).parents[1]
TARGET = ROOT / "migrations" / "versions"
HEAD = '''"""{sentence}

Revision ID: {number}
Revises: {before}
"""

import sqlalchemy as sa
from alembic import op

from app.kernel import db

revision = "{number}"
down_revision = "{before}"
branch_labels = None
depends_on = None

GUARDS = {guards}


def upgrade() -> None:
{up}
    for up, _down in GUARDS[op.get_bind().dialect.name]:
        op.get_bind().exec_driver_sql(up)


def downgrade() -> None:
    for _up, down in reversed(GUARDS[op.get_bind().dialect.name]):
        op.get_bind().exec_driver_sql(down)
{down}
'''

Pairs = dict[str, list[tuple[str, str]]]


def main(sentence: str) -> None:
    script = ScriptDirectory(str(ROOT / "migrations"))
    before = script.get_current_head() or ""
    number = f"{int(before) + 1:04d}"
    up, down = _difference()
    guards = _new_guards(script)
    if up.strip() == "pass" and not any(guards.values()):
        sys.exit("models and migrations agree: nothing to write")
    text = HEAD.format(
        sentence=sentence.rstrip(".") + ".", number=number, before=before, guards=_render(guards), up=up, down=down
    )
    slug = re.sub(r"[^a-z0-9]+", "_", sentence.lower()).strip("_")[:40].strip("_")
    (TARGET / f"{number}_{slug}.py").write_text(text, encoding="utf-8")
    sys.stdout.write(f"wrote {number}_{slug}.py; read it\n")


def _difference() -> tuple[str, str]:
    """What a freshly migrated database lacks, as the bodies of upgrade and downgrade."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/x.db", Cipher(b"0" * 32))
        upgrade(database.engine, ROOT)
        with database.engine.connect() as connection:
            options = {"user_module_prefix": "db.", "render_as_batch": True, "compare_type": False}
            script = produce_migrations(MigrationContext.configure(connection, opts=options), whole_schema())
        database.dispose()
    up, down = (_body(ops) for ops in (script.upgrade_ops, script.downgrade_ops))
    return up, down


def _body(operations: Any) -> str:
    code = render_python_code(operations, user_module_prefix="db.", render_as_batch=True)
    return "\n".join(line for line in code.splitlines() if not line.lstrip().startswith("# ###")).rstrip()


def _new_guards(script: ScriptDirectory) -> Pairs:
    """Guards of the rooms that no migration sets up yet; one that changed is for a hand to write."""
    known: set[tuple[str, str]] = set()
    for revision in script.walk_revisions():
        for pairs in getattr(revision.module, "GUARDS", {}).values():
            known.update((up, down) for up, down in pairs)
    found: Pairs = {"sqlite": [], "postgresql": []}
    for guard in _room_guards():
        if (guard.sql_up, guard.sql_down) not in known:
            found[guard.dialect].append((guard.sql_up, guard.sql_down))
    return found


def _room_guards() -> list[Any]:
    rooms = [room for room in ROOMS if (ROOT / "app" / room / "guards.py").exists()]
    return [g for room in rooms for g in importlib.import_module(f"app.{room}.guards").GUARDS]


def _render(guards: Pairs) -> str:
    lines = ["{"]
    for dialect, pairs in guards.items():
        lines.append(f'    "{dialect}": [')
        lines += [f"        (\n            {up!r},\n            {down!r},\n        )," for up, down in pairs]
        lines.append("    ],")
    return "\n".join([*lines, "}"])


if __name__ == "__main__":
    main(" ".join(sys.argv[1:]) or sys.exit("say in a sentence what changes"))
