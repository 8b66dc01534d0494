from __future__ import annotations

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from app.access.audit import count_unsealed, record, seal, verify_chain
from app.access.models import Audit
from app.kernel.actors import SYSTEM


def test_rows_of_an_instance_chain_and_the_seal_covers_everything(database, clock):
    with database.writing() as session:
        first = record(session, SYSTEM, clock, "started", instance_id=7, subject="case:1")
        record(session, SYSTEM, clock, "viewed", subject="person:3", detail={"why": "核对"})
        second = record(session, SYSTEM, clock, "completed", instance_id=7, prev_hash=first, seq=2)
        record(session, SYSTEM, clock, "completed", instance_id=7)
        session.commit()
        assert (seal(session, 3), count_unsealed(session)) == (3, 1)
        assert (seal(session, 3), seal(session, 3)) == (1, 0)
        session.commit()
    with database.reading() as session:
        chain = session.execute(select(Audit.seq, Audit.prev_hash).where(Audit.instance_id == 7).order_by(Audit.seq))
        assert [tuple(row) for row in chain] == [(1, None), (2, first), (3, second)]
        assert verify_chain(session) == []


def test_the_database_refuses_to_change_or_delete_a_row(database, clock):
    with database.writing() as session:
        record(session, SYSTEM, clock, "started")
        session.commit()
        seal(session)
        session.commit()
    changes = ("UPDATE audit SET kind='x'", "UPDATE audit SET sealed_hash='x'", "DELETE FROM audit")
    for change in changes:
        with database.writing() as session, pytest.raises(DBAPIError, match="append-only"):
            session.execute(text(change))


def test_a_row_changed_behind_the_triggers_is_found(database, clock):
    with database.writing() as session:
        for n in range(4):
            record(session, SYSTEM, clock, "started", instance_id=n % 2 + 1)
        seal(session)
        session.commit()
        _disarm(session)
        session.execute(text("UPDATE audit SET kind='forged' WHERE id=2"))
        session.execute(text("DELETE FROM audit WHERE id=3"))
        session.commit()
        faults = {(f.where, f.code) for f in verify_chain(session)}
    assert ("audit:2", "audit_row_changed") in faults
    assert ("audit:4", "audit_seal_broken") in faults


def _disarm(session):
    on = " ON audit" if session.get_bind().dialect.name == "postgresql" else ""
    for name in ("audit_no_update", "audit_no_delete"):
        session.execute(text(f"DROP TRIGGER {name}{on}"))
