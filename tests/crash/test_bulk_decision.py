"""kill -9 of server and worker in the middle of a bulk decision over 2,000 rows: the same in the end as unharmed."""

from __future__ import annotations

import json
import random
import threading
import time
from contextlib import contextmanager

import pytest
from sqlalchemy import func, select

from app.access import audit
from app.access.models import Audit
from app.engine.jobs import run_due_jobs
from app.engine.models import BulkRow, BulkRun, Incident, Job
from app.fund.balances import verify_ledger
from app.fund.ledger import read_balances
from app.fund.models import Payment, Reservation, Transfer
from app.kernel.dates import system_clock
from app.meetings.models import Decision, Resolution
from app.rounds.models import Case, ListRow, ListVersion
from app.web.models import IdempotencyKey
from tests.crash.asking import Asker
from tests.crash.conftest import twin_of
from tests.crash.meeting import make_eve, store_minutes
from tests.web.client import Person, Town, make_app

pytestmark = pytest.mark.crash
PEOPLE = 2000
INVALID, TAKEN = 700, 900
KILLS = 8


def wishes(eve):
    """What the secretary sends: most approved, some lowered, deferred, rejected, one wrong."""
    rows = []
    for n, case_id in enumerate(eve.cases):
        row = {"case_id": case_id, "kind": "approve"}
        for every, other in ((11, {"kind": "defer", "reason": "材料待补"}), (13, {"kind": "reject", "reason": "不符"}),
                             (17, {"kind": "lower", "amount": "1000.00", "reason": "核减"})):  # fmt: skip
            if n % every == 5:
                row |= other
        rows.append(row)
    rows[INVALID] = {"case_id": eve.cases[INVALID], "kind": "lower", "reason": "没有金额"}
    rows[TAKEN] = {"case_id": eve.cases[TAKEN], "kind": "approve"}
    return rows


def start(send, eve):
    """The wish for all, then one row by hand before the run has come to it; `send(path, body, key)` -> reply."""
    path = f"/rounds/{eve.round_id}/decisions"
    reply = send(path, {"rows": wishes(eve)}, "all")
    assert reply.status_code == 202, reply.text
    one = {"case_id": eve.cases[TAKEN], "kind": "defer", "reason": "本人外出"}
    assert send(path, {"decision": one}, "one").status_code == 202
    return json.loads(reply.text)["bulk_id"]


def finish(send, eve, file_id):
    """The row that was wrong, the minutes, the seal, the payment batch."""
    path = f"/rounds/{eve.round_id}/decisions"
    steps = [
        (path, {"decision": {"case_id": eve.cases[INVALID], "kind": "approve"}}),
        (f"/resolutions/{eve.resolution_id}/minutes", {"file_id": file_id}),
        (f"/resolutions/{eve.resolution_id}/seal", None),
        (f"/rounds/{eve.round_id}/payment-batches", {"purpose": "补助"}),
    ]
    for n, (path, body) in enumerate(steps):
        reply = send(path, body, f"finish-{n}")
        assert reply.status_code in (200, 201, 202), reply.text


def outcome(database, eve, bulk_id):
    """Everything that must be the same, without ids and instants that no two runs share."""
    with database.reading() as session:
        run = session.get_one(BulkRun, bulk_id)
        decisions = {d.id: d for d in session.scalars(select(Decision))}
        rows = []
        for row in session.scalars(select(BulkRow).where(BulkRow.bulk_id == bulk_id).order_by(BulkRow.n)):
            result = dict(row.result)
            made = decisions.get(result.pop("decision_id", None))
            result.pop("decided_at", None)
            rows.append((row.n, row.state, result, made and (made.case_id, made.kind, made.amount)))
        resolution = session.get_one(Resolution, eve.resolution_id)
        version = session.get_one(ListVersion, resolution.list_version_id)
        printed = select(ListRow).where(ListRow.list_version_id == version.id).order_by(ListRow.no)
        kinds = select(Audit.kind, func.count()).where(Audit.kind != "logged_in").group_by(Audit.kind)
        return {
            "run": (run.kind, run.state, run.total, run.done, run.refused, run.next_n),
            "runs": session.scalar(select(func.count(BulkRun.id))),
            "rows": rows,
            "decisions": sorted((d.case_id, d.kind, d.amount, d.reason, d.decided_by) for d in decisions.values()),
            "cases": session.execute(select(Case.id, Case.stage, Case.approved_amount, Case.outcome)).all(),
            "printed": [(r.no, r.case_id, r.person_name) for r in session.scalars(printed)],
            "resolution": (resolution.state, resolution.row_count, resolution.total, version.row_count, version.total),
            "payments": sorted(session.execute(select(Payment.payee_id, Payment.amount, Payment.state)).all()),
            "transfers": sorted(session.execute(select(Transfer.serial, Transfer.amount)).all()),
            "reserved": session.execute(select(Reservation.ref, Reservation.amount)).all(),
            "books": dict(read_balances(session, eve.account_id)),
            "trail": dict(session.execute(kinds).all()),
            "keys": sorted(session.execute(select(IdempotencyKey.route, IdempotencyKey.key)).all()),
        }


