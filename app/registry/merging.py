"""Rows of a people table brought together with what the registry knows: who is new, what changes, what clashes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.models import Area
from app.access.scope import in_scope
from app.intake.imports import Work
from app.kernel.dates import local_date
from app.kernel.db import cipher_of
from app.kernel.errors import Fault
from app.registry.categories import RECOGNISER, SpanDraft, overlaps
from app.registry.models import CategorySpan, Payee, Person
from app.registry.people import people_by_ids, resolve_id_numbers
from app.registry.rows import PersonLine

IMPORTERS = (RECOGNISER, "ybj_officer")
_PERSONAL = ("name", "head", "area", "residence", "phone", "account", "bank", "insured", "institution", "deceased_on")


@dataclass
class Entry:
    """One person of the file: the values of all their rows together, and each recognition with its row."""

    id_number: str
    first: PersonLine
    values: dict[str, Any]
    spans: list[tuple[PersonLine, SpanDraft]] = field(default_factory=list)


@dataclass
class Known:
    """What the registry has on the people of the file; areas by code as (id, path)."""

    areas: Mapping[str, tuple[int, str]]
    people: Mapping[str, Person]
    spans: Mapping[int, list[CategorySpan]]
    accounts: Mapping[int, set[str]]  # keyed hashes, active or proposed
    paid: set[int]  # people with an active payee


def merge_lines(lines: Iterable[PersonLine], faults: list[Fault]) -> dict[str, Entry]:
    """People by number; rows of one person that contradict each other become faults."""
    entries: dict[str, Entry] = {}
    for line in lines:
        entry = entries.get(line.id_number)
        if entry is None:
            entry = entries[line.id_number] = Entry(line.id_number, line, {key: line.values[key] for key in _PERSONAL})
        else:
            faults.extend(_add_line(entry, line))
        if line.span is not None:
            faults.extend(_add_span(entry, line, line.span))
    return entries


def _add_line(entry: Entry, line: PersonLine) -> Iterable[Fault]:
    first = entry.first.row.number
    if line.span is None:
        yield line.fault("id_number", "person_repeated", f"与第{first}行是同一个人，重复了")
    for key in _PERSONAL:
        value = line.values[key]
        if value is None:
            continue
        if entry.values[key] is None:
            entry.values[key] = value
        elif entry.values[key] != value:
            yield line.fault(key, "row_contradicts", f"同一身份证号，此处与第{first}行不一致")


def _add_span(entry: Entry, line: PersonLine, span: SpanDraft) -> Iterable[Fault]:
    for other, held in entry.spans:
        if held.category == span.category and overlaps(held, span):
            message = f"与第{other.row.number}行的同类认定期间重叠"
            return [line.fault("category", "span_overlaps", message)]
    entry.spans.append((line, span))
    return []


def look_up(session: Session, entries: Mapping[str, Entry]) -> Known:
    """Queries in bulk; writes nothing."""
    heads = {entry.values["head"] for entry in entries.values() if entry.values["head"]}
    ids = resolve_id_numbers(session, entries.keys() | heads)
    found = people_by_ids(session, ids.values())
    people = {number: found[person_id] for number, person_id in ids.items()}
    spans: dict[int, list[CategorySpan]] = {}
    accounts: dict[int, set[str]] = {}
    paid = set()
    for chunk in _chunks(sorted(found)):
        for span in session.scalars(select(CategorySpan).where(CategorySpan.person_id.in_(chunk))):
            spans.setdefault(span.person_id, []).append(span)
        open_ = select(Payee).where(Payee.person_id.in_(chunk), Payee.state.in_(("active", "pending")))
        for payee in session.scalars(open_):
            accounts.setdefault(payee.person_id, set()).add(payee.account_hash)
            if payee.state == "active":
                paid.add(payee.person_id)
    areas = {area.code: (area.id, area.path) for area in session.scalars(select(Area))}
    session.expunge_all()
    return Known(areas, people, spans, accounts, paid)


def clash_faults(work: Work, entries: Mapping[str, Entry], known: Known) -> Iterable[Fault]:
    """What clashes with the registry or with who imports."""
    may_recognise = work.actor.has_role(RECOGNISER)
    today = local_date(work.clock())
    for entry in entries.values():
        person = known.people.get(entry.id_number)
        yield from _area_faults(work, entry, person, known)
        head = entry.values["head"]
        if head and head not in entries and head not in known.people:
            yield entry.first.fault("head", "head_unknown", "户主不在本表中，也不在登记库中")
        if entry.values["deceased_on"] and entry.values["deceased_on"] > today:
            yield entry.first.fault("deceased_on", "date_in_future", "死亡日期晚于今天")
        for line, span in entry.spans:
            if not may_recognise:
                yield line.fault("category", "category_by_civil_affairs", "人员类别只能由民政部门导入，请删除此列")
            elif person is not None and clashing_span(known.spans.get(person.id, ()), span):
                yield line.fault("category", "span_overlaps", "与登记库中同类认定期间重叠，请先办理退出")


def _area_faults(work: Work, entry: Entry, person: Person | None, known: Known) -> Iterable[Fault]:
    if entry.values["area"] is None and person is None:
        yield entry.first.fault("area", "area_missing", "新增人员须填写认定地区代码")
    for key in ("area", "residence"):
        code = entry.values[key]
        if code is None:
            continue
        if code not in known.areas:
            yield entry.first.fault(key, "area_unknown", "没有这个地区代码")
        elif key == "area" and not in_scope(work.actor, known.areas[code][1], *IMPORTERS):
            yield entry.first.fault(key, "area_out_of_scope", "该地区不在您的管辖范围内")


def clashing_span(spans: Sequence[CategorySpan], draft: SpanDraft) -> CategorySpan | None:
    """A kept span of that category that shares a day but began on another: the same beginning is an update."""
    for span in spans:
        if span.category == draft.category and span.valid_from != draft.valid_from and overlaps(span, draft):
            return span
    return None


def warn(work: Work, entries: Mapping[str, Entry], known: Known) -> None:
    """What is taken over and worth a look: a name that changed, an account that waits for a second person."""
    cipher = cipher_of(work.session)
    for entry in entries.values():
        person = known.people.get(entry.id_number)
        if person is None:
            continue
        if person.name != entry.values["name"]:
            work.warnings.append(entry.first.fault("name", "name_changed", "姓名与登记库不同，已按本表更新，请核对"))
        account = entry.values["account"]
        if account and person.id in known.paid and cipher.lookup(account) not in known.accounts[person.id]:
            message = "账号与现用账号不同，已作为变更提出，须另一人确认后生效"
            work.warnings.append(entry.first.fault("account", "account_to_confirm", message))


def _chunks(ids: Sequence[int], size: int = 5_000) -> Iterable[Sequence[int]]:
    return (ids[start : start + size] for start in range(0, len(ids), size))
