"""Money coming into the fund: the fiscal quota, and charity that civil affairs moves over.

『民政局在收到医保局提供的补助名单等信息后及时将帮扶资金划入市级暖心无忧专项基金账户』[S0 附件3 四].
"""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.fund import books
from app.fund.ledger import Move, get_year, lock_account, post, read_balances
from app.fund.models import FundEntry, FundLine
from app.kernel.actors import Actor
from app.kernel.dates import Clock
from app.kernel.errors import Conflict, Fault, Invalid
from app.kernel.money import ZERO


def record_inflow(
    session: Session,
    actor: Actor,
    clock: Clock,
    account_id: int,
    year: int,
    kind: str,
    amount: Decimal,
    evidence: str,
) -> int:
    """Money has arrived at the bank; `kind` fiscal | charity, `evidence` names the paper.

    Fiscal money beyond the year's quota is refused (`fiscal_topup_not_allowed`):
    『年度内，财政投入资金额度不再追加』[S0 附件3 四]. Charity beyond what was committed raises the
    commitment: 『实行专款专用』[S0 附件3 四] leaves it no other use. The same evidence with the same amount
    again, in the same year and kind, changes nothing. Returns the entry's id. Does not commit.
    """
    _check_inflow(kind, amount, evidence)
    lock_account(session, account_id)
    if get_year(session, account_id, year).state == "closed":
        raise Conflict(f"{year}年度已结账", code="fund_year_closed")
    ref = f"{year}:{kind}:{evidence}"
    if (known := _find_inflow(session, account_id, ref, amount)) is not None:
        return known
    now = read_balances(session, account_id, year)
    if kind == "fiscal":
        moves = _fiscal_moves(now, amount)
    else:
        excess = max(now[books.CHARITY_RECEIVED] + amount - now[books.CHARITY_COMMITTED], ZERO)
        moves = [Move(books.BANK, books.CHARITY_RECEIVED, amount)]
        moves.append(Move(books.AVAILABLE, books.CHARITY_COMMITTED, excess))
    return post(session, actor, clock, account_id, year, "inflow", ref, moves, evidence)


def _check_inflow(kind: str, amount: Decimal, evidence: str) -> None:
    faults = []
    if kind not in ("fiscal", "charity"):
        faults.append(Fault("/kind", "unknown_kind", "资金来源应为财政（fiscal）或慈善（charity）"))
    if amount <= ZERO:
        faults.append(Fault("/amount", "not_positive", "到账金额应大于零"))
    if not evidence.strip() or len(evidence) > 80:  # noqa: PLR2004 the column's width less its prefix
        faults.append(Fault("/evidence", "evidence_missing", "请填写进账凭证号（不超过80字）"))
    if faults:
        raise Invalid(faults)


def _find_inflow(session: Session, account_id: int, ref: str, amount: Decimal) -> int | None:
    query = (
        select(FundEntry.id, FundLine.amount)
        .join(FundLine, FundLine.entry_id == FundEntry.id)
        .where(FundEntry.account_id == account_id, FundEntry.kind == "inflow", FundEntry.ref == ref)
        .where(FundLine.debit == books.BANK)
    )
    found = session.execute(query).first()
    if found is None:
        return None
    if found.amount != amount:
        raise Conflict("同一凭证号已登记过另一金额", code="evidence_used", recorded=f"{found.amount:f}")
    return int(found.id)


def _fiscal_moves(now: dict[str, Decimal], amount: Decimal) -> list[Move]:
    if now[books.FISCAL_RECEIVED] + amount > now[books.FISCAL_QUOTA]:
        raise Conflict(
            "年度内财政投入资金额度不再追加",
            code="fiscal_topup_not_allowed",
            quota=f"{now[books.FISCAL_QUOTA]:f}",
            received=f"{now[books.FISCAL_RECEIVED]:f}",
        )
    return [Move(books.BANK, books.FISCAL_RECEIVED, amount)]
