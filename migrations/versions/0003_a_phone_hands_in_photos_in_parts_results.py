"""A phone hands in photos in parts, results with receipts, and notes that came too late.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

from app.kernel import db

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

GUARDS = {
    "sqlite": [
    ],
    "postgresql": [
    ],
}


def upgrade() -> None:
    op.create_table('upload',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('task_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('received', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('file_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('created_at', db.Instant(timezone=True), nullable=False),
    sa.Column('changed_at', db.Instant(timezone=True), nullable=False),
    sa.Column('received_at', db.Instant(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['file_id'], ['stored_file.id'], name=op.f('fk_upload_file_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_upload')),
    sa.UniqueConstraint('user_id', 'sha256', name=op.f('uq_upload_user_id_sha256'))
    )
    with op.batch_alter_table('upload', schema=None) as batch_op:
        batch_op.create_index('ix_upload_state', ['state', 'changed_at'], unique=False)

    op.create_table('phone_submission',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('client_id', sa.String(length=64), nullable=False),
    sa.Column('task_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('case_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('outcome', sa.String(length=16), nullable=False),
    sa.Column('visit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('measured', db.Json(), nullable=False),
    sa.Column('form_version', sa.String(length=64), nullable=True),
    sa.Column('received_at', db.Instant(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_phone_submission_case_id')),
    sa.ForeignKeyConstraint(['visit_id'], ['visit.id'], name=op.f('fk_phone_submission_visit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_phone_submission')),
    sa.UniqueConstraint('user_id', 'client_id', name=op.f('uq_phone_submission_user_id_client_id'))
    )
    with op.batch_alter_table('phone_submission', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_phone_submission_case_id'), ['case_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_phone_submission_task_id'), ['task_id'], unique=False)

    op.create_table('visit_note',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('submission_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('case_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('task_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('written_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('writer_name', sa.String(length=64), nullable=False),
    sa.Column('code', sa.String(length=64), nullable=False),
    sa.Column('message', sa.String(length=300), nullable=False),
    sa.Column('content', sa.Text(), nullable=False),
    sa.Column('created_at', db.Instant(timezone=True), nullable=False),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('settled_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('settled_at', db.Instant(timezone=True), nullable=True),
    sa.Column('settled_note', sa.String(length=500), nullable=True),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_visit_note_case_id')),
    sa.ForeignKeyConstraint(['submission_id'], ['phone_submission.id'], name=op.f('fk_visit_note_submission_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_visit_note')),
    sa.UniqueConstraint('submission_id', name=op.f('uq_visit_note_submission_id'))
    )
    with op.batch_alter_table('visit_note', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_visit_note_case_id'), ['case_id'], unique=False)
        batch_op.create_index('ix_visit_note_state', ['state', 'id'], unique=False)
    for up, _down in GUARDS[op.get_bind().dialect.name]:
        op.get_bind().exec_driver_sql(up)


def downgrade() -> None:
    for _up, down in reversed(GUARDS[op.get_bind().dialect.name]):
        op.get_bind().exec_driver_sql(down)
    with op.batch_alter_table('visit_note', schema=None) as batch_op:
        batch_op.drop_index('ix_visit_note_state')
        batch_op.drop_index(batch_op.f('ix_visit_note_case_id'))

    op.drop_table('visit_note')
    with op.batch_alter_table('phone_submission', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_phone_submission_task_id'))
        batch_op.drop_index(batch_op.f('ix_phone_submission_case_id'))

    op.drop_table('phone_submission')
    with op.batch_alter_table('upload', schema=None) as batch_op:
        batch_op.drop_index('ix_upload_state')

    op.drop_table('upload')
