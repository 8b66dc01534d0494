"""A round that does not wait: one visit ends late and is resolved in a second sitting, one never ends.

From the opening to the closing, through the round's process and the visits' own.
"""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.access.models import Audit
from app.assembly import BULK_HANDLERS, JOB_HANDLERS, LISTENERS, OPERATORS
from app.engine.engine import Engine
from app.engine.models import ProcessInstance
from app.kernel.errors import Conflict, Denied, Invalid
from app.kernel.settings import Settings
from app.meetings.models import CaseAmount
from app.meetings.payouts import prepare_batch
from app.registry.payees import active_payee, confirm_payee, propose_payee
from app.rounds.cases import cases_of
from app.rounds.closing import count_outcomes
from app.rounds.lists import rows_of
from app.rounds.models import ListVersion
from app.rounds.progress import stop_visits
from app.rounds.rounds import get_round
from app.visits.merging import list_supplementary
from tests.meetings.council import PROPOSAL, Council, open_fund
from tests.meetings.test_payout import answer, send
from tests.rounds.place import ROOT, add_person, add_snapshot, make_place
from tests.rounds.story import REST, Story
from tests.visits.doorstep import Doorstep, deploy_once
from tests.web.client import Town, make_app

BILLS = [(0, "80000.00", {}), (1, "60000.00", {}), (2, "50000.00", {}), (3, "45000.00", {})]
ON_TIME, LATE, DEAD, NEVER = range(4)
OFFICER, CIVIL = "ybj_officer", "civil_affairs_officer"


class Affair(Story):
    """A story with its doorstep and council around the same round."""

    def __init__(self, database, clock, tmp_path):
        settings = Settings(str(database.url), tmp_path, ROOT, b"a secret for tests only")
        engine = Engine(ROOT, OPERATORS, JOB_HANDLERS, BULK_HANDLERS, LISTENERS)
        database.info.update(engine=engine, settings=settings, clock=clock)
        self.council = Council(database, clock)
        with database.writing() as session:
            place = make_place(session, 3)
            place.people.append(add_person(session, place.county, 4).id)
            super().__init__(database, place, clock)
            self.snapshot_id = add_snapshot(session, place, clock, BILLS)
            deploy_once(session, place, clock)
            open_fund(session, clock, self.council)
            for person_id in place.people:
                self._give_account(session, person_id)
            session.commit()
        self.council.county = place.county

    def _give_account(self, session, person_id):
        payee = propose_payee(
            session, self.place.actor(CIVIL), self.clock, person_id, kind="self", bank="嵊州农商行",
            name=f"周{self.place.people.index(person_id) + 1:03}", account=f"62170000123456780{person_id:02}",
        )  # fmt: skip
        confirm_payee(session, self.place.actor(f"{CIVIL}_2"), self.clock, payee.id)

    def use(self, use_case, login, *arguments):
        return self.council.use(use_case, login, self.round_id, *arguments)

    def to_the_door(self):
        self.open()
        self.issue()
        self.nothing("ybj", "cszh", *REST)
        self.complete(OFFICER, "t2_consolidate", {"confirm": True})
        self.complete(CIVIL, "t3_dispatch", {"confirm": True})
        self.council.round_id = self.place.round_id = self.round_id
        self.place.cases = [self.case_id(who) for who in range(4)]
        self.council.cases = {str(who): case_id for who, case_id in enumerate(self.place.cases)}
        self.door = Doorstep(self.database, self.place, self.clock)

    def visit(self, who, result="confirmed"):
        self.door.visit(who, result)
        self.door.check(who)
        self.run_jobs()

    def merge(self):
        self.use(stop_visits, CIVIL, "年底前须开会")
        self.run_jobs()
        self.complete(CIVIL, "t3_merge", {"unfinished": "supplementary"})

    def submit(self):
        self.complete(OFFICER, "t4_propose_standard", PROPOSAL)
        with self.database.reading() as session:
            standard_id = session.scalars(select(CaseAmount.standard_id)).first()
        form = {"standard_id": standard_id, "agree": True}
        self.complete(OFFICER, "t4_submit_ybj", form)
        self.complete(CIVIL, "t4_submit_mzj", form)

    def resolve(self, no, *approved):
        self.council.sit()
        resolution_id = self.council.resolve(no)
        for who in approved:
            self.council.decide(str(who), "approve")
        self.council.finish(resolution_id)
        return resolution_id

    def pay(self, lines):
        batch_id = self.council.use(prepare_batch, OFFICER, self.round_id, "暖心无忧基金补助")
        send(self.council, batch_id)
        answer(self.council, batch_id, ["success"] * lines)
        self.run_jobs()

    def finish_payout(self):
        self.complete(CIVIL, "t4_charity_transfer", {"amount": "0.00"})
        self.complete(OFFICER, "t5_payout", {"confirm": True})

    def stages(self):
        with self.database.reading() as session:
            found = {case.id: case.stage for case in cases_of(session, self.round_id)}
        return [found[case_id] for case_id in self.place.cases]

    def final_lists(self):
        """[{who: (amount, outcome as printed)}] by version."""
        with self.database.reading() as session:
            query = select(ListVersion).where(ListVersion.stage == "final").order_by(ListVersion.n)
            return [
                {self.place.cases.index(r.case_id): (str(r.amount), r.decision) for r in rows_of(session, version)}
                for version in session.scalars(query)
            ]


@pytest.fixture
def affair(database, clock, tmp_path):
    """One was visited in time, the round is before its meeting; the rest is unfinished."""
    affair = Affair(database, clock, tmp_path)
    affair.to_the_door()
    affair.visit(ON_TIME)
    affair.merge()
    affair.submit()
    return affair


