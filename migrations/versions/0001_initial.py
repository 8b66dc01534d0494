"""The schema of the first release: every table, and the triggers that keep what was printed and booked.

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

GUARDS = {
    "sqlite": [
        (
            'CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit WHEN OLD.sealed_hash IS NOT NULL OR OLD."id" IS NOT NEW."id" OR OLD."at" IS NOT NEW."at" OR OLD."actor_id" IS NOT NEW."actor_id" OR OLD."actor_name" IS NOT NEW."actor_name" OR OLD."kind" IS NOT NEW."kind" OR OLD."subject" IS NOT NEW."subject" OR OLD."instance_id" IS NOT NEW."instance_id" OR OLD."seq" IS NOT NEW."seq" OR OLD."detail" IS NOT NEW."detail" OR OLD."prev_hash" IS NOT NEW."prev_hash" OR OLD."hash" IS NOT NEW."hash" BEGIN SELECT RAISE(ABORT, \'audit is append-only\'); END',
            'DROP TRIGGER audit_no_update',
        ),
        (
            "CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END",
            'DROP TRIGGER audit_no_delete',
        ),
        (
            "CREATE TRIGGER fund_entry_no_update BEFORE UPDATE ON fund_entry BEGIN SELECT RAISE(ABORT, 'fund_entry is append-only'); END",
            'DROP TRIGGER fund_entry_no_update',
        ),
        (
            "CREATE TRIGGER fund_entry_no_delete BEFORE DELETE ON fund_entry BEGIN SELECT RAISE(ABORT, 'fund_entry is append-only'); END",
            'DROP TRIGGER fund_entry_no_delete',
        ),
        (
            "CREATE TRIGGER fund_line_no_update BEFORE UPDATE ON fund_line BEGIN SELECT RAISE(ABORT, 'fund_line is append-only'); END",
            'DROP TRIGGER fund_line_no_update',
        ),
        (
            "CREATE TRIGGER fund_line_no_delete BEFORE DELETE ON fund_line BEGIN SELECT RAISE(ABORT, 'fund_line is append-only'); END",
            'DROP TRIGGER fund_line_no_delete',
        ),
        (
            "CREATE TRIGGER bank_result_line_no_update BEFORE UPDATE ON bank_result_line BEGIN SELECT RAISE(ABORT, 'bank_result_line is append-only'); END",
            'DROP TRIGGER bank_result_line_no_update',
        ),
        (
            "CREATE TRIGGER bank_result_line_no_delete BEFORE DELETE ON bank_result_line BEGIN SELECT RAISE(ABORT, 'bank_result_line is append-only'); END",
            'DROP TRIGGER bank_result_line_no_delete',
        ),
        (
            "CREATE TRIGGER list_version_no_update BEFORE UPDATE ON list_version BEGIN SELECT RAISE(ABORT, 'list_version is append-only'); END",
            'DROP TRIGGER list_version_no_update',
        ),
        (
            "CREATE TRIGGER list_version_no_delete BEFORE DELETE ON list_version BEGIN SELECT RAISE(ABORT, 'list_version is append-only'); END",
            'DROP TRIGGER list_version_no_delete',
        ),
        (
            "CREATE TRIGGER list_row_no_update BEFORE UPDATE ON list_row BEGIN SELECT RAISE(ABORT, 'list_row is append-only'); END",
            'DROP TRIGGER list_row_no_update',
        ),
        (
            "CREATE TRIGGER list_row_no_delete BEFORE DELETE ON list_row BEGIN SELECT RAISE(ABORT, 'list_row is append-only'); END",
            'DROP TRIGGER list_row_no_delete',
        ),
        (
            "CREATE TRIGGER IF NOT EXISTS guard_resolution_update BEFORE UPDATE ON resolution FOR EACH ROW WHEN OLD.state = 'sealed' BEGIN SELECT RAISE(ABORT, 'resolution is sealed'); END",
            'DROP TRIGGER IF EXISTS guard_resolution_update',
        ),
        (
            "CREATE TRIGGER IF NOT EXISTS guard_resolution_delete BEFORE DELETE ON resolution FOR EACH ROW WHEN OLD.state = 'sealed' BEGIN SELECT RAISE(ABORT, 'resolution is sealed'); END",
            'DROP TRIGGER IF EXISTS guard_resolution_delete',
        ),
        (
            "CREATE TRIGGER IF NOT EXISTS guard_decision_insert BEFORE INSERT ON decision FOR EACH ROW WHEN EXISTS (SELECT 1 FROM resolution r WHERE r.id IN (NEW.resolution_id) AND r.state = 'sealed') BEGIN SELECT RAISE(ABORT, 'decision belongs to a sealed resolution'); END",
            'DROP TRIGGER IF EXISTS guard_decision_insert',
        ),
        (
            "CREATE TRIGGER IF NOT EXISTS guard_decision_update BEFORE UPDATE ON decision FOR EACH ROW WHEN EXISTS (SELECT 1 FROM resolution r WHERE r.id IN (OLD.resolution_id, NEW.resolution_id) AND r.state = 'sealed') BEGIN SELECT RAISE(ABORT, 'decision belongs to a sealed resolution'); END",
            'DROP TRIGGER IF EXISTS guard_decision_update',
        ),
        (
            "CREATE TRIGGER IF NOT EXISTS guard_decision_delete BEFORE DELETE ON decision FOR EACH ROW WHEN EXISTS (SELECT 1 FROM resolution r WHERE r.id IN (OLD.resolution_id) AND r.state = 'sealed') BEGIN SELECT RAISE(ABORT, 'decision belongs to a sealed resolution'); END",
            'DROP TRIGGER IF EXISTS guard_decision_delete',
        ),
        (
            "CREATE TRIGGER IF NOT EXISTS guard_case_amount_insert BEFORE INSERT ON case_amount FOR EACH ROW WHEN EXISTS (SELECT 1 FROM resolution r WHERE r.id IN (NEW.resolution_id) AND r.state = 'sealed') BEGIN SELECT RAISE(ABORT, 'case_amount belongs to a sealed resolution'); END",
            'DROP TRIGGER IF EXISTS guard_case_amount_insert',
        ),
        (
            "CREATE TRIGGER IF NOT EXISTS guard_case_amount_update BEFORE UPDATE ON case_amount FOR EACH ROW WHEN EXISTS (SELECT 1 FROM resolution r WHERE r.id IN (OLD.resolution_id, NEW.resolution_id) AND r.state = 'sealed') BEGIN SELECT RAISE(ABORT, 'case_amount belongs to a sealed resolution'); END",
            'DROP TRIGGER IF EXISTS guard_case_amount_update',
        ),
        (
            "CREATE TRIGGER IF NOT EXISTS guard_case_amount_delete BEFORE DELETE ON case_amount FOR EACH ROW WHEN EXISTS (SELECT 1 FROM resolution r WHERE r.id IN (OLD.resolution_id) AND r.state = 'sealed') BEGIN SELECT RAISE(ABORT, 'case_amount belongs to a sealed resolution'); END",
            'DROP TRIGGER IF EXISTS guard_case_amount_delete',
        ),
        (
            "CREATE TRIGGER IF NOT EXISTS guard_standard_insert BEFORE INSERT ON standard FOR EACH ROW WHEN EXISTS (SELECT 1 FROM resolution r WHERE r.id IN (NEW.resolution_id) AND r.state = 'sealed') BEGIN SELECT RAISE(ABORT, 'standard belongs to a sealed resolution'); END",
            'DROP TRIGGER IF EXISTS guard_standard_insert',
        ),
        (
            "CREATE TRIGGER IF NOT EXISTS guard_standard_update BEFORE UPDATE ON standard FOR EACH ROW WHEN EXISTS (SELECT 1 FROM resolution r WHERE r.id IN (OLD.resolution_id, NEW.resolution_id) AND r.state = 'sealed') BEGIN SELECT RAISE(ABORT, 'standard belongs to a sealed resolution'); END",
            'DROP TRIGGER IF EXISTS guard_standard_update',
        ),
        (
            "CREATE TRIGGER IF NOT EXISTS guard_standard_delete BEFORE DELETE ON standard FOR EACH ROW WHEN EXISTS (SELECT 1 FROM resolution r WHERE r.id IN (OLD.resolution_id) AND r.state = 'sealed') BEGIN SELECT RAISE(ABORT, 'standard belongs to a sealed resolution'); END",
            'DROP TRIGGER IF EXISTS guard_standard_delete',
        ),
        (
            "CREATE TRIGGER IF NOT EXISTS guard_attendance_insert BEFORE INSERT ON attendance FOR EACH ROW WHEN EXISTS (SELECT 1 FROM resolution r WHERE r.meeting_id IN (NEW.meeting_id) AND r.state = 'sealed') BEGIN SELECT RAISE(ABORT, 'attendance belongs to a sealed resolution'); END",
            'DROP TRIGGER IF EXISTS guard_attendance_insert',
        ),
        (
            "CREATE TRIGGER IF NOT EXISTS guard_attendance_update BEFORE UPDATE ON attendance FOR EACH ROW WHEN EXISTS (SELECT 1 FROM resolution r WHERE r.meeting_id IN (OLD.meeting_id, NEW.meeting_id) AND r.state = 'sealed') BEGIN SELECT RAISE(ABORT, 'attendance belongs to a sealed resolution'); END",
            'DROP TRIGGER IF EXISTS guard_attendance_update',
        ),
        (
            "CREATE TRIGGER IF NOT EXISTS guard_attendance_delete BEFORE DELETE ON attendance FOR EACH ROW WHEN EXISTS (SELECT 1 FROM resolution r WHERE r.meeting_id IN (OLD.meeting_id) AND r.state = 'sealed') BEGIN SELECT RAISE(ABORT, 'attendance belongs to a sealed resolution'); END",
            'DROP TRIGGER IF EXISTS guard_attendance_delete',
        ),
        (
            "CREATE TRIGGER IF NOT EXISTS guard_recusal_insert BEFORE INSERT ON recusal FOR EACH ROW WHEN EXISTS (SELECT 1 FROM resolution r WHERE r.meeting_id IN (NEW.meeting_id) AND r.state = 'sealed') BEGIN SELECT RAISE(ABORT, 'recusal belongs to a sealed resolution'); END",
            'DROP TRIGGER IF EXISTS guard_recusal_insert',
        ),
        (
            "CREATE TRIGGER IF NOT EXISTS guard_recusal_update BEFORE UPDATE ON recusal FOR EACH ROW WHEN EXISTS (SELECT 1 FROM resolution r WHERE r.meeting_id IN (OLD.meeting_id, NEW.meeting_id) AND r.state = 'sealed') BEGIN SELECT RAISE(ABORT, 'recusal belongs to a sealed resolution'); END",
            'DROP TRIGGER IF EXISTS guard_recusal_update',
        ),
        (
            "CREATE TRIGGER IF NOT EXISTS guard_recusal_delete BEFORE DELETE ON recusal FOR EACH ROW WHEN EXISTS (SELECT 1 FROM resolution r WHERE r.meeting_id IN (OLD.meeting_id) AND r.state = 'sealed') BEGIN SELECT RAISE(ABORT, 'recusal belongs to a sealed resolution'); END",
            'DROP TRIGGER IF EXISTS guard_recusal_delete',
        ),
        (
            "CREATE TRIGGER IF NOT EXISTS guard_list_row_insert BEFORE INSERT ON list_row FOR EACH ROW WHEN EXISTS (SELECT 1 FROM list_version v JOIN resolution r ON r.id = v.resolution_id WHERE v.id = NEW.list_version_id AND r.state = 'sealed') BEGIN SELECT RAISE(ABORT, 'list version is final'); END",
            'DROP TRIGGER IF EXISTS guard_list_row_insert',
        ),
        (
            'CREATE TRIGGER IF NOT EXISTS guard_case_approved_amount BEFORE UPDATE OF approved_amount ON "case" FOR EACH ROW WHEN NEW.approved_amount IS DISTINCT FROM OLD.approved_amount AND NEW.approved_amount IS DISTINCT FROM (SELECT d.amount FROM decision d JOIN resolution r ON r.id = d.resolution_id WHERE d.case_id = NEW.id AND r.state = \'sealed\' ORDER BY r.id DESC LIMIT 1) BEGIN SELECT RAISE(ABORT, \'approved amount is not what was resolved\'); END',
            'DROP TRIGGER IF EXISTS guard_case_approved_amount',
        ),
    ],
    "postgresql": [
        (
            "CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'audit is append-only' USING ERRCODE = 'restrict_violation'; END $$",
            'DROP FUNCTION audit_refuse()',
        ),
        (
            'CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit FOR EACH ROW WHEN (OLD.sealed_hash IS NOT NULL OR OLD."id" IS DISTINCT FROM NEW."id" OR OLD."at" IS DISTINCT FROM NEW."at" OR OLD."actor_id" IS DISTINCT FROM NEW."actor_id" OR OLD."actor_name" IS DISTINCT FROM NEW."actor_name" OR OLD."kind" IS DISTINCT FROM NEW."kind" OR OLD."subject" IS DISTINCT FROM NEW."subject" OR OLD."instance_id" IS DISTINCT FROM NEW."instance_id" OR OLD."seq" IS DISTINCT FROM NEW."seq" OR OLD."detail" IS DISTINCT FROM NEW."detail" OR OLD."prev_hash" IS DISTINCT FROM NEW."prev_hash" OR OLD."hash" IS DISTINCT FROM NEW."hash") EXECUTE FUNCTION audit_refuse()',
            'DROP TRIGGER audit_no_update ON audit',
        ),
        (
            'CREATE TRIGGER audit_no_delete BEFORE DELETE OR TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()',
            'DROP TRIGGER audit_no_delete ON audit',
        ),
        (
            "CREATE FUNCTION fund_entry_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'fund_entry is append-only' USING ERRCODE = 'restrict_violation'; END $$",
            'DROP FUNCTION fund_entry_refuse()',
        ),
        (
            'CREATE TRIGGER fund_entry_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON fund_entry FOR EACH STATEMENT EXECUTE FUNCTION fund_entry_refuse()',
            'DROP TRIGGER fund_entry_no_change ON fund_entry',
        ),
        (
            "CREATE FUNCTION fund_line_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'fund_line is append-only' USING ERRCODE = 'restrict_violation'; END $$",
            'DROP FUNCTION fund_line_refuse()',
        ),
        (
            'CREATE TRIGGER fund_line_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON fund_line FOR EACH STATEMENT EXECUTE FUNCTION fund_line_refuse()',
            'DROP TRIGGER fund_line_no_change ON fund_line',
        ),
        (
            "CREATE FUNCTION bank_result_line_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'bank_result_line is append-only' USING ERRCODE = 'restrict_violation'; END $$",
            'DROP FUNCTION bank_result_line_refuse()',
        ),
        (
            'CREATE TRIGGER bank_result_line_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON bank_result_line FOR EACH STATEMENT EXECUTE FUNCTION bank_result_line_refuse()',
            'DROP TRIGGER bank_result_line_no_change ON bank_result_line',
        ),
        (
            "CREATE FUNCTION list_version_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'list_version is append-only' USING ERRCODE = 'restrict_violation'; END $$",
            'DROP FUNCTION list_version_refuse()',
        ),
        (
            'CREATE TRIGGER list_version_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON list_version FOR EACH STATEMENT EXECUTE FUNCTION list_version_refuse()',
            'DROP TRIGGER list_version_no_change ON list_version',
        ),
        (
            "CREATE FUNCTION list_row_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'list_row is append-only' USING ERRCODE = 'restrict_violation'; END $$",
            'DROP FUNCTION list_row_refuse()',
        ),
        (
            'CREATE TRIGGER list_row_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON list_row FOR EACH STATEMENT EXECUTE FUNCTION list_row_refuse()',
            'DROP TRIGGER list_row_no_change ON list_row',
        ),
        (
            "CREATE OR REPLACE FUNCTION guard_resolution_update() RETURNS trigger LANGUAGE plpgsql AS $guard$ BEGIN IF OLD.state = 'sealed' THEN RAISE EXCEPTION 'resolution is sealed' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $guard$; CREATE OR REPLACE TRIGGER guard_resolution_update BEFORE UPDATE ON resolution FOR EACH ROW EXECUTE FUNCTION guard_resolution_update()",
            'DROP TRIGGER IF EXISTS guard_resolution_update ON resolution; DROP FUNCTION IF EXISTS guard_resolution_update()',
        ),
        (
            "CREATE OR REPLACE FUNCTION guard_resolution_delete() RETURNS trigger LANGUAGE plpgsql AS $guard$ BEGIN IF OLD.state = 'sealed' THEN RAISE EXCEPTION 'resolution is sealed' USING ERRCODE = 'restrict_violation'; END IF; RETURN OLD; END $guard$; CREATE OR REPLACE TRIGGER guard_resolution_delete BEFORE DELETE ON resolution FOR EACH ROW EXECUTE FUNCTION guard_resolution_delete()",
            'DROP TRIGGER IF EXISTS guard_resolution_delete ON resolution; DROP FUNCTION IF EXISTS guard_resolution_delete()',
        ),
        (
            "CREATE OR REPLACE FUNCTION guard_decision_insert() RETURNS trigger LANGUAGE plpgsql AS $guard$ BEGIN IF EXISTS (SELECT 1 FROM resolution r WHERE r.id IN (NEW.resolution_id) AND r.state = 'sealed') THEN RAISE EXCEPTION 'decision belongs to a sealed resolution' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $guard$; CREATE OR REPLACE TRIGGER guard_decision_insert BEFORE INSERT ON decision FOR EACH ROW EXECUTE FUNCTION guard_decision_insert()",
            'DROP TRIGGER IF EXISTS guard_decision_insert ON decision; DROP FUNCTION IF EXISTS guard_decision_insert()',
        ),
        (
            "CREATE OR REPLACE FUNCTION guard_decision_update() RETURNS trigger LANGUAGE plpgsql AS $guard$ BEGIN IF EXISTS (SELECT 1 FROM resolution r WHERE r.id IN (OLD.resolution_id, NEW.resolution_id) AND r.state = 'sealed') THEN RAISE EXCEPTION 'decision belongs to a sealed resolution' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $guard$; CREATE OR REPLACE TRIGGER guard_decision_update BEFORE UPDATE ON decision FOR EACH ROW EXECUTE FUNCTION guard_decision_update()",
            'DROP TRIGGER IF EXISTS guard_decision_update ON decision; DROP FUNCTION IF EXISTS guard_decision_update()',
        ),
        (
            "CREATE OR REPLACE FUNCTION guard_decision_delete() RETURNS trigger LANGUAGE plpgsql AS $guard$ BEGIN IF EXISTS (SELECT 1 FROM resolution r WHERE r.id IN (OLD.resolution_id) AND r.state = 'sealed') THEN RAISE EXCEPTION 'decision belongs to a sealed resolution' USING ERRCODE = 'restrict_violation'; END IF; RETURN OLD; END $guard$; CREATE OR REPLACE TRIGGER guard_decision_delete BEFORE DELETE ON decision FOR EACH ROW EXECUTE FUNCTION guard_decision_delete()",
            'DROP TRIGGER IF EXISTS guard_decision_delete ON decision; DROP FUNCTION IF EXISTS guard_decision_delete()',
        ),
        (
            "CREATE OR REPLACE FUNCTION guard_case_amount_insert() RETURNS trigger LANGUAGE plpgsql AS $guard$ BEGIN IF EXISTS (SELECT 1 FROM resolution r WHERE r.id IN (NEW.resolution_id) AND r.state = 'sealed') THEN RAISE EXCEPTION 'case_amount belongs to a sealed resolution' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $guard$; CREATE OR REPLACE TRIGGER guard_case_amount_insert BEFORE INSERT ON case_amount FOR EACH ROW EXECUTE FUNCTION guard_case_amount_insert()",
            'DROP TRIGGER IF EXISTS guard_case_amount_insert ON case_amount; DROP FUNCTION IF EXISTS guard_case_amount_insert()',
        ),
        (
            "CREATE OR REPLACE FUNCTION guard_case_amount_update() RETURNS trigger LANGUAGE plpgsql AS $guard$ BEGIN IF EXISTS (SELECT 1 FROM resolution r WHERE r.id IN (OLD.resolution_id, NEW.resolution_id) AND r.state = 'sealed') THEN RAISE EXCEPTION 'case_amount belongs to a sealed resolution' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $guard$; CREATE OR REPLACE TRIGGER guard_case_amount_update BEFORE UPDATE ON case_amount FOR EACH ROW EXECUTE FUNCTION guard_case_amount_update()",
            'DROP TRIGGER IF EXISTS guard_case_amount_update ON case_amount; DROP FUNCTION IF EXISTS guard_case_amount_update()',
        ),
        (
            "CREATE OR REPLACE FUNCTION guard_case_amount_delete() RETURNS trigger LANGUAGE plpgsql AS $guard$ BEGIN IF EXISTS (SELECT 1 FROM resolution r WHERE r.id IN (OLD.resolution_id) AND r.state = 'sealed') THEN RAISE EXCEPTION 'case_amount belongs to a sealed resolution' USING ERRCODE = 'restrict_violation'; END IF; RETURN OLD; END $guard$; CREATE OR REPLACE TRIGGER guard_case_amount_delete BEFORE DELETE ON case_amount FOR EACH ROW EXECUTE FUNCTION guard_case_amount_delete()",
            'DROP TRIGGER IF EXISTS guard_case_amount_delete ON case_amount; DROP FUNCTION IF EXISTS guard_case_amount_delete()',
        ),
        (
            "CREATE OR REPLACE FUNCTION guard_standard_insert() RETURNS trigger LANGUAGE plpgsql AS $guard$ BEGIN IF EXISTS (SELECT 1 FROM resolution r WHERE r.id IN (NEW.resolution_id) AND r.state = 'sealed') THEN RAISE EXCEPTION 'standard belongs to a sealed resolution' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $guard$; CREATE OR REPLACE TRIGGER guard_standard_insert BEFORE INSERT ON standard FOR EACH ROW EXECUTE FUNCTION guard_standard_insert()",
            'DROP TRIGGER IF EXISTS guard_standard_insert ON standard; DROP FUNCTION IF EXISTS guard_standard_insert()',
        ),
        (
            "CREATE OR REPLACE FUNCTION guard_standard_update() RETURNS trigger LANGUAGE plpgsql AS $guard$ BEGIN IF EXISTS (SELECT 1 FROM resolution r WHERE r.id IN (OLD.resolution_id, NEW.resolution_id) AND r.state = 'sealed') THEN RAISE EXCEPTION 'standard belongs to a sealed resolution' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $guard$; CREATE OR REPLACE TRIGGER guard_standard_update BEFORE UPDATE ON standard FOR EACH ROW EXECUTE FUNCTION guard_standard_update()",
            'DROP TRIGGER IF EXISTS guard_standard_update ON standard; DROP FUNCTION IF EXISTS guard_standard_update()',
        ),
        (
            "CREATE OR REPLACE FUNCTION guard_standard_delete() RETURNS trigger LANGUAGE plpgsql AS $guard$ BEGIN IF EXISTS (SELECT 1 FROM resolution r WHERE r.id IN (OLD.resolution_id) AND r.state = 'sealed') THEN RAISE EXCEPTION 'standard belongs to a sealed resolution' USING ERRCODE = 'restrict_violation'; END IF; RETURN OLD; END $guard$; CREATE OR REPLACE TRIGGER guard_standard_delete BEFORE DELETE ON standard FOR EACH ROW EXECUTE FUNCTION guard_standard_delete()",
            'DROP TRIGGER IF EXISTS guard_standard_delete ON standard; DROP FUNCTION IF EXISTS guard_standard_delete()',
        ),
        (
            "CREATE OR REPLACE FUNCTION guard_attendance_insert() RETURNS trigger LANGUAGE plpgsql AS $guard$ BEGIN IF EXISTS (SELECT 1 FROM resolution r WHERE r.meeting_id IN (NEW.meeting_id) AND r.state = 'sealed') THEN RAISE EXCEPTION 'attendance belongs to a sealed resolution' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $guard$; CREATE OR REPLACE TRIGGER guard_attendance_insert BEFORE INSERT ON attendance FOR EACH ROW EXECUTE FUNCTION guard_attendance_insert()",
            'DROP TRIGGER IF EXISTS guard_attendance_insert ON attendance; DROP FUNCTION IF EXISTS guard_attendance_insert()',
        ),
        (
            "CREATE OR REPLACE FUNCTION guard_attendance_update() RETURNS trigger LANGUAGE plpgsql AS $guard$ BEGIN IF EXISTS (SELECT 1 FROM resolution r WHERE r.meeting_id IN (OLD.meeting_id, NEW.meeting_id) AND r.state = 'sealed') THEN RAISE EXCEPTION 'attendance belongs to a sealed resolution' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $guard$; CREATE OR REPLACE TRIGGER guard_attendance_update BEFORE UPDATE ON attendance FOR EACH ROW EXECUTE FUNCTION guard_attendance_update()",
            'DROP TRIGGER IF EXISTS guard_attendance_update ON attendance; DROP FUNCTION IF EXISTS guard_attendance_update()',
        ),
        (
            "CREATE OR REPLACE FUNCTION guard_attendance_delete() RETURNS trigger LANGUAGE plpgsql AS $guard$ BEGIN IF EXISTS (SELECT 1 FROM resolution r WHERE r.meeting_id IN (OLD.meeting_id) AND r.state = 'sealed') THEN RAISE EXCEPTION 'attendance belongs to a sealed resolution' USING ERRCODE = 'restrict_violation'; END IF; RETURN OLD; END $guard$; CREATE OR REPLACE TRIGGER guard_attendance_delete BEFORE DELETE ON attendance FOR EACH ROW EXECUTE FUNCTION guard_attendance_delete()",
            'DROP TRIGGER IF EXISTS guard_attendance_delete ON attendance; DROP FUNCTION IF EXISTS guard_attendance_delete()',
        ),
        (
            "CREATE OR REPLACE FUNCTION guard_recusal_insert() RETURNS trigger LANGUAGE plpgsql AS $guard$ BEGIN IF EXISTS (SELECT 1 FROM resolution r WHERE r.meeting_id IN (NEW.meeting_id) AND r.state = 'sealed') THEN RAISE EXCEPTION 'recusal belongs to a sealed resolution' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $guard$; CREATE OR REPLACE TRIGGER guard_recusal_insert BEFORE INSERT ON recusal FOR EACH ROW EXECUTE FUNCTION guard_recusal_insert()",
            'DROP TRIGGER IF EXISTS guard_recusal_insert ON recusal; DROP FUNCTION IF EXISTS guard_recusal_insert()',
        ),
        (
            "CREATE OR REPLACE FUNCTION guard_recusal_update() RETURNS trigger LANGUAGE plpgsql AS $guard$ BEGIN IF EXISTS (SELECT 1 FROM resolution r WHERE r.meeting_id IN (OLD.meeting_id, NEW.meeting_id) AND r.state = 'sealed') THEN RAISE EXCEPTION 'recusal belongs to a sealed resolution' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $guard$; CREATE OR REPLACE TRIGGER guard_recusal_update BEFORE UPDATE ON recusal FOR EACH ROW EXECUTE FUNCTION guard_recusal_update()",
            'DROP TRIGGER IF EXISTS guard_recusal_update ON recusal; DROP FUNCTION IF EXISTS guard_recusal_update()',
        ),
        (
            "CREATE OR REPLACE FUNCTION guard_recusal_delete() RETURNS trigger LANGUAGE plpgsql AS $guard$ BEGIN IF EXISTS (SELECT 1 FROM resolution r WHERE r.meeting_id IN (OLD.meeting_id) AND r.state = 'sealed') THEN RAISE EXCEPTION 'recusal belongs to a sealed resolution' USING ERRCODE = 'restrict_violation'; END IF; RETURN OLD; END $guard$; CREATE OR REPLACE TRIGGER guard_recusal_delete BEFORE DELETE ON recusal FOR EACH ROW EXECUTE FUNCTION guard_recusal_delete()",
            'DROP TRIGGER IF EXISTS guard_recusal_delete ON recusal; DROP FUNCTION IF EXISTS guard_recusal_delete()',
        ),
        (
            "CREATE OR REPLACE FUNCTION guard_list_row_insert() RETURNS trigger LANGUAGE plpgsql AS $guard$ BEGIN IF EXISTS (SELECT 1 FROM list_version v JOIN resolution r ON r.id = v.resolution_id WHERE v.id = NEW.list_version_id AND r.state = 'sealed') THEN RAISE EXCEPTION 'list version is final' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $guard$; CREATE OR REPLACE TRIGGER guard_list_row_insert BEFORE INSERT ON list_row FOR EACH ROW EXECUTE FUNCTION guard_list_row_insert()",
            'DROP TRIGGER IF EXISTS guard_list_row_insert ON list_row; DROP FUNCTION IF EXISTS guard_list_row_insert()',
        ),
        (
            'CREATE OR REPLACE FUNCTION guard_case_approved_amount() RETURNS trigger LANGUAGE plpgsql AS $guard$ BEGIN IF NEW.approved_amount IS DISTINCT FROM OLD.approved_amount AND NEW.approved_amount IS DISTINCT FROM (SELECT d.amount FROM decision d JOIN resolution r ON r.id = d.resolution_id WHERE d.case_id = NEW.id AND r.state = \'sealed\' ORDER BY r.id DESC LIMIT 1) THEN RAISE EXCEPTION \'approved amount is not what was resolved\' USING ERRCODE = \'restrict_violation\'; END IF; RETURN NEW; END $guard$; CREATE OR REPLACE TRIGGER guard_case_approved_amount BEFORE UPDATE OF approved_amount ON "case" FOR EACH ROW EXECUTE FUNCTION guard_case_approved_amount()',
            'DROP TRIGGER IF EXISTS guard_case_approved_amount ON "case"; DROP FUNCTION IF EXISTS guard_case_approved_amount()',
        ),
    ],
}


def upgrade() -> None:
# ### commands auto generated by Alembic - please adjust! ###
    op.create_table('area',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('level', sa.String(length=12), nullable=False),
    sa.Column('parent_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('path', sa.String(length=200), nullable=False),
    sa.ForeignKeyConstraint(['parent_id'], ['area.id'], name=op.f('fk_area_parent_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_area')),
    sa.UniqueConstraint('code', name=op.f('uq_area_code'))
    )
    op.create_index(op.f('ix_area_parent_id'), 'area', ['parent_id'], unique=False)
    op.create_index('ix_area_path', 'area', ['path'], unique=False, postgresql_ops={'path': 'varchar_pattern_ops'})
    op.create_table('audit',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', db.Instant(timezone=True), nullable=False),
    sa.Column('actor_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('actor_name', sa.String(length=64), nullable=False),
    sa.Column('kind', sa.String(length=48), nullable=False),
    sa.Column('subject', sa.String(length=64), nullable=True),
    sa.Column('instance_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('seq', sa.Integer(), nullable=True),
    sa.Column('detail', db.Json(), nullable=False),
    sa.Column('prev_hash', sa.String(length=64), nullable=True),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.Column('sealed_no', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('sealed_hash', sa.String(length=64), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit')),
    sa.UniqueConstraint('instance_id', 'seq', name=op.f('uq_audit_instance_id_seq')),
    sa.UniqueConstraint('sealed_no', name=op.f('uq_audit_sealed_no'))
    )
    op.create_index(op.f('ix_audit_actor_id'), 'audit', ['actor_id'], unique=False)
    op.create_index('ix_audit_subject', 'audit', ['subject', 'id'], unique=False)
    op.create_index('ix_audit_unsealed', 'audit', ['sealed_no', 'id'], unique=False)
    op.create_table('bulk_run',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(length=64), nullable=False),
    sa.Column('common', db.Json(), nullable=False),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('total', sa.Integer(), nullable=False),
    sa.Column('done', sa.Integer(), nullable=False),
    sa.Column('refused', sa.Integer(), nullable=False),
    sa.Column('next_n', sa.Integer(), nullable=False),
    sa.Column('created_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('created_by_name', sa.String(length=64), nullable=False),
    sa.Column('created_at', db.Instant(timezone=True), nullable=False),
    sa.Column('finished_at', db.Instant(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bulk_run'))
    )
    op.create_table('calendar_day',
    sa.Column('date', sa.Date(), nullable=False),
    sa.Column('working', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('date', name=op.f('pk_calendar_day'))
    )
    op.create_table('definition',
    sa.Column('id', sa.String(length=64), nullable=False),
    sa.Column('scheme', sa.String(length=32), nullable=False),
    sa.Column('process_key', sa.String(length=64), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('current', sa.Boolean(), nullable=False),
    sa.Column('content', db.Json(), nullable=False),
    sa.Column('deployed_at', db.Instant(timezone=True), nullable=False),
    sa.Column('deployed_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_definition'))
    )
    op.create_index('ix_definition_current', 'definition', ['scheme', 'process_key', 'current'], unique=False)
    op.create_table('definition_blob',
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('hash', name=op.f('pk_definition_blob'))
    )
    op.create_table('fund_account',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('scheme', sa.String(length=32), nullable=False),
    sa.Column('code', sa.String(length=32), nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_fund_account')),
    sa.UniqueConstraint('code', name=op.f('uq_fund_account_code'))
    )
    op.create_index(op.f('ix_fund_account_scheme'), 'fund_account', ['scheme'], unique=False)
    op.create_table('idempotency_key',
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('route', sa.String(length=100), nullable=False),
    sa.Column('key', sa.String(length=200), nullable=False),
    sa.Column('body_hash', sa.String(length=64), nullable=False),
    sa.Column('result_ref', sa.String(length=200), nullable=True),
    sa.Column('at', db.Instant(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('user_id', 'route', 'key', name=op.f('pk_idempotency_key'))
    )
    op.create_index(op.f('ix_idempotency_key_at'), 'idempotency_key', ['at'], unique=False)
    op.create_table('incident',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('at', db.Instant(timezone=True), nullable=False),
    sa.Column('instance_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('element_id', sa.String(length=64), nullable=True),
    sa.Column('node', sa.Integer(), nullable=True),
    sa.Column('job_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('message_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('code', sa.String(length=64), nullable=False),
    sa.Column('message', sa.Text(), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('changed_at', db.Instant(timezone=True), nullable=False),
    sa.Column('changed_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_incident'))
    )
    op.create_index(op.f('ix_incident_instance_id'), 'incident', ['instance_id'], unique=False)
    op.create_index('ix_incident_state', 'incident', ['state', 'id'], unique=False)
    op.create_table('job',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('kind', sa.String(length=64), nullable=False),
    sa.Column('key', sa.String(length=200), nullable=True),
    sa.Column('payload', db.Json(), nullable=False),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('due_at', db.Instant(timezone=True), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('leased_by', sa.String(length=64), nullable=True),
    sa.Column('last_error', sa.Text(), nullable=True),
    sa.Column('created_at', db.Instant(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_job')),
    sa.UniqueConstraint('key', name=op.f('uq_job_key')),
    sqlite_autoincrement=True
    )
    op.create_index('ix_job_due', 'job', ['due_at', 'id'], unique=False)
    op.create_table('job_done',
    sa.Column('key', sa.String(length=80), nullable=False),
    sa.Column('at', db.Instant(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_job_done'))
    )
    op.create_index(op.f('ix_job_done_at'), 'job_done', ['at'], unique=False)
    op.create_table('login_attempt',
    sa.Column('subject', sa.String(length=80), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('until', db.Instant(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('subject', name=op.f('pk_login_attempt'))
    )
    op.create_table('pending_message',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('key', sa.String(length=200), nullable=False),
    sa.Column('batch', sa.String(length=32), nullable=False),
    sa.Column('name', sa.String(length=64), nullable=False),
    sa.Column('correlation', sa.String(length=64), nullable=False),
    sa.Column('payload', db.Json(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('sent_at', db.Instant(timezone=True), nullable=False),
    sa.Column('expires_at', db.Instant(timezone=True), nullable=False),
    sa.Column('delivered_at', db.Instant(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pending_message')),
    sa.UniqueConstraint('key', name=op.f('uq_pending_message_key'))
    )
    op.create_index('ix_pending_message_batch', 'pending_message', ['batch', 'state', 'id'], unique=False)
    op.create_index('ix_pending_message_name', 'pending_message', ['name', 'correlation', 'state'], unique=False)
    op.create_table('process_instance',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('definition_id', sa.String(length=64), nullable=False),
    sa.Column('scheme', sa.String(length=32), nullable=False),
    sa.Column('process_key', sa.String(length=64), nullable=False),
    sa.Column('subject', sa.String(length=64), nullable=False),
    sa.Column('group_key', sa.String(length=64), nullable=True),
    sa.Column('areas', db.Json(), nullable=False),
    sa.Column('unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('tree', sa.LargeBinary(), nullable=True),
    sa.Column('data', db.Json(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('started_at', db.Instant(timezone=True), nullable=False),
    sa.Column('started_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('ended_at', db.Instant(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_process_instance'))
    )
    op.create_index(op.f('ix_process_instance_group_key'), 'process_instance', ['group_key'], unique=False)
    op.create_index('ix_process_instance_subject', 'process_instance', ['subject', 'state'], unique=False)
    op.create_table('round',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('scheme', sa.String(length=32), nullable=False),
    sa.Column('cost_year', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('stage', sa.String(length=20), nullable=False),
    sa.Column('wave', sa.Integer(), nullable=False),
    sa.Column('signalled_wave', sa.Integer(), nullable=False),
    sa.Column('cut_off', sa.Date(), nullable=False),
    sa.Column('screening_line', db.Money(), nullable=False),
    sa.Column('verification_line', db.Money(), nullable=False),
    sa.Column('settlement_snapshot_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('area_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('instance_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('definition_id', sa.String(length=64), nullable=True),
    sa.Column('opened_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('opened_at', db.Instant(timezone=True), nullable=False),
    sa.Column('closed_at', db.Instant(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_round')),
    sa.UniqueConstraint('scheme', 'cost_year', 'number', name=op.f('uq_round_scheme_cost_year_number'))
    )
    op.create_index(op.f('ix_round_instance_id'), 'round', ['instance_id'], unique=False)
    op.create_index(op.f('ix_round_stage'), 'round', ['stage'], unique=False)
    op.create_table('snapshot',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.Column('path', sa.String(length=200), nullable=False),
    sa.Column('size', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('rows', sa.Integer(), nullable=False),
    sa.Column('left_out', sa.Integer(), nullable=False),
    sa.Column('payers', db.Json(), nullable=False),
    sa.Column('period_from', sa.Date(), nullable=True),
    sa.Column('period_to', sa.Date(), nullable=True),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('file_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('created_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('created_at', db.Instant(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_snapshot')),
    sa.UniqueConstraint('hash', name=op.f('uq_snapshot_hash'))
    )
    op.create_table('stored_file',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('media_type', sa.String(length=80), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('purpose', sa.String(length=12), nullable=False),
    sa.Column('uploaded_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('at', db.Instant(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_stored_file')),
    sa.UniqueConstraint('hash', name=op.f('uq_stored_file_hash'))
    )
    op.create_table('user',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('login', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=64), nullable=False),
    sa.Column('phone', sa.String(length=32), nullable=True),
    sa.Column('password_hash', sa.String(length=200), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_user')),
    sa.UniqueConstraint('login', name=op.f('uq_user_login'))
    )
    op.create_table('api_token',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('name', sa.String(length=64), nullable=False),
    sa.Column('created_at', db.Instant(timezone=True), nullable=False),
    sa.Column('expires_at', db.Instant(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_api_token_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_api_token')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_api_token_token_hash'))
    )
    op.create_index(op.f('ix_api_token_user_id'), 'api_token', ['user_id'], unique=False)
    op.create_table('bulk_row',
    sa.Column('bulk_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.Column('item', db.Json(), nullable=False),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('result', db.Json(), nullable=True),
    sa.ForeignKeyConstraint(['bulk_id'], ['bulk_run.id'], name=op.f('fk_bulk_row_bulk_id')),
    sa.PrimaryKeyConstraint('bulk_id', 'n', name=op.f('pk_bulk_row'))
    )
    op.create_index('ix_bulk_row_state', 'bulk_row', ['bulk_id', 'state', 'n'], unique=False)
    op.create_table('case',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('round_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('case_no', sa.String(length=20), nullable=False),
    sa.Column('origin', sa.String(length=12), nullable=False),
    sa.Column('stage', sa.String(length=16), nullable=False),
    sa.Column('categories', db.Json(), nullable=False),
    sa.Column('eligible', sa.Boolean(), nullable=False),
    sa.Column('total_cost', db.Money(), nullable=False),
    sa.Column('self_paid', db.Money(), nullable=True),
    sa.Column('cost_over_paid', sa.Boolean(), nullable=False),
    sa.Column('area_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('residence_area_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('reason', sa.String(length=500), nullable=True),
    sa.Column('visit_result', sa.String(length=24), nullable=True),
    sa.Column('instance_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('approved_amount', db.Money(), nullable=True),
    sa.Column('outcome', sa.String(length=12), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['round_id'], ['round.id'], name=op.f('fk_case_round_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case')),
    sa.UniqueConstraint('round_id', 'case_no', name=op.f('uq_case_round_id_case_no')),
    sa.UniqueConstraint('round_id', 'person_id', name=op.f('uq_case_round_id_person_id'))
    )
    op.create_index(op.f('ix_case_area_id'), 'case', ['area_id'], unique=False)
    op.create_index(op.f('ix_case_instance_id'), 'case', ['instance_id'], unique=False)
    op.create_index(op.f('ix_case_person_id'), 'case', ['person_id'], unique=False)
    op.create_index(op.f('ix_case_residence_area_id'), 'case', ['residence_area_id'], unique=False)
    op.create_index(op.f('ix_case_round_id'), 'case', ['round_id'], unique=False)
    op.create_index('ix_case_round_stage', 'case', ['round_id', 'stage', 'id'], unique=False)
    op.create_table('file_holder',
    sa.Column('file_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['file_id'], ['stored_file.id'], name=op.f('fk_file_holder_file_id')),
    sa.PrimaryKeyConstraint('file_id', 'user_id', name=op.f('pk_file_holder'))
    )
    op.create_table('fund_batch',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('no', sa.String(length=32), nullable=False),
    sa.Column('purpose', sa.String(length=100), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.Column('total', db.Money(), nullable=False),
    sa.Column('content_hash', sa.String(length=64), nullable=False),
    sa.Column('prepared_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('prepared_at', db.Instant(timezone=True), nullable=False),
    sa.Column('reviewed_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('reviewed_at', db.Instant(timezone=True), nullable=True),
    sa.Column('approved_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('approved_at', db.Instant(timezone=True), nullable=True),
    sa.Column('sent_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('sent_at', db.Instant(timezone=True), nullable=True),
    sa.Column('settled_at', db.Instant(timezone=True), nullable=True),
    sa.Column('note', sa.String(length=500), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['fund_account.id'], name=op.f('fk_fund_batch_account_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_fund_batch')),
    sa.UniqueConstraint('no', name=op.f('uq_fund_batch_no'))
    )
    op.create_index(op.f('ix_fund_batch_account_id'), 'fund_batch', ['account_id'], unique=False)
    op.create_index(op.f('ix_fund_batch_state'), 'fund_batch', ['state'], unique=False)
    op.create_table('fund_entry',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('ref', sa.String(length=120), nullable=False),
    sa.Column('at', db.Instant(timezone=True), nullable=False),
    sa.Column('booked_on', sa.Date(), nullable=False),
    sa.Column('actor_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('memo', sa.String(length=500), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['fund_account.id'], name=op.f('fk_fund_entry_account_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_fund_entry')),
    sa.UniqueConstraint('account_id', 'kind', 'ref', name=op.f('uq_fund_entry_account_id_kind_ref'))
    )
    op.create_index('ix_fund_entry_account_year', 'fund_entry', ['account_id', 'year', 'id'], unique=False)
    op.create_table('fund_reservation',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('ref', sa.String(length=80), nullable=False),
    sa.Column('amount', db.Money(), nullable=False),
    sa.Column('at', db.Instant(timezone=True), nullable=False),
    sa.Column('actor_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['fund_account.id'], name=op.f('fk_fund_reservation_account_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_fund_reservation')),
    sa.UniqueConstraint('ref', name=op.f('uq_fund_reservation_ref'))
    )
    op.create_index('ix_fund_reservation_account_year', 'fund_reservation', ['account_id', 'year'], unique=False)
    op.create_table('fund_year',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('charity_prior', db.Money(), nullable=True),
    sa.Column('warnings', db.Json(), nullable=False),
    sa.Column('opened_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('opened_at', db.Instant(timezone=True), nullable=False),
    sa.Column('closed_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('closed_at', db.Instant(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['fund_account.id'], name=op.f('fk_fund_year_account_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_fund_year')),
    sa.UniqueConstraint('account_id', 'year', name=op.f('uq_fund_year_account_id_year'))
    )
    op.create_table('household',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('area_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('head_person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['area_id'], ['area.id'], name=op.f('fk_household_area_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_household'))
    )
    op.create_index(op.f('ix_household_area_id'), 'household', ['area_id'], unique=False)
    op.create_index(op.f('ix_household_head_person_id'), 'household', ['head_person_id'], unique=False)
    op.create_table('import_run',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(length=32), nullable=False),
    sa.Column('file_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('file_name', sa.String(length=200), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('attempt', sa.Integer(), nullable=False),
    sa.Column('rows_total', sa.Integer(), nullable=False),
    sa.Column('rows_done', sa.Integer(), nullable=False),
    sa.Column('rows_bad', sa.Integer(), nullable=False),
    sa.Column('faults_total', sa.Integer(), nullable=False),
    sa.Column('params', db.Json(), nullable=False),
    sa.Column('result', db.Json(), nullable=True),
    sa.Column('created_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('created_at', db.Instant(timezone=True), nullable=False),
    sa.Column('changed_at', db.Instant(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['file_id'], ['stored_file.id'], name=op.f('fk_import_run_file_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_import_run'))
    )
    op.create_index(op.f('ix_import_run_created_by'), 'import_run', ['created_by'], unique=False)
    op.create_table('list_version',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('round_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('stage', sa.String(length=16), nullable=False),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.Column('row_count', sa.Integer(), nullable=False),
    sa.Column('total', db.Money(), nullable=False),
    sa.Column('resolution_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('prepared_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('created_at', db.Instant(timezone=True), nullable=False),
    sa.Column('meta', db.Json(), nullable=False),
    sa.ForeignKeyConstraint(['round_id'], ['round.id'], name=op.f('fk_list_version_round_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_list_version')),
    sa.UniqueConstraint('round_id', 'stage', 'n', name=op.f('uq_list_version_round_id_stage_n'))
    )
    op.create_index(op.f('ix_list_version_round_id'), 'list_version', ['round_id'], unique=False)
    op.create_table('meeting',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('round_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('held_on', sa.Date(), nullable=True),
    sa.Column('place', sa.String(length=100), nullable=True),
    sa.Column('chair', sa.String(length=60), nullable=True),
    sa.Column('opened_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('opened_at', db.Instant(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['round_id'], ['round.id'], name=op.f('fk_meeting_round_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_meeting')),
    sa.UniqueConstraint('round_id', 'n', name=op.f('uq_meeting_round_id_n'))
    )
    op.create_index(op.f('ix_meeting_round_id'), 'meeting', ['round_id'], unique=False)
    op.create_table('standard',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('round_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('base', sa.String(length=8), nullable=False),
    sa.Column('threshold', db.Money(), nullable=True),
    sa.Column('ratio', db.Exact(), nullable=True),
    sa.Column('cap', db.Money(), nullable=True),
    sa.Column('tiers', db.Json(), nullable=True),
    sa.Column('factors', db.Json(), nullable=False),
    sa.Column('resolution_line', db.Money(), nullable=True),
    sa.Column('resolution_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('list_version_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('note', sa.String(length=1000), nullable=True),
    sa.Column('proposed_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('proposed_at', db.Instant(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['round_id'], ['round.id'], name=op.f('fk_standard_round_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_standard')),
    sa.UniqueConstraint('round_id', 'n', name=op.f('uq_standard_round_id_n'))
    )
    op.create_index(op.f('ix_standard_resolution_id'), 'standard', ['resolution_id'], unique=False)
    op.create_index(op.f('ix_standard_round_id'), 'standard', ['round_id'], unique=False)
    op.create_table('subscription',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('instance_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('node', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=64), nullable=False),
    sa.Column('correlation', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['instance_id'], ['process_instance.id'], name=op.f('fk_subscription_instance_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_subscription')),
    sa.UniqueConstraint('instance_id', 'node', 'name', name=op.f('uq_subscription_instance_id_node_name'))
    )
    op.create_index('ix_subscription_name', 'subscription', ['name', 'correlation'], unique=False)
    op.create_table('tally_request',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('round_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('unit_code', sa.String(length=32), nullable=False),
    sa.Column('unit_name', sa.String(length=60), nullable=False),
    sa.Column('payers', db.Json(), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('filings', sa.Integer(), nullable=False),
    sa.Column('instance_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('opened_at', db.Instant(timezone=True), nullable=False),
    sa.Column('due_at', db.Instant(timezone=True), nullable=True),
    sa.Column('filed_at', db.Instant(timezone=True), nullable=True),
    sa.Column('filed_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('note', sa.String(length=500), nullable=True),
    sa.Column('waived_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('waived_at', db.Instant(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['round_id'], ['round.id'], name=op.f('fk_tally_request_round_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tally_request'))
    )
    op.create_index(op.f('ix_tally_request_instance_id'), 'tally_request', ['instance_id'], unique=False)
    op.create_index('ix_tally_request_round_state', 'tally_request', ['round_id', 'kind', 'state'], unique=False)
    op.create_index(op.f('ix_tally_request_unit_id'), 'tally_request', ['unit_id'], unique=False)
    op.create_table('task',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('instance_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('node', sa.Integer(), nullable=False),
    sa.Column('definition_id', sa.String(length=64), nullable=False),
    sa.Column('scheme', sa.String(length=32), nullable=False),
    sa.Column('element_id', sa.String(length=64), nullable=False),
    sa.Column('title', sa.String(length=100), nullable=False),
    sa.Column('subject', sa.String(length=64), nullable=False),
    sa.Column('group_key', sa.String(length=64), nullable=True),
    sa.Column('role', sa.String(length=32), nullable=False),
    sa.Column('lane_role', sa.String(length=32), nullable=False),
    sa.Column('area_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('holder_unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('fallback', sa.Boolean(), nullable=False),
    sa.Column('assignee_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('assignee_name', sa.String(length=64), nullable=True),
    sa.Column('delegator_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('delegator_name', sa.String(length=64), nullable=True),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('rank', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('received_at', db.Instant(timezone=True), nullable=False),
    sa.Column('due_at', db.Instant(timezone=True), nullable=False),
    sa.Column('remind_at', db.Instant(timezone=True), nullable=True),
    sa.Column('reminded_at', db.Instant(timezone=True), nullable=True),
    sa.Column('overdue_at', db.Instant(timezone=True), nullable=True),
    sa.Column('has_draft', sa.Boolean(), nullable=False),
    sa.Column('changed_at', db.Instant(timezone=True), nullable=False),
    sa.Column('changed_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('changed_by_name', sa.String(length=64), nullable=True),
    sa.Column('outcome', sa.String(length=12), nullable=True),
    sa.ForeignKeyConstraint(['instance_id'], ['process_instance.id'], name=op.f('fk_task_instance_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_task'))
    )
    op.create_index('ix_task_assignee', 'task', ['assignee_id', 'state', 'due_at', 'id'], unique=False)
    op.create_index('ix_task_group', 'task', ['group_key', 'state', 'id'], unique=False)
    op.create_index('ix_task_inbox', 'task', ['holder_unit_id', 'state', 'due_at', 'id'], unique=False)
    op.create_index('ix_task_instance', 'task', ['instance_id', 'node'], unique=False)
    op.create_index('ix_task_overdue', 'task', ['due_at'], unique=False, sqlite_where=sa.text("overdue_at IS NULL AND state = 'open'"), postgresql_where=sa.text("overdue_at IS NULL AND state = 'open'"))
    op.create_index('ix_task_rank', 'task', ['holder_unit_id', 'state', 'rank', 'id'], unique=False)
    op.create_index('ix_task_received', 'task', ['holder_unit_id', 'state', 'id'], unique=False)
    op.create_index('ix_task_remind', 'task', ['remind_at'], unique=False, sqlite_where=sa.text("reminded_at IS NULL AND state = 'open'"), postgresql_where=sa.text("reminded_at IS NULL AND state = 'open'"))
    op.create_index('ix_task_subject', 'task', ['subject', 'element_id'], unique=False)
    op.create_table('unit',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('area_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['area_id'], ['area.id'], name=op.f('fk_unit_area_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_unit')),
    sa.UniqueConstraint('code', name=op.f('uq_unit_code'))
    )
    op.create_index(op.f('ix_unit_area_id'), 'unit', ['area_id'], unique=False)
    op.create_table('user_session',
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('created_at', db.Instant(timezone=True), nullable=False),
    sa.Column('expires_at', db.Instant(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_user_session_user_id')),
    sa.PrimaryKeyConstraint('token_hash', name=op.f('pk_user_session'))
    )
    op.create_index(op.f('ix_user_session_expires_at'), 'user_session', ['expires_at'], unique=False)
    op.create_index(op.f('ix_user_session_user_id'), 'user_session', ['user_id'], unique=False)
    op.create_table('attendance',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('meeting_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('unit_code', sa.String(length=32), nullable=False),
    sa.Column('unit_name', sa.String(length=60), nullable=False),
    sa.Column('member_name', sa.String(length=60), nullable=False),
    sa.Column('present', sa.Boolean(), nullable=False),
    sa.Column('note', sa.String(length=200), nullable=True),
    sa.ForeignKeyConstraint(['meeting_id'], ['meeting.id'], name=op.f('fk_attendance_meeting_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attendance')),
    sa.UniqueConstraint('meeting_id', 'unit_code', 'member_name', name=op.f('uq_attendance_meeting_id_unit_code_member_name'))
    )
    op.create_table('bank_result_file',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('batch_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('received_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('received_at', db.Instant(timezone=True), nullable=False),
    sa.Column('summary', db.Json(), nullable=False),
    sa.ForeignKeyConstraint(['batch_id'], ['fund_batch.id'], name=op.f('fk_bank_result_file_batch_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bank_result_file')),
    sa.UniqueConstraint('hash', name=op.f('uq_bank_result_file_hash'))
    )
    op.create_index(op.f('ix_bank_result_file_batch_id'), 'bank_result_file', ['batch_id'], unique=False)
    op.create_table('case_amount',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('case_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('standard_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('resolution_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('self_paid', db.Money(), nullable=False),
    sa.Column('due', db.Money(), nullable=False),
    sa.Column('already_paid', db.Money(), nullable=False),
    sa.Column('overpaid', db.Money(), nullable=False),
    sa.Column('amount', db.Money(), nullable=False),
    sa.Column('status', sa.String(length=16), nullable=False),
    sa.Column('left_after', db.Money(), nullable=False),
    sa.Column('unanswered', db.Json(), nullable=False),
    sa.Column('trace', db.Json(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_case_amount_case_id')),
    sa.ForeignKeyConstraint(['standard_id'], ['standard.id'], name=op.f('fk_case_amount_standard_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_amount')),
    sa.UniqueConstraint('case_id', 'standard_id', name=op.f('uq_case_amount_case_id_standard_id'))
    )
    op.create_index(op.f('ix_case_amount_resolution_id'), 'case_amount', ['resolution_id'], unique=False)
    op.create_index('ix_case_amount_standard', 'case_amount', ['standard_id', 'id'], unique=False)
    op.create_table('exclusion',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('round_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('case_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('reason', sa.String(length=500), nullable=False),
    sa.Column('excluded_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('excluded_at', db.Instant(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_exclusion_case_id')),
    sa.ForeignKeyConstraint(['round_id'], ['round.id'], name=op.f('fk_exclusion_round_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_exclusion')),
    sa.UniqueConstraint('case_id', name=op.f('uq_exclusion_case_id'))
    )
    op.create_index(op.f('ix_exclusion_round_id'), 'exclusion', ['round_id'], unique=False)
    op.create_table('figure',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('case_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('payer', sa.String(length=32), nullable=False),
    sa.Column('source', sa.String(length=12), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('amount', db.Money(), nullable=False),
    sa.Column('in_force', sa.Boolean(), nullable=False),
    sa.Column('unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('recorded_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('recorded_at', db.Instant(timezone=True), nullable=False),
    sa.Column('origin_ref', sa.String(length=64), nullable=True),
    sa.Column('note', sa.String(length=500), nullable=True),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_figure_case_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_figure')),
    sa.UniqueConstraint('case_id', 'payer', 'source', 'version', name=op.f('uq_figure_case_id_payer_source_version'))
    )
    op.create_index('ix_figure_case_in_force', 'figure', ['case_id', 'in_force'], unique=False)
    op.create_table('fund_payment',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('ref', sa.String(length=80), nullable=False),
    sa.Column('reservation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('amount', db.Money(), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('payee_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('payee_name', sa.String(length=60), nullable=True),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('batch_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('hold_reason', sa.String(length=500), nullable=True),
    sa.Column('held_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('paid_at', db.Instant(timezone=True), nullable=True),
    sa.Column('fix_instance_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint('amount > 0', name=op.f('ck_fund_payment_positive')),
    sa.ForeignKeyConstraint(['account_id'], ['fund_account.id'], name=op.f('fk_fund_payment_account_id')),
    sa.ForeignKeyConstraint(['batch_id'], ['fund_batch.id'], name=op.f('fk_fund_payment_batch_id')),
    sa.ForeignKeyConstraint(['reservation_id'], ['fund_reservation.id'], name=op.f('fk_fund_payment_reservation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_fund_payment')),
    sa.UniqueConstraint('ref', name=op.f('uq_fund_payment_ref'))
    )
    op.create_index(op.f('ix_fund_payment_batch_id'), 'fund_payment', ['batch_id'], unique=False)
    op.create_index(op.f('ix_fund_payment_person_id'), 'fund_payment', ['person_id'], unique=False)
    op.create_index(op.f('ix_fund_payment_reservation_id'), 'fund_payment', ['reservation_id'], unique=False)
    op.create_index('ix_fund_payment_waiting', 'fund_payment', ['account_id', 'year', 'state'], unique=False)
    op.create_table('import_error',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('import_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('severity', sa.String(length=8), nullable=False),
    sa.Column('sheet', sa.String(length=60), nullable=False),
    sa.Column('row', sa.Integer(), nullable=True),
    sa.Column('column', sa.String(length=60), nullable=True),
    sa.Column('code', sa.String(length=48), nullable=False),
    sa.Column('message', sa.String(length=500), nullable=False),
    sa.ForeignKeyConstraint(['import_id'], ['import_run.id'], name=op.f('fk_import_error_import_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_import_error'))
    )
    op.create_index('ix_import_error_import', 'import_error', ['import_id', 'id'], unique=False)
    op.create_table('list_row',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('list_version_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('no', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_name', sa.String(length=60), nullable=False),
    sa.Column('id_masked', sa.String(length=18), nullable=False),
    sa.Column('category', sa.String(length=24), nullable=False),
    sa.Column('township', sa.String(length=60), nullable=False),
    sa.Column('total_cost', db.Money(), nullable=False),
    sa.Column('payments', db.Json(), nullable=False),
    sa.Column('self_paid', db.Money(), nullable=False),
    sa.Column('amount', db.Money(), nullable=True),
    sa.Column('section', sa.String(length=16), nullable=False),
    sa.Column('decision', sa.String(length=12), nullable=True),
    sa.Column('outcome', sa.String(length=12), nullable=True),
    sa.Column('reason', sa.String(length=500), nullable=True),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_list_row_case_id')),
    sa.ForeignKeyConstraint(['list_version_id'], ['list_version.id'], name=op.f('fk_list_row_list_version_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_list_row')),
    sa.UniqueConstraint('list_version_id', 'case_id', name=op.f('uq_list_row_list_version_id_case_id')),
    sa.UniqueConstraint('list_version_id', 'no', name=op.f('uq_list_row_list_version_id_no'))
    )
    op.create_table('membership',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('role', sa.String(length=32), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=True),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_membership_unit_id')),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_membership_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_membership')),
    sa.UniqueConstraint('user_id', 'unit_id', 'role', name=op.f('uq_membership_user_id_unit_id_role'))
    )
    op.create_index('ix_membership_unit_id_role', 'membership', ['unit_id', 'role'], unique=False)
    op.create_table('person',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('id_hash', sa.String(length=64), nullable=False),
    sa.Column('id_enc', sa.String(length=120), nullable=False),
    sa.Column('id_masked', sa.String(length=18), nullable=False),
    sa.Column('birth', sa.Date(), nullable=False),
    sa.Column('sex', sa.String(length=6), nullable=False),
    sa.Column('household_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('recognising_area_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('residence_area_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('phone_enc', sa.String(length=120), nullable=True),
    sa.Column('phone_masked', sa.String(length=20), nullable=True),
    sa.Column('deceased_on', sa.Date(), nullable=True),
    sa.Column('institution', sa.String(length=100), nullable=True),
    sa.Column('insured', sa.String(length=10), nullable=True),
    sa.Column('changed_at', db.Instant(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['household_id'], ['household.id'], name=op.f('fk_person_household_id')),
    sa.ForeignKeyConstraint(['recognising_area_id'], ['area.id'], name=op.f('fk_person_recognising_area_id')),
    sa.ForeignKeyConstraint(['residence_area_id'], ['area.id'], name=op.f('fk_person_residence_area_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_person')),
    sa.UniqueConstraint('id_hash', name=op.f('uq_person_id_hash'))
    )
    op.create_index(op.f('ix_person_household_id'), 'person', ['household_id'], unique=False)
    op.create_index(op.f('ix_person_name'), 'person', ['name'], unique=False)
    op.create_index(op.f('ix_person_recognising_area_id'), 'person', ['recognising_area_id'], unique=False)
    op.create_index(op.f('ix_person_residence_area_id'), 'person', ['residence_area_id'], unique=False)
    op.create_table('recusal',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('meeting_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('case_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('member_name', sa.String(length=60), nullable=False),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_recusal_case_id')),
    sa.ForeignKeyConstraint(['meeting_id'], ['meeting.id'], name=op.f('fk_recusal_meeting_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_recusal')),
    sa.UniqueConstraint('meeting_id', 'case_id', 'member_name', name=op.f('uq_recusal_meeting_id_case_id_member_name'))
    )
    op.create_index(op.f('ix_recusal_case_id'), 'recusal', ['case_id'], unique=False)
    op.create_table('resolution',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('round_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('meeting_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('no', sa.String(length=60), nullable=True),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('held_on', sa.Date(), nullable=True),
    sa.Column('standard_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('shortfall_rule', sa.String(length=12), nullable=False),
    sa.Column('available', db.Money(), nullable=False),
    sa.Column('reserve_kept', db.Money(), nullable=False),
    sa.Column('fitted_ratio', db.Exact(), nullable=True),
    sa.Column('unanswered_rule', sa.String(length=8), nullable=True),
    sa.Column('corrections', db.Json(), nullable=False),
    sa.Column('row_count', sa.Integer(), nullable=False),
    sa.Column('total', db.Money(), nullable=False),
    sa.Column('minutes_file_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('list_version_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('created_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('created_at', db.Instant(timezone=True), nullable=False),
    sa.Column('sealed_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('sealed_at', db.Instant(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['meeting_id'], ['meeting.id'], name=op.f('fk_resolution_meeting_id')),
    sa.ForeignKeyConstraint(['round_id'], ['round.id'], name=op.f('fk_resolution_round_id')),
    sa.ForeignKeyConstraint(['standard_id'], ['standard.id'], name=op.f('fk_resolution_standard_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_resolution')),
    sa.UniqueConstraint('round_id', 'n', name=op.f('uq_resolution_round_id_n'))
    )
    op.create_index(op.f('ix_resolution_no'), 'resolution', ['no'], unique=False)
    op.create_index(op.f('ix_resolution_round_id'), 'resolution', ['round_id'], unique=False)
    op.create_table('submission',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('standard_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('role', sa.String(length=24), nullable=False),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('user_name', sa.String(length=60), nullable=False),
    sa.Column('note', sa.String(length=1000), nullable=True),
    sa.Column('at', db.Instant(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['standard_id'], ['standard.id'], name=op.f('fk_submission_standard_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_submission')),
    sa.UniqueConstraint('standard_id', 'role', name=op.f('uq_submission_standard_id_role'))
    )
    op.create_table('tally_conflict',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('round_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('case_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('request_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('payer', sa.String(length=32), nullable=False),
    sa.Column('settlement_amount', db.Money(), nullable=False),
    sa.Column('tally_amount', db.Money(), nullable=False),
    sa.Column('chosen', sa.String(length=12), nullable=True),
    sa.Column('amount', db.Money(), nullable=True),
    sa.Column('reason', sa.String(length=500), nullable=True),
    sa.Column('resolved_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('resolved_at', db.Instant(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_tally_conflict_case_id')),
    sa.ForeignKeyConstraint(['request_id'], ['tally_request.id'], name=op.f('fk_tally_conflict_request_id')),
    sa.ForeignKeyConstraint(['round_id'], ['round.id'], name=op.f('fk_tally_conflict_round_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tally_conflict')),
    sa.UniqueConstraint('case_id', 'payer', 'request_id', name=op.f('uq_tally_conflict_case_id_payer_request_id'))
    )
    op.create_index(op.f('ix_tally_conflict_round_id'), 'tally_conflict', ['round_id'], unique=False)
    op.create_table('tally_row',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('request_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('case_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('payer', sa.String(length=32), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('amount', db.Money(), nullable=True),
    sa.Column('note', sa.String(length=200), nullable=True),
    sa.Column('current', sa.Boolean(), nullable=False),
    sa.Column('recorded_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('recorded_at', db.Instant(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_tally_row_case_id')),
    sa.ForeignKeyConstraint(['request_id'], ['tally_request.id'], name=op.f('fk_tally_row_request_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tally_row')),
    sa.UniqueConstraint('request_id', 'case_id', 'payer', 'version', name=op.f('uq_tally_row_request_id_case_id_payer_version'))
    )
    op.create_index(op.f('ix_tally_row_case_id'), 'tally_row', ['case_id'], unique=False)
    op.create_index('ix_tally_row_current', 'tally_row', ['request_id', 'current', 'case_id'], unique=False)
    op.create_table('tally_upload',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('request_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('request_version', sa.Integer(), nullable=False),
    sa.Column('form', sa.String(length=12), nullable=False),
    sa.Column('file_name', sa.String(length=200), nullable=False),
    sa.Column('file_hash', sa.String(length=64), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('changes', db.Json(), nullable=False),
    sa.Column('unmatched', db.Json(), nullable=False),
    sa.Column('faults', db.Json(), nullable=False),
    sa.Column('marked_file_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('uploaded_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('uploaded_at', db.Instant(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['request_id'], ['tally_request.id'], name=op.f('fk_tally_upload_request_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tally_upload'))
    )
    op.create_index(op.f('ix_tally_upload_request_id'), 'tally_upload', ['request_id'], unique=False)
    op.create_table('task_comment',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('task_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', db.Instant(timezone=True), nullable=False),
    sa.Column('author_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('author_name', sa.String(length=64), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['task_id'], ['task.id'], name=op.f('fk_task_comment_task_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_task_comment'))
    )
    op.create_index(op.f('ix_task_comment_task_id'), 'task_comment', ['task_id'], unique=False)
    op.create_table('task_draft',
    sa.Column('task_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('content', sa.Text(), nullable=False),
    sa.Column('saved_at', db.Instant(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['task_id'], ['task.id'], name=op.f('fk_task_draft_task_id')),
    sa.PrimaryKeyConstraint('task_id', 'user_id', name=op.f('pk_task_draft'))
    )
    op.create_table('unit_role',
    sa.Column('unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('role', sa.String(length=32), nullable=False),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_unit_role_unit_id')),
    sa.PrimaryKeyConstraint('unit_id', 'role', name=op.f('pk_unit_role'))
    )
    op.create_index('ix_unit_role_role', 'unit_role', ['role', 'unit_id'], unique=False)
    op.create_table('visit',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('case_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('attempt', sa.Integer(), nullable=False),
    sa.Column('result', sa.String(length=24), nullable=False),
    sa.Column('method', sa.String(length=8), nullable=False),
    sa.Column('visited_at', db.Instant(timezone=True), nullable=False),
    sa.Column('recorded_at', db.Instant(timezone=True), nullable=False),
    sa.Column('place', db.Json(), nullable=True),
    sa.Column('visited_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('second_visitor', sa.String(length=60), nullable=True),
    sa.Column('signatures', db.Json(), nullable=False),
    sa.Column('opinion', sa.String(length=1000), nullable=True),
    sa.Column('statement_file_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('paper_cost', db.Money(), nullable=True),
    sa.Column('paper_accepted', db.Money(), nullable=True),
    sa.Column('paper_note', sa.String(length=500), nullable=True),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('checked_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('checked_at', db.Instant(timezone=True), nullable=True),
    sa.Column('check_note', sa.String(length=500), nullable=True),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_visit_case_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_visit')),
    sa.UniqueConstraint('case_id', 'attempt', name=op.f('uq_visit_case_id_attempt'))
    )
    op.create_index(op.f('ix_visit_visited_by'), 'visit', ['visited_by'], unique=False)
    op.create_table('category_span',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('category', sa.String(length=24), nullable=False),
    sa.Column('recognised_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('recognised_on', sa.Date(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('recorded_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('recorded_at', db.Instant(timezone=True), nullable=False),
    sa.Column('note', sa.String(length=500), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_category_span_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_category_span')),
    sa.UniqueConstraint('person_id', 'category', 'valid_from', name=op.f('uq_category_span_person_id_category_valid_from'))
    )
    op.create_index('ix_category_span_days', 'category_span', ['valid_from', 'valid_to', 'person_id', 'category'], unique=False)
    op.create_index(op.f('ix_category_span_person_id'), 'category_span', ['person_id'], unique=False)
    op.create_table('decision',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('resolution_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('case_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('amount', db.Money(), nullable=True),
    sa.Column('payable', db.Money(), nullable=True),
    sa.Column('reason', sa.String(length=500), nullable=True),
    sa.Column('decided_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('decided_at', db.Instant(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_decision_case_id')),
    sa.ForeignKeyConstraint(['resolution_id'], ['resolution.id'], name=op.f('fk_decision_resolution_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_decision')),
    sa.UniqueConstraint('resolution_id', 'case_id', name=op.f('uq_decision_resolution_id_case_id'))
    )
    op.create_index('ix_decision_case', 'decision', ['case_id', 'resolution_id'], unique=False)
    op.create_table('difference',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('case_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('visit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('payer', sa.String(length=32), nullable=False),
    sa.Column('unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('before', db.Money(), nullable=False),
    sa.Column('found', db.Money(), nullable=False),
    sa.Column('prevails', sa.String(length=8), nullable=False),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('settled_amount', db.Money(), nullable=True),
    sa.Column('settled_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('settled_at', db.Instant(timezone=True), nullable=True),
    sa.Column('note', sa.String(length=500), nullable=True),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_difference_case_id')),
    sa.ForeignKeyConstraint(['visit_id'], ['visit.id'], name=op.f('fk_difference_visit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_difference')),
    sa.UniqueConstraint('visit_id', 'payer', name=op.f('uq_difference_visit_id_payer'))
    )
    op.create_index('ix_difference_case', 'difference', ['case_id', 'state'], unique=False)
    op.create_index(op.f('ix_difference_unit_id'), 'difference', ['unit_id'], unique=False)
    op.create_table('fund_line',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('entry_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('debit', sa.String(length=20), nullable=False),
    sa.Column('credit', sa.String(length=20), nullable=False),
    sa.Column('amount', db.Money(), nullable=False),
    sa.Column('payment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('reservation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.CheckConstraint('amount > 0', name=op.f('ck_fund_line_positive')),
    sa.CheckConstraint('debit <> credit', name=op.f('ck_fund_line_two_books')),
    sa.ForeignKeyConstraint(['entry_id'], ['fund_entry.id'], name=op.f('fk_fund_line_entry_id')),
    sa.ForeignKeyConstraint(['payment_id'], ['fund_payment.id'], name=op.f('fk_fund_line_payment_id')),
    sa.ForeignKeyConstraint(['reservation_id'], ['fund_reservation.id'], name=op.f('fk_fund_line_reservation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_fund_line'))
    )
    op.create_index(op.f('ix_fund_line_entry_id'), 'fund_line', ['entry_id'], unique=False)
    op.create_index('ix_fund_line_payment', 'fund_line', ['payment_id'], unique=False)
    op.create_index('ix_fund_line_reservation', 'fund_line', ['reservation_id'], unique=False)
    op.create_table('fund_transfer',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('payment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('batch_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('serial', sa.Integer(), nullable=False),
    sa.Column('reference', sa.String(length=40), nullable=False),
    sa.Column('amount', db.Money(), nullable=False),
    sa.Column('payee_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('payee_version', sa.Integer(), nullable=False),
    sa.Column('payee_name', sa.String(length=60), nullable=False),
    sa.Column('account_enc', sa.String(length=400), nullable=False),
    sa.Column('account_masked', sa.String(length=40), nullable=False),
    sa.Column('bank', sa.String(length=100), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('doubt', sa.String(length=16), nullable=True),
    sa.Column('reason', sa.String(length=200), nullable=True),
    sa.Column('bank_serial', sa.String(length=64), nullable=True),
    sa.Column('bank_time', sa.String(length=19), nullable=True),
    sa.ForeignKeyConstraint(['batch_id'], ['fund_batch.id'], name=op.f('fk_fund_transfer_batch_id')),
    sa.ForeignKeyConstraint(['payment_id'], ['fund_payment.id'], name=op.f('fk_fund_transfer_payment_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_fund_transfer')),
    sa.UniqueConstraint('reference', name=op.f('uq_fund_transfer_reference'))
    )
    op.create_index('ix_fund_transfer_batch', 'fund_transfer', ['batch_id', 'serial'], unique=False)
    op.create_index(op.f('ix_fund_transfer_payment_id'), 'fund_transfer', ['payment_id'], unique=False)
    op.create_index('uq_fund_transfer_live', 'fund_transfer', ['payment_id'], unique=True, sqlite_where=sa.text("state IN ('prepared', 'sent', 'unknown', 'paid')"), postgresql_where=sa.text("state IN ('prepared', 'sent', 'unknown', 'paid')"))
    op.create_table('payee',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('relation', sa.String(length=30), nullable=True),
    sa.Column('account_enc', sa.String(length=160), nullable=False),
    sa.Column('account_masked', sa.String(length=12), nullable=False),
    sa.Column('account_hash', sa.String(length=64), nullable=False),
    sa.Column('bank', sa.String(length=100), nullable=False),
    sa.Column('proof_file_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('proposed_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('proposed_at', db.Instant(timezone=True), nullable=False),
    sa.Column('confirmed_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('confirmed_at', db.Instant(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_payee_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_payee'))
    )
    op.create_index(op.f('ix_payee_account_hash'), 'payee', ['account_hash'], unique=False)
    op.create_index(op.f('ix_payee_person_id'), 'payee', ['person_id'], unique=False)
    op.create_index('uq_payee_active', 'payee', ['person_id'], unique=True, sqlite_where=sa.text("state = 'active'"), postgresql_where=sa.text("state = 'active'"))
    op.create_index('uq_payee_pending', 'payee', ['person_id'], unique=True, sqlite_where=sa.text("state = 'pending'"), postgresql_where=sa.text("state = 'pending'"))
    op.create_table('visit_file',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('visit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('file_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('purpose', sa.String(length=40), nullable=False),
    sa.ForeignKeyConstraint(['visit_id'], ['visit.id'], name=op.f('fk_visit_file_visit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_visit_file')),
    sa.UniqueConstraint('visit_id', 'file_id', 'purpose', name=op.f('uq_visit_file_visit_id_file_id_purpose'))
    )
    op.create_table('bank_result_line',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('file_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('row', sa.Integer(), nullable=False),
    sa.Column('batch_no', sa.String(length=40), nullable=False),
    sa.Column('reference', sa.String(length=64), nullable=False),
    sa.Column('amount', db.Money(), nullable=False),
    sa.Column('result', sa.String(length=12), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=True),
    sa.Column('bank_serial', sa.String(length=64), nullable=True),
    sa.Column('bank_time', sa.String(length=19), nullable=True),
    sa.Column('transfer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('outcome', sa.String(length=16), nullable=False),
    sa.ForeignKeyConstraint(['file_id'], ['bank_result_file.id'], name=op.f('fk_bank_result_line_file_id')),
    sa.ForeignKeyConstraint(['transfer_id'], ['fund_transfer.id'], name=op.f('fk_bank_result_line_transfer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bank_result_line'))
    )
    op.create_index(op.f('ix_bank_result_line_file_id'), 'bank_result_line', ['file_id'], unique=False)
    op.create_index(op.f('ix_bank_result_line_reference'), 'bank_result_line', ['reference'], unique=False)
    op.create_index(op.f('ix_bank_result_line_transfer_id'), 'bank_result_line', ['transfer_id'], unique=False)
    # ### end Alembic commands ###
    for up, _down in GUARDS[op.get_bind().dialect.name]:
        op.get_bind().exec_driver_sql(up)


def downgrade() -> None:
    for _up, down in reversed(GUARDS[op.get_bind().dialect.name]):
        op.get_bind().exec_driver_sql(down)
# ### commands auto generated by Alembic - please adjust! ###
    op.drop_index(op.f('ix_bank_result_line_transfer_id'), table_name='bank_result_line')
    op.drop_index(op.f('ix_bank_result_line_reference'), table_name='bank_result_line')
    op.drop_index(op.f('ix_bank_result_line_file_id'), table_name='bank_result_line')
    op.drop_table('bank_result_line')
    op.drop_table('visit_file')
    op.drop_index('uq_payee_pending', table_name='payee', sqlite_where=sa.text("state = 'pending'"), postgresql_where=sa.text("state = 'pending'"))
    op.drop_index('uq_payee_active', table_name='payee', sqlite_where=sa.text("state = 'active'"), postgresql_where=sa.text("state = 'active'"))
    op.drop_index(op.f('ix_payee_person_id'), table_name='payee')
    op.drop_index(op.f('ix_payee_account_hash'), table_name='payee')
    op.drop_table('payee')
    op.drop_index('uq_fund_transfer_live', table_name='fund_transfer', sqlite_where=sa.text("state IN ('prepared', 'sent', 'unknown', 'paid')"), postgresql_where=sa.text("state IN ('prepared', 'sent', 'unknown', 'paid')"))
    op.drop_index(op.f('ix_fund_transfer_payment_id'), table_name='fund_transfer')
    op.drop_index('ix_fund_transfer_batch', table_name='fund_transfer')
    op.drop_table('fund_transfer')
    op.drop_index('ix_fund_line_reservation', table_name='fund_line')
    op.drop_index('ix_fund_line_payment', table_name='fund_line')
    op.drop_index(op.f('ix_fund_line_entry_id'), table_name='fund_line')
    op.drop_table('fund_line')
    op.drop_index(op.f('ix_difference_unit_id'), table_name='difference')
    op.drop_index('ix_difference_case', table_name='difference')
    op.drop_table('difference')
    op.drop_index('ix_decision_case', table_name='decision')
    op.drop_table('decision')
    op.drop_index(op.f('ix_category_span_person_id'), table_name='category_span')
    op.drop_index('ix_category_span_days', table_name='category_span')
    op.drop_table('category_span')
    op.drop_index(op.f('ix_visit_visited_by'), table_name='visit')
    op.drop_table('visit')
    op.drop_index('ix_unit_role_role', table_name='unit_role')
    op.drop_table('unit_role')
    op.drop_table('task_draft')
    op.drop_index(op.f('ix_task_comment_task_id'), table_name='task_comment')
    op.drop_table('task_comment')
    op.drop_index(op.f('ix_tally_upload_request_id'), table_name='tally_upload')
    op.drop_table('tally_upload')
    op.drop_index('ix_tally_row_current', table_name='tally_row')
    op.drop_index(op.f('ix_tally_row_case_id'), table_name='tally_row')
    op.drop_table('tally_row')
    op.drop_index(op.f('ix_tally_conflict_round_id'), table_name='tally_conflict')
    op.drop_table('tally_conflict')
    op.drop_table('submission')
    op.drop_index(op.f('ix_resolution_round_id'), table_name='resolution')
    op.drop_index(op.f('ix_resolution_no'), table_name='resolution')
    op.drop_table('resolution')
    op.drop_index(op.f('ix_recusal_case_id'), table_name='recusal')
    op.drop_table('recusal')
    op.drop_index(op.f('ix_person_residence_area_id'), table_name='person')
    op.drop_index(op.f('ix_person_recognising_area_id'), table_name='person')
    op.drop_index(op.f('ix_person_name'), table_name='person')
    op.drop_index(op.f('ix_person_household_id'), table_name='person')
    op.drop_table('person')
    op.drop_index('ix_membership_unit_id_role', table_name='membership')
    op.drop_table('membership')
    op.drop_table('list_row')
    op.drop_index('ix_import_error_import', table_name='import_error')
    op.drop_table('import_error')
    op.drop_index('ix_fund_payment_waiting', table_name='fund_payment')
    op.drop_index(op.f('ix_fund_payment_reservation_id'), table_name='fund_payment')
    op.drop_index(op.f('ix_fund_payment_person_id'), table_name='fund_payment')
    op.drop_index(op.f('ix_fund_payment_batch_id'), table_name='fund_payment')
    op.drop_table('fund_payment')
    op.drop_index('ix_figure_case_in_force', table_name='figure')
    op.drop_table('figure')
    op.drop_index(op.f('ix_exclusion_round_id'), table_name='exclusion')
    op.drop_table('exclusion')
    op.drop_index('ix_case_amount_standard', table_name='case_amount')
    op.drop_index(op.f('ix_case_amount_resolution_id'), table_name='case_amount')
    op.drop_table('case_amount')
    op.drop_index(op.f('ix_bank_result_file_batch_id'), table_name='bank_result_file')
    op.drop_table('bank_result_file')
    op.drop_table('attendance')
    op.drop_index(op.f('ix_user_session_user_id'), table_name='user_session')
    op.drop_index(op.f('ix_user_session_expires_at'), table_name='user_session')
    op.drop_table('user_session')
    op.drop_index(op.f('ix_unit_area_id'), table_name='unit')
    op.drop_table('unit')
    op.drop_index('ix_task_subject', table_name='task')
    op.drop_index('ix_task_remind', table_name='task', sqlite_where=sa.text("reminded_at IS NULL AND state = 'open'"), postgresql_where=sa.text("reminded_at IS NULL AND state = 'open'"))
    op.drop_index('ix_task_received', table_name='task')
    op.drop_index('ix_task_rank', table_name='task')
    op.drop_index('ix_task_overdue', table_name='task', sqlite_where=sa.text("overdue_at IS NULL AND state = 'open'"), postgresql_where=sa.text("overdue_at IS NULL AND state = 'open'"))
    op.drop_index('ix_task_instance', table_name='task')
    op.drop_index('ix_task_inbox', table_name='task')
    op.drop_index('ix_task_group', table_name='task')
    op.drop_index('ix_task_assignee', table_name='task')
    op.drop_table('task')
    op.drop_index(op.f('ix_tally_request_unit_id'), table_name='tally_request')
    op.drop_index('ix_tally_request_round_state', table_name='tally_request')
    op.drop_index(op.f('ix_tally_request_instance_id'), table_name='tally_request')
    op.drop_table('tally_request')
    op.drop_index('ix_subscription_name', table_name='subscription')
    op.drop_table('subscription')
    op.drop_index(op.f('ix_standard_round_id'), table_name='standard')
    op.drop_index(op.f('ix_standard_resolution_id'), table_name='standard')
    op.drop_table('standard')
    op.drop_index(op.f('ix_meeting_round_id'), table_name='meeting')
    op.drop_table('meeting')
    op.drop_index(op.f('ix_list_version_round_id'), table_name='list_version')
    op.drop_table('list_version')
    op.drop_index(op.f('ix_import_run_created_by'), table_name='import_run')
    op.drop_table('import_run')
    op.drop_index(op.f('ix_household_head_person_id'), table_name='household')
    op.drop_index(op.f('ix_household_area_id'), table_name='household')
    op.drop_table('household')
    op.drop_table('fund_year')
    op.drop_index('ix_fund_reservation_account_year', table_name='fund_reservation')
    op.drop_table('fund_reservation')
    op.drop_index('ix_fund_entry_account_year', table_name='fund_entry')
    op.drop_table('fund_entry')
    op.drop_index(op.f('ix_fund_batch_state'), table_name='fund_batch')
    op.drop_index(op.f('ix_fund_batch_account_id'), table_name='fund_batch')
    op.drop_table('fund_batch')
    op.drop_table('file_holder')
    op.drop_index('ix_case_round_stage', table_name='case')
    op.drop_index(op.f('ix_case_round_id'), table_name='case')
    op.drop_index(op.f('ix_case_residence_area_id'), table_name='case')
    op.drop_index(op.f('ix_case_person_id'), table_name='case')
    op.drop_index(op.f('ix_case_instance_id'), table_name='case')
    op.drop_index(op.f('ix_case_area_id'), table_name='case')
    op.drop_table('case')
    op.drop_index('ix_bulk_row_state', table_name='bulk_row')
    op.drop_table('bulk_row')
    op.drop_index(op.f('ix_api_token_user_id'), table_name='api_token')
    op.drop_table('api_token')
    op.drop_table('user')
    op.drop_table('stored_file')
    op.drop_table('snapshot')
    op.drop_index(op.f('ix_round_stage'), table_name='round')
    op.drop_index(op.f('ix_round_instance_id'), table_name='round')
    op.drop_table('round')
    op.drop_index('ix_process_instance_subject', table_name='process_instance')
    op.drop_index(op.f('ix_process_instance_group_key'), table_name='process_instance')
    op.drop_table('process_instance')
    op.drop_index('ix_pending_message_name', table_name='pending_message')
    op.drop_index('ix_pending_message_batch', table_name='pending_message')
    op.drop_table('pending_message')
    op.drop_table('login_attempt')
    op.drop_index(op.f('ix_job_done_at'), table_name='job_done')
    op.drop_table('job_done')
    op.drop_index('ix_job_due', table_name='job')
    op.drop_table('job')
    op.drop_index('ix_incident_state', table_name='incident')
    op.drop_index(op.f('ix_incident_instance_id'), table_name='incident')
    op.drop_table('incident')
    op.drop_index(op.f('ix_idempotency_key_at'), table_name='idempotency_key')
    op.drop_table('idempotency_key')
    op.drop_index(op.f('ix_fund_account_scheme'), table_name='fund_account')
    op.drop_table('fund_account')
    op.drop_table('definition_blob')
    op.drop_index('ix_definition_current', table_name='definition')
    op.drop_table('definition')
    op.drop_table('calendar_day')
    op.drop_table('bulk_run')
    op.drop_index('ix_audit_unsealed', table_name='audit')
    op.drop_index('ix_audit_subject', table_name='audit')
    op.drop_index(op.f('ix_audit_actor_id'), table_name='audit')
    op.drop_table('audit')
    op.drop_index('ix_area_path', table_name='area', postgresql_ops={'path': 'varchar_pattern_ops'})
    op.drop_index(op.f('ix_area_parent_id'), table_name='area')
    op.drop_table('area')
    # ### end Alembic commands ###
