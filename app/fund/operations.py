"""The Python behind the tasks of fix_account.bpmn; runs inside the engine's transaction and never commits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from app.engine.operators import Call
from app.fund.account_fix import withdraw_fix
from app.fund.bank.result_file import IMPORTS
from app.fund.models import Payment, Transfer
from app.fund.payments import get_payment, name_payee
from app.kernel.errors import Conflict, Fault, Invalid
from app.kernel.money import show_yuan
from app.registry.payees import (
    active_payee,
    confirm_payee,
    get_payee,
    pending_payee,
    propose_payee,
    reject_payee,
)
from app.registry.people import get_person


def prefill_account(call: Call) -> dict[str, Any]:
    """What the county knows: whom the money is for, which account failed and why, what was proposed."""
    payment = _payment(call)
    person = get_person(call.session, payment.person_id)
    failed = call.session.scalar(
        select(Transfer).where(Transfer.payment_id == payment.id, Transfer.state == "failed")
        .order_by(Transfer.id.desc()).limit(1)
    )  # fmt: skip
    return {
        "context": {
            "person": person.name,
            "id_masked": person.id_masked,
            "amount": show_yuan(payment.amount),
            "failed_account": failed.account_masked if failed else None,
            "reason": failed.reason if failed else None,
            "account": _show(active_payee(call.session, payment.person_id)),
            "proposed": _show(pending_payee(call.session, payment.person_id)),
            "decision": call.data.get("account_decision"),
        }
    }


def propose_account(call: Call, form: dict[str, Any]) -> dict[str, Any]:
    """One person says where the money should go; nothing is paid on this word alone."""
    payment = _payment(call)
    _check_proposal(call, payment, form)
    if form["decision"] != "new_account":
        return {"account_decision": form["decision"], "payee_id": None}
    payee = form["payee"]
    proposed = propose_payee(
        call.session, call.actor, call.clock, payment.person_id, kind=payee["kind"], name=payee["name"],
        relation=payee.get("relation"), account=payee["account"], bank=payee["bank"],
        proof_file_id=payee["proof_file"],
    )  # fmt: skip
    return {"account_decision": "new_account", "payee_id": proposed.id}


def confirm_account(call: Call, form: dict[str, Any]) -> dict[str, Any]:
    """A second person has compared account and proof: now it may be paid again, or waits for an heir."""
    payment = _payment(call)
    if not form["confirmed"]:
        _refuse_proposal(call, form["note"])
        return {"account_confirmed": False}
    if call.data["account_decision"] == "no_payee":
        name_payee(call.session, call.actor, call.clock, payment.id, None, None)
        return {"account_confirmed": True}
    if call.data["account_decision"] == "new_account":
        confirm_payee(call.session, call.actor, call.clock, call.data["payee_id"])
    payee = active_payee(call.session, payment.person_id)
    if payee is None:
        raise Invalid([Fault("/confirmed", "payee_not_active", "该人员没有有效的收款账户，请退回重提")])
    name_payee(call.session, call.actor, call.clock, payment.id, payee.id, payee.name)
    return {"account_confirmed": True}


def _check_proposal(call: Call, payment: Payment, form: dict[str, Any]) -> None:
    if payment.state not in ("failed", "unclaimed"):
        raise Conflict("该笔款项已不需要更正账户", code="payment_under_way", state=payment.state)
    if form["decision"] == "same_account" and active_payee(call.session, payment.person_id) is None:
        raise Invalid([Fault("/decision", "payee_not_active", "该人员没有有效的收款账户，请更换账户")])


def _refuse_proposal(call: Call, reason: str) -> None:
    if call.data["account_decision"] != "new_account":
        return
    proposed = get_payee(call.session, call.data["payee_id"])
    if proposed.state == "pending":
        reject_payee(call.session, call.actor, call.clock, proposed.id, reason)


def _payment(call: Call) -> Payment:
    return get_payment(call.session, int(call.data["payment_id"]))


def _show(payee: Any) -> dict[str, Any] | None:
    if payee is None:
        return None
    return {
        "kind": payee.kind, "name": payee.name, "relation": payee.relation, "account": payee.account_masked,
        "bank": payee.bank, "proof_file": payee.proof_file_id,
    }  # fmt: skip


OPERATORS: dict[str, Callable[..., Any]] = {
    "fund.prefill_account": prefill_account,
    "fund.propose_account": propose_account,
    "fund.confirm_account": confirm_account,
}
JOB_HANDLERS: dict[str, Callable[..., None]] = {"fund.drop_fix": withdraw_fix}
__all__ = ["IMPORTS", "JOB_HANDLERS", "OPERATORS"]
