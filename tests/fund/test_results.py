"""The bank's files: twice, reordered, in part, contradicting; nothing is paid twice and nothing is lost."""

from __future__ import annotations

import contextlib
import random
import threading

import pytest
from sqlalchemy import event, func, select, text
from sqlalchemy.exc import DBAPIError

from app.fund import books
from app.fund.balances import verify_ledger
from app.fund.bank.outcomes import settle_doubt
from app.fund.bank.results import Control, ResultRow, apply_bank_result, open_doubts
from app.fund.batches import collect_batch, get_batch
from app.fund.ledger import bank_balance, read_balances
from app.fund.models import FundLine, Payment, ResultLine, Transfer
from app.fund.payments import name_payee, release_payment
from app.kernel.actors import SYSTEM
from app.kernel.errors import Conflict, Denied, Invalid
from tests.fund.money import (
    APPROVER,
    OTHER,
    PREPARER,
    YEAR,
    add_people,
    answer,
    changes,
    open_fund,
    prepare_batch,
    push,
    resources,
    send,
    states_of,
    transfers_of,
    yuan,
)

__all__ = ["add_people", "answer", "changes", "open_fund", "prepare_batch", "resources", "send"]
OK, NO, WAIT = ("success", {}), ("failure", {"reason": "账户不存在"}), ("processing", {})


def faults_of(database):
    with database.reading() as session:
        return verify_ledger(session)


def spent(database, account):
    with database.reading() as session:
        return read_balances(session, account)[books.PAID]


def try_again(database, clock, account):
    """Every failed payment keeps its account and goes out in another batch."""
    with database.writing() as session:
        for payment in session.scalars(select(Payment).where(Payment.state == "failed")).all():
            name_payee(session, APPROVER, clock, payment.id, payment.payee_id, payment.payee_name)
        batch = collect_batch(session, PREPARER, clock, account, YEAR, "补发")
        session.commit()
    return batch


def test_success_pays_and_settles_the_batch(database, send, answer, changes):
    account, batch = send("100.00", "50.00")
    assert answer(batch, [OK, OK]) == {"applied": 2}
    assert states_of(database) == ["paid", "paid"]
    assert spent(database, account) == yuan("150.00")
    assert changes[-1][1:] == ("sent", "paid")
    with database.reading() as session:
        assert get_batch(session, batch).state == "settled"
        assert bank_balance(session, account) == yuan("1723306.78")
    assert faults_of(database) == []


def test_a_partial_file_leaves_the_rest_with_the_bank(database, send, answer):
    account, batch = send("100.00", "50.00")
    assert answer(batch, [OK]) == {"applied": 1}
    assert states_of(database) == ["paid", "sent"]
    with database.reading() as session:
        assert get_batch(session, batch).state == "sent"
    assert answer(batch, [None, OK]) == {"applied": 1}
    assert spent(database, account) == yuan("150.00")
    assert faults_of(database) == []


def test_the_same_file_again_gets_the_same_answer_and_changes_nothing(database, send, answer):
    account, batch = send("100.00", "50.00")
    first = answer(batch, [OK, NO], file_hash="h")
    assert answer(batch, [NO, NO], file_hash="h") == first
    assert states_of(database) == ["paid", "failed"]
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(ResultLine)) == 2
    assert spent(database, account) == yuan("100.00")


