"""Payment batches over HTTP: three people, the file for the bank, the bank's answer."""

from __future__ import annotations

from typing import Any

from flask import Response, request
from werkzeug.exceptions import BadRequest

from app.fund import desk, reading
from app.fund.api import schemas
from app.fund.api.schemas import after_of
from app.fund.batches import get_batch
from app.fund.desk import KEEPERS, PREPARERS, READERS, SENDERS
from app.fund.models import Batch
from app.kernel.errors import NotFound
from app.web import current
from app.web.cursors import cut_page
from app.web.downloads import CSV, XLSX, send_bytes
from app.web.fields import Pagination
from app.web.idempotency import replayable
from app.web.routes import Blueprint, allow
from app.web.tables import Heading, exported

batches = Blueprint("payment_batches", __name__, url_prefix="/payment-batches", description="付款批次")


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
@exported(
    schemas.BatchOut, "付款批次",
    Heading("批次号", "no", width=20),
    Heading("年度", "year", "int"),
    Heading("用途", "purpose", width=30),
    Heading("状态", "state", words=schemas.BATCH_WORDS),
    Heading("笔数", "count", "int"),
    Heading("金额", "total", "money"),
    Heading("制表时间", "prepared_at", "instant", width=17),
    Heading("送出时间", "sent_at", "instant", width=17),
    Heading("备注", "note", width=30),
)  # fmt: skip
def get_batches(query: dict[str, Any]) -> Any:
    """Batches, the newest first."""
    with current.reading() as session:
        limit = query["limit"] + 1
        rows = reading.list_batches(session, query["account_id"], query["state"], after_of(query), limit)
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
@exported(
    schemas.TransferOut, "付款批次明细",
    Heading("序号", "serial", "int"),
    Heading("付款参考号", "reference", width=24),
    Heading("收款人", "payee_name"),
    Heading("账号", "account_masked", width=24),
    Heading("开户行", "bank", width=24),
    Heading("金额", "amount", "money"),
    Heading("状态", "state", words=schemas.PAYMENT_WORDS),
    Heading("原因", "reason", width=30),
    Heading("银行流水号", "bank_serial", width=24),
)  # fmt: skip
def get_rows(query: dict[str, Any], batch_id: int) -> Any:
    """The rows of a batch, accounts masked."""
    with current.reading() as session:
        get_batch(session, batch_id)
        rows = reading.list_transfers(session, batch_id, after_of(query) or 0, query["limit"] + 1)
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