def faults(database):
    """What the product's own proofs say."""
    with database.writing() as session:
        while audit.seal(session):
            session.commit()
        return [*audit.verify_chain(session), *verify_ledger(session), *session.scalars(select(Incident.message))]


def progress(database, bulk_id):
    with database.reading() as session:
        return session.execute(select(BulkRun.next_n, BulkRun.state).where(BulkRun.id == bulk_id)).one()


def run_among_kills(house, bulk_id, dice):
    """Server and worker are killed, each for itself and both, until the run is done; how often it was hit."""
    hits, before = 0, 0
    until = time.monotonic() + 240
    while time.monotonic() < until:
        done, state = progress(house.database, bulk_id)
        if state == "done":
            return hits
        if done > before and hits < KILLS:
            time.sleep(dice.uniform(0.0, 0.2))
            before = strike(house, hits, bulk_id)
            hits += 1
        time.sleep(0.002)
    raise AssertionError(f"the bulk run does not end: {house.log[-3000:]}")


def strike(house, n, bulk_id):
    house.kill_child()
    house.kill("worker")
    if n == KILLS // 2:
        house.kill("serve")
    house.let_leases_end()
    before = progress(house.database, bulk_id).next_n
    if n % 2:
        house.start("worker")
    if "serve" not in house.running:
        house.start("serve")
    if "worker" not in house.running:
        house.start("worker")
    return before


def desk(path):
    """Whose token a request wants."""
    return "ybj_officer" if path.endswith("/payment-batches") else "meeting_secretary"


def unharmed(database, folder, eve, tokens, file_id):
    """The outcome of the same requests to an application that nobody kills."""
    with twin_of(database) as twin:
        flask = make_app(twin, system_clock, folder)
        client = flask.test_client(use_cookies=False)

        def send(path, body, key):
            return Person(client, tokens[desk(path)]).post(path, body, key=key)

        bulk_id = start(send, eve)
        run_due_jobs(twin, flask.extensions["nuanxin_engine"], system_clock)
        finish(send, eve, file_id)
        assert faults(twin) == []
        return outcome(twin, eve, bulk_id)


def among_kills(house, dice, eve, tokens, file_id):
    """The same among kills: while it is sent, while it runs, while it is sealed; (bulk id, hits while it ran)."""
    with Asker(house.url) as asker:

        def send(path, body, key):
            return asker.post(tokens[desk(path)], path, body, key)

        house.serve("--no-worker")
        with one_kill(house, dice.uniform(0.1, 0.4)):
            bulk_id = start(send, eve)
        house.kill("serve")
        house.start("serve")
        house.start("worker")
        hits = run_among_kills(house, bulk_id, dice)
        house.wait_until_it_answers()
        with one_kill(house, dice.uniform(0.05, 0.3)):
            finish(send, eve, file_id)
    house.kill_all()
    house.let_leases_end()
    return bulk_id, hits


@contextmanager
def one_kill(house, after):
    shot = threading.Timer(after, house.kill_child)
    shot.start()
    yield
    shot.join()


def test_a_bulk_decision_among_kills_ends_as_an_unharmed_one(product, database, open_house, tmp_path):
    dice = random.Random(20260302)  # noqa: S311 moments to kill at, not secrets
    eve = make_eve(database, PEOPLE)
    file_id = store_minutes(database, eve.county)
    town = Town(product, eve.county)
    tokens = {login: town.person(login).token for login in ("meeting_secretary", "ybj_officer")}
    expected = unharmed(database, tmp_path / "data", eve, tokens, file_id)
    assert [n for n, state, *_ in expected["rows"] if state == "refused"] == [INVALID, TAKEN]
    house = open_house(database)
    bulk_id, hits = among_kills(house, dice, eve, tokens, file_id)
    run_due_jobs(database, product.extensions["nuanxin_engine"], system_clock)
    found = outcome(database, eve, bulk_id)
    for what, value in expected.items():
        assert found[what] == value, what
    assert faults(database) == []
    assert hits >= 5
    assert "incident" not in house.log
    with database.reading() as session:
        assert session.scalars(select(Job.kind).where(Job.kind == "engine.run_bulk")).all() == []
