"""A small county with something in every room: visits, a tally, a meeting, a sealed list and a batch at the bank."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import update

from app.engine.inbox import find_open_task
from app.engine.jobs import run_due_jobs
from app.kernel.dates import system_clock
from app.rounds.models import Case, TallyRequest, TallyRow
from app.visits.starting import start_case
from tests.access.people import County
from tests.crash.meeting import add_county_people, add_round, make_eve, store_minutes
from tests.web.client import Town


@dataclass
class Full:
    """Ids of what is there; `town` has the people."""

    database: Any
    town: Town
    county: County
    account: int
    sealed_round: int
    resolution: int
    batch: int
    payment_cases: list[int]
    people: list[int]
    round: int
    cases: list[int]
    visits: list[int]
    tally: int

    def __getattr__(self, login):
        return self.town.person(login)


def fill_county(database, flask) -> Full:
    eve = make_eve(database, 3)
    town = Town(flask, eve.county)
    batch = _send_batch(database, flask, town, eve)
    with database.writing() as session:
        people = add_county_people(session, eve.county, 12, first=101)
        round_id, cases = add_round(session, eve.county, 2, people, ["30000.00"] * 12, stage="verifying")
        session.execute(update(Case).where(Case.round_id == round_id).values(stage="to_verify"))
        officer = eve.county.actor("ybj_officer")
        for case_id in cases:
            start_case(session, officer, system_clock, {"case_id": case_id}, {"round_id": round_id})
        visits = [find_open_task(session, f"case:{case_id}", "visit").id for case_id in cases]
        tally = _add_tally(session, eve.county, round_id, cases)
        session.commit()
    ids = (eve.account_id, eve.round_id, eve.resolution_id, batch, eve.cases, people, round_id, cases, visits, tally)
    return Full(database, town, eve.county, *ids)


def _send_batch(database, flask, town, eve) -> int:
    secretary, officer = town.person("meeting_secretary"), town.person("ybj_officer")
    secretary.post(f"/rounds/{eve.round_id}/decisions", {"undecided": "approve"})
    run_due_jobs(database, flask.extensions["nuanxin_engine"], system_clock)
    file_id = store_minutes(database, eve.county)
    secretary.post(f"/resolutions/{eve.resolution_id}/minutes", {"file_id": file_id})
    assert secretary.post(f"/resolutions/{eve.resolution_id}/seal").status_code == 200
    batch = officer.post(f"/rounds/{eve.round_id}/payment-batches", {"purpose": "补助"}).json["batch_id"]
    for login, step in (("reviewer", "review"), ("finance_officer", "approve"), ("ybj_officer", "send")):
        assert town.person(login).post(f"/payment-batches/{batch}/{step}").status_code == 200
    return batch


def _add_tally(session, county, round_id, cases) -> int:
    unit = county.units["cszh"]
    request = TallyRequest(
        round_id=round_id, unit_id=unit.id, unit_code="cszh", unit_name=unit.name, payers=["charity"], kind="round",
        opened_at=system_clock(),
    )  # fmt: skip
    session.add(request)
    session.flush()
    session.add_all(
        TallyRow(request_id=request.id, case_id=case, payer="charity", recorded_at=system_clock()) for case in cases
    )
    session.flush()
    return request.id

