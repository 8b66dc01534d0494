"""An account is proposed by one and confirmed by another; only then money goes there."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import IntegrityError

from app.intake.files import store_file
from app.kernel.errors import Conflict, Denied, Invalid, NotFound
from app.registry.models import Payee
from app.registry.payees import (
    active_payee,
    confirm_payee,
    confirm_pending_payee,
    decide_payee,
    full_account,
    payees_of,
    pending_payee,
    propose_payee,
    submit_payee,
)
from app.registry.provision import PersonRow, Recorder, add_people
from tests.conftest import NOW
from tests.intake.tables import county, engine, id_number, settings

__all__ = ["county", "engine", "settings"]

OWN = {"kind": "self", "name": "张三", "account": "6217 0000 1234 5678", "bank": "农商银行"}
HEIR = {"kind": "heir", "name": "张小三", "account": "6217000099990000", "bank": "农商银行", "relation": "儿子"}


@pytest.fixture
def person_id(database, county):
    with database.writing() as session:
        (person_id,) = add_people(session, [PersonRow("张三", id_number(1), county.grids[0].id)], Recorder(NOW))
        session.commit()
    return person_id


def test_a_second_person_makes_an_account_active(database, county, person_id, clock):
    with database.writing() as session:
        propose_payee(session, county.actor("grid_worker_1"), clock, person_id, **OWN)
        assert active_payee(session, person_id) is None
        confirm_pending_payee(session, county.actor("clerk_1"), clock, person_id)
        session.commit()
    with database.reading() as session:
        payee = active_payee(session, person_id)
        assert (payee.account_masked, full_account(session, payee)) == ("****5678", "6217000012345678")
        assert pending_payee(session, person_id) is None
        assert (payee.proposed_by, payee.confirmed_by) == (
            county.actor("grid_worker_1").user_id, county.actor("clerk_1").user_id,
        )  # fmt: skip


def test_who_proposed_may_not_confirm(database, county, person_id, clock):
    clerk = county.actor("clerk_1")
    with database.writing() as session:
        payee = propose_payee(session, clerk, clock, person_id, **OWN)
        with pytest.raises(Conflict) as refused:
            confirm_payee(session, clerk, clock, payee.id)
    assert refused.value.code == "same_person_may_not_confirm"


def test_the_old_account_stays_active_until_the_new_one_is_confirmed(database, county, person_id, clock):
    with database.writing() as session:
        first = propose_payee(session, county.actor("grid_worker_1"), clock, person_id, **OWN)
        confirm_payee(session, county.actor("clerk_1"), clock, first.id)
        second = propose_payee(
            session, county.actor("clerk_1"), clock, person_id, **OWN | {"account": "6217000099998888"}
        )
        assert active_payee(session, person_id).id == first.id
        confirm_payee(session, county.actor("clerk_1b"), clock, second.id)
        session.commit()
        assert active_payee(session, person_id).id == second.id
        assert [(payee.id, payee.state) for payee in payees_of(session, person_id)] == [
            (second.id, "active"), (first.id, "closed"),
        ]  # fmt: skip


def test_a_newer_proposal_takes_the_place_of_an_older_one(database, county, person_id, clock):
    with database.writing() as session:
        older = propose_payee(session, county.actor("grid_worker_1"), clock, person_id, **OWN)
        newer = propose_payee(session, county.actor("clerk_1"), clock, person_id, **OWN)
        session.commit()
        assert (pending_payee(session, person_id).id, older.state) == (newer.id, "closed")
        with pytest.raises(Conflict) as refused:
            confirm_payee(session, county.actor("clerk_1b"), clock, older.id)
    assert refused.value.code == "payee_not_pending"


def test_an_heir_needs_relation_and_proof(database, county, person_id, clock):
    actor = county.actor("clerk_1")
    with database.writing() as session:
        with pytest.raises(Invalid) as refused:
            propose_payee(session, actor, clock, person_id, **HEIR | {"relation": None, "account": "x"})
        assert {fault.where for fault in refused.value.faults} == {
            "/payee/account", "/payee/relation", "/payee/proof_file",
        }  # fmt: skip
        proof = store_file(session, actor, clock, b"%PDF-1.4 proof", "证明.pdf")
        assert propose_payee(session, actor, clock, person_id, **HEIR, proof_file_id=proof.id).kind == "heir"


def test_somebody_elses_name_is_not_ones_own_account(database, county, person_id, clock):
    with database.writing() as session, pytest.raises(Invalid) as refused:
        propose_payee(session, county.actor("clerk_1"), clock, person_id, **OWN | {"name": "李四"})
    assert [fault.code for fault in refused.value.faults] == ["payee_name_differs"]


def test_a_rejected_proposal_changes_nothing(database, county, person_id, clock):
    with database.writing() as session:
        payee = submit_payee(session, county.actor("clerk_1"), clock, person_id, **OWN)
        with pytest.raises(Invalid):
            decide_payee(session, county.actor("clerk_1b"), clock, payee.id, accept=False)
        decide_payee(session, county.actor("clerk_1b"), clock, payee.id, accept=False, reason="户名不清")
        assert (payee.state, active_payee(session, person_id)) == ("closed", None)


def test_strangers_neither_propose_nor_confirm(database, county, person_id, clock):
    with database.writing() as session:
        with pytest.raises(NotFound):
            submit_payee(session, county.actor("clerk_2"), clock, person_id, **OWN)
        with pytest.raises(Denied):
            submit_payee(session, county.actor("finance_officer"), clock, person_id, **OWN)
        payee = submit_payee(session, county.actor("clerk_1"), clock, person_id, **OWN)
        with pytest.raises(Denied):
            decide_payee(session, county.actor("grid_worker_1"), clock, payee.id, accept=True)


def test_the_database_itself_refuses_two_active_accounts(database, county, person_id, clock):
    with database.writing() as session:
        for actor, other in (("clerk_1", "clerk_1b"), ("clerk_1b", "clerk_1")):
            payee = propose_payee(session, county.actor(actor), clock, person_id, **OWN)
            confirm_payee(session, county.actor(other), clock, payee.id)
        session.query(Payee).filter_by(person_id=person_id)
        with pytest.raises(IntegrityError):
            session.query(Payee).filter_by(person_id=person_id).update({"state": "active"})
