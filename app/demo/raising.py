"""The fund's years of the demonstration county: begun, filled, closed."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from app.fund.inflows import record_inflow
from app.fund.ledger import account_by_code
from app.fund.years import close_year, open_year

if TYPE_CHECKING:
    from app.demo.load import World

ACCOUNT = "nxwy"
FISCAL = Decimal(1_000_000)  # 『财政每年安排预算100万元』[S0]
CHARITY_FLOOR = Decimal(1_000_000)  # 『每年提供资金帮扶100万元以上，并逐年递增』[S0]


def begin_year(world: World, year: int, carried: Decimal, *, charity: Decimal, before: Decimal | None) -> None:
    """`charity` is what the federation has committed, `before` what it gave the year before; yuan. Commits."""
    with world.database.writing() as session:
        account = account_by_code(session, ACCOUNT)
        actor = world.actor("ybj1")
        open_year(
            session, actor, world.clock, account.id, year, carried, FISCAL, charity, before,
            charity_floor=CHARITY_FLOOR, charity_rises=True,
        )  # fmt: skip
        session.commit()


def bring_money(world: World, year: int, *, fiscal: Decimal, charity: Decimal) -> None:
    """Both payments reach the bank account. Commits."""
    with world.database.writing() as session:
        account = account_by_code(session, ACCOUNT)
        for kind, name, amount in (("fiscal", "财政", fiscal), ("charity", "慈善", charity)):
            paper = f"{year}年{name}进账单"
            record_inflow(session, world.actor("ybj1"), world.clock, account.id, year, kind, amount, paper)
        session.commit()


def end_year(world: World, year: int) -> Decimal:
    """What the year leaves for the next. Commits."""
    with world.database.writing() as session:
        account = account_by_code(session, ACCOUNT)
        left = close_year(session, world.actor("ybj1"), world.clock, account.id, year)
        session.commit()
    return left
