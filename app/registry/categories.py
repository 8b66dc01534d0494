"""Who belongs to which category from when to when: only civil affairs recognises and ends.

『民政部门负责医疗救助对象认定』[S1].
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from app.access import audit
from app.access.scope import require_role
from app.kernel.actors import Actor
from app.kernel.dates import Clock, local_date
from app.kernel.errors import Conflict, Fault, Invalid, NotFound
from app.kernel.idempotency import remember
from app.registry.models import CategorySpan, Person
from app.registry.people import get_visible_person, visible_people
from app.registry.vocabulary import CATEGORIES

RECOGNISER = "civil_affairs_officer"
_CHUNK = 5_000


@dataclass(frozen=True)
class SpanDraft:
    """A recognition: from the first to the last day, both included; open without a last one."""

    category: str
    valid_from: date
    valid_to: date | None = None
    recognised_on: date | None = None
    note: str | None = None


def categories_in_year(session: Session, year: int, person_ids: Iterable[int] | None = None) -> dict[int, set[str]]:
    """{person id: categories held on any day of that year} (A-SZ-13); nobody without one is listed."""
    held = select(CategorySpan.person_id, CategorySpan.category).where(
        CategorySpan.valid_from <= date(year, 12, 31),
        or_(CategorySpan.valid_to.is_(None), CategorySpan.valid_to >= date(year, 1, 1)),
    )
    found: dict[int, set[str]] = {}
    for query in _narrowed(held, person_ids):
        for person_id, category in session.execute(query):
            found.setdefault(person_id, set()).add(category)
    return found


def categories_on(session: Session, day: date, person_ids: Iterable[int]) -> dict[int, set[str]]:
    """{person id: categories held on that day}."""
    held = select(CategorySpan.person_id, CategorySpan.category).where(
        CategorySpan.valid_from <= day, or_(CategorySpan.valid_to.is_(None), CategorySpan.valid_to >= day)
    )
    found: dict[int, set[str]] = {}
    for query in _narrowed(held, person_ids):
        for person_id, category in session.execute(query):
            found.setdefault(person_id, set()).add(category)
    return found


def spans_of(session: Session, person_id: int) -> list[CategorySpan]:
    """All spans of a person, in the order of their beginning."""
    query = select(CategorySpan).where(CategorySpan.person_id == person_id)
    return list(session.scalars(query.order_by(CategorySpan.valid_from, CategorySpan.id)))


def get_span(session: Session, actor: Actor, span_id: int) -> CategorySpan:
    """A span of a person whom the actor may see; raises NotFound."""
    span = session.get(CategorySpan, span_id)
    if span is None:
        raise NotFound(code="span_not_found")
    get_visible_person(session, actor, span.person_id)
    return span


def recognise_category(session: Session, actor: Actor, clock: Clock, person_id: int, draft: SpanDraft) -> CategorySpan:
    """A person enters a category. Raises Denied, NotFound, Invalid (all faults), Conflict `span_overlaps`."""
    span = record_recognition(session, actor, clock, person_id, draft)
    remember(session, str(span.id))
    session.commit()
    return span


def record_recognition(session: Session, actor: Actor, clock: Clock, person_id: int, draft: SpanDraft) -> CategorySpan:
    """The same inside the caller's transaction, for a step of a process; tells the listeners. Does not commit."""
    unit_id = _recognising_unit(actor)
    person = _own_person(session, actor, person_id)
    faults = span_faults(draft, person.birth)
    if faults:
        raise Invalid(faults)
    for span in spans_of(session, person_id):
        if span.category == draft.category and overlaps(span, draft):
            raise Conflict("与已有的同类认定期间重叠，请先办理退出", code="span_overlaps", span_id=span.id)
    span = CategorySpan(
        person_id=person_id, category=draft.category, recognised_by=unit_id,
        recognised_on=draft.recognised_on or local_date(clock()), valid_from=draft.valid_from,
        valid_to=draft.valid_to, recorded_by=actor.user_id, recorded_at=clock(), note=draft.note,
    )  # fmt: skip
    session.add(span)
    session.flush()
    detail = {"span_id": span.id, "category": draft.category, "from": str(draft.valid_from)}
    audit.record(session, actor, clock, "category_recognised", subject=f"person:{person_id}", detail=detail)
    for listener in session.info.get("listeners", {}).get("recognised", ()):
        listener(session, actor, clock, person_id, draft.category, span)
    return span


def end_category(session: Session, actor: Actor, clock: Clock, span_id: int, last_day: date, note: str) -> CategorySpan:
    """A person leaves a category after `last_day`. Raises Denied, NotFound, Invalid `dates_reversed`."""
    _recognising_unit(actor)
    span = session.get(CategorySpan, span_id)
    if span is None:
        raise NotFound(code="span_not_found")
    _own_person(session, actor, span.person_id)
    if last_day < span.valid_from:
        raise Invalid([Fault("/last_day", "dates_reversed", "失效日期早于认定日期")])
    before, span.valid_to, span.note = span.valid_to, last_day, note
    detail = {"span_id": span.id, "before": str(before) if before else None, "last_day": str(last_day)}
    audit.record(session, actor, clock, "category_ended", subject=f"person:{span.person_id}", detail=detail)
    remember(session, str(span.id))
    session.commit()
    return span


def span_faults(draft: SpanDraft, born: date | None = None) -> list[Fault]:
    """What is wrong with a recognition by itself."""
    faults = []
    if draft.category not in CATEGORIES:
        faults.append(Fault("/category", "category_unknown", "没有这种人员类别"))
    if draft.valid_to is not None and draft.valid_to < draft.valid_from:
        faults.append(Fault("/valid_to", "dates_reversed", "失效日期早于认定日期"))
    if born is not None and draft.valid_from < born:
        faults.append(Fault("/valid_from", "before_birth", "认定日期早于出生日期"))
    return faults


def overlaps(span: CategorySpan | SpanDraft, other: CategorySpan | SpanDraft) -> bool:
    """Two spans share a day."""
    ends_before = span.valid_to is not None and span.valid_to < other.valid_from
    starts_after = other.valid_to is not None and other.valid_to < span.valid_from
    return not (ends_before or starts_after)


def _recognising_unit(actor: Actor) -> int:
    require_role(actor, RECOGNISER)
    return next(m.unit_id for m in actor.memberships if m.role == RECOGNISER)


def _own_person(session: Session, actor: Actor, person_id: int) -> Person:
    person = session.scalar(select(Person).where(Person.id == person_id, visible_people(actor, RECOGNISER)))
    if person is None:
        raise NotFound(code="person_not_found")
    return person


def _narrowed(query: Select[int, str], person_ids: Iterable[int] | None) -> Iterable[Select[int, str]]:
    if person_ids is None:
        return [query]
    ids = sorted(set(person_ids))
    return [
        query.where(CategorySpan.person_id.in_(ids[start : start + _CHUNK])) for start in range(0, len(ids), _CHUNK)
    ]
