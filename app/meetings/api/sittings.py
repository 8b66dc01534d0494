"""What hangs on a round: its sitting, amounts, decisions, totals and payables."""

from __future__ import annotations

from typing import Any

from flask import Response

from app.kernel.errors import Fault, Invalid, NotFound
from app.meetings.api.schemas import (
    AgendaRow,
    DecidedOut,
    DecisionsIn,
    MeetingIn,
    MeetingOut,
    PayoutBatchIn,
    PayoutBatchOut,
    PayoutOut,
    PreviewOut,
    PreviewQuery,
    SummaryOut,
)
from app.meetings.decisions import decide_row, decide_rows, decide_undecided
from app.meetings.papers import write_agenda, write_handout
from app.meetings.payouts import count_payout, prepare_batch
from app.meetings.reading import (
    get_round_in_scope,
    masked_agenda,
    preview,
    sum_up,
)
from app.meetings.sittings import attendance_of, find_meeting, record_meeting, recusals_of
from app.meetings.terms import read_terms
from app.rounds.scope import COUNTY_ROLES
from app.web import current
from app.web.downloads import DOCX, XLSX, send_bytes
from app.web.idempotency import replayable
from app.web.routes import Blueprint, allow

sittings = Blueprint("meetings", __name__, url_prefix="/rounds/<int:round_id>", description="专班会议、发放")


def show_meeting(round_id: int) -> dict[str, Any]:
    """The newest sitting with attendance and recusals."""
    with current.reading() as session:
        get_round_in_scope(session, current.actor(), round_id)
        meeting = find_meeting(session, round_id)
        if meeting is None:
            raise NotFound("本轮尚未登记会议", code="meeting_not_found")
        known = {name: getattr(meeting, name) for name in MeetingOut().fields if hasattr(meeting, name)}
        return known | {
            "attendance": attendance_of(session, meeting.id),
            "recusals": recusals_of(session, meeting.id),
        }


@sittings.route("/meeting", methods=["GET"])
@allow(*COUNTY_ROLES)
@sittings.response(200, MeetingOut)
def get_meeting(round_id: int) -> dict[str, Any]:
    """The newest sitting over this round."""
    return show_meeting(round_id)


@sittings.route("/meeting", methods=["PUT"])
@allow("meeting_secretary")
@sittings.arguments(MeetingIn)
@sittings.response(200, MeetingOut)
def put_meeting(body: dict[str, Any], round_id: int) -> dict[str, Any]:
    """Write the open sitting, or open the next: place, chair, attendance, recusals; all of it replaced."""
    with current.writing() as session:
        get_round_in_scope(session, current.actor(), round_id)
        record_meeting(session, current.actor(), current.clock(), round_id, body)
    return show_meeting(round_id)


@sittings.route("/preview", methods=["GET"])
@allow(*COUNTY_ROLES)
@sittings.arguments(PreviewQuery, location="query")
@sittings.response(200, PreviewOut)
def get_preview(query: dict[str, Any], round_id: int) -> dict[str, Any]:
    """What another threshold, ratio or cap would cost; nothing is stored."""
    rule = query.pop("shortfall_rule")
    with current.reading() as session:
        get_round_in_scope(session, current.actor(), round_id)
        return preview(session, round_id, read_terms(query), rule)


@sittings.route("/summary", methods=["GET"])
@allow(*COUNTY_ROLES)
@sittings.response(200, SummaryOut)
def get_summary(round_id: int) -> dict[str, Any]:
    """Totals, the fund beside them, township by category, and who stays above the 化解标准."""
    with current.reading() as session:
        get_round_in_scope(session, current.actor(), round_id)
        return sum_up(session, round_id)


@sittings.route("/agenda", methods=["GET"])
@allow(*COUNTY_ROLES)
@sittings.response(200, AgendaRow(many=True))
def get_agenda(round_id: int) -> list[dict[str, Any]]:
    """The masked handout for the members of the meeting."""
    with current.reading() as session:
        get_round_in_scope(session, current.actor(), round_id)
        return masked_agenda(session, round_id)


@sittings.route("/agenda.docx", methods=["GET"])
@allow(*COUNTY_ROLES)
@sittings.response(200)
def get_agenda_document(round_id: int) -> Response:
    """The agenda paper as a Word document; the download is audited."""
    with current.writing() as session:
        round_ = get_round_in_scope(session, current.actor(), round_id)
        paper = write_agenda(session, current.actor(), current.clock(), round_)
    return send_bytes(paper.content, paper.filename, DOCX)


@sittings.route("/handout.xlsx", methods=["GET"])
@allow(*COUNTY_ROLES)
@sittings.response(200)
def get_handout(round_id: int) -> Response:
    """The masked list for the members, to be printed; the download is audited."""
    with current.writing() as session:
        round_ = get_round_in_scope(session, current.actor(), round_id)
        paper = write_handout(session, current.actor(), current.clock(), round_)
    return send_bytes(paper.content, paper.filename, XLSX)


def render_decided(ref: str | None, **_: Any) -> dict[str, Any]:
    """The decision or bulk run that a request has made."""
    kind, _colon, number = str(ref).partition(":")
    return {f"{kind}_id": int(number)}


@sittings.route("/decisions", methods=["POST"])
@allow("meeting_secretary")
@sittings.arguments(DecisionsIn)
@sittings.response(202, DecidedOut)
@replayable(render_decided)
def post_decisions(body: dict[str, Any], round_id: int) -> None:
    """Decide one row, many rows, or all that are left; a refused row of many is a result of its own."""
    if sum(body[name] is not None for name in ("decision", "rows", "undecided")) != 1:
        raise Invalid([Fault("", "one_of", "请给出一项决定、一批决定，或对其余全部的决定")])
    with current.writing() as session:
        actor, clock = current.actor(), current.clock()
        get_round_in_scope(session, actor, round_id)
        if body["decision"] is not None:
            decide_row(session, actor, clock, round_id, body["decision"])
        elif body["rows"] is not None:
            decide_rows(session, actor, clock, round_id, body["rows"])
        else:
            decide_undecided(session, actor, clock, round_id, body["undecided"], body["reason"])


def render_batch(ref: str | None, round_id: int) -> dict[str, Any]:
    """The batch that a request has made, and how the list stands now."""
    number = str(ref).removeprefix("batch:")
    with current.reading() as session:
        payout = count_payout(session, round_id)
    shown = {name: getattr(payout, name) for name in ("listed", "resolved", "outcomes", "payments", "open_people")}
    return {"batch_id": None if number == "None" else int(number), **shown}


@sittings.route("/payment-batches", methods=["POST"])
@allow("ybj_officer", "fund_manager")
@sittings.arguments(PayoutBatchIn)
@sittings.response(201, PayoutBatchOut)
@replayable(render_batch)
def post_batch(body: dict[str, Any], round_id: int) -> None:
    """A payment batch of everything that sealed resolutions promise and nobody has sent yet."""
    with current.writing() as session:
        get_round_in_scope(session, current.actor(), round_id)
        prepare_batch(session, current.actor(), current.clock(), round_id, body["purpose"])


@sittings.route("/payout", methods=["GET"])
@allow(*COUNTY_ROLES)
@sittings.response(200, PayoutOut)
def get_payout(round_id: int) -> Any:
    """The equation of the final list: people by outcome, payments by state."""
    with current.reading() as session:
        get_round_in_scope(session, current.actor(), round_id)
        return count_payout(session, round_id)
