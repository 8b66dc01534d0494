"""The import kind `people`: a bureau's table of people, taken over whole, found again by ID number.

A cell that is empty changes nothing. The columns are those of `registry.rows`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.access import audit
from app.intake.imports import ImportKind, Work
from app.intake.workbooks import read_table
from app.kernel.crypto import Cipher
from app.kernel.db import cipher_of
from app.kernel.errors import Conflict, Fault, Invalid
from app.registry.categories import RECOGNISER, SpanDraft
from app.registry.merging import IMPORTERS, Entry, Known, clash_faults, look_up, merge_lines, warn
from app.registry.models import CategorySpan, Payee, Person
from app.registry.provision import PersonRow, Recorder, add_accounts, add_people, add_spans, mask_phone
from app.registry.rows import WANTED, PersonLine, read_lines


@dataclass(frozen=True)
class Plan:
    """What is going to be stored, checked through and through."""

    entries: Mapping[str, Entry]
    known: Known
    rows: int


def read_params(_session: Session, params: Mapping[str, Any]) -> dict[str, Any]:
    """A people table needs none."""
    if params:
        raise Invalid([Fault(f"/params/{name}", "param_unknown", "人员导入没有这个参数") for name in params])
    return {}


def check_people(work: Work) -> Plan:
    """Read every row and compare with the registry; raises Invalid with every faulty cell. Writes nothing."""
    table = read_table(work.content, work.filename, wanted=WANTED, formulas=False)
    faults: list[Fault] = []
    lines: list[PersonLine] = []
    for sheet in table.sheets:
        for line in read_lines(sheet, faults):
            lines.append(line)
            if not len(lines) % 1000:
                work.report(len(lines), 0)
    entries = merge_lines(lines, faults)
    known = look_up(work.session, entries)
    work.session.rollback()
    faults.extend(clash_faults(work, entries, known))
    if faults:
        raise Invalid(faults)
    if not lines:
        raise Invalid([Fault(work.filename, "no_rows", "表头下面没有数据行")])
    warn(work, entries, known)
    return Plan(entries, known, len(lines))


def store_people(work: Work, plan: Plan) -> dict[str, Any]:
    """Insert the new, change the known; does not commit. Raises Conflict when somebody was quicker."""
    try:
        return _store(work, plan)
    except IntegrityError as error:
        message = "导入期间登记库有变动，请重新导入"
        raise Conflict(message, code="registry_changed_meanwhile") from error


IMPORTS = {"people": ImportKind("人员名册", IMPORTERS, read_params, check_people, store_people)}


def _store(work: Work, plan: Plan) -> dict[str, Any]:
    session = work.session
    unit_id = next((m.unit_id for m in work.actor.memberships if m.role == RECOGNISER), None)
    accounts_begin = "active" if unit_id is not None else "pending"
    recorder = Recorder(work.clock(), work.actor.user_id, unit_id, accounts=accounts_begin)
    heads = {entry.values["head"] for entry in plan.entries.values() if entry.values["head"]}
    households: dict[str | int, int] = {
        number: person.household_id for number, person in plan.known.people.items() if person.household_id is not None
    }
    new = [entry for number, entry in plan.entries.items() if number not in plan.known.people]
    ids = add_people(session, [_as_row(entry, plan.known, heads) for entry in new], recorder, households)
    changed = [entry for number, entry in plan.entries.items() if number in plan.known.people]
    _change_people(session, changed, plan.known, households, recorder.at)
    spans = sum(len(entry.spans) for entry in new) + _merge_spans(session, changed, plan.known, recorder)
    accounts = _merge_accounts(work, changed, plan.known, recorder)
    return {
        "rows": plan.rows, "people_added": len(ids), "people_known": len(changed), "spans_added": spans,
        "accounts_proposed": accounts + _count_pending(new, recorder),
    }  # fmt: skip


def _count_pending(new: Sequence[Entry], recorder: Recorder) -> int:
    return sum(entry.values["account"] is not None for entry in new) if recorder.accounts == "pending" else 0


def _as_row(entry: Entry, known: Known, heads: set[str]) -> PersonRow:
    values, number = entry.values, entry.id_number
    head = values["head"] or (number if number in heads else None)
    residence = known.areas[values["residence"]][0] if values["residence"] else None
    return PersonRow(
        name=values["name"], id_number=number, recognising_area_id=known.areas[values["area"]][0],
        residence_area_id=residence, household=head, head=head == number, phone=values["phone"],
        categories=[span for _, span in entry.spans], account=values["account"], bank=values["bank"],
        institution=values["institution"], insured=values["insured"], deceased_on=values["deceased_on"],
    )  # fmt: skip


def _change_people(
    session: Session, entries: Sequence[Entry], known: Known, households: Mapping[str | int, int], at: datetime
) -> None:
    cipher = cipher_of(session)
    rows = []
    for entry in entries:
        person = known.people[entry.id_number]
        changes = _changes(cipher, entry, person, known, households)
        if changes:
            rows.append({"id": person.id, "changed_at": at, **changes})
    by_columns: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for row in rows:
        by_columns.setdefault(tuple(row), []).append(row)
    for alike in by_columns.values():
        session.execute(update(Person), alike)


def _changes(
    cipher: Cipher, entry: Entry, person: Person, known: Known, households: Mapping[str | int, int]
) -> dict[str, Any]:
    values = entry.values
    wanted: dict[str, Any] = {
        key: values[key] for key in ("name", "insured", "institution", "deceased_on") if values[key] is not None
    }
    for key, column in (("area", "recognising_area_id"), ("residence", "residence_area_id")):
        if values[key] is not None:
            wanted[column] = known.areas[values[key]][0]
    if values["head"] is not None:
        wanted["household_id"] = households[values["head"]]
    changes = {column: value for column, value in wanted.items() if getattr(person, column) != value}
    if values["phone"] and (person.phone_enc is None or cipher.decrypt(person.phone_enc) != values["phone"]):
        changes |= {"phone_enc": cipher.encrypt(values["phone"]), "phone_masked": mask_phone(values["phone"])}
    return changes


def _merge_spans(session: Session, entries: Sequence[Entry], known: Known, recorder: Recorder) -> int:
    """New ones are added; one of the same category and first day gets the last day of the table."""
    added: list[tuple[int, SpanDraft]] = []
    ended = []
    for entry in entries:
        person_id = known.people[entry.id_number].id
        kept = {(span.category, span.valid_from): span for span in known.spans.get(person_id, ())}
        for _, draft in entry.spans:
            span = kept.get((draft.category, draft.valid_from))
            if span is None:
                added.append((person_id, draft))
            elif draft.valid_to is not None and span.valid_to != draft.valid_to:
                ended.append({"id": span.id, "valid_to": draft.valid_to})
    add_spans(session, added, recorder)
    if ended:
        session.execute(update(CategorySpan), ended)
    return len(added)


def _merge_accounts(work: Work, entries: Sequence[Entry], known: Known, recorder: Recorder) -> int:
    """Whoever has no account gets it as the recorder vouches; another account than the active one is only proposed."""
    session, cipher = work.session, cipher_of(work.session)
    first: list[tuple[int, str, str, str]] = []
    other: list[tuple[int, str, str, str]] = []
    for entry in entries:
        person, account = known.people[entry.id_number], entry.values["account"]
        if account is None or cipher.lookup(account) in known.accounts.get(person.id, ()):
            continue
        row = (person.id, entry.values["name"], account, entry.values["bank"])
        (other if person.id in known.paid else first).append(row)
    proposed = [row[0] for row in (other if recorder.accounts == "active" else other + first)]
    for start in range(0, len(proposed), 5_000):
        older = select(Payee.id).where(Payee.person_id.in_(proposed[start : start + 5_000]), Payee.state == "pending")
        session.execute(update(Payee).where(Payee.id.in_(older)).values(state="closed", version=Payee.version + 1))
    add_accounts(session, first, recorder, recorder.accounts)
    add_accounts(session, other, recorder, "pending")
    for person_id in proposed:
        subject, detail = f"person:{person_id}", {"import_id": work.run_id}
        audit.record(session, work.actor, work.clock, "payee_proposed", subject=subject, detail=detail)
    return len(proposed)