def test_the_same_file_sent_by_many_at_once_counts_once(database, send, answer):
    account, batch = send("100.00", "50.00")
    start, outcomes = threading.Barrier(6), []

    def upload():
        start.wait()
        outcomes.append(answer(batch, [OK, NO], file_hash="h"))

    threads = [threading.Thread(target=upload) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes == [{"applied": 2}] * 6
    assert spent(database, account) == yuan("100.00")
    assert faults_of(database) == []


def test_a_failed_payment_is_paid_once_from_a_corrected_account(database, clock, send, answer, changes):
    account, batch = send("100.00", "50.00")
    answer(batch, [OK, NO])
    with database.reading() as session:
        assert session.scalar(select(Payment).where(Payment.state == "failed")).fix_instance_id is not None
    again = try_again(database, clock, account)
    push(database, clock, again)
    assert answer(again, [OK]) == {"applied": 1}
    assert states_of(database) == ["paid", "paid"]
    assert spent(database, account) == yuan("150.00")
    assert [change[1:] for change in changes[-4:]] == [
        ("sent", "failed"), ("failed", "pending"), ("pending", "sent"), ("sent", "paid"),
    ]  # fmt: skip
    assert faults_of(database) == []


def test_success_after_failure_pays_and_takes_the_second_try_back(database, clock, send, answer):
    account, batch = send("100.00", "50.00")
    answer(batch, [OK, NO])
    again = try_again(database, clock, account)
    assert answer(batch, [None, OK]) == {"late_success": 1}
    assert states_of(database) == ["paid", "paid"]
    with database.reading() as session:
        assert get_batch(session, again).state == "cancelled"
    assert spent(database, account) == yuan("150.00")
    assert faults_of(database) == []


def test_success_after_failure_while_the_second_try_is_out_is_a_conflict(database, clock, send, answer):
    account, batch = send("100.00")
    answer(batch, [NO])
    again = try_again(database, clock, account)
    push(database, clock, again)
    assert answer(batch, [OK]) == {"conflict": 1}
    with database.reading() as session:
        assert open_doubts(session, account) == 1
    assert answer(again, [OK]) == {"applied": 1}
    assert spent(database, account) == yuan("100.00")
    assert faults_of(database) == []


def test_failure_after_success_is_a_conflict_that_a_person_settles(database, clock, send, answer):
    account, batch = send("100.00")
    answer(batch, [OK])
    assert answer(batch, [NO]) == {"conflict": 1}
    assert states_of(database) == ["paid"]
    with database.writing() as session:
        transfer = transfers_of(session, batch)[0]
        assert get_batch(session, batch).state == "sent"
        with pytest.raises(Denied, match="same_person"):
            settle_doubt(session, PREPARER, clock, transfer.id, "failed", "银行退汇单")
        settle_doubt(session, OTHER, clock, transfer.id, "failed", "银行退汇单")
        session.commit()
    assert states_of(database) == ["failed"]
    assert spent(database, account) == 0
    assert faults_of(database) == []
    push(database, clock, again := try_again(database, clock, account))
    answer(again, [OK])
    assert spent(database, account) == yuan("100.00")
    assert faults_of(database) == []


def test_an_older_failure_that_comes_late_changes_nothing(database, send, answer):
    account, batch = send("100.00")
    answer(batch, [("success", {"bank_time": "2026-03-02 11:00:00"})])
    assert answer(batch, [("failure", {"bank_time": "2026-03-02 10:00:00"})]) == {"stale": 1}
    assert (states_of(database), spent(database, account)) == (["paid"], yuan("100.00"))


def test_processing_is_unknown_and_not_paid_again_until_it_is_resolved(database, clock, send, answer):
    account, batch = send("100.00")
    assert answer(batch, [WAIT]) == {"applied": 1}
    assert states_of(database) == ["unknown"]
    with database.writing() as session:
        payment = session.scalar(select(Payment))
        with pytest.raises(Conflict, match="nothing_to_pay"):
            collect_batch(session, PREPARER, clock, account, YEAR, "补发")
        with pytest.raises(Conflict, match="payment_under_way"):
            name_payee(session, APPROVER, clock, payment.id, payment.payee_id, "周某")
    assert answer(batch, [OK]) == {"applied": 1}
    assert states_of(database) == ["paid"]
    assert faults_of(database) == []


@pytest.mark.parametrize(("word", "state", "paid"), [("paid", "paid", "100.00"), ("failed", "failed", "0.00")])
def test_a_person_says_what_became_of_an_unknown_payment(database, clock, send, answer, word, state, paid):
    account, batch = send("100.00")
    answer(batch, [WAIT])
    with database.writing() as session:
        transfer = transfers_of(session, batch)[0].id
        with pytest.raises(Invalid) as caught:
            settle_doubt(session, OTHER, clock, transfer, "perhaps", "")
        assert [fault.where for fault in caught.value.faults] == ["/outcome", "/reason"]
        settle_doubt(session, OTHER, clock, transfer, word, "电话核实，流水 77")
        session.commit()
        with pytest.raises(Conflict, match="nothing_in_doubt"):
            settle_doubt(session, OTHER, clock, transfer, word, "再核")
    assert states_of(database) == [state]
    assert spent(database, account) == yuan(paid)
    assert faults_of(database) == []


def test_a_wrong_amount_is_never_taken_and_needs_a_person(database, clock, send, answer):
    account, batch = send("100.00")
    assert answer(batch, [("success", {"amount": yuan("1000.00")})]) == {"wrong_amount": 1}
    assert states_of(database) == ["unknown"]
    assert answer(batch, [OK]) == {"conflict": 1}
    assert states_of(database) == ["unknown"]
    with database.writing() as session:
        settle_doubt(session, OTHER, clock, transfers_of(session, batch)[0].id, "paid", "银行更正函")
        session.commit()
    assert spent(database, account) == yuan("100.00")
    assert faults_of(database) == []


def test_the_same_line_twice_in_a_file_counts_once(database, clock, send):
    account, batch = send("100.00")
    with database.writing() as session:
        transfer = transfers_of(session, batch)[0]
        row = ResultRow(1, "nxwy-2026-0001", transfer.reference, transfer.amount, "success")
        summary = apply_bank_result(session, SYSTEM, clock, batch, [row, row], file_hash="h", file_name="x.csv")
        session.commit()
    assert summary["outcomes"] == {"applied": 1, "repeated": 1}
    assert spent(database, account) == yuan("100.00")


def test_a_file_that_says_both_of_one_line_leaves_it_unknown(database, clock, send):
    _, batch = send("100.00")
    with database.writing() as session:
        transfer = transfers_of(session, batch)[0]
        rows = [
            ResultRow(n, "nxwy-2026-0001", transfer.reference, transfer.amount, result)
            for n, result in enumerate(("success", "failure"))
        ]
        summary = apply_bank_result(session, SYSTEM, clock, None, rows, file_hash="h", file_name="x.csv")
        session.commit()
    assert summary["outcomes"] == {"conflict": 2}
    assert states_of(database) == ["unknown"]
    assert faults_of(database) == []


def test_unknown_lines_and_lines_of_another_batch_are_kept_and_pay_nothing(database, send, answer, clock):
    account, batch = send("100.00")
    _, other = send("70.00", account=account, reservation="resolution:2")
    strange = [("success", {"reference": "nobody-knows"})]
    assert answer(batch, strange) == {"unknown_line": 1}
    assert answer(batch, [("success", {"batch_no": "nxwy-2026-0002"})]) == {"wrong_batch": 1}
    with database.writing() as session:
        transfer = transfers_of(session, batch)[0]
        row = ResultRow(1, "nxwy-2026-0001", transfer.reference, transfer.amount, "success")
        summary = apply_bank_result(session, SYSTEM, clock, other, [row], file_hash="o", file_name="x.csv")
        session.commit()
        assert summary["outcomes"] == {"wrong_batch": 1}
        kept = session.scalars(select(ResultLine.outcome).order_by(ResultLine.id)).all()
    assert kept == ["unknown_line", "wrong_batch", "wrong_batch"]
    assert states_of(database) == ["sent", "sent"]
    assert spent(database, account) == 0


def test_an_answer_about_a_transfer_that_never_left_holds_the_payment(database, clock, prepare_batch, answer):
    account, batch = prepare_batch("100.00", "50.00")
    assert answer(batch, [OK]) == {"conflict": 1}
    assert states_of(database) == ["held", "pending"]
    assert spent(database, account) == 0
    assert faults_of(database) == []
    with database.writing() as session:
        release_payment(session, OTHER, clock, session.scalar(select(Payment.id).order_by(Payment.id)))
        session.commit()
    assert states_of(database) == ["pending", "pending"]


def test_a_wrong_control_total_refuses_the_whole_file(database, send, answer):
    _, batch = send("100.00", "50.00")
    with pytest.raises(Invalid) as caught:
        answer(batch, [OK, OK], control=Control(3, yuan("150.01")))
    assert [fault.code for fault in caught.value.faults] == ["wrong_count", "wrong_total"]
    assert states_of(database) == ["sent", "sent"]
    assert answer(batch, [OK, OK], control=Control(2, yuan("150.00"))) == {"applied": 2}


def test_kept_lines_cannot_be_changed(database, send, answer):
    _, batch = send("100.00")
    answer(batch, [OK])
    for wish in ("UPDATE bank_result_line SET outcome = 'applied'", "DELETE FROM bank_result_line"):
        with database.writing() as session, pytest.raises(DBAPIError, match="append-only"):
            session.execute(text(wish))


def test_two_different_files_at_once_pay_once(database, send, answer):
    account, batch = send(*["10.00"] * 20)
    start = threading.Barrier(4)

    def upload():
        start.wait()
        answer(batch, [OK] * 20)

    threads = [threading.Thread(target=upload) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert spent(database, account) == yuan("200.00")
    assert faults_of(database) == []


def test_a_large_file_takes_few_statements(database, send, answer):
    _, batch = send(*["1.00"] * 300)
    count = []
    event.listen(database.engine, "before_cursor_execute", lambda *args: count.append(args[2]))
    answer(batch, [OK] * 300)
    assert len(count) < 40


@pytest.mark.parametrize("seed", range(6))
def test_whatever_the_bank_says_books_balance_and_nobody_is_paid_twice(database, clock, send, answer, seed):
    dice = random.Random(seed)  # noqa: S311 no secret
    account, batch = send("100.00", "50.00", "25.00")
    batches = [batch]
    for step in range(25):
        lines = [
            dice.choice(
                [
                    None, OK, NO, WAIT,
                    ("success", {"amount": yuan("1.00")}),
                    ("success", {"bank_time": f"2026-03-02 {dice.randrange(10, 20)}:00:00"}),
                    ("failure", {"bank_time": f"2026-03-02 {dice.randrange(10, 20)}:00:00"}),
                    ("success", {"bank_serial": str(dice.randrange(3))}),
                    ("failure", {"batch_no": "nxwy-2026-9999"}),
                ]
            )
            for _ in range(3)
        ]  # fmt: skip
        lines[0] = lines[0] or OK
        answer(dice.choice(batches), lines, file_hash=f"h{dice.randrange(40)}-{step // 8}")
        if step % 4 == 3:
            _settle_some(database, clock, dice)
        if step % 5 == 4:
            with contextlib.suppress(Conflict):  # nothing_to_pay
                batches.append(try_again(database, clock, account))
                if dice.random() < 0.7:
                    push(database, clock, batches[-1])
        assert faults_of(database) == []
    with database.reading() as session:
        paid = session.execute(
            select(FundLine.payment_id, func.sum(FundLine.amount, type_=FundLine.amount.type))
            .where(FundLine.debit == books.PAID).group_by(FundLine.payment_id)
        ).all()  # fmt: skip
        back = dict(
            session.execute(
                select(FundLine.payment_id, func.sum(FundLine.amount, type_=FundLine.amount.type))
                .where(FundLine.credit == books.PAID).group_by(FundLine.payment_id)
            ).all()
        )  # fmt: skip
        for payment_id, amount in paid:
            assert amount - back.get(payment_id, 0) <= session.get(Payment, payment_id).amount
        twice = select(Transfer.payment_id).where(Transfer.state == "paid").group_by(Transfer.payment_id)
        assert session.scalars(twice.having(func.count() > 1)).all() == []


def _settle_some(database, clock, dice):
    with database.writing() as session:
        doubtful = session.scalars(select(Transfer.id).where(Transfer.doubt.is_not(None))).all()
        for transfer in doubtful:
            with contextlib.suppress(Conflict):  # paid_elsewhere, or the batch never left
                settle_doubt(session, OTHER, clock, transfer, dice.choice(["paid", "failed"]), "核实")
        for payment in session.scalars(select(Payment).where(Payment.state == "held")).all():
            release_payment(session, OTHER, clock, payment.id)
        session.commit()
