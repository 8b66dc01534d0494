"""Categories of a person: civil affairs recognises and ends."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from app.registry import categories as use_cases
from app.registry.people import CATEGORY_READERS, get_visible_person
from app.registry.vocabulary import CATEGORIES
from app.web import current
from app.web.fields import Choice, Instant, Schema, Text
from app.web.idempotency import replayable
from app.web.routes import Blueprint, allow

spans = Blueprint("category_spans", __name__, description="Categories from day to day")


class SpanSchema(Schema):
    """A category from the first to the last day, both included; open without a last one."""

    id = fields.Integer(required=True)
    person_id = fields.Integer(required=True)
    category = fields.String(required=True)
    recognised_by = fields.Integer(required=True, allow_none=True)
    recognised_on = fields.Date(required=True)
    valid_from = fields.Date(required=True)
    valid_to = fields.Date(required=True, allow_none=True)
    recorded_at = Instant(required=True)
    note = fields.String(required=True, allow_none=True)


class NewSpanSchema(Schema):
    """A recognition to be."""

    category = Choice(*CATEGORIES, required=True)
    valid_from = fields.Date(required=True)
    valid_to = fields.Date(load_default=None, allow_none=True)
    recognised_on = fields.Date(load_default=None, allow_none=True)
    note = Text(500, load_default=None, allow_none=True)


class EndSchema(Schema):
    """The last day, and why."""

    last_day = fields.Date(required=True)
    note = Text(500, required=True)


class SpansSchema(Schema):
    """All categories of one person."""

    items = fields.List(fields.Nested(SpanSchema), required=True)


def render_span(ref: str | None, **_: Any) -> Any:
    """The span as it stands."""
    with current.reading() as session:
        return use_cases.get_span(session, current.actor(), int(str(ref)))


@spans.route("/people/<int:person_id>/categories", methods=["GET"])
@spans.response(200, SpansSchema)
@allow(*CATEGORY_READERS)
def get_categories(person_id: int) -> Any:
    """All categories, by their first day; not for grid workers, because some are diagnoses."""
    with current.reading() as session:
        get_visible_person(session, current.actor(), person_id, *CATEGORY_READERS)
        return {"items": use_cases.spans_of(session, person_id)}


@spans.route("/people/<int:person_id>/categories", methods=["POST"])
@spans.arguments(NewSpanSchema)
@spans.response(201, SpanSchema)
@allow(use_cases.RECOGNISER)
@replayable(render_span)
def post_category(body: dict[str, Any], person_id: int) -> None:
    """A person enters a category."""
    draft = use_cases.SpanDraft(**body)
    with current.writing() as session:
        use_cases.recognise_category(session, current.actor(), current.clock(), person_id, draft)


@spans.route("/category-spans/<int:span_id>/end", methods=["POST"])
@spans.arguments(EndSchema)
@spans.response(200, SpanSchema)
@allow(use_cases.RECOGNISER)
@replayable(render_span)
def post_end(body: dict[str, Any], span_id: int) -> None:
    """A person leaves a category after that day."""
    with current.writing() as session:
        use_cases.end_category(session, current.actor(), current.clock(), span_id, body["last_day"], body["note"])
