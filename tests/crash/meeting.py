"""A round of thousands on the eve of its meeting's decisions, put into the tables directly; what follows is real."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import insert

from app.engine.catalogue import current_definition
from app.engine.operators import Call
from app.fund.inflows import record_inflow
from app.fund.ledger import open_account
from app.fund.years import open_year
from app.intake.files import store_file
from app.kernel.actors import SYSTEM
from app.kernel.dates import system_clock
from app.kernel.idnumbers import check_digit
from app.meetings import operations
from app.meetings.resolutions import write_resolution
from app.meetings.sittings import record_meeting
from app.registry.provision import PersonRow, Recorder, add_people
from app.rounds.figures import FigureDraft, record_many
from app.rounds.models import Case, Round
from app.rounds.schemes import scheme_named
from tests.access.people import County, make_county

YEAR = 2025
COST = Decimal(200_000)
PROPOSAL = {
    "base": "excess", "threshold": "10000.00", "ratio": "0.60", "cap": "20000.00", "low_income_standard": "13000.00",
}  # fmt: skip
PDF = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\nstamped minutes\n%%EOF\n"


@dataclass(frozen=True)
class Eve:
    """A round whose resolution is written and open; ids only."""

    county: County
    account_id: int
    round_id: int
    resolution_id: int
    cases: list[int]


def id_number(n: int) -> str:
    first17 = f"330683{1940 + n // 10_000}{n // 1000 % 10 + 1:02}01{n % 1000:03}"
    return first17 + check_digit(first17)


def add_round(session, county: County, number: int, people: list[int], self_paid: list[str], stage="listing"):
    """A round with a case each, left with what is to be borne oneself; (round id, case ids)."""
    now = system_clock()
    round_ = Round(
        scheme="shengzhou", cost_year=YEAR, number=number, name=f"2025年度第{number}轮", stage=stage,
        cut_off=date(2025, 12, 31), screening_line=Decimal(5000), verification_line=Decimal(10000),
        area_id=county.county.id, opened_at=now, opened_by=county.users["ybj_officer"].id,
        definition_id=current_definition(session, "shengzhou", "subsidy_five_step").id,
    )  # fmt: skip
    session.add(round_)
    session.flush()
    rows = [
        {
            "round_id": round_.id, "person_id": person, "case_no": f"{YEAR}-{number}-{n + 1:04}", "stage": "listed",
            "categories": ["db"], "eligible": True, "total_cost": COST, "self_paid": Decimal(borne),
            "area_id": county.grids[n % 12].id, "residence_area_id": county.grids[n % 12].id,
            "visit_result": "confirmed",
        }
        for n, (person, borne) in enumerate(zip(people, self_paid, strict=True))
    ]  # fmt: skip
    cases = list(session.scalars(insert(Case).returning(Case.id, sort_by_parameter_order=True), rows))
    drafts = [
        FigureDraft(case, "basic_insurance", COST - row["self_paid"], "settlement", "snapshot:1")
        for case, row in zip(cases, rows, strict=True)
    ]
    record_many(session, SYSTEM, system_clock, scheme_named(session, "shengzhou"), drafts)
    return round_.id, cases


def add_county_people(session, county: County, count: int, first: int = 1) -> list[int]:
    """People with an account of their own each."""
    area = county.grids[0].id
    rows = [
        PersonRow(f"周{n:04}", id_number(n), area, account=f"6217000000{n:06}", bank="嵊州农商银行")
        for n in range(first, first + count)
    ]
    return add_people(session, rows, Recorder(at=system_clock()))


def open_fund(session, fiscal: str) -> int:
    account = open_account(session, "shengzhou", "nxwy", "暖心无忧专项基金")
    open_year(session, SYSTEM, system_clock, account.id, YEAR, Decimal(0), Decimal(fiscal), Decimal(0), None)
    record_inflow(session, SYSTEM, system_clock, account.id, YEAR, "fiscal", Decimal(fiscal), "财政拨款1")
    return account.id


def make_eve(database, people: int, fiscal: str = "30000000.00") -> Eve:
    """`people` persons bear 20,001.00, 20,002.00, … each; needs a deployed scheme and an engine in `database.info`."""
    with database.writing() as session:
        county = make_county(session, commit=False)
        account_id = open_fund(session, fiscal)
        persons = add_county_people(session, county, people)
        borne = [f"{20_000 + n}.00" for n in range(1, people + 1)]
        round_id, cases = add_round(session, county, 1, persons, borne)
        session.commit()
    return Eve(county, account_id, round_id, convene(database, county, round_id), cases)


def convene(database, county: County, round_id: int, no: str = "嵊专班〔2026〕1号") -> int:
    """Proposal, both submissions, sitting, and a resolution with its stamped minutes; its id."""
    members = [{"unit_code": "ybj", "member_name": "王局长", "present": True, "note": None}]
    sitting = {"held_on": date(2026, 3, 1), "place": "三楼", "chair": "王局长", "attendance": members, "recusals": []}
    said = {"no": no, "text": "同意补助名单和金额。", "held_on": date(2026, 3, 1)}
    secretary = county.actor("meeting_secretary")
    with database.writing() as session:
        standard = _run(session, county, round_id, "ybj_officer", "propose_standard", PROPOSAL)["standard_id"]
        for login in ("ybj_officer", "civil_affairs_officer"):
            _run(session, county, round_id, login, "submit_list", {"standard_id": standard, "agree": True})
        session.commit()
        record_meeting(session, secretary, system_clock, round_id, sitting)
        return write_resolution(session, secretary, system_clock, round_id, said).id


def store_minutes(database, county: County) -> int:
    """A stamped PDF; its id."""
    with database.writing() as session:
        stored = store_file(session, county.actor("meeting_secretary"), system_clock, PDF, "纪要.pdf")
        session.commit()
        return stored.id


def _run(session, county, round_id, login, operator, form):
    call = Call(
        session, county.actor(login), system_clock, 1, "", "shengzhou", "t4", f"round:{round_id}", None,
        {"round_id": round_id},
    )  # fmt: skip
    return operations.OPERATORS[f"meetings.{operator}"](call, form)
