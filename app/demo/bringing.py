"""Brings the planned people and bills into the registry and into snapshots."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import pyarrow as pa
from sqlalchemy.orm import Session

from app.access.models import Area
from app.costs.snapshots import write_snapshot
from app.demo.pictures import tiny_png
from app.demo.plan import PAYERS, BillPlan, CountyPlan, PersonPlan
from app.intake.files import store_file
from app.kernel.actors import Actor
from app.kernel.dates import Clock
from app.registry.categories import SpanDraft
from app.registry.payees import confirm_payee, propose_payee
from app.registry.provision import PersonRow, Recorder, add_people

BANK = "嵊州农商银行"
NO_OWN_ACCOUNT = ("guardian", "institution", "deceased")


def bring_people(
    session: Session,
    areas: dict[str, Area],
    plan: CountyPlan,
    recorder: Recorder,
    actors: tuple[Actor, Actor],
    clock: Clock,
) -> list[int]:
    """Everybody with household, categories and account; ids in the order of the plan. Does not commit."""
    ids = add_people(session, [_row(person, areas) for person in plan.people], recorder)
    for person, person_id in zip(plan.people, ids, strict=True):
        if person.special in ("guardian", "institution"):
            _add_other_payee(session, person, person_id, actors, clock)
    return ids


def bring_bills(
    session: Session, actor: Actor, clock: Clock, bills: Sequence[BillPlan], people: Sequence[int], name: str
) -> int:
    """The bills as a snapshot; its id. Does not commit."""
    yuan = pa.decimal128(18, 2)
    columns = {
        "settlement_no": [b.number for b in bills],
        "person_id": pa.array([people[b.person] for b in bills], pa.int64()),
        "hospital": [b.hospital for b in bills],
        "settled_on": pa.array([b.settled_on for b in bills], pa.date32()),
        "reversal_of": pa.array([b.reverses for b in bills], pa.string()),
        "total": pa.array([Decimal(b.total).scaleb(-2) for b in bills], yuan),
        "in_policy": pa.nulls(len(bills), yuan),
        "out_of_catalogue": pa.nulls(len(bills), yuan),
        "self_priced": pa.nulls(len(bills), yuan),
    }
    for n, payer in enumerate(PAYERS):
        columns[payer] = pa.array([Decimal(b.payments[n]).scaleb(-2) for b in bills], yuan)
    return write_snapshot(session, actor, clock, pa.table(columns), payers=PAYERS, name=name).id


def _row(person: PersonPlan, areas: dict[str, Area]) -> PersonRow:
    return PersonRow(
        name=person.name,
        id_number=person.id_number,
        recognising_area_id=areas[person.grid].id,
        residence_area_id=areas[person.residence].id,
        household=person.household,
        head=person.head,
        categories=[SpanDraft(category, start, end, start) for category, start, end in person.categories],
        account=None if person.special in NO_OWN_ACCOUNT else person.account,
        bank=BANK,
        institution="清溪镇敬老院" if person.special == "institution" else None,
        insured="resident",
        deceased_on=date(2025, 11, 2) if person.special == "deceased" else None,
    )


def _add_other_payee(
    session: Session, person: PersonPlan, person_id: int, actors: tuple[Actor, Actor], clock: Clock
) -> None:
    """A child's aunt, or the home that keeps a 特困 person: proposed by one, confirmed by another."""
    guardian = person.special == "guardian"
    proof = store_file(session, actors[0], clock, tiny_png(person.no), "收款人证明.png")
    payee = propose_payee(
        session,
        actors[0],
        clock,
        person_id,
        kind="guardian" if guardian else "institution",
        name="吴秀娟" if guardian else "清溪镇敬老院",
        relation="姑母" if guardian else None,
        account=str(person.account),
        bank=BANK,
        proof_file_id=proof.id,
    )
    confirm_payee(session, actors[1], clock, payee.id)
