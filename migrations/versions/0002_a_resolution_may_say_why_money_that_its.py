"""A resolution may say why money that its decisions free is not shared again.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

GUARDS = {
    "sqlite": [],
    "postgresql": [],
}


def upgrade() -> None:
    op.add_column("resolution", sa.Column("keep_freed_reason", sa.String(length=500), nullable=True))
    for up, _down in GUARDS[op.get_bind().dialect.name]:
        op.get_bind().exec_driver_sql(up)


def downgrade() -> None:
    for _up, down in reversed(GUARDS[op.get_bind().dialect.name]):
        op.get_bind().exec_driver_sql(down)
    op.drop_column("resolution", "keep_freed_reason")  # in place: a table that SQLite copies loses its guards
