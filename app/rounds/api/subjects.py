"""Names for the inbox: its rows know only what kind of thing they are about, and its number."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from app.rounds.subjects import name_subjects
from app.web import current
from app.web.fields import Schema
from app.web.routes import Blueprint, allow_any

subjects = Blueprint("subjects", __name__, url_prefix="/subjects", description="任务的对象")
_SUBJECT = validate.Regexp(r"\A(case|round|tally_request):[1-9][0-9]{0,17}\Z")


class SubjectQuery(Schema):
    """Up to 200 at once."""

    subject = fields.List(fields.String(validate=_SUBJECT), load_default=list, validate=validate.Length(0, 200))


class SubjectOut(Schema):
    """`name` is what people say, `detail` what tells it from others of that name."""

    subject = fields.String(required=True)
    name = fields.String(required=True)
    detail = fields.String(required=True)


class SubjectsOut(Schema):
    """Those that the caller may know of."""

    items = fields.List(fields.Nested(SubjectOut), required=True)


@subjects.route("", methods=["GET"])
@allow_any
@subjects.arguments(SubjectQuery, location="query")
@subjects.response(200, SubjectsOut)
def get_subjects(query: dict[str, list[str]]) -> dict[str, Any]:
    """What the subjects of tasks are called."""
    with current.reading() as session:
        return {"items": name_subjects(session, current.actor(), query["subject"])}
