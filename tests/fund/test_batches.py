"""Batches: three people, one living payment a ref, money that is there, a file the bank can check."""

from __future__ import annotations

import csv
import hashlib
import io
import threading

import pytest
from openpyxl import load_workbook
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from app.fund.balances import verify_ledger
from app.fund.bank.downloads import download_batch
from app.fund.batches import (
    approve_batch,
    collect_batch,
    create_batch,
    get_batch,
    return_batch,
    review_batch,
    send_batch,
)
from app.fund.inflows import record_inflow
from app.fund.models import Payment, Transfer
from app.fund.payments import (
    Payable,
    cancel_payment,
    hold_payment,
    name_payee,
    payments_by_ref,
    release_payment,
)
from app.fund.quota import available_quota, release, reserve
from app.kernel.actors import SYSTEM
from app.kernel.errors import Conflict, Denied, Invalid
from app.registry.models import Payee
from tests.fund.money import (
    APPROVER,
    PREPARER,
    REVIEWER,
    YEAR,
    add_people,
    changes,
    make_payee,
    open_fund,
    prepare_batch,
    push,
    resources,
    send,
    states_of,
    transfers_of,
    yuan,
)

__all__ = ["add_people", "changes", "open_fund", "prepare_batch", "resources", "send"]


def test_a_batch_goes_through_three_people_to_the_bank(database, clock, prepare_batch, changes):
    account, batch = prepare_batch("100.00", "50.01")
    push(database, clock, batch)
    with database.reading() as session:
        sent = get_batch(session, batch)
        assert (sent.state, sent.count, sent.total) == ("sent", 2, yuan("150.01"))
        assert (sent.prepared_by, sent.reviewed_by, sent.approved_by) == (1, 2, 3)
        assert available_quota(session, account, YEAR).resolved == yuan("150.01")
        assert verify_ledger(session) == []
    assert [change[1:] for change in changes] == [("pending", "sent")] * 2


@pytest.mark.parametrize(
    "people",
    [(PREPARER, APPROVER), (REVIEWER, PREPARER), (REVIEWER, REVIEWER), (SYSTEM, APPROVER)],
    ids=["preparer reviews", "preparer approves", "reviewer approves", "the system reviews"],
)
def test_one_person_cannot_act_twice_on_one_batch(database, clock, prepare_batch, people):
    _, batch = prepare_batch("100.00")

    def walk(session):
        review_batch(session, people[0], clock, batch)
        approve_batch(session, people[1], clock, batch)

    with database.writing() as session, pytest.raises(Denied, match="same_person"):
        walk(session)


def test_steps_out_of_order_are_refused(database, clock, prepare_batch):
    _, batch = prepare_batch("100.00")
    with database.writing() as session:
        for act, actor in ((approve_batch, APPROVER), (send_batch, PREPARER)):
            with pytest.raises(Conflict, match="batch_state"):
                act(session, actor, clock, batch)


def test_the_same_ref_cannot_stand_in_two_batches(database, clock, prepare_batch):
    account, _ = prepare_batch("100.00")
    with database.writing() as session:
        payment = session.scalar(select(Payment))
        again = Payable(payment.ref, payment.amount, payment.payee_id, "周某", payment.person_id, "resolution:1")
        with pytest.raises(Invalid, match="已在另一批次"):
            create_batch(session, PREPARER, clock, account, YEAR, "补助", [again])
        with pytest.raises(Invalid, match="重复列入"):
            create_batch(session, PREPARER, clock, account, YEAR, "补助", [again, again])
        with pytest.raises(Conflict, match="nothing_to_pay"):
            collect_batch(session, PREPARER, clock, account, YEAR, "补助")


def test_the_index_itself_refuses_a_second_living_transfer(database, prepare_batch):
    prepare_batch("100.00")
    columns = "payment_id, batch_id, amount, payee_id, payee_version, payee_name, account_enc, account_masked"
    copy = (
        f"INSERT INTO fund_transfer (serial, reference, bank, state, {columns}) "
        f"SELECT 2, 'other', bank, '{{}}', {columns} FROM fund_transfer"
    )
    for state in ("prepared", "sent", "unknown", "paid"):
        with database.writing() as session, pytest.raises(IntegrityError):
            session.execute(text(copy.format(state)))


