"""The fund over HTTP: accounts and quota, inflows, payment batches, held payments, the bank's answers."""

from __future__ import annotations

from typing import Any

from flask import Response, request
from werkzeug.exceptions import BadRequest

from app.fund import desk, reading, schemas
from app.fund.batches import get_batch
from app.fund.desk import INFLOW_RECORDERS, KEEPERS, PREPARERS, READERS, SENDERS
from app.fund.models import Batch, Transfer
from app.fund.payments import get_payment
from app.fund.quota import available_quota
from app.kernel.errors import NotFound
from app.web import current
from app.web.cursors import cut_page, decode_cursor
from app.web.downloads import CSV, XLSX, send_bytes
from app.web.fields import Pagination
from app.web.idempotency import replayable
from app.web.routes import Blueprint, allow

fund = Blueprint("fund", __name__, url_prefix="/fund", description="基金账户、额度、进账")
batches = Blueprint("payment_batches", __name__, url_prefix="/payment-batches", description="付款批次")
payments = Blueprint("payments", __name__, url_prefix="/payments", description="付款")
transfers = Blueprint("transfers", __name__, url_prefix="/transfers", description="银行付款")
BLUEPRINTS = [fund, batches, payments, transfers]


def _after(query: dict[str, Any]) -> Any:
    return decode_cursor(query["cursor"], int)[0] if query["cursor"] else None


@fund.route("/accounts", methods=["GET"])
@allow(*READERS)
@fund.response(200, schemas.FundAccountOut(many=True))
def get_accounts() -> Any:
    """Every fund account with its years."""
    with current.reading() as session:
        return reading.list_accounts(session)


@fund.route("/accounts/<int:account_id>/quota", methods=["GET"])
@allow(*READERS)
@fund.arguments(schemas.YearQuery, location="query")
@fund.response(200, schemas.QuotaOut)
def get_quota(query: dict[str, Any], account_id: int) -> Any:
    """What the year may still promise, and what the bank holds."""
    with current.reading() as session:
        return available_quota(session, reading.get_account(session, account_id).id, query["year"])


@fund.route("/accounts/<int:account_id>/entries", methods=["GET"])
@allow(*READERS)
@fund.arguments(schemas.EntryQuery, location="query")
@fund.response(200, schemas.ENTRY_PAGE)
def get_entries(query: dict[str, Any], account_id: int) -> Any:
    """The ledger in its order."""
    with current.reading() as session:
        reading.get_account(session, account_id)
        rows = reading.list_entries(session, account_id, query["year"], _after(query) or 0, query["limit"] + 1)
    return cut_page(rows, query["limit"], lambda entry: [entry["id"]])


def render_year(ref: str | None, account_id: int, **_: Any) -> Any:
    """The quota of the year that was opened or closed."""
    with current.reading() as session:
        return available_quota(session, account_id, int(str(ref).partition("/")[2]))


@fund.route("/accounts/<int:account_id>/years", methods=["POST"])
@allow(*PREPARERS)
@fund.arguments(schemas.FundYearIn)
@fund.response(201, schemas.QuotaOut)
@replayable(render_year)
def post_year(body: dict[str, Any], account_id: int) -> None:
    """Open the quota of a year; its warnings are in the reply."""
    with current.writing() as session:
        desk.start_year(session, current.actor(), current.clock(), account_id, **body)


@fund.route("/accounts/<int:account_id>/years/<int:year>/close", methods=["POST"])
@allow(*PREPARERS)
@fund.response(200, schemas.QuotaOut)
@replayable(render_year)
def post_year_close(account_id: int, year: int) -> None:
    """Close a year; what is left goes on to the next."""
    with current.writing() as session:
        desk.end_year(session, current.actor(), current.clock(), account_id, year)


def render_inflow(ref: str | None, **_: Any) -> Any:
    """The entry that was written."""
    return {"entry_id": int(str(ref))}


@fund.route("/inflows", methods=["POST"])
@allow(*INFLOW_RECORDERS)
@fund.arguments(schemas.InflowIn)
@fund.response(201, schemas.InflowOut)
@replayable(render_inflow)
def post_inflow(body: dict[str, Any]) -> None:
    """Money has arrived at the bank."""
    with current.writing() as session:
        desk.record_arrival(session, current.actor(), current.clock(), **body)


def render_batch(ref: str | None, **_: Any) -> Any:
    """The batch that was made or moved."""
    return show_batch(int(str(ref)))


def show_batch(batch_id: int) -> Batch:
    """A batch as everybody may see it."""
    with current.reading() as session:
        return get_batch(session, batch_id)


@batches.route("", methods=["POST"])
@allow(*PREPARERS)
@batches.arguments(schemas.BatchIn)
@batches.response(201, schemas.BatchOut)
@replayable(render_batch)
def post_batch(body: dict[str, Any]) -> None:
    """A batch (制表) of every payment of the year that waits."""
    with current.writing() as session:
        desk.prepare_batch(session, current.actor(), current.clock(), **body)


