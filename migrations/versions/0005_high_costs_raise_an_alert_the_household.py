"""High costs raise an alert, the household is visited, and departments answer for their measures.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

from app.kernel import db

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

GUARDS = {
    "sqlite": [
    ],
    "postgresql": [
    ],
}


def upgrade() -> None:
    op.create_table('alert',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('scheme', sa.String(length=32), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('cost_year', sa.Integer(), nullable=False),
    sa.Column('area_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('residence_area_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('level', sa.Integer(), nullable=False),
    sa.Column('source', sa.String(length=10), nullable=False),
    sa.Column('self_paid', db.Money(), nullable=False),
    sa.Column('threshold', db.Money(), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('category', sa.String(length=24), nullable=True),
    sa.Column('reason', sa.String(length=500), nullable=True),
    sa.Column('instance_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('previous_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('opened_at', db.Instant(timezone=True), nullable=False),
    sa.Column('visited_at', db.Instant(timezone=True), nullable=True),
    sa.Column('applied_at', db.Instant(timezone=True), nullable=True),
    sa.Column('recognised_at', db.Instant(timezone=True), nullable=True),
    sa.Column('closed_at', db.Instant(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['area_id'], ['area.id'], name=op.f('fk_alert_area_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_alert_person_id')),
    sa.ForeignKeyConstraint(['residence_area_id'], ['area.id'], name=op.f('fk_alert_residence_area_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_alert'))
    )
    with op.batch_alter_table('alert', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_alert_area_id'), ['area_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_alert_person_id'), ['person_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_alert_residence_area_id'), ['residence_area_id'], unique=False)
        batch_op.create_index('ix_alert_state', ['state', 'id'], unique=False)
        batch_op.create_index('uq_alert_open', ['scheme', 'person_id', 'cost_year'], unique=True, sqlite_where=sa.text('closed_at IS NULL'), postgresql_where=sa.text('closed_at IS NULL'))

    op.create_table('alert_measure',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('alert_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('note', sa.String(length=300), nullable=True),
    sa.Column('answer', sa.String(length=500), nullable=True),
    sa.Column('amount', db.Money(), nullable=True),
    sa.Column('instance_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('asked_at', db.Instant(timezone=True), nullable=False),
    sa.Column('answered_at', db.Instant(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['alert_id'], ['alert.id'], name=op.f('fk_alert_measure_alert_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_alert_measure_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_alert_measure'))
    )
    with op.batch_alter_table('alert_measure', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_alert_measure_alert_id'), ['alert_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_alert_measure_unit_id'), ['unit_id'], unique=False)

    op.create_table('alert_report',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('scheme', sa.String(length=32), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('alert_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('told_enc', sa.Text(), nullable=False),
    sa.Column('cost', db.Money(), nullable=True),
    sa.Column('reported_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('reported_at', db.Instant(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['alert_id'], ['alert.id'], name=op.f('fk_alert_report_alert_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_alert_report_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_alert_report'))
    )
    with op.batch_alter_table('alert_report', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_alert_report_alert_id'), ['alert_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_alert_report_person_id'), ['person_id'], unique=False)

    op.create_table('alert_trigger',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('alert_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('source', sa.String(length=10), nullable=False),
    sa.Column('key', sa.String(length=40), nullable=False),
    sa.Column('level', sa.Integer(), nullable=False),
    sa.Column('self_paid', db.Money(), nullable=False),
    sa.Column('at', db.Instant(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['alert_id'], ['alert.id'], name=op.f('fk_alert_trigger_alert_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_alert_trigger')),
    sa.UniqueConstraint('alert_id', 'key', name=op.f('uq_alert_trigger_alert_id_key'))
    )
    op.create_table('household_survey',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('alert_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('attempt', sa.Integer(), nullable=False),
    sa.Column('result', sa.String(length=12), nullable=False),
    sa.Column('visited_at', db.Instant(timezone=True), nullable=False),
    sa.Column('recorded_at', db.Instant(timezone=True), nullable=False),
    sa.Column('visited_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('consent', sa.Boolean(), nullable=False),
    sa.Column('answers_enc', sa.Text(), nullable=False),
    sa.Column('photos', db.Json(), nullable=False),
    sa.ForeignKeyConstraint(['alert_id'], ['alert.id'], name=op.f('fk_household_survey_alert_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_household_survey')),
    sa.UniqueConstraint('alert_id', 'attempt', name=op.f('uq_household_survey_alert_id_attempt'))
    )
    with op.batch_alter_table('household_survey', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_household_survey_visited_by'), ['visited_by'], unique=False)
    for up, _down in GUARDS[op.get_bind().dialect.name]:
        op.get_bind().exec_driver_sql(up)


def downgrade() -> None:
    for _up, down in reversed(GUARDS[op.get_bind().dialect.name]):
        op.get_bind().exec_driver_sql(down)
    with op.batch_alter_table('household_survey', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_household_survey_visited_by'))

    op.drop_table('household_survey')
    op.drop_table('alert_trigger')
    with op.batch_alter_table('alert_report', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_alert_report_person_id'))
        batch_op.drop_index(batch_op.f('ix_alert_report_alert_id'))

    op.drop_table('alert_report')
    with op.batch_alter_table('alert_measure', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_alert_measure_unit_id'))
        batch_op.drop_index(batch_op.f('ix_alert_measure_alert_id'))

    op.drop_table('alert_measure')
    with op.batch_alter_table('alert', schema=None) as batch_op:
        batch_op.drop_index('uq_alert_open', sqlite_where=sa.text('closed_at IS NULL'), postgresql_where=sa.text('closed_at IS NULL'))
        batch_op.drop_index('ix_alert_state')
        batch_op.drop_index(batch_op.f('ix_alert_residence_area_id'))
        batch_op.drop_index(batch_op.f('ix_alert_person_id'))
        batch_op.drop_index(batch_op.f('ix_alert_area_id'))

    op.drop_table('alert')
