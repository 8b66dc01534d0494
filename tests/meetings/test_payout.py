"""What was resolved is paid, once, and every person on the list ends with an outcome."""

from decimal import Decimal

import pytest
from sqlalchemy import select

from app.fund.bank.results import ResultRow, apply_bank_result
from app.fund.batches import approve_batch, review_batch, send_batch
from app.fund.models import Payment, Transfer
from app.fund.payments import hold_payment, release_payment
from app.kernel.actors import SYSTEM
from app.kernel.errors import Conflict, Denied, Invalid
from app.meetings.payouts import count_payout, prepare_batch
from app.meetings.promises import promises_of
from tests.meetings.test_meeting import approve_all, available, yuan

FIVE = [
    ("001", "32000.00"),
    ("002", "18000.00"),
    ("003", "9000.00"),
    ("004", "50000.00", {"account": None}),
    ("005", "25000.00"),
]


def sealed(council):
    resolution_id = council.convene()
    approve_all(council, "001", "002", "003", "004")
    council.decide("005", "defer", reason="材料待补") if "005" in council.cases else None
    council.finish(resolution_id)
    return resolution_id


def prepare(council, login="ybj_officer"):
    return council.use(prepare_batch, login, council.round_id, "暖心无忧基金补助")


def send(council, batch_id):
    for act, login in ((review_batch, "reviewer"), (approve_batch, "fund_manager"), (send_batch, "ybj_officer")):
        with council.database.writing() as session:
            act(session, council.actor(login), council.clock, batch_id)
            session.commit()


def answer(council, batch_id, results, file_hash="回盘"):
    """`results`: success | failure | processing for each line in order."""
    with council.database.writing() as session:
        query = select(Transfer).where(Transfer.batch_id == batch_id, Transfer.state != "dropped")
        lines = list(session.scalars(query.order_by(Transfer.serial)))
        rows = [
            ResultRow(
                row=n, batch_no=line.reference.rsplit("-", 1)[0], reference=line.reference,
                amount=line.amount, result=result,
            )
            for n, (line, result) in enumerate(zip(lines, results, strict=True))
        ]  # fmt: skip
        apply_bank_result(
            session, SYSTEM, council.clock, None, rows, file_hash=f"{file_hash}{batch_id}", file_name="回盘.csv"
        )
        session.commit()


def outcomes(council):
    return {case_no: council.case(case_no).outcome for case_no in council.cases}


def payout(council):
    with council.database.reading() as session:
        return count_payout(session, council.round_id)


def test_everybody_on_the_list_ends_with_an_outcome(make_round):
    council = make_round(FIVE)
    sealed(council)
    batch_id = prepare(council)
    assert payout(council).payments == {"pending": 2, "unclaimed": 1}
    send(council, batch_id)
    answer(council, batch_id, ["success", "success"])
    assert outcomes(council) == {
        "001": "paid", "002": "paid", "003": "zero", "004": "unclaimed", "005": "deferred",
    }  # fmt: skip
    assert council.run("payout", "ybj_officer", {"confirm": True})["outcomes"] == {
        "paid": 2, "zero": 1, "unclaimed": 1, "deferred": 1,
    }  # fmt: skip
    assert payout(council).is_settled


def test_the_payout_is_not_finished_while_a_payment_is_open_or_unknown(make_round):
    council = make_round(FIVE)
    sealed(council)
    finish = {"confirm": True}
    with pytest.raises(Conflict) as refused:
        council.run("payout", "ybj_officer", finish)
    assert refused.value.detail["payments"] == {"unbooked": 3}
    batch_id = prepare(council)
    send(council, batch_id)
    answer(council, batch_id, ["success", "processing"])
    with pytest.raises(Conflict) as refused:
        council.run("payout", "ybj_officer", finish)
    assert refused.value.detail["payments"] == {"unknown": 1}
    answer(council, batch_id, ["success", "success"], "再次")
    council.run("payout", "ybj_officer", finish)


def test_nothing_is_payable_before_a_resolution_is_sealed_or_twice(make_round):
    council = make_round(FIVE[:2])
    with pytest.raises(Conflict) as refused:
        prepare(council)
    assert refused.value.code == "not_sealed"
    resolution_id = council.convene()
    approve_all(council)
    council.finish(resolution_id)
    with pytest.raises(Denied):
        prepare(council, "meeting_secretary")
    prepare(council)
    with pytest.raises(Conflict) as refused:
        prepare(council)
    assert refused.value.code == "nothing_to_pay"


def test_nobody_to_pay_to_is_unclaimed_without_a_batch(make_round):
    council = make_round([("001", "50000.00", {"account": None})])
    resolution_id = council.convene()
    approve_all(council)
    council.finish(resolution_id)
    assert prepare(council) is None
    assert outcomes(council) == {"001": "unclaimed"}
    council.run("payout", "ybj_officer", {"confirm": True})