@batches.route("", methods=["GET"])
@allow(*READERS)
@batches.arguments(schemas.BatchQuery, location="query")
@batches.response(200, schemas.BATCH_PAGE)
def get_batches(query: dict[str, Any]) -> Any:
    """Batches, the newest first."""
    with current.reading() as session:
        limit = query["limit"] + 1
        rows = reading.list_batches(session, query["account_id"], query["state"], _after(query), limit)
    return cut_page(rows, query["limit"], lambda batch: [batch.id])


@batches.route("/<int:batch_id>", methods=["GET"])
@allow(*READERS)
@batches.response(200, schemas.BatchOut)
def get_one_batch(batch_id: int) -> Any:
    """One batch."""
    return show_batch(batch_id)


@batches.route("/<int:batch_id>/rows", methods=["GET"])
@allow(*READERS)
@batches.arguments(Pagination, location="query")
@batches.response(200, schemas.TRANSFER_PAGE)
def get_rows(query: dict[str, Any], batch_id: int) -> Any:
    """The rows of a batch, accounts masked."""
    with current.reading() as session:
        get_batch(session, batch_id)
        rows = reading.list_transfers(session, batch_id, _after(query) or 0, query["limit"] + 1)
    return cut_page(rows, query["limit"], lambda row: [row.serial])


def _advance(batch_id: int, step: str) -> None:
    with current.writing() as session:
        desk.advance_batch(session, current.actor(), current.clock(), batch_id, step)


@batches.route("/<int:batch_id>/review", methods=["POST"])
@allow("reviewer")
@batches.response(200, schemas.BatchOut)
@replayable(render_batch)
def post_review(batch_id: int) -> None:
    """审核, by somebody else than the preparer."""
    _advance(batch_id, "review")


@batches.route("/<int:batch_id>/approve", methods=["POST"])
@allow("finance_officer")
@batches.response(200, schemas.BatchOut)
@replayable(render_batch)
def post_approve(batch_id: int) -> None:
    """审批, by a third person; the bank must hold the money."""
    _advance(batch_id, "approve")


@batches.route("/<int:batch_id>/send", methods=["POST"])
@allow(*PREPARERS)
@batches.response(200, schemas.BatchOut)
@replayable(render_batch)
def post_send(batch_id: int) -> None:
    """The file goes to the bank."""
    _advance(batch_id, "send")


@batches.route("/<int:batch_id>/return", methods=["POST"])
@allow(*KEEPERS)
@batches.arguments(schemas.PaymentReasonIn)
@batches.response(200, schemas.BatchOut)
@replayable(render_batch)
def post_return(body: dict[str, Any], batch_id: int) -> None:
    """Give up a batch that was not sent."""
    with current.writing() as session:
        desk.give_batch_up(session, current.actor(), current.clock(), batch_id, **body)


@batches.route("/<int:batch_id>/file.<string:file_format>", methods=["GET"])
@allow(*SENDERS)
@batches.response(200)
def get_file(batch_id: int, file_format: str) -> Response:
    """The bank file, csv or xlsx, with full accounts; who took it is in the audit."""
    if file_format not in ("csv", "xlsx"):
        raise NotFound
    with current.writing() as session:
        actor, clock = current.actor(), current.clock()
        content = desk.fetch_bank_file(session, actor, clock, batch_id, file_format)
        name = get_batch(session, batch_id).no
    return send_bytes(content, f"付款文件-{name}.{file_format}", CSV if file_format == "csv" else XLSX)


def render_results(ref: str | None, **_: Any) -> Any:
    """The answer that this file got the first time."""
    with current.reading() as session:
        return {**reading.get_result_file(session, int(str(ref))).summary, "repeated_file": True}


@batches.route("/<int:batch_id>/results", methods=["POST"])
@allow(*SENDERS)
@batches.response(200, schemas.ResultOut)
@replayable(render_results)
def post_results(batch_id: int) -> Any:
    """The bank's result file (multipart, field `file`)."""
    file = request.files.get("file")
    if file is None:
        raise BadRequest("请以 multipart/form-data 上传，文件字段名为 file")
    with current.writing() as session:
        actor, clock, name = current.actor(), current.clock(), file.filename or "回盘"
        return desk.upload_results(session, actor, clock, batch_id, file.read(), name)


@payments.route("", methods=["GET"])
@allow(*READERS)
@payments.arguments(schemas.PaymentQuery, location="query")
@payments.response(200, schemas.PAYMENT_PAGE)
def get_payments(query: dict[str, Any]) -> Any:
    """Payments with what became of them."""
    wanted = query["account_id"], query["year"], query["state"]
    with current.reading() as session:
        rows = reading.list_payments(session, *wanted, _after(query) or 0, query["limit"] + 1)
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
