"""What goes in and out of the fund's routes: amounts as "1234.50", accounts masked."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from app.web.cursors import decode_cursor
from app.web.fields import Choice, Id, IdInQuery, Instant, Pagination, Schema, Text, Yuan, page_of

_YEAR = validate.Range(2000, 2100)
PAYMENT_STATES = ("unclaimed", "held", "pending", "sent", "paid", "failed", "unknown", "cancelled")
PAYMENT_WORDS = {
    "unclaimed": "待领", "held": "暂停", "pending": "待发", "prepared": "已制表", "sent": "已送银行", "paid": "已到账",
    "failed": "失败", "unknown": "待核实", "cancelled": "已取消", "dropped": "已移出",
}  # fmt: skip
BATCH_WORDS = {
    "prepared": "已制表", "reviewed": "已审核", "approved": "已审批", "sent": "已送银行", "settled": "已结清",
    "cancelled": "已退回",
}  # fmt: skip
ENTRY_WORDS = {
    "open_year": "开立年度", "close_year": "结账", "carry_on": "结转", "inflow": "到账", "reserve": "预留",
    "consume": "决议", "release": "释放", "send": "送银行", "result": "银行回盘", "settle": "核实",
    "debit": "借", "credit": "贷", "amount": "金额", "carry_over": "上年结转", "fiscal_quota": "财政额度",
    "charity_committed": "慈善承诺", "available": "可用额度", "reserved": "已预留", "resolved": "已决议",
    "in_transit": "在途", "spent": "已支出", "carried_out": "转下年", "bank": "银行存款", "paid": "已付",
    "opening": "期初", "fiscal_received": "财政到账", "charity_received": "慈善到账",
}  # fmt: skip
BATCH_STATES = ("prepared", "reviewed", "approved", "sent", "settled", "cancelled")


def after_of(query: dict[str, Any]) -> Any:
    """The number behind which the page begins, or None for the first."""
    return decode_cursor(query["cursor"], int)[0] if query["cursor"] else None


def year_field(**options: object) -> fields.Integer:
    """A fund year."""
    return fields.Integer(strict=True, validate=_YEAR, **options)  # type: ignore[arg-type]


class YearQuery(Schema):
    """Which year."""

    year = fields.Integer(required=True, validate=_YEAR)


class FundYearOut(Schema):
    """A fund year; warnings: charity_below_floor, charity_not_rising."""

    year = fields.Integer()
    state = fields.String()
    warnings = fields.List(fields.String())


class FundAccountOut(Schema):
    """A fund account with its years."""

    id = Id()
    scheme = fields.String()
    code = fields.String()
    name = fields.String()
    years = fields.List(fields.Nested(FundYearOut))


class QuotaOut(Schema):
    """可用额度 = 结转 + 财政额度 + 慈善承诺 − 已决议 − 已预留 − 已转出."""

    carry_over = Yuan()
    fiscal = Yuan()
    committed_charity = Yuan()
    charity_received = Yuan()
    resolved = Yuan()
    reserved = Yuan()
    carried_out = Yuan()
    available = Yuan()
    bank_balance = Yuan()
    warnings = fields.List(fields.String())


class FundYearIn(Schema):
    """The sources of a year."""

    year = year_field(required=True)
    carry_in = Yuan(required=True, minimum="0")
    fiscal = Yuan(required=True, minimum="0")
    charity_committed = Yuan(required=True, minimum="0")
    charity_prior = Yuan(load_default=None, allow_none=True, minimum="0")


class EntryQuery(Pagination):
    """Which entries."""

    year = fields.Integer(load_default=None, validate=_YEAR)


class LineOut(Schema):
    """An amount from one book to another."""

    debit = fields.String()
    credit = fields.String()
    amount = Yuan()


class EntryOut(Schema):
    """One event of the ledger."""

    id = Id()
    year = fields.Integer()
    kind = fields.String()
    ref = fields.String()
    at = Instant()
    booked_on = fields.Date()
    memo = fields.String(allow_none=True)
    lines = fields.List(fields.Nested(LineOut))


class InflowIn(Schema):
    """Money that has arrived."""

    account_id = Id(required=True)
    year = year_field(required=True)
    kind = Choice("fiscal", "charity", required=True)
    amount = Yuan(required=True, minimum="0.01")
    evidence = Text(80, required=True)


class InflowOut(Schema):
    """The entry of an arrival."""

    entry_id = Id()


class BatchIn(Schema):
    """A batch of all that waits."""

    account_id = Id(required=True)
    year = year_field(required=True)
    purpose = Text(100, required=True)


class BatchQuery(Pagination):
    """Which batches."""

    account_id = IdInQuery(load_default=None)
    state = Choice(*BATCH_STATES, load_default=None)


class BatchOut(Schema):
    """A batch; prepared, reviewed, approved and sent by whom and when."""

    id = Id()
    account_id = Id()
    year = fields.Integer()
    no = fields.String()
    purpose = fields.String()
    state = fields.String()
    count = fields.Integer()
    total = Yuan()
    content_hash = fields.String()
    prepared_by = Id(allow_none=True)
    prepared_at = Instant()
    reviewed_by = Id(allow_none=True)
    reviewed_at = Instant(allow_none=True)
    approved_by = Id(allow_none=True)
    approved_at = Instant(allow_none=True)
    sent_by = Id(allow_none=True)
    sent_at = Instant(allow_none=True)
    settled_at = Instant(allow_none=True)
    note = fields.String(allow_none=True)


class TransferOut(Schema):
    """One row of a batch; the account is masked."""

    id = Id()
    payment_id = Id()
    serial = fields.Integer()
    reference = fields.String()
    amount = Yuan()
    payee_name = fields.String()
    account_masked = fields.String()
    bank = fields.String()
    state = fields.String()
    doubt = fields.String(allow_none=True)
    reason = fields.String(allow_none=True)
    bank_serial = fields.String(allow_none=True)
    bank_time = fields.String(allow_none=True)


class PaymentQuery(Pagination):
    """Which payments; `state` and `promise` (what the money was set apart for, "resolution:3") may be repeated."""

    account_id = IdInQuery(load_default=None)
    year = fields.Integer(load_default=None, validate=_YEAR)
    state = fields.List(Choice(*PAYMENT_STATES), load_default=None)
    promise = fields.List(Text(80), load_default=None)


class PaymentOut(Schema):
    """One promised amount and what became of it."""

    id = Id()
    ref = fields.String()
    account_id = Id()
    year = fields.Integer()
    amount = Yuan()
    person_id = Id()
    payee_name = fields.String(allow_none=True)
    state = fields.String()
    batch_id = Id(allow_none=True)
    hold_reason = fields.String(allow_none=True)
    fix_instance_id = Id(allow_none=True)
    paid_at = Instant(allow_none=True)


class PaymentReasonIn(Schema):
    """Why."""

    reason = Text(500, required=True)


class SettlementIn(Schema):
    """What really happened, and how that is known."""

    outcome = Choice("paid", "failed", required=True)
    reason = Text(200, required=True)


class ResultOut(Schema):
    """What a result file did: lines by outcome."""

    file_id = Id()
    lines = fields.Integer()
    outcomes = fields.Dict(keys=fields.String(), values=fields.Integer())
    repeated_file = fields.Boolean()


ENTRY_PAGE, BATCH_PAGE, PAYMENT_PAGE, TRANSFER_PAGE = (
    page_of(item) for item in (EntryOut, BatchOut, PaymentOut, TransferOut)
)
