"""Fund accounts over HTTP: quota, ledger, years, money that has arrived."""

from __future__ import annotations

from typing import Any

from app.fund import desk, reading
from app.fund.api import schemas
from app.fund.api.schemas import after_of
from app.fund.desk import INFLOW_RECORDERS, PREPARERS, READERS
from app.fund.quota import available_quota
from app.web import current
from app.web.cursors import cut_page
from app.web.idempotency import replayable
from app.web.routes import Blueprint, allow
from app.web.tables import Heading, exported

fund = Blueprint("fund", __name__, url_prefix="/fund", description="基金账户、额度、进账")


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
@exported(
    schemas.EntryOut, "基金账簿",
    Heading("编号", "id", "int"),
    Heading("年度", "year", "int"),
    Heading("日期", "booked_on", "date"),
    Heading("事项", "kind", words=schemas.ENTRY_WORDS),
    Heading("凭据", "ref", width=36),
    Heading("明细", "lines", words=schemas.ENTRY_WORDS, width=60),
    Heading("摘要", "memo", width=40),
)  # fmt: skip
def get_entries(query: dict[str, Any], account_id: int) -> Any:
    """The ledger in its order."""
    with current.reading() as session:
        reading.get_account(session, account_id)
        rows = reading.list_entries(session, account_id, query["year"], after_of(query) or 0, query["limit"] + 1)
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