def test_two_officers_who_collect_at_once_get_one_batch(database, clock, prepare_batch):
    account, batch = prepare_batch("100.00", "20.00")
    with database.writing() as session:
        return_batch(session, REVIEWER, clock, batch, "用途写错")
        session.commit()
    start, answers = threading.Barrier(4), []

    def collect():
        start.wait()
        try:
            with database.writing() as session:
                collect_batch(session, PREPARER, clock, account, YEAR, "补助")
                session.commit()
            answers.append("made")
        except Conflict as refusal:
            answers.append(refusal.code)

    threads = [threading.Thread(target=collect) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["made", *["nothing_to_pay"] * 3]
    with database.reading() as session:
        assert verify_ledger(session) == []


def test_a_batch_waits_until_the_bank_holds_the_money(database, clock, prepare_batch):
    account, batch = prepare_batch("1500.00", carry_in="0.00", fiscal="1000.00", charity="600.00", charity_in="0")
    with database.writing() as session:
        review_batch(session, REVIEWER, clock, batch)
        with pytest.raises(Conflict) as caught:
            approve_batch(session, APPROVER, clock, batch)
        assert (caught.value.code, caught.value.detail["missing"]) == ("balance_too_low", "500.00")
        record_inflow(session, SYSTEM, clock, account, YEAR, "charity", yuan("500.00"), "voucher-9")
        assert approve_batch(session, APPROVER, clock, batch).state == "approved"


def test_money_in_transit_or_approved_does_not_cover_a_second_batch(database, clock, prepare_batch):
    account, batch = prepare_batch("700.00", carry_in="0", fiscal="1000.00", charity="600.00", charity_in="0")
    _, second = prepare_batch("400.00", account=account, reservation="resolution:2")
    with database.writing() as session:
        for each in (batch, second):
            review_batch(session, REVIEWER, clock, each)
        approve_batch(session, APPROVER, clock, batch)
        with pytest.raises(Conflict, match="balance_too_low"):
            approve_batch(session, APPROVER, clock, second)
        send_batch(session, PREPARER, clock, batch)
        with pytest.raises(Conflict, match="balance_too_low"):
            approve_batch(session, APPROVER, clock, second)


def test_payables_beyond_their_reservation_are_refused(database, clock, changes, open_fund, add_people):
    account, (person,) = open_fund(), add_people(1)
    with database.writing() as session:
        reserve(session, SYSTEM, clock, account, YEAR, yuan("99.99"), "resolution:1")
        payable = Payable("case:1/res:1", yuan("100.00"), person, "周某", person, "resolution:1")
        with pytest.raises(Conflict, match="reservation_too_small"):
            create_batch(session, PREPARER, clock, account, YEAR, "补助", [payable])


def test_money_that_payments_need_cannot_be_released(database, clock, prepare_batch):
    account, _ = prepare_batch("100.00")
    with database.writing() as session, pytest.raises(Conflict, match="reservation_in_use"):
        release(session, SYSTEM, clock, account, YEAR, "resolution:1")


def test_a_held_payment_leaves_its_batch_which_must_be_looked_at_again(database, clock, prepare_batch):
    account, batch = prepare_batch("100.00", "50.00")
    with database.writing() as session:
        review_batch(session, REVIEWER, clock, batch)
        approve_batch(session, APPROVER, clock, batch)
        first = session.scalar(select(Payment).order_by(Payment.id).limit(1))
        with pytest.raises(Invalid, match="原因"):
            hold_payment(session, APPROVER, clock, first.id, " ")
        hold_payment(session, APPROVER, clock, first.id, "有举报待核")
        session.commit()
        left = get_batch(session, batch)
        assert (left.state, left.count, left.total, left.approved_by) == ("prepared", 1, yuan("50.00"), None)
        assert verify_ledger(session) == []
        with pytest.raises(Conflict, match="payment_not_pending"):
            hold_payment(session, APPROVER, clock, first.id, "再次")
    push(database, clock, batch)
    with database.writing() as session:
        release_payment(session, APPROVER, clock, first.id)
        again = collect_batch(session, PREPARER, clock, account, YEAR, "补助")
        session.commit()
        assert get_batch(session, again).total == yuan("100.00")
        assert verify_ledger(session) == []


def test_an_unclaimed_payment_waits_for_a_payee(database, clock, changes, open_fund, add_people):
    account, (one,), (other,) = open_fund(), add_people(1), add_people(1, claimed=False)
    with database.writing() as session:
        reserve(session, SYSTEM, clock, account, YEAR, yuan("300.00"), "resolution:1")
        payables = [
            Payable("case:1/res:1", yuan("100.00"), one, "周某", one, "resolution:1"),
            Payable("case:2/res:1", yuan("200.00"), None, None, other, "resolution:1"),
        ]
        batch = create_batch(session, PREPARER, clock, account, YEAR, "补助", payables)
        session.commit()
        assert get_batch(session, batch).count == 1
    assert states_of(database) == ["pending", "unclaimed"]
    with database.writing() as session:
        heir = make_payee(session, other, "周继承", "6217000000000000999")
        session.add(heir)
        session.flush()
        payment = payments_by_ref(session, ["case:2/res:1"])["case:2/res:1"]
        name_payee(session, APPROVER, clock, payment.id, heir.id, heir.name)
        batch = collect_batch(session, PREPARER, clock, account, YEAR, "补助")
        session.commit()
        assert [transfer.payee_name for transfer in transfers_of(session, batch)] == ["周继承"]
        assert verify_ledger(session) == []


def test_a_cancelled_payment_gives_its_money_back(database, clock, prepare_batch):
    account, batch = prepare_batch("100.00", "50.00")
    with database.writing() as session:
        before = available_quota(session, account, YEAR).available
        payment = session.scalar(select(Payment).order_by(Payment.id).limit(1))
        cancel_payment(session, APPROVER, clock, payment.id, "第二次决议不予补助")
        session.commit()
        assert available_quota(session, account, YEAR).available == before + 100
        assert get_batch(session, batch).count == 1
        assert verify_ledger(session) == []


def test_an_account_changed_after_preparing_stops_the_sending(database, clock, prepare_batch):
    _, batch = prepare_batch("100.00", "50.00")
    with database.writing() as session:
        review_batch(session, REVIEWER, clock, batch)
        approve_batch(session, APPROVER, clock, batch)
        payee = session.scalar(select(Payee).order_by(Payee.id).limit(1))
        payee.version += 1
        session.flush()
        with pytest.raises(Invalid) as caught:
            send_batch(session, PREPARER, clock, batch)
    assert [fault.where for fault in caught.value.faults] == ["/transfers/1"]


def test_a_row_changed_behind_the_reviewers_back_stops_the_approval(database, clock, prepare_batch):
    _, batch = prepare_batch("100.00", "50.00")
    with database.writing() as session:
        review_batch(session, REVIEWER, clock, batch)
        session.execute(text("UPDATE fund_transfer SET payee_name = '王某' WHERE serial = 1"))
        session.expire_all()
        with pytest.raises(Conflict, match="batch_altered"):
            approve_batch(session, APPROVER, clock, batch)


def test_the_bank_file_carries_control_totals_and_its_own_hash(database, clock, prepare_batch):
    _, batch = prepare_batch("100.00", "50.01")
    with database.writing() as session:
        with pytest.raises(Conflict, match="batch_not_approved"):
            download_batch(session, PREPARER, clock, batch, "csv")
        review_batch(session, REVIEWER, clock, batch)
        approve_batch(session, APPROVER, clock, batch)
        content = download_batch(session, PREPARER, clock, batch, "csv")
        session.commit()
        stored = get_batch(session, batch).content_hash
    body, _, last = content.removeprefix(b"\xef\xbb\xbf").rpartition(b"SHA256,")
    assert hashlib.sha256(body).hexdigest() == stored == last.decode().strip()
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert rows[:3] == [["批次号", "nxwy-2026-0001"], ["总笔数", "2"], ["总金额", "150.01"]]
    assert rows[4][0:2] == ["1", "周某"]
    assert rows[4][2].startswith("6217")
    assert rows[5][4] == "50.01"
    with database.reading() as session:
        kinds = session.scalars(text("SELECT kind FROM audit ORDER BY id")).all()
    assert kinds[-1] == "fund.bank_file_downloaded"


def test_the_workbook_holds_accounts_as_text_and_amounts_as_numbers(database, clock, prepare_batch):
    _, batch = prepare_batch("100.00")
    with database.writing() as session:
        review_batch(session, REVIEWER, clock, batch)
        approve_batch(session, APPROVER, clock, batch)
        book = load_workbook(io.BytesIO(download_batch(session, PREPARER, clock, batch, "xlsx")))
        session.commit()
        stored = get_batch(session, batch).content_hash
    account, amount = book["付款清单"]["C5"], book["付款清单"]["E5"]
    assert isinstance(account.value, str)
    assert account.number_format == "@"
    assert amount.value == 100
    assert book["校验"]["B4"].value == stored


def test_no_cell_of_the_bank_file_is_a_formula(database, clock, changes, open_fund, add_people):
    account, (person,) = open_fund(), add_people(1, name='=HYPERLINK("http://x")')
    with database.writing() as session:
        reserve(session, SYSTEM, clock, account, YEAR, yuan("1.00"), "resolution:1")
        payables = [Payable("case:1/res:1", yuan("1.00"), person, "x", person, "resolution:1")]
        batch = create_batch(session, PREPARER, clock, account, YEAR, "@SUM(1)", payables)
        review_batch(session, REVIEWER, clock, batch)
        approve_batch(session, APPROVER, clock, batch)
        plain = download_batch(session, PREPARER, clock, batch, "csv").decode("utf-8-sig")
        book = load_workbook(io.BytesIO(download_batch(session, PREPARER, clock, batch, "xlsx")))
    assert "'=HYPERLINK" in plain
    assert ",'@SUM(1)," in plain
    assert {cell.data_type for row in book["付款清单"].iter_rows() for cell in row} <= {"s", "n"}


def test_accounts_are_nowhere_in_clear(database, prepare_batch):
    prepare_batch("100.00")
    with database.reading() as session:
        transfer = session.scalar(select(Transfer))
        assert "6217" not in transfer.account_enc
        assert transfer.account_masked.startswith("****")
        detail = session.scalars(text("SELECT detail FROM audit")).all()
    assert not any("6217" in row for row in detail)