def test_a_held_payment_is_held_until_it_is_released(make_round):
    council = make_round(FIVE[:1])
    resolution_id = council.convene()
    approve_all(council)
    council.finish(resolution_id)
    prepare(council)
    with council.database.writing() as session:
        payment = session.scalars(select(Payment)).one()
        hold_payment(session, council.actor("ybj_officer"), council.clock, payment.id, "账户存疑")
        session.commit()
    assert outcomes(council) == {"001": "held"}
    with council.database.writing() as session:
        release_payment(session, council.actor("ybj_officer"), council.clock, payment.id)
        session.commit()
    assert outcomes(council) == {"001": None}
    batch_id = prepare(council)
    send(council, batch_id)
    answer(council, batch_id, ["success"])
    assert outcomes(council) == {"001": "paid"}


def correct(council, kind, **row):
    council.sit()
    resolution_id = council.resolve("嵊专班〔2026〕8号", corrections=[council.cases["001"]])
    council.decide("001", kind, **row)
    council.finish(resolution_id)
    return resolution_id


def test_raising_a_paid_amount_pays_the_difference_only(make_round):
    council = make_round(FIVE[:1])
    first = council.convene()
    approve_all(council)
    council.finish(first)
    batch_id = prepare(council)
    send(council, batch_id)
    answer(council, batch_id, ["success"])
    correct(council, "raise", amount="15000.00", reason="漏计")
    assert outcomes(council) == {"001": None}
    again = prepare(council)
    send(council, again)
    answer(council, again, ["success"])
    with council.database.reading() as session:
        assert [str(p.amount) for p in session.scalars(select(Payment).order_by(Payment.id))] == [
            "13200.00", "1800.00",
        ]  # fmt: skip
    assert outcomes(council) == {"001": "paid"}
    assert available(council) == yuan("1985000.00")


def test_what_is_paid_is_never_clawed_back(make_round):
    council = make_round(FIVE[:1])
    first = council.convene()
    approve_all(council)
    council.finish(first)
    batch_id = prepare(council)
    send(council, batch_id)
    answer(council, batch_id, ["success"])
    with pytest.raises(Invalid) as refused:
        correct(council, "lower", amount="100.00", reason="多计")
    assert refused.value.faults[0].code == "already_paid"


def test_lowering_an_amount_that_waits_cancels_its_payment(make_round):
    council = make_round(FIVE[:1])
    first = council.convene()
    approve_all(council)
    council.finish(first)
    prepare(council)
    correct(council, "lower", amount="10000.00", reason="多计")
    with council.database.reading() as session:
        payments = [(str(p.amount), p.state) for p in session.scalars(select(Payment).order_by(Payment.id))]
        assert payments == [("13200.00", "cancelled")]
        promised = promises_of(session, [council.cases["001"]])[council.cases["001"]]
        assert [(p.amount, p.state) for p in promised] == [(Decimal("10000.00"), "unbooked")]
    assert available(council) == yuan("1990000.00")
    batch_id = prepare(council)
    send(council, batch_id)
    answer(council, batch_id, ["success"])
    assert outcomes(council) == {"001": "paid"}


def test_rejecting_an_amount_nobody_has_booked_gives_its_money_back(make_round):
    council = make_round(FIVE[:1])
    first = council.convene()
    approve_all(council)
    council.finish(first)
    correct(council, "reject", reason="已不符合条件")
    assert available(council) == yuan("2000000.00")
    assert outcomes(council) == {"001": "rejected"}
    with pytest.raises(Conflict):
        prepare(council)


def test_civil_affairs_moves_the_charity_money_and_the_bank_follows(make_round):
    council = make_round(FIVE[:1], charity="1050000.00", arrived="600000.00")
    shown = council.run("prefill_charity_transfer", "civil_affairs_officer")
    assert shown["amount"] == "450000.00"
    nothing = {"amount": "0.00"}
    with pytest.raises(Invalid) as refused:
        council.run("charity_transfer", "civil_affairs_officer", nothing)
    assert refused.value.faults[0].code == "charity_outstanding"
    with pytest.raises(Invalid) as refused:
        council.run("charity_transfer", "civil_affairs_officer", {"amount": "450000.00", "evidence_file_id": 9})
    assert {fault.code for fault in refused.value.faults} == {"evidence_missing", "file_not_found"}
    form = {"amount": "450000.00", "evidence": "慈善划款2"}
    council.run("charity_transfer", "civil_affairs_officer", form)
    shown = council.run("prefill_charity_transfer", "civil_affairs_officer")["context"]
    assert (shown["received"], shown["bank_balance"]) == ("1050000.00", "2050000.00")
    council.run("charity_transfer", "civil_affairs_officer", nothing)
