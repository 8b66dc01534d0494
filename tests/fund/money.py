"""A fund with money in it, for this room's tests."""

from __future__ import annotations

from decimal import Decimal

import pytest

from app.fund.inflows import record_inflow
from app.fund.ledger import open_account
from app.fund.years import open_year
from app.kernel.actors import SYSTEM

YEAR = 2026


def yuan(text: str) -> Decimal:
    return Decimal(text)


@pytest.fixture
def open_fund(database, clock):
    """`open_fund(fiscal=…, …)` -> account id of a fund whose year 2026 is open; amounts in yuan as text."""

    def make(
        *,
        carry_in="123456.78",
        fiscal="1000000.00",
        charity="1050000.00",
        prior="1000000.00",
        fiscal_in=None,
        charity_in="600000.00",
        code="szfund",
    ) -> int:
        with database.writing() as session:
            account = open_account(session, "shengzhou", code, "暖心无忧专项基金")
            open_year(
                session, SYSTEM, clock, account.id, YEAR, yuan(carry_in), yuan(fiscal), yuan(charity),
                None if prior is None else yuan(prior),
            )  # fmt: skip
            for kind, amount in (("fiscal", fiscal_in or fiscal), ("charity", charity_in)):
                if yuan(amount):
                    record_inflow(
                        session, SYSTEM, clock, account.id, YEAR, kind, yuan(amount), f"voucher-{kind}"
                    )
            session.commit()
            return account.id

    return make
