"""A round on the eve of its meeting: a county, a fund with money, people on the subsidy list, and a sitting."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path

from sqlalchemy import select

from app.engine.catalogue import current_definition, deploy_scheme
from app.engine.engine import Engine
from app.engine.operators import Call
from app.fund.inflows import record_inflow
from app.fund.ledger import open_account
from app.fund.years import open_year
from app.intake.files import store_file
from app.kernel.actors import SYSTEM
from app.kernel.idnumbers import check_digit
from app.kernel.settings import Settings
from app.meetings import operations
from app.meetings.decisions import decide_row
from app.meetings.minutes import attach_minutes
from app.meetings.models import Resolution
from app.meetings.resolutions import write_resolution
from app.meetings.sealing import seal_resolution
from app.meetings.sittings import record_meeting
from app.registry.provision import PersonRow, Recorder, add_people
from app.rounds import operations as rounds_operations
from app.rounds.figures import record_figures
from app.rounds.models import Case, Round
from app.visits import operations as visits_operations
from tests.access.people import make_county

ROOT = Path(__file__).parents[2]
STANDARD = {"base": "excess", "threshold": "10000.00", "ratio": "0.60", "cap": "20000.00"}
PROPOSAL = {**STANDARD, "low_income_standard": "13000.00"}


@dataclass
class Council:
    """Callables around one database; `round_id` is the round in hand, `cases` by case number."""

    database: object
    clock: object
    county: object = None
    account_id: int = 0
    round_id: int = 0
    cases: dict[str, int] = field(default_factory=dict)

    def actor(self, login):
        return self.county.actor(login)

    def call(self, session, login, **data):
        return Call(
            session, self.actor(login), self.clock, 1, "", "shengzhou", "t4", f"round:{self.round_id}", None,
            {"round_id": self.round_id, **data},
        )  # fmt: skip

    def run(self, operator, login, form=None):
        """An operator inside a transaction of its own, as the engine would call it."""
        with self.database.writing() as session:
            function = operations.OPERATORS[f"meetings.{operator}"]
            call = self.call(session, login)
            result = function(call) if form is None else function(call, form)
            session.commit()
            return result

    def use(self, use_case, login, *arguments, **options):
        """A use case, which commits by itself."""
        with self.database.writing() as session:
            return use_case(session, self.actor(login), self.clock, *arguments, **options)

    def propose(self, **form):
        return self.run("propose_standard", "ybj_officer", {**PROPOSAL, **form})["standard_id"]

    def submit(self, standard_id):
        for login in ("ybj_officer", "civil_affairs_officer"):
            self.run("submit_list", login, {"standard_id": standard_id, "agree": True})

    def sit(self, **form):
        members = [
            {"unit_code": unit, "member_name": name, "present": True, "note": None}
            for unit, name in (("ybj", "王局长"), ("mzj", "李局长"), ("czj", "赵局长"))
        ]
        given = {"held_on": date(2026, 3, 1), "place": "三楼会议室", "chair": "王局长", "attendance": members}
        return self.use(record_meeting, "meeting_secretary", self.round_id, {**given, "recusals": [], **form}).id

    def write(self, **form):
        return self.use(write_resolution, "meeting_secretary", self.round_id, form).id

    def decide(self, case_no, kind, **row):
        wanted = {"case_id": self.cases[case_no], "kind": kind, **row}
        return self.use(decide_row, "meeting_secretary", self.round_id, wanted).id

    def stamp(self, resolution_id):
        with self.database.writing() as session:
            content = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\nstamped minutes\n%%EOF\n"
            stored = store_file(session, self.actor("meeting_secretary"), self.clock, content, "纪要.pdf")
            session.commit()
            file_id = stored.id
        self.use(attach_minutes, "meeting_secretary", resolution_id, file_id)

    def seal(self, resolution_id, login="meeting_secretary"):
        self.use(seal_resolution, login, resolution_id)

    def convene(self, **form):
        """Proposal, both submissions, sitting and a resolution with everything it must say."""
        return self.convene_again("嵊专班〔2026〕1号", **form)

    def convene_again(self, no, **form):
        """The same under another number."""
        self.submit(self.propose())
        self.sit()
        return self.resolve(no, **form)

    def resolve(self, no="嵊专班〔2026〕1号", **form):
        said = {"no": no, "text": "同意补助名单和金额。", "held_on": date(2026, 3, 1)}
        return self.write(**said, **form)

    def finish(self, resolution_id):
        self.stamp(resolution_id)
        self.seal(resolution_id)

    def case(self, case_no):
        with self.database.reading() as session:
            return session.get_one(Case, self.cases[case_no])

    def resolution(self, resolution_id):
        with self.database.reading() as session:
            return session.get_one(Resolution, resolution_id)


def make_council(database, clock, tmp_path, people=(), **fund) -> Council:
    """`people` are (case_no, self_paid as text, options: categories, account, deceased…)."""
    council = Council(database, clock)
    resources = tmp_path / "resources"
    for kind in ("bpmn", "forms"):
        shutil.copytree(ROOT / kind / "shengzhou", resources / kind / "shengzhou")
    operators = {
        **rounds_operations.OPERATORS,
        **visits_operations.OPERATORS,
        **operations.OPERATORS,
    }
    settings = Settings(str(database.url), tmp_path, resources, b"a secret for tests only")
    engine = Engine(resources, operators, {}, operations.BULK_HANDLERS, operations.LISTENERS)
    database.info.update(engine=engine, settings=settings, clock=clock)
    with database.writing() as session:
        council.county = make_county(session)
        deploy_scheme(session, SYSTEM, clock, "shengzhou")
        open_fund(session, clock, council, **fund)
        council.round_id = add_round(session, clock, council, 1)
        add_cases(session, clock, council, people)
        session.commit()
    return council


def open_fund(session, clock, council, *, carry_in="0.00", fiscal="1000000.00", charity="1000000.00", arrived=None):
    account = open_account(session, "shengzhou", "nxwy", "暖心无忧专项基金")
    amounts = (Decimal(carry_in), Decimal(fiscal), Decimal(charity))
    open_year(session, SYSTEM, clock, account.id, 2025, *amounts, None)
    record_inflow(session, SYSTEM, clock, account.id, 2025, "fiscal", Decimal(fiscal), "财政拨款1")
    arrived = Decimal(charity if arrived is None else arrived)
    if arrived:
        record_inflow(session, SYSTEM, clock, account.id, 2025, "charity", arrived, "慈善拨款1")
    council.account_id = account.id


def add_round(session, clock, council, number):
    definition = current_definition(session, "shengzhou", "subsidy_five_step")
    round_ = Round(
        scheme="shengzhou", cost_year=2025, number=number, name=f"2025年度第{number}轮", stage="listing",
        cut_off=date(2025, 12, 31), screening_line=Decimal(5000), verification_line=Decimal(10000),
        area_id=council.county.county.id, definition_id=definition.id, opened_at=clock(),
    )  # fmt: skip
    session.add(round_)
    session.flush()
    return round_.id


def add_cases(session, clock, council, people, round_id=None, person_ids=None):
    """Cases at stage `listed`, each with the one figure that leaves `self_paid`; total cost is 200,000.00."""
    round_id = round_id or council.round_id
    person_ids = person_ids or enter_people(session, clock, council, people)
    for (case_no, self_paid, options), person_id in zip(people, person_ids, strict=True):
        grid = council.county.grids[len(council.cases) % len(council.county.grids)]
        case = Case(
            round_id=round_id, person_id=person_id, case_no=case_no, stage="listed",
            categories=options.get("categories", ["db"]), eligible=True, total_cost=Decimal(200000),
            self_paid=Decimal(self_paid), area_id=grid.id, residence_area_id=grid.id,
            visit_result=options.get("visit_result", "confirmed"),
        )  # fmt: skip
        session.add(case)
        session.flush()
        paid = {"basic_insurance": Decimal(200000) - Decimal(self_paid)}
        record_figures(session, SYSTEM, clock, case, paid, "settlement", "snapshot:1")
        council.cases[case_no] = case.id
    return person_ids


def enter_people(session, clock, council, people):
    known = len(list(session.scalars(select(Case.id))))
    rows = []
    for n, (_, _, options) in enumerate(people, known + 1):
        first = f"33068319500101{n:03d}"
        account = options.get("account", f"6217000000{n:06d}")
        rows.append(
            PersonRow(
                name=options.get("name", f"周{n:03d}"), id_number=first + check_digit(first),
                recognising_area_id=council.county.grids[0].id, account=account,
                bank="嵊州农商银行" if account else None,
            )
        )  # fmt: skip
    return add_people(session, rows, Recorder(at=clock()))
