"""The list before the meeting: every amount explained, narrowed as the secretary likes it, with its totals."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from marshmallow import fields

from app.kernel.money import format_yuan, parse_yuan
from app.meetings.api.schemas import AmountOut, AmountQueryIn
from app.meetings.deciding import KINDS
from app.meetings.narrowing import NOT_DECIDED, Narrowing
from app.meetings.reading import AmountQuery, amount_totals, get_round_in_scope, page_of_amounts
from app.rounds.scope import COUNTY_ROLES
from app.web import current
from app.web.cursors import cut_page, decode_cursor
from app.web.fields import Choice, IdInQuery, Schema, Text, Yuan, page_of
from app.web.routes import Blueprint, allow
from app.web.tables import Heading, exported

amounts = Blueprint("amounts", __name__, url_prefix="/rounds/<int:round_id>", description="拟补助名单")
STATUSES = {
    "paid_full": "足额", "paid_partial": "部分", "fund_exhausted": "基金用完", "zero": "金额为零",
    "not_eligible": "不符合条件",
}  # fmt: skip
DECISIONS = {"approve": "同意", "lower": "核减", "raise": "核增", "defer": "暂缓", "reject": "不予补助"}


class AmountFilterIn(AmountQueryIn):
    """Which rows; `area_id` with all inside it, amounts in yuan with both ends, `q` part of a name or number."""

    area_id = IdInQuery(load_default=None)
    category = Text(32, load_default=None)
    amount_from = Yuan(load_default=None)
    amount_to = Yuan(load_default=None)
    self_paid_from = Yuan(load_default=None)
    self_paid_to = Yuan(load_default=None)
    q = Text(60, load_default=None, attribute="words", data_key="q")
    decision = Choice(NOT_DECIDED, *KINDS, load_default=None)
    differs = fields.Boolean(load_default=None)


class AmountLineOut(AmountOut):
    """A row; `final` is what it gets as things stand, `differs` says that the door found another amount."""

    final = Yuan(required=True)
    differs = fields.Boolean(required=True)


class AmountTotalsOut(Schema):
    """Sums of all rows of this filter, whatever page is shown."""

    people = fields.Integer(required=True)
    self_paid = Yuan(required=True)
    due = Yuan(required=True)
    amount = Yuan(required=True, metadata={"description": "what these rows get as things stand"})


class AmountPageOut(page_of(AmountLineOut)):  # type: ignore[misc]  # a class made by a function
    """A page of rows and the totals of all that the filter holds."""

    totals = fields.Nested(AmountTotalsOut, required=True)


@amounts.route("/amounts", methods=["GET"])
@allow(*COUNTY_ROLES)
@amounts.arguments(AmountFilterIn, location="query")
@amounts.response(200, AmountPageOut)
@exported(
    AmountLineOut, "拟补助名单",
    Heading("编号", "case_no", width=16),
    Heading("姓名", "name"),
    Heading("身份证号", "id_masked", width=22),
    Heading("乡镇（街道）", "township", width=18),
    Heading("困难人员类别", "categories", width=30),
    Heading("自负医疗费用", "self_paid", "money"),
    Heading("应补", "due", "money"),
    Heading("以往已补", "already_paid", "money"),
    Heading("测算金额", "amount", "money"),
    Heading("补助金额", "final", "money"),
    Heading("状态", "status", words=STATUSES),
    Heading("补助后自负", "left_after", "money"),
    Heading("会议意见", "decision.kind", words=DECISIONS),
    Heading("意见理由", "decision.reason", width=30),
    Heading("未反馈单位", "unanswered", width=24),
    Heading("核实有出入", "differs"),
    Heading("回避", "recused"),
)  # fmt: skip
def get_amounts(query: dict[str, Any], round_id: int) -> dict[str, Any]:
    """Rows with amounts, each explained, and the totals of the filter; drafts until a resolution is written."""
    by_self_paid = query["sort"] == "self_paid"
    narrowing = Narrowing(**{name: query[name] for name in Narrowing.__dataclass_fields__})
    after = _after(query["cursor"], by_self_paid=by_self_paid)
    wanted = AmountQuery(query["resolution_id"], query["rows"], query["sort"], after, query["limit"] + 1, narrowing)
    with current.reading() as session:
        get_round_in_scope(session, current.actor(), round_id)
        rows = page_of_amounts(session, round_id, wanted)
        totals = amount_totals(session, round_id, wanted)
    return {**cut_page(rows, query["limit"], lambda row: _place(row, by_self_paid=by_self_paid)), "totals": totals}


def _after(cursor: str | None, *, by_self_paid: bool) -> list[Any] | None:
    if not cursor:
        return None
    after = decode_cursor(cursor, *((str, str) if by_self_paid else (str,)))
    return [_yuan(after[0]), after[1]] if by_self_paid else after


def _place(row: dict[str, Any], *, by_self_paid: bool) -> list[str]:
    return [format_yuan(row["self_paid"]), row["case_no"]] if by_self_paid else [row["case_no"]]


def _yuan(text: str) -> Decimal:
    return parse_yuan(text, "query:/cursor")
