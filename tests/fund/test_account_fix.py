"""A failed account is put right by two people, and then the payment goes out again."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.access.models import Unit, User, UserMembership
from app.engine.inbox import find_open_task
from app.engine.jobs import run_due_jobs
from app.engine.models import ProcessInstance
from app.engine.tasks import complete_task
from app.fund.account_fix import ask_for_payee
from app.fund.balances import verify_ledger
from app.fund.batches import collect_batch
from app.fund.models import Payment, Transfer
from app.intake.models import StoredFile
from app.kernel.db import cipher_of
from app.kernel.errors import Conflict, Denied, Invalid, NotFound
from app.registry.models import Payee
from tests.fund.money import (
    PREPARER,
    YEAR,
    add_people,
    answer,
    changes,
    county_actor,
    open_fund,
    prepare_batch,
    push,
    resources,
    send,
    states_of,
)

__all__ = ["add_people", "answer", "changes", "open_fund", "prepare_batch", "resources", "send"]
NO = ("failure", {"reason": "账户不存在"})
NEW = {
    "kind": "guardian", "name": "周姑姑", "relation": "姑姑", "account": "6228480012345678901", "bank": "农业银行",
}  # fmt: skip


@pytest.fixture
def failed(database, send, answer):
    """The id of a payment whose transfer failed, with its account id."""
    account, batch = send("100.00")
    answer(batch, [NO])
    with database.reading() as session:
        return account, session.scalar(select(Payment.id))


@pytest.fixture
def do(database, clock):
    """`do(payment, "propose_account", "clerk_1", {...})` completes the open task as that person."""

    def complete(payment, element, login, form):
        with database.writing() as session:
            task = find_open_task(session, f"payment:{payment}", element)
            assert task is not None
            return complete_task(session, county_actor(session, login), clock, task.id, form)

    return complete


@pytest.fixture
def proof(database, clock):
    with database.writing() as session:
        file = StoredFile(hash="f" * 64, size=1, media_type="image/png", name="户口本.png", at=clock())
        session.add(file)
        session.commit()
        return file.id


def open_elements(database, payment):
    with database.reading() as session:
        found = ("propose_account", "propose_at_bureau", "confirm_account", "confirm_at_ybj")
        return [name for name in found if find_open_task(session, f"payment:{payment}", name)]


def test_one_proposes_another_confirms_and_the_next_batch_uses_the_new_account(
    database, clock, failed, do, proof, answer, changes
):
    account, payment = failed
    assert open_elements(database, payment) == ["propose_account"]
    form = {"decision": "new_account", "payee": {**NEW, "proof_file": proof}, "note": "本人账户已销户"}
    do(payment, "propose_account", "clerk_1", form)
    assert states_of(database) == ["failed"]
    do(payment, "confirm_account", "civil_affairs_officer", {"confirmed": True})
    assert states_of(database) == ["pending"]
    with database.writing() as session:
        batch = collect_batch(session, PREPARER, clock, account, YEAR, "补发")
        session.commit()
        transfer = session.scalar(select(Transfer).where(Transfer.batch_id == batch))
        assert cipher_of(session).decrypt(transfer.account_enc) == NEW["account"]
    push(database, clock, batch)
    answer(batch, [("success", {})])
    assert states_of(database) == ["paid"]
    assert [change[1:] for change in changes] == [
        ("pending", "sent"), ("sent", "failed"), ("failed", "pending"), ("pending", "sent"), ("sent", "paid"),
    ]  # fmt: skip
    with database.reading() as session:
        assert verify_ledger(session) == []
        assert session.scalar(select(ProcessInstance.state)) == "ended"


@pytest.mark.parametrize("confirmed", [True, False])
def test_what_civil_affairs_proposes_the_bureau_confirms(database, failed, do, proof, confirmed):
    _, payment = failed
    do(payment, "propose_account", "clerk_1", {"decision": "forward", "note": "联系不上本人"})
    form = {"decision": "new_account", "payee": {**NEW, "proof_file": proof}, "note": "一卡通账户"}
    do(payment, "propose_at_bureau", "civil_affairs_officer", form)
    assert open_elements(database, payment) == ["confirm_at_ybj"]
    for login in ("civil_affairs_officer", "civil_affairs_officer_2", "clerk_1"):
        with pytest.raises(NotFound):
            do(payment, "confirm_at_ybj", login, {"confirmed": True})
    do(payment, "confirm_at_ybj", "ybj_officer", {"confirmed": confirmed, "note": "与一卡通数据核对"})
    assert states_of(database) == ["pending" if confirmed else "failed"]
    assert open_elements(database, payment) == ([] if confirmed else ["propose_account"])


def test_whoever_sits_in_both_offices_may_not_confirm_the_own_proposal(database, clock, failed, do, proof):
    _, payment = failed
    with database.writing() as session:
        user = session.scalars(select(User).where(User.login == "civil_affairs_officer")).one()
        desk = session.scalars(select(Unit.id).where(Unit.code == "ybj")).one()
        session.add(UserMembership(user_id=user.id, unit_id=desk, role="ybj_officer"))
        session.commit()
    do(payment, "propose_account", "clerk_1", {"decision": "forward", "note": "联系不上本人"})
    form = {"decision": "new_account", "payee": {**NEW, "proof_file": proof}, "note": "一卡通账户"}
    do(payment, "propose_at_bureau", "civil_affairs_officer", form)
    with pytest.raises(Denied) as refused:
        do(payment, "confirm_at_ybj", "civil_affairs_officer", {"confirmed": True})
    assert refused.value.code == "same_person"


def test_a_refused_proposal_goes_back_and_its_account_is_closed(database, failed, do, proof):
    _, payment = failed
    form = {"decision": "new_account", "payee": {**NEW, "proof_file": proof}, "note": "换账户"}
    do(payment, "propose_account", "clerk_1", form)
    with pytest.raises(Invalid):
        do(payment, "confirm_account", "civil_affairs_officer", {"confirmed": False})
    do(payment, "confirm_account", "civil_affairs_officer", {"confirmed": False, "note": "证明不清楚"})
    assert open_elements(database, payment) == ["propose_account"]
    with database.reading() as session:
        assert sorted(session.scalars(select(Payee.state))) == ["active", "closed"]
    assert states_of(database) == ["failed"]


def test_the_same_account_may_be_tried_again_and_nobody_to_pay_is_unclaimed(database, clock, failed, do):
    _, payment = failed
    do(payment, "propose_account", "clerk_1", {"decision": "no_payee", "note": "本人去世，无继承人"})
    do(payment, "confirm_account", "civil_affairs_officer", {"confirmed": True})
    assert states_of(database) == ["unclaimed"]
    with database.writing() as session:
        ask_for_payee(session, PREPARER, clock, payment)
        with pytest.raises(Conflict, match="fix_open"):
            ask_for_payee(session, PREPARER, clock, payment)
        session.commit()
    do(payment, "propose_account", "clerk_1", {"decision": "same_account", "note": "银行系统故障"})
    do(payment, "confirm_account", "civil_affairs_officer", {"confirmed": True})
    assert states_of(database) == ["pending"]


@pytest.mark.parametrize(
    "form",
    [
        {"decision": "new_account", "note": "没有账户"},
        {"decision": "new_account", "payee": {**NEW, "proof_file": 999}, "note": "没有证明"},
        {"decision": "new_account", "payee": {**NEW, "account": "12", "proof_file": 1}, "note": "短账号"},
        {"decision": "perhaps", "note": "不明"},
        {},
    ],
)
def test_a_bad_proposal_is_refused_and_changes_nothing(database, failed, do, form):
    _, payment = failed
    with pytest.raises(Invalid):
        do(payment, "propose_account", "clerk_1", form)
    assert open_elements(database, payment) == ["propose_account"]


def test_success_after_all_withdraws_the_task(database, clock, send, answer):
    _, batch = send("100.00")
    answer(batch, [NO])
    answer(batch, [("success", {})])
    run_due_jobs(database, database.info["engine"], clock)
    with database.reading() as session:
        payment = session.scalar(select(Payment))
        assert (payment.state, payment.fix_instance_id) == ("paid", None)
        assert session.scalar(select(ProcessInstance.state)) == "cancelled"
    assert open_elements(database, payment.id) == []


def test_no_account_stands_in_the_workflow_or_the_trail(database, failed, do, proof):
    from sqlalchemy import text  # noqa: PLC0415

    _, payment = failed
    form = {"decision": "new_account", "payee": {**NEW, "proof_file": proof}, "note": "换账户"}
    do(payment, "propose_account", "clerk_1", form)
    with database.reading() as session:
        for query in ("SELECT tree FROM process_instance", "SELECT detail FROM audit"):
            assert not any(NEW["account"] in str(row) for row in session.scalars(text(query)))
