"""Many people at once, thousands a second: for the import of a bureau's table and for the demonstration county."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from app.kernel.crypto import Cipher
from app.kernel.db import cipher_of
from app.kernel.idnumbers import birth_date, mask_account, mask_id_number
from app.registry.categories import SpanDraft
from app.registry.models import CategorySpan, Household, Payee, Person

_CHUNK = 5_000


@dataclass(frozen=True)
class PersonRow:
    """A new person; `id_number` has 18 valid places and is in nobody else's row.

    `household` is any word that the members share, `head` marks its head; a word of nobody else is a household of
    one. `account` is the person's own, active at once.
    """

    name: str
    id_number: str
    recognising_area_id: int
    residence_area_id: int | None = None
    household: str | int | None = None
    head: bool = False
    phone: str | None = None
    categories: Sequence[SpanDraft] = ()
    account: str | None = None
    bank: str | None = None
    institution: str | None = None
    insured: str | None = None
    deceased_on: date | None = None


@dataclass(frozen=True)
class Recorder:
    """Who vouches for what is loaded, and when; `accounts` is the state that accounts begin in.

    Only civil affairs vouches for accounts at once, from the 一卡通 data; of others they wait for a second person.
    """

    at: datetime
    user_id: int | None = None
    unit_id: int | None = None
    confirmed_by: int | None = None
    accounts: str = "active"


def add_people(
    session: Session,
    rows: Iterable[PersonRow],
    recorder: Recorder,
    households: dict[str | int, int] | None = None,
) -> list[int]:
    """Insert people with households, category spans and accounts; their ids as ordered. Does not commit.

    `households` names those that exist already ({word: id}) and learns the new ones.

    The database refuses a number that is already there (IntegrityError): whoever calls has looked.
    """
    ids: list[int] = []
    households = {} if households is None else households
    chunk: list[PersonRow] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == _CHUNK:
            ids += _add_chunk(session, chunk, recorder, households)
            chunk = []
    return ids + (_add_chunk(session, chunk, recorder, households) if chunk else [])


def _add_chunk(
    session: Session, rows: Sequence[PersonRow], recorder: Recorder, households: dict[str | int, int]
) -> list[int]:
    cipher = cipher_of(session)
    keys = [row.household if row.household is not None else f"alone:{secrets.token_hex(8)}" for row in rows]
    _add_households(session, rows, keys, households)
    values = [
        person_values(cipher, row, recorder.at) | {"household_id": households[key]}
        for row, key in zip(rows, keys, strict=True)
    ]
    new = insert(Person).returning(Person.id, sort_by_parameter_order=True)
    ids = list(session.scalars(new, values))
    heads = [
        {"id": households[key], "head_person_id": person_id}
        for row, key, person_id in zip(rows, keys, ids, strict=True)
        if row.head or row.household is None
    ]
    if heads:
        session.execute(update(Household), heads)
    pairs = list(zip(ids, rows, strict=True))
    add_spans(session, [(person_id, span) for person_id, row in pairs for span in row.categories], recorder)
    accounts = [(i, row.name, row.account, row.bank or "") for i, row in pairs if row.account]
    add_accounts(session, accounts, recorder, recorder.accounts)
    return ids


def _add_households(
    session: Session, rows: Sequence[PersonRow], keys: Sequence[str | int], known: dict[str | int, int]
) -> None:
    areas = {key: row.recognising_area_id for row, key in zip(rows, keys, strict=True) if key not in known}
    if not areas:
        return
    new = insert(Household).returning(Household.id, sort_by_parameter_order=True)
    ids = session.scalars(new, [{"area_id": area_id} for area_id in areas.values()])
    known.update(zip(areas, ids, strict=True))


def person_values(cipher: Cipher, row: PersonRow, at: datetime) -> dict[str, Any]:
    """The columns of a person, without the household."""
    number = row.id_number
    return {
        "name": row.name,
        "id_hash": cipher.lookup(number),
        "id_enc": cipher.encrypt(number),
        "id_masked": mask_id_number(number),
        "birth": birth_date(number),
        "sex": sex_of(number),
        "recognising_area_id": row.recognising_area_id,
        "residence_area_id": row.residence_area_id or row.recognising_area_id,
        "phone_enc": cipher.encrypt(row.phone) if row.phone else None,
        "phone_masked": mask_phone(row.phone),
        "deceased_on": row.deceased_on,
        "institution": row.institution,
        "insured": row.insured,
        "changed_at": at,
    }


def add_spans(session: Session, spans: Sequence[tuple[int, SpanDraft]], recorder: Recorder) -> None:
    """Insert (person id, span); does not commit."""
    values = [
        {
            "person_id": person_id, "category": span.category, "recognised_by": recorder.unit_id,
            "recognised_on": span.recognised_on or span.valid_from, "valid_from": span.valid_from,
            "valid_to": span.valid_to, "recorded_by": recorder.user_id, "recorded_at": recorder.at, "note": span.note,
        }
        for person_id, span in spans
    ]  # fmt: skip
    if values:
        session.execute(insert(CategorySpan), values)


def add_accounts(
    session: Session, accounts: Sequence[tuple[int, str, str, str]], recorder: Recorder, state: str = "active"
) -> None:
    """Insert (person id, name, digits, bank) as the person's own account in that state; does not commit."""
    cipher = cipher_of(session)
    confirmed = recorder.at if state == "active" else None
    values = [
        {
            "person_id": person_id, "kind": "self", "name": name, "relation": None, "bank": bank,
            "account_enc": cipher.encrypt(digits), "account_masked": mask_account(digits),
            "account_hash": cipher.lookup(digits), "state": state, "version": 1, "proposed_by": recorder.user_id,
            "proposed_at": recorder.at, "confirmed_by": recorder.confirmed_by, "confirmed_at": confirmed,
        }
        for person_id, name, digits, bank in accounts
    ]  # fmt: skip
    if values:
        session.execute(insert(Payee), values)


def sex_of(id_number: str) -> str:
    """The 17th place of the number: odd is male."""
    return "male" if int(id_number[16]) % 2 else "female"


def mask_phone(phone: str | None) -> str | None:
    """138****5678."""
    return f"{phone[:3]}****{phone[-4:]}" if phone else None
