"""Rounds and their lists over HTTP."""

from __future__ import annotations

from typing import Any

from flask import Response

from app.rounds.api.schemas import (
    CASE_PAGE,
    OUTCOME_WORDS,
    ROUND_PAGE,
    STAGE_WORDS,
    CaseOut,
    CaseQuery,
    ConflictsOut,
    ExclusionsIn,
    ListQuery,
    ListVersionOut,
    ReasonIn,
    ResolutionsIn,
    RoundDetail,
    RoundIn,
    RoundOut,
    RoundQuery,
    UnansweredListOut,
    UnansweredQuery,
)
from app.rounds.exports import export_list
from app.rounds.prefill import describe_conflicts
from app.rounds.preliminary import exclude_cases
from app.rounds.progress import stop_visits
from app.rounds.reading import count_stages, list_versions, page_of_cases
from app.rounds.rounds import RoundDraft, get_round, list_rounds, open_round
from app.rounds.scope import COUNTY_ROLES
from app.rounds.tallies.conflicts import resolve_conflicts
from app.rounds.tallies.requests import list_requests
from app.rounds.tallies.unanswered import list_unanswered
from app.web import current
from app.web.cursors import cut_page, decode_cursor
from app.web.downloads import XLSX, send_bytes
from app.web.idempotency import replayable
from app.web.routes import Blueprint, allow
from app.web.tables import Heading, exported

rounds = Blueprint("rounds", __name__, url_prefix="/rounds", description="补助轮次、名单")
READERS = (*COUNTY_ROLES, "township_clerk", "department_liaison")


def render_round(ref: str | None, **_: Any) -> Any:
    """The round that a repeated request has opened or changed."""
    return show_round(int(str(ref).removeprefix("round:")))


def show_round(round_id: int) -> dict[str, Any]:
    """A round with the counts, lists (of the county's officers) and requests that this caller may see."""
    with current.reading() as session:
        round_, actor = get_round(session, round_id), current.actor()
        known = {name: getattr(round_, name) for name in RoundOut().fields}
        return known | {
            "cases": count_stages(session, actor, round_id),
            "lists": list_versions(session, round_id) if actor.has_role(*COUNTY_ROLES) else [],
            "tally_requests": list_requests(session, actor, round_id),
        }


@rounds.route("", methods=["POST"])
@allow("ybj_officer")
@rounds.arguments(RoundIn)
@rounds.response(201, RoundDetail)
@replayable(render_round)
def post_round(body: dict[str, Any]) -> None:
    """Open a round; its statistics run at once."""
    with current.writing() as session:
        open_round(session, current.actor(), current.clock(), RoundDraft(**body))


@rounds.route("", methods=["GET"])
@allow(*READERS)
@rounds.arguments(RoundQuery, location="query")
@rounds.response(200, ROUND_PAGE)
def get_rounds(query: dict[str, Any]) -> dict[str, Any]:
    """All rounds, the newest first."""
    with current.reading() as session:
        return {"items": list_rounds(session, query["scheme"]), "next": None}


@rounds.route("/<int:round_id>", methods=["GET"])
@allow(*READERS)
@rounds.response(200, RoundDetail)
def get_one_round(round_id: int) -> dict[str, Any]:
    """A round with its progress, lists and tallies."""
    return show_round(round_id)


@rounds.route("/<int:round_id>/cases", methods=["GET"])
@allow(*READERS, "grid_worker")
@rounds.arguments(CaseQuery, location="query")
@rounds.response(200, CASE_PAGE)
@exported(
    CaseOut, "本轮人员",
    Heading("编号", "case_no", width=16),
    Heading("姓名", "name"),
    Heading("身份证号", "id_masked", width=22),
    Heading("困难人员类别", "categories", width=30),
    Heading("乡镇（街道）", "township", width=18),
    Heading("进度", "stage", words=STAGE_WORDS),
    Heading("年度医疗总费用", "total_cost", "money"),
    Heading("自负医疗费用", "self_paid", "money"),
    Heading("补助金额", "approved_amount", "money"),
    Heading("结果", "outcome", words=OUTCOME_WORDS),
    Heading("原因", "reason", width=30),
)  # fmt: skip
def get_cases(query: dict[str, Any], round_id: int) -> dict[str, Any]:
    """The people of the round by case number, as far as the caller may see them."""
    after = decode_cursor(query["cursor"], str)[0] if query["cursor"] else None
    with current.reading() as session:
        get_round(session, round_id)
        lines = page_of_cases(session, current.actor(), round_id, query["stage"], after, query["limit"] + 1)
    return cut_page(lines, query["limit"], lambda line: [line.case_no])