def test_a_late_case_is_resolved_in_a_second_sitting_and_the_never_finished_is_carried_over(affair, database):
    assert affair.stages() == ["listed", "supplementary", "supplementary", "supplementary"]
    first = affair.resolve("嵊专班〔2026〕1号", ON_TIME)
    affair.complete("meeting_secretary", "t4_meeting_review", {"confirm": True, "resolution_id": first})
    affair.pay(1)
    with pytest.raises(Conflict) as nobody:
        affair.use(list_supplementary, CIVIL)
    assert nobody.value.code == "nothing_to_list"
    affair.visit(LATE)
    affair.visit(DEAD, "deceased")
    assert affair.use(list_supplementary, CIVIL) == 2
    assert affair.stages() == ["decided", "listed", "listed", "supplementary"]
    affair.finish_payout()
    with pytest.raises(Conflict) as undecided:
        affair.complete(OFFICER, "t6_close", {"confirm": True, "note": "年底结清"})
    assert (undecided.value.code, undecided.value.detail["people"]) == ("listed_undecided", 2)
    affair.resolve("嵊专班〔2026〕2号", LATE, DEAD)
    with pytest.raises(Conflict) as unpaid:
        affair.complete(OFFICER, "t6_close", {"confirm": True, "note": "年底结清"})
    assert unpaid.value.code == "outcomes_missing"
    affair.pay(1)
    assert affair.final_lists() == [
        {ON_TIME: ("20000.00", "approve")},
        {ON_TIME: ("20000.00", "approve"), LATE: ("20000.00", "approve"), DEAD: ("20000.00", "approve")},
    ]
    with pytest.raises(Invalid) as silent:
        affair.complete(OFFICER, "t6_close", {"confirm": True})
    assert [(fault.where, fault.code) for fault in silent.value.faults] == [("/note", "carry_reason_missing")]
    affair.complete(OFFICER, "t6_close", {"confirm": True, "note": "多次联系未果"})
    assert affair.stages() == ["decided", "decided", "decided", "carried"]
    with database.reading() as session:
        assert get_round(session, affair.round_id).stage == "closed"
        ended = {outcome: share.people for outcome, share in count_outcomes(session, affair.round_id).items()}
        assert ended == {"paid": 2, "unclaimed": 1}, "paid + unclaimed are the list"
        never = affair.door.case(NEVER)
        assert never.reason == "转入下一轮：上门核实未完成；多次联系未果"
        assert session.get_one(ProcessInstance, never.instance_id).state == "cancelled"
        told = session.scalars(select(Audit).where(Audit.kind == "cases_carried")).one()
        assert told.detail == {"cases": [never.id], "reason": "多次联系未果"}
        assert active_payee(session, affair.place.people[DEAD]) is None
    assert affair.door.open_elements(NEVER) == set()


def test_the_next_round_begins_with_whom_the_last_one_carried_over(affair, database):
    resolution = affair.resolve("嵊专班〔2026〕1号", ON_TIME)
    affair.complete("meeting_secretary", "t4_meeting_review", {"confirm": True, "resolution_id": resolution})
    affair.pay(1)
    affair.visit(LATE)
    affair.finish_payout()
    affair.complete(OFFICER, "t6_close", {"confirm": True, "note": "年底结清"})
    assert affair.stages() == ["decided", "carried", "carried", "carried"]
    assert affair.door.case(LATE).reason == "转入下一轮：已核实，未列入本轮名单；年底结清"
    line = affair.door.case(ON_TIME).self_paid - 1
    affair.open(screening_line=line, verification_line=line)
    with database.reading() as session:
        listed = [affair.place.people.index(case.person_id) for case in cases_of(session, affair.round_id)]
    assert listed == [ON_TIME, LATE, DEAD, NEVER], "whatever the line of this round"


def test_a_case_listed_while_the_resolution_is_written_must_be_computed_before_it_is_sealed(affair):
    affair.council.sit()
    resolution_id = affair.council.resolve("嵊专班〔2026〕1号")
    affair.council.decide(str(ON_TIME), "approve")
    affair.visit(LATE)
    affair.use(list_supplementary, CIVIL)
    with pytest.raises(Invalid) as refused:
        affair.council.finish(resolution_id)
    assert [fault.code for fault in refused.value.faults] == ["rows_undecided"]
    affair.council.resolve("嵊专班〔2026〕1号")
    affair.council.decide(str(LATE), "approve")
    affair.council.finish(resolution_id)
    assert affair.final_lists() == [{ON_TIME: ("20000.00", "approve"), LATE: ("20000.00", "approve")}]


def test_only_civil_affairs_lists_and_only_between_merge_and_closing(affair, clock, tmp_path):
    affair.visit(LATE)
    with pytest.raises(Denied):
        affair.use(list_supplementary, OFFICER)
    for stage in ("verifying", "closed"):
        affair.door.set_round(stage=stage)
        with pytest.raises(Conflict) as refused:
            affair.use(list_supplementary, CIVIL)
        assert (refused.value.code, refused.value.detail["stage"]) == ("round_not_past_merge", stage)
    affair.door.set_round(stage="meeting")
    town = Town(make_app(affair.database, clock, tmp_path), affair.place.county)
    path = f"/rounds/{affair.round_id}/supplementary-list"
    first, again = (town.person(CIVIL).post(path, key="once") for _ in range(2))
    assert (first.status_code, first.json, again.json) == (200, {"listed": 1}, {"listed": 1})
    other = town.person(CIVIL).post(path)
    assert (other.status_code, other.json["code"]) == (409, "nothing_to_list")
    assert town.person("clerk_1").post(path).status_code == 403
    assert town.person(CIVIL).post("/rounds/9999/supplementary-list").status_code == 404
