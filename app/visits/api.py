"""Step 3 over HTTP: visits of a case, differences of a round, and people found at the door."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow import fields
from sqlalchemy.orm import Session

from app.rounds.cases import get_case
from app.rounds.models import Case
from app.rounds.scope import AREA_ROLES, COUNTY_ROLES
from app.visits.evidence import list_evidence, open_evidence
from app.visits.finds import FINDERS, Find, report_find
from app.visits.merging import list_supplementary
from app.visits.models import Visit
from app.visits.reports import (
    VisitQuery,
    describe_differences,
    differences_of_round,
    visits_of_case,
    visits_of_round,
)
from app.web import current
from app.web.cursors import cut_page, decode_cursor
from app.web.downloads import send_bytes
from app.web.fields import Choice, Id, Instant, Pagination, Schema, Text, Yuan, page_of
from app.web.idempotency import replayable
from app.web.routes import Blueprint, allow, allow_any
from app.web.tables import Heading, exported

visits = Blueprint("visits", __name__, description="上门核实")
BLUEPRINTS = [visits]
PREVAILS = {"data": "数据", "visit": "上门"}
RESULTS = {
    "confirmed": "属实", "changed": "金额有出入", "not_home": "上门未遇", "unreachable": "联系不上", "moved": "已搬离",
    "deceased": "已去世", "not_eligible": "不符合条件", "identity_doubtful": "身份存疑",
}  # fmt: skip
METHODS = {"door": "上门", "phone": "电话"}
VISIT_STATES = {"recorded": "待复核", "checked": "已复核", "sent_back": "已退回"}
DIFFERENCE_STATES = {"open": "待医保局核定", "settled": "已核定"}


class EvidenceOut(Schema):
    """A file of a visit: GET /visits/{id}/files/{file id}."""

    id = Id()
    purpose = fields.String()


class VisitOut(Schema):
    """One attempt at the door."""

    id = Id()
    attempt = fields.Integer()
    result = fields.String()
    method = fields.String()
    visited_at = Instant()
    recorded_at = Instant()
    visited_by = Id(allow_none=True)
    second_visitor = fields.String(allow_none=True)
    opinion = fields.String(allow_none=True)
    state = fields.String()
    checked_at = Instant(allow_none=True)
    check_note = fields.String(allow_none=True)
    paper_cost = Yuan(allow_none=True)
    files = fields.List(fields.Nested(EvidenceOut))


class VisitsOut(Schema):
    """All attempts of a case."""

    items = fields.List(fields.Nested(VisitOut))


class DifferenceOut(Schema):
    """What was on paper, what was found, and what stands now."""

    id = Id()
    case_id = Id(required=True)
    case_no = fields.String(required=True)
    name = fields.String(required=True)
    township = fields.String(required=True)
    visit_id = Id(required=True)
    payer = fields.String(required=True)
    payer_name = fields.String(required=True)
    before = Yuan(required=True)
    found = Yuan(required=True)
    prevails = Choice("data", "visit", required=True)
    state = Choice("open", "settled", required=True)
    settled_amount = Yuan(allow_none=True)
    note = fields.String(allow_none=True)


class VisitQueryIn(Pagination):
    """Which visits."""

    result = Choice(*RESULTS, load_default=None)
    state = Choice(*VISIT_STATES, load_default=None)


class VisitLineOut(Schema):
    """One attempt in the list of a round."""

    id = Id(required=True)
    case_id = Id(required=True)
    case_no = fields.String(required=True)
    name = fields.String(required=True)
    township = fields.String(required=True)
    attempt = fields.Integer(required=True)
    result = Choice(*RESULTS, required=True)
    method = Choice(*METHODS, required=True)
    visited_at = Instant(required=True)
    recorded_at = Instant(required=True)
    visitor = fields.String(required=True)
    second_visitor = fields.String(required=True, allow_none=True)
    opinion = fields.String(required=True, allow_none=True)
    state = Choice(*VISIT_STATES, required=True)
    check_note = fields.String(required=True, allow_none=True)


class FindIn(Schema):
    """Who was found, and the area (grid or village) where."""

    name = Text(60, required=True)
    id_number = Text(18, required=True)
    area_id = Id(required=True)


class ListedOut(Schema):
    """How many people were put on the list."""

    listed = fields.Integer()


class FindOut(Schema):
    """The case that was begun."""

    id = Id()
    case_no = fields.String()
    stage = fields.String()
    origin = fields.String()


@visits.route("/cases/<int:case_id>/visits", methods=["GET"])
@allow_any
@visits.response(200, VisitsOut)
def list_visits(case_id: int) -> dict[str, Any]:
    """The visits of a case."""
    with current.reading() as session:
        visits = visits_of_case(session, current.actor(), case_id)
        return {"items": [_show_visit(session, visit) for visit in visits]}


def _show_visit(session: Session, visit: Visit) -> dict[str, Any]:
    known = {name: getattr(visit, name) for name in VisitOut().fields if name != "files"}
    return known | {"files": list_evidence(session, visit)}


@visits.route("/visits/<int:visit_id>/files/<int:file_id>", methods=["GET"])
@allow_any
@visits.response(200)
def get_evidence(visit_id: int, file_id: int) -> Response:
    """A photo, signature or paper of a visit; the download is audited."""
    with current.writing() as session:
        stored, content = open_evidence(session, current.actor(), current.clock(), visit_id, file_id)
        name, media_type = stored.name, stored.media_type
    return send_bytes(content, name, media_type)


@visits.route("/rounds/<int:round_id>/differences", methods=["GET"])
@allow_any
@visits.arguments(Pagination, location="query")
@visits.response(200, page_of(DifferenceOut))
@exported(
    DifferenceOut, "核实差异",
    Heading("编号", "case_no", width=16),
    Heading("姓名", "name"),
    Heading("乡镇（街道）", "township", width=18),
    Heading("支付方", "payer_name"),
    Heading("原金额", "before", "money"),
    Heading("上门金额", "found", "money"),
    Heading("采用", "prevails", words=PREVAILS),
    Heading("状态", "state", words=DIFFERENCE_STATES),
    Heading("认定金额", "settled_amount", "money"),
    Heading("说明", "note", width=30),
)  # fmt: skip
def list_differences(query: dict[str, Any], round_id: int) -> dict[str, Any]:
    """What the door check changed; a member unit sees its own figures."""
    after = decode_cursor(query["cursor"], int)[0] if query["cursor"] else 0
    with current.reading() as session:
        rows = differences_of_round(session, current.actor(), round_id, after, query["limit"] + 1)
        shown = describe_differences(session, round_id, rows)
    return cut_page(shown, query["limit"], lambda row: [row["id"]])


@visits.route("/rounds/<int:round_id>/visits", methods=["GET"])
@allow(*COUNTY_ROLES, *AREA_ROLES)
@visits.arguments(VisitQueryIn, location="query")
@visits.response(200, page_of(VisitLineOut))
@exported(
    VisitLineOut, "上门核实",
    Heading("编号", "case_no", width=16),
    Heading("姓名", "name"),
    Heading("乡镇（街道）", "township", width=18),
    Heading("第几次", "attempt", "int"),
    Heading("结果", "result", words=RESULTS),
    Heading("方式", "method", words=METHODS),
    Heading("上门时间", "visited_at", "instant", width=17),
    Heading("上门人", "visitor"),
    Heading("同行人", "second_visitor"),
    Heading("复核", "state", words=VISIT_STATES),
    Heading("复核意见", "check_note", width=30),
    Heading("核实意见", "opinion", width=40),
)  # fmt: skip
def list_round_visits(query: dict[str, Any], round_id: int) -> dict[str, Any]:
    """Every attempt at the doors of one's own area, in the order recorded."""
    after = decode_cursor(query["cursor"], int)[0] if query["cursor"] else 0
    wanted = VisitQuery(query["result"], query["state"], after, query["limit"] + 1)
    with current.reading() as session:
        rows = visits_of_round(session, current.actor(), round_id, wanted)
    return cut_page(rows, query["limit"], lambda row: [row["id"]])


def _show_find(ref: str | None, **_: Any) -> Case:
    with current.reading() as session:
        return get_case(session, int(str(ref)))


@visits.route("/rounds/<int:round_id>/door-finds", methods=["POST"])
@allow(*FINDERS)
@visits.arguments(FindIn)
@visits.response(201, FindOut)
@replayable(_show_find)
def add_find(body: dict[str, Any], round_id: int) -> Case:
    """Somebody found at the door who is on no list."""
    with current.writing() as session:
        return report_find(session, current.actor(), current.clock(), Find(round_id=round_id, **body))


@visits.route("/rounds/<int:round_id>/supplementary-list", methods=["POST"])
@allow("civil_affairs_officer")
@visits.response(200, ListedOut)
@replayable(lambda ref, **_: {"listed": int(str(ref))})
def post_supplementary_list(round_id: int) -> None:
    """Put whoever was verified after the merge before the round's next sitting."""
    with current.writing() as session:
        list_supplementary(session, current.actor(), current.clock(), round_id)
