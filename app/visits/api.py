"""Step 3 over HTTP: visits of a case, differences of a round, and people found at the door."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow import fields
from sqlalchemy.orm import Session

from app.rounds.cases import get_case
from app.rounds.models import Case
from app.visits.evidence import list_evidence, open_evidence
from app.visits.finds import FINDERS, Find, report_find
from app.visits.merging import list_supplementary
from app.visits.models import Visit
from app.visits.reports import differences_of_round, visits_of_case
from app.web import current
from app.web.cursors import cut_page, decode_cursor
from app.web.downloads import send_bytes
from app.web.fields import Id, Instant, Pagination, Schema, Text, Yuan, page_of
from app.web.idempotency import replayable
from app.web.routes import Blueprint, allow, allow_any

visits = Blueprint("visits", __name__, description="上门核实")
BLUEPRINTS = [visits]


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
    case_id = Id()
    visit_id = Id()
    payer = fields.String()
    before = Yuan()
    found = Yuan()
    prevails = fields.String()
    state = fields.String()
    settled_amount = Yuan(allow_none=True)
    note = fields.String(allow_none=True)


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
def list_differences(query: dict[str, Any], round_id: int) -> dict[str, Any]:
    """What the door check changed; a member unit sees its own figures."""
    after = decode_cursor(query["cursor"], int)[0] if query["cursor"] else 0
    with current.reading() as session:
        rows = differences_of_round(session, current.actor(), round_id, after, query["limit"] + 1)
    return cut_page(rows, query["limit"], lambda row: [row.id])


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
