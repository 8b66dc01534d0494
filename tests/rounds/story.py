"""One round played by the county's people, from the opening on, through its process."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from app.assembly import BULK_HANDLERS, JOB_HANDLERS, LISTENERS, OPERATORS
from app.engine.catalogue import deploy_scheme
from app.engine.engine import Engine
from app.engine.inbox import find_open_task
from app.engine.jobs import run_due_jobs
from app.engine.tasks import complete_task
from app.rounds.models import Case, TallyRequest
from app.rounds.rounds import RoundDraft, open_round
from app.rounds.tallies.filing import declare_nothing
from app.rounds.tallies.rows import Change, patch_rows
from tests.rounds.place import ROOT, add_person, add_snapshot

REST = ("mzj", "hszh", "cl", "tyjrj", "zgh", "fl", "nyncj")
BILLS = [
    (0, "180000.00", {"basic_insurance": "90000.00", "critical_illness": "25000.00"}),
    (1, "40000.00", {"basic_insurance": "20000.00", "commercial_insurance": "500.00"}),
    (2, "9000.00", {"basic_insurance": "1000.00"}),
    (3, "6000.00", {"basic_insurance": "1000.00"}),  # exactly at the line: not above it
    (4, "130000.00", {"basic_insurance": "10000.00"}),  # temporary relief only: listed, never paid
    (5, "50000.00", {}),  # nobody's category
]


class Story:
    """One round, played by the county's people."""

    def __init__(self, database, place, clock):
        self.database, self.place, self.clock = database, place, clock
        self.round_id = 0

    def run_jobs(self):
        return run_due_jobs(self.database, self.database.info["engine"], self.clock)

    def open(self, **other):
        draft = {"scheme": "shengzhou", "cost_year": 2025, "cut_off": date(2025, 12, 31)} | other
        draft.setdefault("settlement_snapshot_id", self.snapshot_id)
        with self.database.writing() as session:
            actor = self.place.actor(draft.pop("by", "ybj_officer"))
            self.round_id = open_round(session, actor, self.clock, RoundDraft(**draft)).id
        return self.round_id

    def complete(self, login, element, form, subject=None):
        with self.database.writing() as session:
            task = find_open_task(session, subject or f"round:{self.round_id}", element)
            assert task is not None, f"{element} is not open"
            done = complete_task(session, self.place.actor(login), self.clock, task.id, form)
        self.run_jobs()
        return done

    def issue(self, **form):
        self.complete("ybj_officer", "t1_review", {"confirm": True, **form})

    def request(self, unit, kind="round"):
        with self.database.reading() as session:
            query = select(TallyRequest).where(TallyRequest.unit_code == unit, TallyRequest.kind == kind)
            return session.scalars(query.order_by(TallyRequest.id.desc())).first()

    def fill(self, unit, amounts, kind="round"):
        """`amounts`: {index of a person: {payer: yuan}}."""
        request = self.request(unit, kind)
        with self.database.writing() as session:
            changes = [
                Change(self.case_id(who), payer, amount, f"/rows/{who}")
                for who, paid in amounts.items()
                for payer, amount in paid.items()
            ]
            patch_rows(session, self.place.actor(f"liaison_{unit}"), self.clock, request.id, changes, request.version)

    def file(self, unit, amounts, kind="round"):
        self.fill(unit, amounts, kind)
        form = {"answer": "filed", "blanks_are_zero": True}
        self.complete(f"liaison_{unit}", "file_tally", form, f"tally_request:{self.request(unit, kind).id}")

    def nothing(self, *units, kind="round"):
        for unit in units:
            with self.database.writing() as session:
                actor = self.place.actor(f"liaison_{unit}")
                declare_nothing(session, actor, self.clock, self.request(unit, kind).id)
        self.run_jobs()

    def case_id(self, who):
        with self.database.reading() as session:
            query = select(Case.id).where(Case.round_id == self.round_id)
            return session.scalars(query.where(Case.person_id == self.place.people[who])).one()

    def is_open(self, element, subject=None):
        with self.database.reading() as session:
            return find_open_task(session, subject or f"round:{self.round_id}", element) is not None

    def answer_all(self):
        self.file("cszh", {0: {"charity": "3000.00"}})
        self.nothing("ybj", *REST)


def make_story(database, place, clock):
    """The county with three more people, their bills frozen, the scheme deployed."""
    database.info["engine"] = Engine(ROOT, OPERATORS, JOB_HANDLERS, BULK_HANDLERS, LISTENERS)
    story = Story(database, place, clock)
    with database.writing() as session:
        place.people.append(add_person(session, place.county, 4).id)
        place.people.append(add_person(session, place.county, 5, categories=("lsjz",)).id)
        place.people.append(add_person(session, place.county, 6, categories=()).id)
        story.snapshot_id = add_snapshot(session, place, clock, BILLS)
        deploy_scheme(session, place.actor("administrator"), clock, "shengzhou")
    return story
