"""A whole small round that proves itself: bills in a real snapshot, one tally, a meeting short of money, a bank."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pyarrow as pa

from app.costs.snapshots import settlement_schema, write_snapshot
from app.kernel.actors import SYSTEM
from app.meetings.decisions import share_again
from app.registry.models import CategorySpan
from app.registry.provision import Recorder
from app.rounds.cases import cases_of
from app.rounds.consolidation import COUNTED
from app.rounds.figures import recompute_many, record_figures
from app.rounds.models import Round
from app.rounds.statistics import run_statistics
from tests.meetings.council import ROOT, Council, enter_people, make_council
from tests.meetings.test_payout import answer, prepare, send

PAYERS = ("basic_insurance", "critical_illness", "medical_assistance", "commercial_insurance")
BILLS = (  # total, basic insurance, category of the person; sorted by what is left, which numbers the cases
    ("180000.00", "120000.00", "db"),
    ("90000.00", "50000.00", "tk"),
    ("60000.00", "28000.00", "dib"),
    ("40000.00", "16000.00", "lsjz"),
    ("24000.00", "6000.00", "db"),
)
UNPAID = 2  # the third has no account
TALLY = "4000.00"  # what charity gave to the first


@dataclass
class Story:
    """The council with the round's cases by number, and what was sealed."""

    council: Council
    resolution_id: int = 0

    @property
    def database(self):
        return self.council.database

    def case_id(self, n):
        return self.council.cases[f"2025-1-{n:04d}"]

    def close(self):
        with self.database.writing() as session:
            session.get_one(Round, self.council.round_id).stage = "closed"
            session.commit()


def tell(database, clock, folder) -> Story:
    """Five people listed, one of them not for the fund; 30,000.00 for 56,200.00 that are due; all but one paid."""
    council = make_council(database, clock, folder, fiscal="30000.00", charity="0.00")
    (folder / "resources/bpmn/common").mkdir()
    shutil.copy(ROOT / "bpmn/common/documents.json", folder / "resources/bpmn/common")
    story = Story(council)
    with database.writing() as session:
        people = enter_people(
            session, clock, council, [("", "", {"account": None} if n == UNPAID else {}) for n in range(len(BILLS))]
        )
        _recognise(session, council, clock, people)
        round_ = session.get_one(Round, council.round_id)
        round_.settlement_snapshot_id = _freeze_bills(session, clock, people)
        run_statistics(session, SYSTEM, clock, round_)
        cases = cases_of(session, round_.id)
        council.cases = {case.case_no: case.id for case in cases}
        record_figures(session, SYSTEM, clock, cases[0], {"charity": Decimal(TALLY)}, "tally", "tally_request:1")
        recompute_many(session, cases_of(session, round_.id, COUNTED))
        for case in cases:
            case.stage, case.visit_result = "listed", "confirmed"
        session.commit()
    return story


def resolve(story: Story, **form) -> Story:
    """The fifth row is put off, the third lowered, and what that frees is shared again."""
    council, numbers = story.council, list(story.council.cases)
    story.resolution_id = council.convene(**form)
    council.decide(numbers[4], "defer", reason="材料待补")
    council.decide(numbers[2], "lower", amount="3000.00", reason="部分费用已由单位承担")
    council.use(share_again, "meeting_secretary", council.round_id)
    for n in (0, 1, 3):
        council.decide(numbers[n], "approve")
    council.finish(story.resolution_id)
    return story


def pay(story: Story) -> Story:
    """The bank pays the first two; the third has nobody to pay to."""
    batch_id = prepare(story.council)
    send(story.council, batch_id)
    answer(story.council, batch_id, ["success", "success"])
    return story


def _recognise(session, council, clock, people):
    unit_id = council.county.units["mzj"].id
    for person_id, (_, _, category) in zip(people, BILLS, strict=True):
        session.add(
            CategorySpan(
                person_id=person_id, category=category, recognised_by=unit_id, recognised_on=date(2024, 3, 1),
                valid_from=date(2024, 3, 1), valid_to=None, recorded_by=None, recorded_at=Recorder(at=clock()).at,
            )
        )  # fmt: skip
    session.flush()


def _freeze_bills(session, clock, people):
    rows = [
        {
            "settlement_no": f"J{n}", "person_id": person_id, "hospital": "嵊州市人民医院",
            "settled_on": date(2025, 6, 1), "reversal_of": None, "total": Decimal(total), "in_policy": None,
            "out_of_catalogue": None, "self_priced": None,
            **dict.fromkeys(PAYERS, Decimal("0.00")), "basic_insurance": Decimal(paid),
        }
        for n, (person_id, (total, paid, _)) in enumerate(zip(people, BILLS, strict=True))
    ]  # fmt: skip
    schema = settlement_schema(PAYERS)
    table = pa.Table.from_pylist(rows, pa.schema([field for field in schema if field.name != "cost_on"]))
    return write_snapshot(session, SYSTEM, clock, table, payers=PAYERS, name="2025年结算数据").id
