"""People found by their ID number or in an area, and the full number shown only with a reason that is kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session, aliased

from app.access import audit
from app.access.models import Area
from app.access.scope import area_filter, require_role
from app.kernel.actors import Actor
from app.kernel.dates import Clock
from app.kernel.db import cipher_of
from app.kernel.errors import Fault, Invalid, NotFound
from app.kernel.idempotency import remember
from app.kernel.idnumbers import normalise_id_number
from app.registry.models import CategorySpan, Person

# liaisons see their own columns of a list, never the registry (policy-facts §4.1, who sees what)
READERS = (
    "grid_worker", "township_clerk", "civil_affairs_officer", "ybj_officer", "reviewer", "fund_manager", "auditor",
)  # fmt: skip
# grid workers see no diagnosis, and 严重精神障碍 or 白血病 among the categories is one
CATEGORY_READERS = tuple(role for role in READERS if role != "grid_worker")
UNMASKERS = ("township_clerk", "civil_affairs_officer", "ybj_officer")
Item = TypeVar("Item")
_CHUNK = 5_000
_SHORTEST_REASON, _LONGEST_REASON = 4, 200


@dataclass(frozen=True)
class PeopleQuery:
    """What to look for; every part narrows. `after` is the last id of the page before."""

    name: str | None = None
    id_number: str | None = None
    area_id: int | None = None
    category: str | None = None
    household_id: int | None = None
    after: int = 0
    limit: int = 50


def find_person_by_id_number(session: Session, text: str) -> Person | None:
    """The person with that number (full-width, spaces and 15 places forgiven), or None."""
    number = normalise_id_number(text)
    if number is None:
        return None
    return session.scalar(select(Person).where(Person.id_hash == cipher_of(session).lookup(number)))


def resolve_id_numbers(session: Session, id_numbers: Iterable[str]) -> dict[str, int]:
    """{number: person id} of those the registry knows; the numbers must be normalised, any amount of them."""
    cipher = cipher_of(session)
    by_hash = {cipher.lookup(number): number for number in id_numbers}
    found: dict[str, int] = {}
    for hashes in _chunks(sorted(by_hash)):
        rows = session.execute(select(Person.id_hash, Person.id).where(Person.id_hash.in_(hashes)))
        found.update((by_hash[row.id_hash], row.id) for row in rows)
    return found


def get_person(session: Session, person_id: int) -> Person:
    """Raises NotFound `person_not_found`."""
    person = session.get(Person, person_id)
    if person is None:
        raise NotFound("没有这个人", code="person_not_found")
    return person


def get_visible_person(session: Session, actor: Actor, person_id: int, *roles: str) -> Person:
    """The person, recognised or living where the actor answers in one of these roles (READERS); else NotFound."""
    query = select(Person).where(Person.id == person_id, visible_people(actor, *roles))
    person = session.scalar(query)
    if person is None:
        raise NotFound(code="person_not_found")
    return person


def people_by_ids(session: Session, person_ids: Iterable[int]) -> dict[int, Person]:
    """{id: person}, any amount of them."""
    found: dict[int, Person] = {}
    for ids in _chunks(sorted(set(person_ids))):
        found.update((person.id, person) for person in session.scalars(select(Person).where(Person.id.in_(ids))))
    return found


def visible_people(actor: Actor, *roles: str) -> ColumnElement[bool]:
    """SQL condition on Person: recognised there or living there, both see (人户分离)."""
    area = aliased(Area)
    return exists().where(
        area_filter(actor, area.path, *(roles or READERS)),
        or_(area.id == Person.recognising_area_id, area.id == Person.residence_area_id),
    )


def list_people(session: Session, actor: Actor, query: PeopleQuery) -> list[Person]:
    """By id, within the actor's areas. A number that is none finds nobody. Denied: a category, by a grid worker."""
    if query.category is not None:
        require_role(actor, *CATEGORY_READERS)
    roles = READERS if query.category is None else CATEGORY_READERS
    wanted = select(Person).where(visible_people(actor, *roles), Person.id > query.after)
    if query.name:
        wanted = wanted.where(Person.name.startswith(query.name, autoescape=True))
    if query.id_number is not None:
        found = find_person_by_id_number(session, query.id_number)
        wanted = wanted.where(Person.id == (found.id if found else 0))
    if query.household_id is not None:
        wanted = wanted.where(Person.household_id == query.household_id)
    if query.category is not None:
        held = exists().where(CategorySpan.person_id == Person.id, CategorySpan.category == query.category)
        wanted = wanted.where(held)
    if query.area_id is not None:
        wanted = wanted.where(_inside(session, query.area_id))
    return list(session.scalars(wanted.order_by(Person.id).limit(query.limit)))


def _inside(session: Session, area_id: int) -> ColumnElement[bool]:
    path = session.scalar(select(Area.path).where(Area.id == area_id))
    if path is None:
        raise NotFound("没有这个区域", code="area_unknown")
    inside = select(Area.id).where(Area.path.startswith(path, autoescape=True))
    return or_(Person.recognising_area_id.in_(inside), Person.residence_area_id.in_(inside))


def look_up_person(session: Session, actor: Actor, clock: Clock, text: str) -> Person | None:
    """The person with that number when the actor may see them, else None; the look-up is recorded. Commits."""
    require_role(actor, *READERS)
    found = list_people(session, actor, PeopleQuery(id_number=text, limit=1))
    subject = f"person:{found[0].id}" if found else None
    audit.record(session, actor, clock, "id_number_looked_up", subject=subject, detail={"found": bool(found)})
    if found:
        remember(session, str(found[0].id))
    session.commit()
    return found[0] if found else None


def unmask_id_number(session: Session, actor: Actor, clock: Clock, person_id: int, reason: str) -> str:
    """The full number, for officers in whose area the person is; who looked and why is in the trail. Commits."""
    require_role(actor, *UNMASKERS)
    reason = reason.strip()
    if not _SHORTEST_REASON <= len(reason) <= _LONGEST_REASON:
        raise Invalid([Fault("/reason", "reason_missing", "请写明查看完整身份证号的事由（4至200字）")])
    person = get_visible_person(session, actor, person_id, *UNMASKERS)
    detail = {"reason": reason}
    audit.record(session, actor, clock, "id_number_shown", subject=f"person:{person_id}", detail=detail)
    number = reveal_id_number(session, person)
    remember(session, str(person_id))
    session.commit()
    return number


def reveal_id_number(session: Session, person: Person) -> str:
    """The full number without any trail: only for what has already been recorded."""
    return cipher_of(session).decrypt(person.id_enc)


def full_id_numbers(
    session: Session, actor: Actor, clock: Clock, person_ids: Iterable[int], purpose: str
) -> dict[int, str]:
    """{person id: full number} for a download, recorded with its purpose and all ids; does not commit."""
    ids = sorted(set(person_ids))
    people = people_by_ids(session, ids)
    detail = {"purpose": purpose, "count": len(people), "person_ids": sorted(people)}
    audit.record(session, actor, clock, "id_numbers_downloaded", detail=detail)
    return {person_id: reveal_id_number(session, person) for person_id, person in people.items()}


def _chunks(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    for start in range(0, len(items), _CHUNK):
        yield items[start : start + _CHUNK]
