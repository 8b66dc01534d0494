"""Money that the meeting's own decisions have freed: it is shared again, or the resolution says why not."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy.orm import Session

from app.kernel.errors import Fault, Invalid
from app.kernel.money import ZERO, show_yuan
from app.meetings.amounts import amounts_of, decisions_of, share_now
from app.meetings.models import Resolution, Standard
from app.meetings.sharing import FREEING
from app.rounds.models import Case, Round

SHORT = ("paid_partial", "fund_exhausted")


def check_freed(session: Session, round_: Round, resolution: Resolution) -> None:
    """Raises Invalid `freed_money_not_shared` when rows cut short would get more of what others have freed.

    『根据当年度资金筹集情况，实行适当比例和额度的补助』[S0 任务13]: the ratio is the largest that the money carries.
    """
    freed = freed_money(session, round_, resolution)
    if freed:
        message = (
            f"暂缓、核减或不予补助的人员腾出 {show_yuan(freed)} 元，可补给因资金不足而少补的人员："
            "请“重新分配”，或在决议中写明不再分配的原因"
        )
        fault = Fault("/keep_freed_reason", "freed_money_not_shared", message, {"freed": f"{freed:f}"})
        raise Invalid([fault], "决议尚不能封存，请逐项补齐")


def freed_money(session: Session, round_: Round, resolution: Resolution) -> Decimal:
    """Yuan that sharing again would give to the approved rows; 0 where nothing is short or nothing was freed."""
    if resolution.keep_freed_reason:
        return ZERO
    decided = decisions_of(session, resolution.id)
    amounts = amounts_of(session, resolution.standard_id)
    approved = [case_id for case_id, decision in decided.items() if decision.kind == "approve"]
    freeing = any(decision.kind in FREEING for decision in decided.values())
    if not freeing or not any(amounts[case_id].status in SHORT for case_id in approved if case_id in amounts):
        return ZERO
    standard = session.get_one(Standard, resolution.standard_id)
    now = share_now(session, round_, standard, resolution)
    numbers = {case_id: session.get_one(Case, case_id).case_no for case_id in approved}
    return sum((max(now[no] - amounts[case_id].amount, ZERO) for case_id, no in numbers.items() if no in now), ZERO)
