"""Payments over HTTP: what became of each, holding and releasing, doubts that a person settles."""

from __future__ import annotations

from typing import Any

from app.fund import desk, reading
from app.fund.api import schemas
from app.fund.api.schemas import after_of
from app.fund.desk import KEEPERS, PREPARERS, READERS
from app.fund.models import Transfer
from app.fund.payments import get_payment
from app.web import current
from app.web.cursors import cut_page
from app.web.idempotency import replayable
from app.web.routes import Blueprint, allow
from app.web.tables import Heading, exported

payments = Blueprint("payments", __name__, url_prefix="/payments", description="付款")
transfers = Blueprint("transfers", __name__, url_prefix="/transfers", description="银行付款")


@payments.route("", methods=["GET"])
@allow(*READERS)
@payments.arguments(schemas.PaymentQuery, location="query")
@payments.response(200, schemas.PAYMENT_PAGE)
@exported(
    schemas.PaymentOut, "付款",
    Heading("编号", "id", "int"),
    Heading("年度", "year", "int"),
    Heading("收款人", "payee_name"),
    Heading("金额", "amount", "money"),
    Heading("状态", "state", words=schemas.PAYMENT_WORDS),
    Heading("批次", "batch_id", "int"),
    Heading("暂停原因", "hold_reason", width=30),
    Heading("到账时间", "paid_at", "instant", width=17),
)  # fmt: skip
def get_payments(query: dict[str, Any]) -> Any:
    """Payments with what became of them."""
    wanted = query["account_id"], query["year"], query["state"], query["promise"]
    with current.reading() as session:
        rows = reading.list_payments(session, *wanted, after_of(query) or 0, query["limit"] + 1)
    return cut_page(rows, query["limit"], lambda payment: [payment.id])


def render_payment(ref: str | None, **_: Any) -> Any:
    """The payment as it is now."""
    with current.reading() as session:
        return get_payment(session, int(str(ref)))


@payments.route("/<int:payment_id>/hold", methods=["POST"])
@allow(*KEEPERS)
@payments.arguments(schemas.PaymentReasonIn)
@payments.response(200, schemas.PaymentOut)
@replayable(render_payment)
def post_hold(body: dict[str, Any], payment_id: int) -> None:
    """Keep a payment back; a batch it stood in must be reviewed and approved again."""
    with current.writing() as session:
        desk.hold(session, current.actor(), current.clock(), payment_id, **body)


@payments.route("/<int:payment_id>/release", methods=["POST"])
@allow(*KEEPERS)
@payments.response(200, schemas.PaymentOut)
@replayable(render_payment)
def post_release(payment_id: int) -> None:
    """Let a held payment be paid."""
    with current.writing() as session:
        desk.release(session, current.actor(), current.clock(), payment_id)


@payments.route("/<int:payment_id>/fix", methods=["POST"])
@allow(*KEEPERS)
@payments.response(200, schemas.PaymentOut)
@replayable(render_payment)
def post_fix(payment_id: int) -> None:
    """Somebody to pay has been found for an unclaimed (待领) payment: open the process for the account."""
    with current.writing() as session:
        desk.look_for_payee(session, current.actor(), current.clock(), payment_id)


def render_transfer(ref: str | None, **_: Any) -> Any:
    """The transfer as it is now."""
    with current.reading() as session:
        return session.get_one(Transfer, int(str(ref)))


@transfers.route("/<int:transfer_id>/settle", methods=["POST"])
@allow("finance_officer", "reviewer", *PREPARERS)
@transfers.arguments(schemas.SettlementIn)
@transfers.response(200, schemas.TransferOut)
@replayable(render_transfer)
def post_settle(body: dict[str, Any], transfer_id: int) -> None:
    """Say what became of a transfer that is unknown or contradicted."""
    with current.writing() as session:
        desk.say_what_happened(session, current.actor(), current.clock(), transfer_id, **body)
