"""What may be promised, and what cannot be promised twice."""

from __future__ import annotations

import threading
from decimal import Decimal

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.fund.balances import verify_ledger
from app.fund.inflows import record_inflow
from app.fund.ledger import Move, bank_balance, post, read_balances
from app.fund.quota import available_quota, consume, release, reserve
from app.fund.years import close_year, lower_commitment, open_year
from app.kernel.actors import SYSTEM
from app.kernel.errors import Conflict, Invalid, NotFound
from tests.fund.money import YEAR, open_fund, yuan

__all__ = ["open_fund"]


def test_available_is_carry_over_and_quotas_less_what_is_promised(database, clock, open_fund):
    account = open_fund()
    with database.writing() as session:
        reserve(session, SYSTEM, clock, account, YEAR, yuan("600000.00"), "resolution:1")
        consume(session, SYSTEM, clock, account, YEAR, "resolution:1")
        reserve(session, SYSTEM, clock, account, YEAR, yuan("0.01"), "round:2")
        session.commit()
    with database.reading() as session:
        quota = available_quota(session, account, YEAR)
        assert verify_ledger(session) == []
    assert (quota.resolved, quota.reserved) == (yuan("600000.00"), yuan("0.01"))
    assert quota.available == yuan("1573456.77")
    assert quota.bank_balance == yuan("1723456.78")  # 450,000 of the charity is only a promise


def test_charity_that_has_not_arrived_counts_for_promises_but_not_at_the_bank(database, clock, open_fund):
    account = open_fund(carry_in="0.00", fiscal="1.00", charity="100.00", charity_in="0.00")
    with database.writing() as session:
        reserve(session, SYSTEM, clock, account, YEAR, yuan("101.00"), "resolution:1")
        session.commit()
        assert bank_balance(session, account) == yuan("1.00")


def test_reserving_one_fen_too_much_names_what_is_missing(database, clock, open_fund):
    account = open_fund(carry_in="0.00", fiscal="10.00", charity="0.00", charity_in="0.00")
    with database.writing() as session, pytest.raises(Conflict) as caught:
        reserve(session, SYSTEM, clock, account, YEAR, yuan("10.01"), "resolution:1")
    assert caught.value.code == "quota_exceeded"
    assert caught.value.detail == {"available": "10.00", "missing": "0.01"}


def test_a_reservation_said_twice_counts_once_and_differing_is_refused(database, clock, open_fund):
    account = open_fund()
    with database.writing() as session:
        for _ in range(2):
            reserve(session, SYSTEM, clock, account, YEAR, yuan("5.00"), "resolution:1")
        assert available_quota(session, account, YEAR).reserved == yuan("5.00")
        with pytest.raises(Conflict, match="reservation_differs"):
            reserve(session, SYSTEM, clock, account, YEAR, yuan("6.00"), "resolution:1")


def test_releasing_and_consuming_are_done_once_by_ref(database, clock, open_fund):
    account = open_fund()
    with database.writing() as session:
        reserve(session, SYSTEM, clock, account, YEAR, yuan("100.00"), "resolution:1")
        for _ in range(2):
            consume(session, SYSTEM, clock, account, YEAR, "resolution:1")
        assert release(session, SYSTEM, clock, account, YEAR, "resolution:1", yuan("40.00"), "lowered") == 40
        assert release(session, SYSTEM, clock, account, YEAR, "resolution:1", yuan("40.00"), "lowered") == 0
        assert available_quota(session, account, YEAR).resolved == yuan("60.00")
        assert release(session, SYSTEM, clock, account, YEAR, "resolution:1") == 60
        assert release(session, SYSTEM, clock, account, YEAR, "resolution:1") == 0
        session.commit()
        assert available_quota(session, account, YEAR).available == yuan("2173456.78")
        assert verify_ledger(session) == []


def test_releasing_more_than_is_left_is_refused(database, clock, open_fund):
    account = open_fund()
    with database.writing() as session:
        reserve(session, SYSTEM, clock, account, YEAR, yuan("100.00"), "resolution:1")
        with pytest.raises(Conflict, match="reservation_in_use"):
            release(session, SYSTEM, clock, account, YEAR, "resolution:1", yuan("100.01"), "lowered")
        with pytest.raises(NotFound, match="reservation_not_found"):
            release(session, SYSTEM, clock, account, YEAR, "resolution:2")


