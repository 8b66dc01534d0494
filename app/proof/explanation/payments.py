"""What became of the money: each payment of a case with its tries and the bank's own line."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.fund.models import Batch, Payment, Transfer
from app.kernel.dates import local_date
from app.kernel.money import format_yuan
from app.meetings.models import Decision, Resolution
from app.meetings.promises import payment_ref

STATES = {
    "unclaimed": "待领", "held": "暂缓拨付", "pending": "待付", "sent": "已发往银行", "paid": "已付",
    "failed": "付款失败", "unknown": "结果待查", "cancelled": "已撤销", "prepared": "已制单", "dropped": "已退出批次",
}  # fmt: skip


def tell_payments(session: Session, case_id: int, *, with_bank: bool) -> list[dict[str, Any]]:
    """Oldest first; names, masked accounts and bank lines only `with_bank`."""
    sealed = select(Resolution.id).join(Decision, Decision.resolution_id == Resolution.id)
    ids = session.scalars(sealed.where(Decision.case_id == case_id, Resolution.state == "sealed"))
    refs = [payment_ref(case_id, resolution_id) for resolution_id in ids]
    payments = session.scalars(select(Payment).where(Payment.ref.in_(refs)).order_by(Payment.id))
    return [_tell(session, payment, with_bank=with_bank) for payment in payments]


def _tell(session: Session, payment: Payment, *, with_bank: bool) -> dict[str, Any]:
    told: dict[str, Any] = {
        "ref": payment.ref,
        "state": payment.state,
        "words": STATES[payment.state],
        "amount": format_yuan(payment.amount),
        "paid_on": None if payment.paid_at is None else local_date(payment.paid_at).isoformat(),
        "transfers": None,
    }
    if not with_bank:
        return told
    query = select(Transfer, Batch.no).join(Batch, Batch.id == Transfer.batch_id)
    tries = session.execute(query.where(Transfer.payment_id == payment.id).order_by(Transfer.id))
    return told | {"payee": payment.payee_name, "transfers": [_try(transfer, no) for transfer, no in tries]}


def _try(transfer: Transfer, batch_no: str) -> dict[str, Any]:
    return {
        "batch": batch_no,
        "serial": transfer.serial,
        "reference": transfer.reference,
        "amount": format_yuan(transfer.amount),
        "payee": transfer.payee_name,
        "account": transfer.account_masked,
        "bank": transfer.bank,
        "words": STATES[transfer.state],
        "reason": transfer.reason,
        "bank_serial": transfer.bank_serial,
        "bank_time": transfer.bank_time,
    }
