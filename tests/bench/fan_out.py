"""Row 5: a whole list at once: 5,000 cases started, decided and paid as the product does it, and messages to all.

Beside each the raw floor: the same diagram run by SpiffWorkflow alone, state and one history row a case saved in
SQLite, a commit every hundred. Deciding and paying are held against a raw message to each case.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import func, select, update

from app import create_app
from app.engine.bulk import start_bulk
from app.engine.catalogue import current_definition
from app.engine.jobs import run_due_jobs
from app.engine.messages import Message, send_messages
from app.engine.models import BulkRun, ProcessInstance
from app.fund.bank.downloads import download_batch
from app.fund.bank.results import ResultRow, apply_bank_result
from app.fund.batches import approve_batch, review_batch, send_batch
from app.fund.models import Batch, Payment, Transfer
from app.kernel.actors import SYSTEM
from app.kernel.dates import system_clock
from app.kernel.db import Database
from app.kernel.settings import Settings
from app.meetings.decisions import decide_undecided
from app.meetings.minutes import attach_minutes
from app.meetings.payouts import prepare_batch
from app.meetings.sealing import seal_resolution
from app.rounds.models import Case
from app.visits.starting import BULK_KIND as START
from tests.bench.bare import Bare
from tests.bench.place import ROOT, SCHEME, SECRET, Place, open_database, open_place, scratch
from tests.bench.report import Line
from tests.bench.scale import Scale
from tests.bench.timing import Stopwatch
from tests.crash.meeting import Eve, add_round, make_eve, store_minutes

_GOAL = 3.0
_CASE = {"case_id": 1, "visit_next": "", "send_back_to": "", "bureau_check_needed": False, "identity": ""}
_FISCAL = "99000000.00"


@dataclass(frozen=True)
class Town:
    """The whole product on a database of its own, on the eve of a meeting about so many people."""

    database: Database
    eve: Eve
    folder: Path

    def act(self, use_case: Callable[..., Any], login: str, *given: Any) -> Any:
        """One use case in one transaction; committed if it has not done so itself."""
        with self.database.writing() as session:
            result = use_case(session, self.eve.county.actor(login), system_clock, *given)
            session.commit()
        return result

    def drain(self) -> None:
        """As a worker would, until nothing is due."""
        while run_due_jobs(self.database, self.database.info["engine"], system_clock):
            pass


def measure(scale: Scale) -> list[Line]:
    count = scale.fan_out
    with open_town(count) as town:
        start, start_floor = _start_cases(town, count)
        with open_place("SQLite") as place:
            message, message_floor = _send_to_all(place, count)
        decide = _decide(town, count)
        seal = _seal(town)
        pay = _pay(town, count)
    return [
        _line(f"start {count:,} cases", start, start_floor, judged=True),
        _line(f"decide {count:,} cases", decide, message_floor, judged=True),
        _line(f"pay {count:,} cases, batch to bank's answer", pay, message_floor, judged=True),
        _line(f"a message to each of {count:,}", message, message_floor, judged=False),
        _line(f"seal a resolution about {count:,}", seal, message_floor, judged=False),
    ]


@contextmanager
def open_town(people: int) -> Iterator[Town]:
    with scratch() as folder, open_database("SQLite", folder) as database:
        url = database.url.render_as_string(hide_password=False)
        flask = create_app(Settings(url, folder, ROOT, SECRET.encode()), database=database)
        flask.extensions["nuanxin_deploy"]()
        with database.reading() as session:  # compiled once for ever: no part of what a list costs
            flask.extensions["nuanxin_engine"].definition(
                session, current_definition(session, "shengzhou", "case_verification").id
            )
        yield Town(database, make_eve(database, people, _FISCAL), folder)


def _start_cases(town: Town, count: int) -> tuple[Stopwatch, Stopwatch]:
    """What dispatching does: a bulk run that starts an instance a person."""
    round_id, cases = _dispatched_round(town)
    items = [{"case_id": case_id} for case_id in cases]
    ours, raw = Stopwatch(), Stopwatch()
    with ours.lap():
        bulk_id = town.act(start_bulk, "civil_affairs_officer", START, items, {"round_id": round_id})
        town.drain()
    _expect_done(town.database, bulk_id, count)
    bare = Bare(town.folder, ROOT / "bpmn/shengzhou/case_verification.bpmn", "case_verification", history=True)
    with raw.lap():
        bare.start_many(range(count), _CASE)
    bare.close()
    return ours, raw


def _dispatched_round(town: Town) -> tuple[int, Sequence[int]]:
    """A second round about the same people, whose cases wait for their visits."""
    with town.database.writing() as session:
        people = list(session.scalars(select(Case.person_id).order_by(Case.id)))
        round_id, cases = add_round(session, town.eve.county, 2, people, ["20000.00"] * len(people), "verifying")
        session.execute(update(Case).where(Case.round_id == round_id).values(stage="to_verify"))
        session.commit()
    return round_id, cases


def _send_to_all(place: Place, count: int) -> tuple[Stopwatch, Stopwatch]:
    """Two messages to each instance, delivered by jobs."""
    subjects = place.start("two_messages", count)
    ours, raw = Stopwatch(), Stopwatch()
    for name in ("decided", "paid"):
        messages = [Message(name, subject, {name: True}, f"{name}:{subject}") for subject in subjects]
        with ours.lap():
            with place.database.writing() as session:
                send_messages(session, system_clock, messages)
                session.commit()
            while run_due_jobs(place.database, place.database.info["engine"], system_clock):
                pass
    with place.database.reading() as session:
        assert set(session.scalars(select(ProcessInstance.state))) == {"ended"}, "a message got lost"
    diagram = place.folder / f"resources/bpmn/{SCHEME}/two_messages.bpmn"
    bare = Bare(place.folder, diagram, "two_messages", history=True)
    bare.start_many(range(count))
    for name in ("decided", "paid"):
        with raw.lap():
            bare.message_many(range(count), {name: True})
    assert bare.all_ended(), "the floor did not come to its end"
    bare.close()
    return ours, raw


def _decide(town: Town, count: int) -> Stopwatch:
    watch = Stopwatch()
    with watch.lap():
        bulk_id = town.act(decide_undecided, "meeting_secretary", town.eve.round_id, "approve")
        town.drain()
    _expect_done(town.database, bulk_id, count)
    return watch


def _seal(town: Town) -> Stopwatch:
    watch = Stopwatch()
    town.act(attach_minutes, "meeting_secretary", town.eve.resolution_id, store_minutes(town.database, town.eve.county))
    with watch.lap():
        town.act(seal_resolution, "meeting_secretary", town.eve.resolution_id)
    return watch


def _pay(town: Town, count: int) -> Stopwatch:
    """Prepared, reviewed and approved by three, sent as a file, answered by the bank, every case followed up."""
    watch = Stopwatch()
    with watch.lap():
        batch = town.act(prepare_batch, "ybj_officer", town.eve.round_id, "暖心无忧基金补助")
        town.act(review_batch, "reviewer", batch)
        town.act(approve_batch, "fund_manager", batch)
        town.act(send_batch, "ybj_officer", batch)
        town.act(download_batch, "ybj_officer", batch, "csv")
    rows = _answers(town.database, batch)
    with watch.lap(), town.database.writing() as session:
        apply_bank_result(session, SYSTEM, system_clock, batch, rows, file_hash="a" * 64, file_name="回盘.csv")
        session.commit()
    with town.database.reading() as session:
        paid = session.scalar(select(func.count()).select_from(Payment).where(Payment.state == "paid"))
        followed = session.scalar(select(func.count()).select_from(Case).where(Case.outcome == "paid"))
    assert (paid, followed) == (count, count), "somebody was not paid"
    return watch


def _answers(database: Database, batch_id: int) -> list[ResultRow]:
    """A bank that has paid everybody."""
    with database.reading() as session:
        no = session.get_one(Batch, batch_id).no
        transfers = session.scalars(select(Transfer).where(Transfer.batch_id == batch_id).order_by(Transfer.serial))
        return [ResultRow(n, no, row.reference, row.amount, "success") for n, row in enumerate(transfers, 2)]


def _expect_done(database: Database, bulk_id: int, count: int) -> None:
    with database.reading() as session:
        run = session.get_one(BulkRun, bulk_id)
    assert (run.state, run.done, run.refused) == ("done", count, 0), f"{run.state}: {run.done} done"


def _line(what: str, ours: Stopwatch, raw: Stopwatch, *, judged: bool) -> Line:
    """Messages are sent twice, so their mean is one round of them; everything else is a sum."""
    seconds = ours.mean / 1000 if what.startswith("a message") else ours.total
    floor = raw.mean / 1000
    ratio = seconds / floor
    return Line(
        5, what, f"{seconds:.1f} s", f"{floor:.1f} s", ratio, "<= 3 x" if judged else "",
        ratio <= _GOAL if judged else None, {"seconds": seconds, "raw_seconds": floor},
    )  # fmt: skip
