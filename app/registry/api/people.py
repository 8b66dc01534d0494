"""People within one's areas, masked; the full number for a reason."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from marshmallow import fields, validate
from sqlalchemy.orm import Session

from app.access.places import area_names
from app.kernel.idnumbers import hide_last_four
from app.registry import people as use_cases
from app.registry.models import Person
from app.registry.vocabulary import CATEGORIES
from app.web import current
from app.web.cursors import cut_page, decode_cursor
from app.web.fields import Choice, Id, Pagination, Schema, Text, page_of
from app.web.idempotency import replayable
from app.web.routes import Blueprint, allow
from app.web.tables import Heading, exported

people = Blueprint("people", __name__, url_prefix="/people", description="People of the registry")
BIGGEST = 2**63 - 1
SEX_WORDS = {"male": "男", "female": "女"}
INSURED_WORDS = {"resident": "居民医保", "employee": "职工医保", "none": "未参保"}


class PersonSchema(Schema):
    """A person; number and telephone are masked."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)
    id_masked = fields.String(required=True)
    birth = fields.Date(required=True)
    sex = fields.String(required=True)
    household_id = fields.Integer(required=True, allow_none=True)
    recognising_area_id = fields.Integer(required=True)
    recognising_area = fields.String(required=True)
    residence_area_id = fields.Integer(required=True)
    residence_area = fields.String(required=True)
    phone_masked = fields.String(required=True, allow_none=True)
    deceased_on = fields.Date(required=True, allow_none=True)
    institution = fields.String(required=True, allow_none=True)
    insured = fields.String(required=True, allow_none=True)


_STORED = [name for name in PersonSchema().fields if hasattr(Person, name)]


class PeopleQuerySchema(Pagination):
    """Every part narrows; a name is matched from its beginning, an area with all inside it."""

    name = Text(60, load_default=None)
    area_id = fields.Integer(load_default=None, validate=validate.Range(1, BIGGEST))
    household_id = fields.Integer(load_default=None, validate=validate.Range(1, BIGGEST))
    category = Choice(*CATEGORIES, load_default=None)


class LookUpSchema(Schema):
    """A full number, in the body so that no log of addresses keeps it."""

    id_number = Text(40, required=True)


class ReasonSchema(Schema):
    """Why the full number is needed; kept in the trail."""

    reason = Text(200, shortest=4, required=True)


class IdNumberSchema(Schema):
    """The full number."""

    person_id = Id(required=True)
    id_number = fields.String(required=True)


def shown(session: Session, found: Sequence[Person]) -> list[dict[str, Any]]:
    """People as this caller sees them: who only visits has to ask for the last four digits at the door."""
    visits_only = current.actor().roles == {"grid_worker"}
    areas = area_names(session, {id_ for p in found for id_ in (p.recognising_area_id, p.residence_area_id)})
    lines = [{name: getattr(person, name) for name in _STORED} for person in found]
    for line in lines:
        line["recognising_area"] = areas[line["recognising_area_id"]]
        line["residence_area"] = areas[line["residence_area_id"]]
        line["id_masked"] = hide_last_four(line["id_masked"]) if visits_only else line["id_masked"]
    return lines


@people.route("", methods=["GET"])
@people.arguments(PeopleQuerySchema, location="query")
@people.response(200, page_of(PersonSchema))
@allow(*use_cases.READERS)
@exported(
    PersonSchema, "人员",
    Heading("编号", "id", "int"),
    Heading("姓名", "name"),
    Heading("身份证号", "id_masked", width=22),
    Heading("性别", "sex", words=SEX_WORDS),
    Heading("出生日期", "birth", "date"),
    Heading("认定地区", "recognising_area", width=24),
    Heading("居住地区", "residence_area", width=24),
    Heading("电话", "phone_masked"),
    Heading("参保", "insured", words=INSURED_WORDS),
    Heading("去世日期", "deceased_on", "date"),
)  # fmt: skip
def get_people(query: dict[str, Any]) -> Any:
    """People recognised or living in one's areas, by id."""
    limit, cursor = query.pop("limit"), query.pop("cursor")
    after = int(decode_cursor(cursor, int)[0]) if cursor else 0
    wanted = use_cases.PeopleQuery(**query, after=after, limit=limit + 1)
    with current.reading() as session:
        found = shown(session, use_cases.list_people(session, current.actor(), wanted))
    return cut_page(found, limit, lambda person: [person["id"]])


def render_found(ref: str | None, **_: Any) -> Any:
    """The person that was found, or none."""
    with current.reading() as session:
        found = [use_cases.get_visible_person(session, current.actor(), int(ref))] if ref else []
        return {"items": shown(session, found), "next": None}


@people.route("/look-up", methods=["POST"])
@people.arguments(LookUpSchema)
@people.response(200, page_of(PersonSchema))
@allow(*use_cases.READERS)
@replayable(render_found)
def post_look_up(body: dict[str, Any]) -> None:
    """The person with that number, when in one's areas; the look-up is recorded."""
    with current.writing() as session:
        use_cases.look_up_person(session, current.actor(), current.clock(), body["id_number"])


@people.route("/<int:person_id>", methods=["GET"])
@people.response(200, PersonSchema)
@allow(*use_cases.READERS)
def get_person(person_id: int) -> Any:
    """One person."""
    with current.reading() as session:
        return shown(session, [use_cases.get_visible_person(session, current.actor(), person_id)])[0]


def render_number(_ref: str | None, person_id: int, **_: Any) -> Any:
    """The number again; the trail has the first time."""
    with current.reading() as session:
        person = use_cases.get_visible_person(session, current.actor(), person_id, *use_cases.UNMASKERS)
        return {"person_id": person_id, "id_number": use_cases.reveal_id_number(session, person)}


@people.route("/<int:person_id>/unmask", methods=["POST"])
@people.arguments(ReasonSchema)
@people.response(200, IdNumberSchema)
@allow(*use_cases.UNMASKERS)
@replayable(render_number)
def post_unmask(body: dict[str, Any], person_id: int) -> Any:
    """The full number; who asked and why is recorded."""
    with current.writing() as session:
        number = use_cases.unmask_id_number(session, current.actor(), current.clock(), person_id, body["reason"])
    return {"person_id": person_id, "id_number": number}
