"""A colleague may stand in for who is away, and each keeps named filters of the inbox.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

from app.kernel import db

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

GUARDS = {
    "sqlite": [
    ],
    "postgresql": [
    ],
}


def upgrade() -> None:
    op.create_table('saved_filter',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('query', db.Json(), nullable=False),
    sa.Column('saved_at', db.Instant(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_saved_filter_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_saved_filter')),
    sa.UniqueConstraint('user_id', 'name', name=op.f('uq_saved_filter_user_id_name'))
    )
    op.create_table('substitution',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('substitute_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=False),
    sa.Column('note', sa.String(length=200), nullable=True),
    sa.Column('named_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('named_at', db.Instant(timezone=True), nullable=False),
    sa.Column('ended_at', db.Instant(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['substitute_id'], ['user.id'], name=op.f('fk_substitution_substitute_id')),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_substitution_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_substitution'))
    )
    with op.batch_alter_table('substitution', schema=None) as batch_op:
        batch_op.create_index('ix_substitution_substitute', ['substitute_id', 'valid_from'], unique=False)
        batch_op.create_index(batch_op.f('ix_substitution_user_id'), ['user_id'], unique=False)
    for up, _down in GUARDS[op.get_bind().dialect.name]:
        op.get_bind().exec_driver_sql(up)


def downgrade() -> None:
    for _up, down in reversed(GUARDS[op.get_bind().dialect.name]):
        op.get_bind().exec_driver_sql(down)
    with op.batch_alter_table('substitution', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_substitution_user_id'))
        batch_op.drop_index('ix_substitution_substitute')

    op.drop_table('substitution')
    op.drop_table('saved_filter')