def test_two_rounds_that_race_for_the_last_fen_have_one_winner(database, clock, open_fund):
    account = open_fund(carry_in="0.00", fiscal="0.01", charity="0.00", charity_in="0.00")
    start, answers = threading.Barrier(8), []

    def promise(n):
        start.wait()
        try:
            with database.writing() as session:
                reserve(session, SYSTEM, clock, account, YEAR, yuan("0.01"), f"round:{n}")
                session.commit()
            answers.append("won")
        except Conflict as refusal:
            answers.append(refusal.code)

    threads = [threading.Thread(target=promise, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["quota_exceeded"] * 7 + ["won"]
    with database.reading() as session:
        assert available_quota(session, account, YEAR).available == 0
        assert verify_ledger(session) == []


def test_a_second_fiscal_allotment_in_the_year_is_refused(database, clock, open_fund):
    account = open_fund()
    with database.writing() as session:
        with pytest.raises(Conflict, match="fiscal_topup_not_allowed"):
            record_inflow(session, SYSTEM, clock, account, YEAR, "fiscal", yuan("200000.00"), "voucher-9")
        with pytest.raises(Conflict, match="fiscal_topup_not_allowed"):
            open_year(session, SYSTEM, clock, account, YEAR, yuan("0"), yuan("1"), yuan("0"), None)


def test_a_fiscal_quota_may_arrive_in_parts(database, clock, open_fund):
    account = open_fund(fiscal_in="400000.00")
    with database.writing() as session:
        record_inflow(session, SYSTEM, clock, account, YEAR, "fiscal", yuan("600000.00"), "voucher-2")
        with pytest.raises(Conflict, match="fiscal_topup_not_allowed"):
            record_inflow(session, SYSTEM, clock, account, YEAR, "fiscal", yuan("0.01"), "voucher-3")


def test_the_same_voucher_twice_is_one_inflow_and_with_another_amount_a_conflict(database, clock, open_fund):
    account = open_fund()
    with database.writing() as session:
        before = bank_balance(session, account)
        record_inflow(session, SYSTEM, clock, account, YEAR, "charity", yuan("600000.00"), "voucher-charity")
        assert bank_balance(session, account) == before
        with pytest.raises(Conflict, match="evidence_used"):
            record_inflow(session, SYSTEM, clock, account, YEAR, "charity", yuan("1.00"), "voucher-charity")


def test_charity_beyond_its_commitment_raises_the_quota(database, clock, open_fund):
    account = open_fund()
    with database.writing() as session:
        record_inflow(session, SYSTEM, clock, account, YEAR, "charity", yuan("500000.00"), "voucher-2")
        quota = available_quota(session, account, YEAR)
    assert quota.committed_charity == yuan("1100000.00")
    assert quota.available == yuan("2223456.78")


def test_every_fault_of_an_inflow_is_named_at_once(database, clock, open_fund):
    account = open_fund()
    with database.writing() as session, pytest.raises(Invalid) as caught:
        record_inflow(session, SYSTEM, clock, account, YEAR, "gift", yuan("0"), " ")
    assert [fault.where for fault in caught.value.faults] == ["/kind", "/amount", "/evidence"]


@pytest.mark.parametrize(
    ("charity", "prior", "warnings"),
    [
        ("1050000.00", "1000000.00", []),
        ("1000000.00", "1000000.00", ["charity_not_rising"]),
        ("900000.00", None, ["charity_below_floor"]),
    ],
)
def test_charity_that_is_low_or_does_not_rise_warns(database, clock, open_fund, charity, prior, warnings):
    account = open_fund(charity=charity, prior=prior)
    with database.reading() as session:
        assert list(available_quota(session, account, YEAR).warnings) == warnings


def test_what_is_left_goes_to_the_next_year_and_what_is_promised_stays(database, clock, open_fund):
    account = open_fund(charity_in="1050000.00")
    with database.writing() as session:
        reserve(session, SYSTEM, clock, account, YEAR, yuan("1900000.00"), "resolution:1")
        assert close_year(session, SYSTEM, clock, account, YEAR) == yuan("273456.78")
        assert close_year(session, SYSTEM, clock, account, YEAR) == yuan("273456.78")
        with pytest.raises(Conflict, match="carry_in_differs"):
            open_year(session, SYSTEM, clock, account, YEAR + 1, yuan("1"), yuan("1"), yuan("0"), None)
        with pytest.raises(Conflict, match="fund_year_closed"):
            reserve(session, SYSTEM, clock, account, YEAR, yuan("1.00"), "resolution:2")
        open_year(session, SYSTEM, clock, account, YEAR + 1, yuan("273456.78"), yuan("1000000.00"), yuan("0"), None)
        session.commit()
        assert available_quota(session, account, YEAR + 1).available == yuan("1273456.78")
        assert verify_ledger(session) == []


def test_money_released_after_the_closing_follows_into_the_open_year(database, clock, open_fund):
    account = open_fund(charity_in="1050000.00")
    with database.writing() as session:
        reserve(session, SYSTEM, clock, account, YEAR, yuan("2173456.78"), "resolution:1")
        close_year(session, SYSTEM, clock, account, YEAR)
        open_year(session, SYSTEM, clock, account, YEAR + 1, yuan("0"), yuan("10.00"), yuan("0"), None)
        release(session, SYSTEM, clock, account, YEAR, "resolution:1", yuan("73456.78"), "heir not found")
        session.commit()
        assert available_quota(session, account, YEAR + 1).available == yuan("73466.78")
        assert available_quota(session, account, YEAR).available == 0
        assert verify_ledger(session) == []


def test_closing_brings_the_rest_into_a_year_that_is_already_open(database, clock, open_fund):
    account = open_fund(charity_in="1050000.00")
    with database.writing() as session:
        open_year(session, SYSTEM, clock, account, YEAR + 1, yuan("0"), yuan("10.00"), yuan("0"), None)
        close_year(session, SYSTEM, clock, account, YEAR)
        assert available_quota(session, account, YEAR + 1).carry_over == yuan("2173456.78")
        assert verify_ledger(session) == []


def test_a_year_with_charity_outstanding_cannot_be_closed_until_it_is_taken_back(database, clock, open_fund):
    account = open_fund()
    with database.writing() as session:
        with pytest.raises(Conflict) as caught:
            close_year(session, SYSTEM, clock, account, YEAR)
        assert caught.value.detail == {"missing": "450000.00"}
        with pytest.raises(Conflict, match="commitment_in_use"):
            lower_commitment(session, SYSTEM, clock, account, YEAR, yuan("450000.01"), "letter-1")
        lower_commitment(session, SYSTEM, clock, account, YEAR, yuan("450000.00"), "letter-1")
        assert close_year(session, SYSTEM, clock, account, YEAR) == yuan("1723456.78")
        assert verify_ledger(session) == []


@pytest.mark.parametrize("table", ["fund_entry", "fund_line"])
@pytest.mark.parametrize("wish", ["UPDATE {} SET id = id + 1000", "DELETE FROM {}"])
def test_the_database_refuses_to_change_a_ledger_row(database, open_fund, table, wish):
    open_fund()
    with database.writing() as session, pytest.raises(DBAPIError, match="append-only"):
        session.execute(text(wish.format(table)))


def test_the_database_refuses_a_line_that_could_be_out_of_balance(database, clock, open_fund):
    account = open_fund()
    bad = "INSERT INTO fund_line (entry_id, debit, credit, amount) SELECT max(id), 'bank', '{}', {} FROM fund_entry"
    for credit, amount in (("bank", 5), ("opening", 0), ("opening", -5)):
        with database.writing() as session, pytest.raises(DBAPIError):
            session.execute(text(bad.format(credit, amount)))
    moves = [Move("bank", "fiscal_quota", Decimal(1))]
    with database.writing() as session, pytest.raises(ValueError, match="no entry goes"):
        post(session, SYSTEM, clock, account, YEAR, "inflow", "x", moves)


def test_the_sums_of_a_fresh_account_are_zero(database, open_fund):
    account = open_fund()
    with database.reading() as session:
        assert set(read_balances(session, account, YEAR + 5).values()) == {Decimal(0)}
