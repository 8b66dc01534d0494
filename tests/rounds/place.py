"""A county with people, a round and its cases, put into the tables directly: what these tests are not about."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
from sqlalchemy.orm import Session

from app.costs.snapshots import settlement_schema, write_snapshot
from app.kernel.crypto import Cipher
from app.kernel.db import cipher_of
from app.kernel.idnumbers import birth_date, check_digit, mask_id_number
from app.registry.models import CategorySpan, Person
from app.rounds.figures import FigureDraft, recompute_many, record_many
from app.rounds.models import Case, Round, TallyRequest, TallyRow
from app.rounds.rules import TOTAL_COST
from app.rounds.schemes import scheme_named
from tests.access.people import County, make_county

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


def yuan(text: str) -> Decimal:
    return Decimal(text)


def id_number(n: int) -> str:
    first17 = f"3306831960{n // 28 % 12 + 1:02}{n % 28 + 1:02}{n % 1000:03}"
    return first17 + check_digit(first17)


@dataclass
class Place:
    """Ids only; open a session and ask."""

    county: County
    people: list[int] = field(default_factory=list)
    round_id: int = 0
    cases: list[int] = field(default_factory=list)

    def actor(self, login: str):
        return self.county.actor(login)


def add_person(session: Session, county: County, n: int, name: str = "", categories=("db",)) -> Person:
    number = id_number(n)
    grid = county.grids[n * 3 % len(county.grids)]
    cipher: Cipher = cipher_of(session)
    person = Person(
        name=name or f"周{n:03}",
        id_hash=cipher.lookup(number),
        id_enc=cipher.encrypt(number),
        id_masked=mask_id_number(number),
        birth=birth_date(number),
        sex="male",
        recognising_area_id=grid.id,
        residence_area_id=grid.id,
        changed_at=NOW,
    )
    session.add(person)
    session.flush()
    for category in categories:
        session.add(
            CategorySpan(
                person_id=person.id,
                category=category,
                recognised_on=date(2024, 1, 1),
                valid_from=date(2024, 1, 1),
                recorded_at=NOW,
            )
        )
    session.flush()
    return person


def make_place(session: Session, people: int = 3) -> Place:
    place = Place(make_county(session, commit=False))
    place.people = [add_person(session, place.county, n).id for n in range(1, people + 1)]
    session.commit()
    return place


def make_round(session: Session, place: Place, costs: dict[int, dict[str, str]], stage: str = "tallying") -> Round:
    """A round with a case for each of `costs`: {index of a person: {payer or total_cost: yuan}}."""
    round_ = Round(
        scheme="shengzhou",
        cost_year=2025,
        number=1,
        name="2025年度第1轮",
        stage=stage,
        cut_off=date(2025, 12, 31),
        screening_line=yuan("5000.00"),
        verification_line=yuan("10000.00"),
        area_id=place.county.county.id,
        opened_at=NOW,
    )
    session.add(round_)
    session.flush()
    place.round_id = round_.id
    cases = [_case(session, round_, place.people[n], n, amounts) for n, amounts in costs.items()]
    place.cases = [case.id for case in cases]
    drafts = [
        FigureDraft(case.id, payer, yuan(amount), "settlement", "snapshot:1")
        for case, amounts in zip(cases, costs.values(), strict=True)
        for payer, amount in amounts.items()
    ]
    record_many(session, place.actor("ybj_officer"), lambda: NOW, scheme_named(session, "shengzhou"), drafts)
    recompute_many(session, cases)
    for case in cases:
        case.self_paid = None
    session.commit()
    return round_


def make_request(session: Session, place: Place, unit: str, payers: list[str], kind: str = "round") -> TallyRequest:
    """A request with its rows but without a process instance."""
    request = TallyRequest(
        round_id=place.round_id,
        unit_id=place.county.units[unit].id,
        unit_code=unit,
        unit_name=place.county.units[unit].name,
        payers=payers,
        kind=kind,
        opened_at=NOW,
    )
    session.add(request)
    session.flush()
    for case_id in place.cases:
        for payer in payers:
            session.add(TallyRow(request_id=request.id, case_id=case_id, payer=payer, recorded_at=NOW))
    session.commit()
    return request


def _case(session: Session, round_: Round, person_id: int, n: int, amounts: dict[str, str]) -> Case:
    person = session.get_one(Person, person_id)
    case = Case(
        round_id=round_.id,
        person_id=person_id,
        case_no=f"2025-1-{n + 1:04d}",
        stage="preliminary",
        categories=["db"],
        total_cost=yuan(amounts[TOTAL_COST]),
        area_id=person.recognising_area_id,
        residence_area_id=person.residence_area_id,
    )
    session.add(case)
    session.flush()
    return case


BILL_COLUMNS = ("basic_insurance", "critical_illness", "medical_assistance", "commercial_insurance")


def add_snapshot(session: Session, place: Place, clock, bills: list[tuple[int, str, dict[str, str]]]) -> int:
    """A settlements snapshot of bills (index of a person, total, {payer: yuan}); its id."""
    rows = [
        {
            "settlement_no": f"S{n:05}",
            "person_id": place.people[who],
            "hospital": "嵊州市人民医院",
            "settled_on": date(2025, 5, 1 + n % 28),
            "reversal_of": None,
            "total": yuan(total),
            "in_policy": None,
            "out_of_catalogue": None,
            "self_priced": None,
            **{payer: yuan(paid.get(payer, "0.00")) for payer in BILL_COLUMNS},
        }
        for n, (who, total, paid) in enumerate(bills)
    ]
    schema = settlement_schema(BILL_COLUMNS)
    fields = [field for field in schema if field.name != "cost_on"]
    table = pa.Table.from_pylist(rows, schema=pa.schema(fields))
    actor = place.actor("ybj_officer")
    snapshot = write_snapshot(session, actor, clock, table, payers=BILL_COLUMNS, name="2025年结算")
    session.commit()
    return snapshot.id
