"""`python -m tools.first_migration`: writes migrations/versions/0001_initial.py from the models, triggers included.

For as long as nothing has been released; from then on migrations are written by hand, one a change.
"""

from __future__ import annotations

from pathlib import Path

from alembic.autogenerate import produce_migrations, render_python_code
from alembic.migration import MigrationContext
from sqlalchemy import create_engine

from app.access import guards as access
from app.fund import guards as fund
from app.meetings import guards as meetings
from app.rounds import guards as rounds
from app.schema import whole_schema

TARGET = Path("migrations/versions/0001_initial.py")
HEAD = '''"""The schema of the first release: every table, and the triggers that keep what was printed and booked.

Revision ID: 0001
Revises:
"""

import sqlalchemy as sa
from alembic import op

from app.kernel import db

revision = "0001"
down_revision = None
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


def main() -> None:
    metadata = whole_schema()
    context = MigrationContext.configure(create_engine("sqlite://").connect(), opts={"user_module_prefix": "db."})
    script = produce_migrations(context, metadata)
    up, down = (render_python_code(ops, user_module_prefix="db.") for ops in (script.upgrade_ops, script.downgrade_ops))
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    text = HEAD.replace("{guards}", _render(_guards())).replace("{up}", up).replace("{down}", down)
    TARGET.write_text(text, encoding="utf-8")


def _guards() -> dict[str, list[tuple[str, str]]]:
    """{dialect: [(create, drop)]} of every room that guards its tables."""
    found: dict[str, list[tuple[str, str]]] = {"sqlite": [], "postgresql": []}
    for guard in (g for room in (access, fund, rounds, meetings) for g in room.GUARDS):
        found[guard.dialect].append((guard.sql_up, guard.sql_down))
    return found


def _render(guards: dict[str, list[tuple[str, str]]]) -> str:
    lines = ["{"]
    for dialect, pairs in guards.items():
        lines.append(f'    "{dialect}": [')
        lines += [f"        (\n            {up!r},\n            {down!r},\n        )," for up, down in pairs]
        lines.append("    ],")
    return "\n".join([*lines, "}"])


if __name__ == "__main__":
    main()