@rounds.route("/<int:round_id>/lists", methods=["GET"])
@allow(*COUNTY_ROLES)
@rounds.response(200, ListVersionOut(many=True))
def get_lists(round_id: int) -> Any:
    """Every version of every list of the round."""
    with current.reading() as session:
        get_round(session, round_id)
        return list_versions(session, round_id)


@rounds.route("/<int:round_id>/lists/<string:stage>.xlsx", methods=["GET"])
@allow(*COUNTY_ROLES)
@rounds.arguments(ListQuery, location="query")
@rounds.response(200)
def get_list_workbook(query: dict[str, Any], round_id: int, stage: str) -> Response:
    """A list as it is printed (xlsx); the newest version unless `n` is given."""
    with current.writing() as session:
        export = export_list(session, current.actor(), current.clock(), round_id, stage, query["n"])
    return send_bytes(export.content, export.filename, XLSX)


@rounds.route("/<int:round_id>/unanswered", methods=["GET"])
@allow(*COUNTY_ROLES, "department_liaison")
@rounds.arguments(UnansweredQuery, location="query")
@rounds.response(200, UnansweredListOut)
def get_unanswered(query: dict[str, Any], round_id: int) -> dict[str, Any]:
    """Units that owe an answer, a liaison's own only."""
    with current.reading() as session:
        get_round(session, round_id)
        return {"items": list_unanswered(session, current.actor(), current.clock(), round_id, query["state"])}


@rounds.route("/<int:round_id>/exclusions", methods=["POST"])
@allow("ybj_officer")
@rounds.arguments(ExclusionsIn)
@rounds.response(200, RoundDetail)
@replayable(lambda _ref, round_id: show_round(round_id))
def post_exclusions(body: dict[str, Any], round_id: int) -> None:
    """Take people off the preliminary list before it is issued."""
    with current.writing() as session:
        exclude_cases(session, current.actor(), current.clock(), round_id, body["exclusions"])


@rounds.route("/<int:round_id>/conflicts", methods=["GET"])
@allow("ybj_officer", "auditor")
@rounds.response(200, ConflictsOut)
def get_conflicts(round_id: int) -> dict[str, Any]:
    """Payers that stand in settlement data and tally both, not yet decided."""
    return show_conflicts(round_id)


@rounds.route("/<int:round_id>/conflicts", methods=["POST"])
@allow("ybj_officer")
@rounds.arguments(ResolutionsIn)
@rounds.response(200, ConflictsOut)
@replayable(lambda _ref, round_id: show_conflicts(round_id))
def post_conflicts(body: dict[str, Any], round_id: int) -> None:
    """Decide which source counts; the reply is what is still open."""
    with current.writing() as session:
        get_round(session, round_id)
        resolve_conflicts(session, current.actor(), current.clock(), round_id, body["resolutions"])


@rounds.route("/<int:round_id>/stop-visits", methods=["POST"])
@allow("civil_affairs_officer")
@rounds.arguments(ReasonIn)
@rounds.response(200, RoundDetail)
@replayable(lambda _ref, round_id: show_round(round_id))
def post_stop_visits(body: dict[str, Any], round_id: int) -> None:
    """Stop waiting for visits; unfinished cases will go to the supplementary list."""
    with current.writing() as session:
        stop_visits(session, current.actor(), current.clock(), round_id, body["reason"])


def show_conflicts(round_id: int) -> dict[str, Any]:
    """Open conflicts of a round."""
    with current.reading() as session:
        return {"items": describe_conflicts(session, get_round(session, round_id))}
